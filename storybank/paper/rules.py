"""Rules of paper: which forms there are, in which files, and what stands on every card."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from storybank.consent.purposes import Purpose
from storybank.errors import BadInput, NotFound
from storybank.workshops.rules import ALPHABET, MAX_COPIES

HTML, PDF, DOCX, PPTX = "html", "pdf", "docx", "pptx"
FILES = {
    HTML: "A page to print from this computer",
    PDF: "PDF file",
    DOCX: "Word file, to change before you print",
    PPTX: "PowerPoint file",
}
TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

PRINT, SLIDES = "print", "slides"
"""How words went out, as records of use say it."""

MAX_CARDS = 200
"""In one file: more is a heap that nobody hands out, and minutes of a server's time."""


@dataclass(frozen=True)
class Form:
    """One of the forms that a pack can take on paper or on a screen."""

    key: str
    name: str
    says: str
    files: tuple[str, ...]
    words: bool = True
    """Does it hold storytellers' words? What does not is no use of them."""
    medium: str = PRINT


FORMS = {
    form.key: form
    for form in (
        Form("cards", "Cards", "Up to four on an A4 side, with lines to cut along.",
             (HTML, PDF, DOCX)),
        Form("a6", "Small cards (A6)", "One card a side, for a printer that takes A6 paper.",
             (HTML, PDF)),
        Form("large", "Large print", "18 point, in one column on A4.", (HTML, PDF, DOCX)),
        Form("easy", "Easy to read", "One card a page in large type and short lines, with a space "
             "for a picture. The words stay as the storyteller said them.", (HTML, PDF, DOCX)),
        Form("handout", "Handout", "Every card one after the other, with the question.",
             (HTML, PDF, DOCX)),
        Form("slides", "Slides", "One card a slide, with notes for whoever presents.",
             (HTML, PDF, PPTX), medium=SLIDES),
        Form("guide", "Facilitator’s guide", "The plan, the questions, content notes, and what to "
             "do if somebody is upset. It holds no storyteller’s words.",
             (HTML, PDF, DOCX), words=False),
        Form("answers", "Answer sheets", "For people who answer on paper. Each sheet has a number, "
             "so that it can be typed in afterwards. They hold no storyteller’s words.",
             (HTML, PDF), words=False),
    )
}  # fmt: skip

ONLY = {Purpose.WORKSHOP: "workshop", Purpose.DECIDE: "meeting", Purpose.TEACH: "teaching"}


def form_named(key: str) -> Form:
    """Raises NotFound for a form that is not there."""
    if key not in FORMS:
        raise NotFound("There is no such form.")
    return FORMS[key]


def trouble(form: str, file: str, copies: int) -> dict[str, str]:
    """What is wrong with what somebody asked for: a sentence for each field to mend."""
    errors = {}
    if form not in FORMS:
        errors["form"] = "Choose what to make."
    if file not in FILES:
        errors["file"] = "Choose a page to print or a file."
    elif form in FORMS and file not in FORMS[form].files:
        there = ", ".join(FILES[one].split(",")[0].lower() for one in FORMS[form].files)
        errors["file"] = f"{FORMS[form].name} can be: {there.replace('pdf', 'PDF')}."
    if not 1 <= copies <= MAX_COPIES:
        errors["copies"] = f"Print between 1 and {MAX_COPIES} copies."
    elif form == "answers" and copies > MAX_CARDS:
        errors["copies"] = f"Make at most {MAX_CARDS} answer sheets at a time."
    return errors


def labels(purpose: Purpose, form: str = "cards") -> tuple[str, ...]:
    """What is asked of everybody who holds a card: one short sentence each."""
    only = f"For this {ONLY[purpose]} only."
    if form == "slides":
        return only, "Please do not photograph the screen."
    return only, "Please do not photograph.", "Please hand back."


def mark(code: str, number: int, letters: str) -> str:
    """What stands on a card to tell it by: K7M-4QX / 3 QW7F."""
    return f"{code} / {number} {letters[-4:]}"


def new_letters(code: str, taken: Collection[str]) -> str:
    """A pack's code and four more letters: what the square on one of its cards leads to."""
    pack = code.replace("-", "")
    while True:
        made = pack + "".join(secrets.choice(ALPHABET) for _ in range(4))
        if made not in taken:
            return made


def typed_letters(typed: str) -> str:
    """The same letters however somebody typed them; nothing where they cannot be a card's."""
    letters = re.sub(r"[^A-Z0-9]", "", typed[:40].upper())
    return letters if len(letters) == 10 and set(letters) <= set(ALPHABET) else ""


def file_name(form: str, code: str, file: str) -> str:
    """storybank-cards-K7M-4QX.pdf: no title and no name in it."""
    return f"storybank-{form}-{code}.{file}"


def check_cards(count: int) -> None:
    """Raises BadInput for more cards than one file may hold, or none."""
    if not count:
        raise BadInput("There is nothing in this pack that may be printed. Draw some passages.")
    if count > MAX_CARDS:
        raise BadInput(f"One file holds at most {MAX_CARDS} cards. Make packs that are smaller.")
