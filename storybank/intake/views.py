"""The page on which a steward takes a story in: its words, then what the storyteller chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import StorybankError
from storybank.intake import reading
from storybank.intake.rules import Arrival
from storybank.intake.service import Choices, receive
from storybank.people import reading as people
from storybank.stories import choices_form
from storybank.stories.choices_form import ChoicesForm
from storybank.stories.rules import ATTRIBUTES

bp = Blueprint("intake", __name__, template_folder="templates")

ROLES = ("patient", "carer", "parent", "volunteer", "worker")
AGES = ("16-24", "25-44", "45-64", "65-79", "80 and over")


@dataclass
class WordsForm:
    """The words and the facts about them, as they were typed or read from a file."""

    text: str = ""
    title: str = ""
    teller: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    arrival: Arrival | None = None
    person_id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: Mapping[str, str], upload: FileStorage | None) -> WordsForm:
        """The form as it came; a file that was read is kept as text, so that nothing is lost."""
        made = cls(
            form.get("text", ""), form.get("title", ""), form.get("teller", ""),
            {name: form.get(name, "").strip() for name in ATTRIBUTES},
        )  # fmt: skip
        made._read(upload)
        made._find_teller()
        return made

    def _read(self, upload: FileStorage | None) -> None:
        has_file = upload is not None and bool(upload.filename)
        where = "upload" if has_file else "text"
        try:
            if upload is not None and upload.filename:
                self.arrival = reading.read_file(upload.filename, upload.read(), self.title)
                self.text = self.arrival.canon.text.replace("\n", "\n\n")
                self.title = self.arrival.title
            elif self.text.strip():
                self.arrival = reading.read_paste(self.text, self.title)
            else:
                self.errors["text"] = "Paste the story, or choose a file."
        except StorybankError as problem:
            self.errors[where] = problem.sentence

    def _find_teller(self) -> None:
        code = self.teller.strip().upper()
        if not code:
            return
        number = code.removeprefix("ST-")
        found = people.person(web.session(), int(number)) if number.isdecimal() else None
        if found is None:
            self.errors["teller"] = "No storyteller has that code. Write it like ST-0012."
        else:
            self.person_id = found.id


@bp.get("/take-in")
@uses(Purpose.TAKE_IN)
def take_in(use: Use) -> str:
    """An empty form."""
    return _page(WordsForm(), ChoicesForm())


@bp.post("/take-in")
@uses(Purpose.TAKE_IN)
def send_in(use: Use) -> Response | tuple[str, int]:
    """Take the story in, or say what needs mending and lose nothing that was typed."""
    words = WordsForm.sent(request.form, request.files.get("upload"))
    choices = ChoicesForm.sent(request.form, new=True)
    if words.arrival is not None and not words.errors and not choices.errors:
        session = web.session()
        try:
            story, receipt = receive(
                session, use.actor, words.arrival,
                Choices(
                    choices.chosen(), choices.proof, choices.channel, choices.lasts, choices.style,
                    choices.name, choices.places, extra=words.facts,
                ),
                person_id=words.person_id,
            )  # fmt: skip
            for warning in words.arrival.canon.warnings:
                web.say(warning, "notice")
            web.say(f"Story {story.id} is taken in. Give the storyteller this receipt.")
            return redirect(url_for("stories.receipt", receipt_id=receipt.id), 303)
        except StorybankError as problem:
            session.rollback()
            words.errors["text"] = problem.sentence
    return _page(words, choices), 422


def _page(words: WordsForm, form: ChoicesForm) -> str:
    return web.render(
        "intake/take_in.html", words=words, form=form, errors={**words.errors, **form.errors},
        asked=choices_form.asked(), roles=ROLES, ages=AGES,
    )  # fmt: skip
