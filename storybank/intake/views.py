"""The page on which a steward takes a story in: its words, then what the storyteller chose."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing
from storybank.errors import StorybankError
from storybank.intake.service import Choices, receive
from storybank.intake.words_form import AGES, ROLES, WROTE, Shape, WordsForm
from storybank.people import reading as people
from storybank.stories.choices_asked import asked
from storybank.stories.choices_form import ChoicesForm

bp = Blueprint("intake", __name__, template_folder="templates")


@bp.get("/take-in")
@uses(Purpose.TAKE_IN)
def take_in(use: Use) -> str:
    """An empty form."""
    return _page(WordsForm(), ChoicesForm())


@bp.post("/take-in")
@uses(Purpose.TAKE_IN)
def send_in(use: Use) -> Response | tuple[str, int]:
    """Take the story in, or say what needs mending and lose nothing that was typed."""
    session = web.session()
    # Reading a file may take seconds and writes nothing: nobody else should wait for the lock.
    session.rollback()
    shape = Shape(str(current_app.secret_key))
    words = WordsForm.sent(request.form, request.files.get("upload"), shape)
    choices = ChoicesForm.sent(request.form, request.files.get("evidence_file"), new=True)
    if words.errors and choices.scan:
        choices.errors["evidence_file"] = "Choose the file again."
    begin_writing(session)
    if words.person_id is not None and people.person(session, words.person_id) is None:
        words.errors["teller"] = "No storyteller has that code. Check it, or leave it empty."
    if words.arrival is not None and not words.errors and not choices.errors:
        try:
            story, receipt = receive(
                session, use.actor, words.arrival,
                Choices(
                    choices.chosen(), choices.proof, choices.channel, choices.lasts,
                    choices.style, choices.name, choices.places, choices.forms, choices.facts,
                    words.transcript, choices.shortened, choices.translated, choices.not_before,
                    choices.preferences, choices.how(choices.channel), extra=words.facts,
                ),
                person_id=words.person_id,
            )  # fmt: skip
            for warning in words.arrival.canon.warnings:
                web.say(warning, "notice")
            web.say(f"Story {story.id} is taken in. Give the storyteller this receipt.")
            if words.transcript:
                web.say("Read the words back to them before anybody outside sees them.", "notice")
            return redirect(url_for("stories.receipt", receipt_id=receipt.id), 303)
        except StorybankError as problem:
            session.rollback()
            words.errors["text"] = problem.sentence
            if choices.scan:
                choices.errors["evidence_file"] = "Choose the file again."
    return _page(words, choices), 422


def _page(words: WordsForm, form: ChoicesForm) -> str:
    return web.render(
        "intake/take_in.html", words=words, form=form, errors={**words.errors, **form.errors},
        asked=asked(web.session(), form.format_used), roles=ROLES, ages=AGES, wrote=WROTE,
        has_pages=current_app.view_functions,
    )  # fmt: skip
