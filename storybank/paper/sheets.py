"""The HTML of what is printed: one and the same for the page, for PDF and for the eye."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from storybank import web
from storybank.config import public_url
from storybank.consent.purposes import Purpose
from storybank.paper import layout, rules
from storybank.paper.deck import Deck, PaperCard
from storybank.paper.guide import guide
from storybank.paper.plan import plan_of
from storybank.web import qr

STATIC = Path(__file__).parent / "static"
SIDES = {
    "cards": "side-bare.css", "a6": "side-a6.css", "slides": "side-slide.css",
    "answers": "side-answers.css",
}  # fmt: skip
"""The style sheet that says how large a side is; the others are on A4 with a margin."""
PART = {"large": "flow", "easy": "flow", "handout": "flow", "a6": "cards"}
"""The template of a form, where several share one."""
SQUARE_SAYS = "Square to scan. It says whether this card may still be used."
LONGEST_ON_SLIDE = 420
"""Letters, so that words stand in 28 point or more."""
SHORT = 160
"""Letters: fewer stand in 36 point."""
SENTENCE_ENDS = re.compile("[.?!…][”’\"']?\\s|\n")
SPACES = re.compile(r"\s")


@dataclass(frozen=True)
class Made:
    """What is on its way to paper or a screen: one form of one deck."""

    form: rules.Form
    deck: Deck
    copies: int = 1
    first_sheet: int = 1

    @property
    def title(self) -> str:
        """What the file is called inside: the form and the pack's code; never a person."""
        return f"{self.form.name.partition(' (')[0]}, {self.deck.pack.code}"


def style_names(form: str) -> tuple[str, str]:
    """The two style sheets of a form."""
    return "sheets.css", SIDES.get(form, "side-a4.css")


def styles(form: str) -> list[str]:
    """The text of the style sheets of a form, for PDF."""
    return [(STATIC / name).read_text(encoding="utf-8") for name in style_names(form)]


def parts(session: Session, made: Made, *, alone: bool) -> str:
    """The HTML of what is printed, escaped; ``alone`` gives it a heading of its own."""
    form, deck = made.form.key, made.deck
    plan = plan_of(session, deck.workshop)
    return web.render(
        f"paper/_{PART.get(form, form)}.html", made=made, deck=deck, form=form, alone=alone,
        cards=deck.cards, labels=rules.labels(Purpose(deck.workshop.use), form),
        square=square_in_file if alone else square,
        sides=layout.sides(deck.cards, layout.SMALL if form == "a6" else layout.SIZES)
        if PART.get(form, form) == "cards" else (),
        plan=plan, on_slides=on_slides, short=SHORT,
        guide=guide(deck, plan) if form == "guide" else (),
        sheets=range(made.first_sheet, made.first_sheet + made.copies),
        only=rules.ONLY[Purpose(deck.workshop.use)],
    )  # fmt: skip


def square(card: PaperCard) -> str:
    """The square of a card, drawn; nothing for one that has no letters."""
    if not card.letters:
        return ""
    return qr.svg(card_address(card.letters), css_class="pp-square", says=SQUARE_SAYS)


def square_in_file(card: PaperCard) -> str:
    """The same as a picture of dots, which goes into PDF in a fraction of the time."""
    if not card.letters:
        return ""
    dots = b64encode(qr.png(card_address(card.letters), 4)).decode()
    return Markup('<img class="pp-square" alt="{}" src="data:image/png;base64,{}">').format(
        SQUARE_SAYS, dots
    )


def card_address(letters: str) -> str:
    """Where somebody is told whether a card may still be used."""
    return public_url() + url_for("paper.card", letters=letters)


def on_slides(words: str) -> Sequence[str]:
    """Words cut where a sentence or a line ends, in parts of about one length, so that each can
    be read from the back of a room."""
    slides, rest = [], words.strip()
    while len(rest) > LONGEST_ON_SLIDE:
        about = len(rest) // -(-len(rest) // LONGEST_ON_SLIDE)
        most = min(LONGEST_ON_SLIDE, about + about // 3)
        ends = [found.end() for found in SENTENCE_ENDS.finditer(rest, 0, most) if found.end() > 60]
        spaces = [found.end() for found in SPACES.finditer(rest, 0, most)]
        cut = min(ends, key=lambda end: abs(end - about)) if ends else (spaces or [most])[-1]
        slides.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*slides, rest] if rest else slides
