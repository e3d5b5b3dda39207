"""A steward's pages: requests by the day they are due, one request, and who is to be told."""

from __future__ import annotations

from datetime import date

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.receipts import SHORT_NAMES
from storybank.db import begin_writing
from storybank.errors import BadInput, NotFound
from storybank.people import identity
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role, person_id_of
from storybank.rights import posting, receiving, recipients, requests, service
from storybank.rights.kinds import (
    Exemption,
    ExtensionReason,
    Kind,
    Outcome,
    PauseReason,
)
from storybank.rights.rules import local_day

Page = str | Response | tuple[str, int]
ENDS = (Outcome.DONE, Outcome.PARTLY, Outcome.REFUSED)


@open_to(Role.STEWARD)
def desk() -> Page:
    """Every open request, what is late first; and a search by the number of one."""
    session, today = web.session(), local_day(now())
    typed = request.args.get("number", "")
    found = requests.with_reference(session, typed) if typed else None
    if found is not None:
        return redirect(url_for("rights.request_page", request_id=found.id), 303)
    errors = {"number": "There is no request with this number."} if typed.strip() else None
    page = web.render(
        "rights/desk.html", typed=typed, errors=errors, today=today,
        waiting=requests.still_open(session, today), ended=requests.closed(session, today),
        to_tell=recipients.count_open(session),
    )  # fmt: skip
    return (page, 404) if errors else page


@open_to(Role.STEWARD)
def request_page(request_id: int) -> Page:
    """One request: how it stands, and what can be done."""
    return one_page(request_id)


@open_to(Role.STEWARD)
def new_by_steward() -> Page:
    """The form to write down what came by phone, letter or face to face."""
    return _new_page({})


@open_to(Role.STEWARD)
def record() -> Page:
    """Write down what somebody asked."""
    form, errors = request.form, dict[str, str]()
    kind = next((one for one in Kind if one.value == form.get("kind")), None)
    if kind is None:
        errors["kind"] = "Choose what was asked."
    try:
        received_on = date.fromisoformat(form.get("received_on", ""))
    except ValueError:
        errors["received_on"] = "Choose the day it came."
    person_id = None
    if form.get("code", "").strip():
        try:
            person_id = person_id_of(form["code"])
        except BadInput as no:
            errors["code"] = no.sentence
    if kind is None or errors:
        return _new_page(errors), 422
    story = form.get("story", "").strip()
    try:
        made = service.record(
            web.session(), current_actor(), kind, form.get("words", ""), form.get("channel", ""),
            received_on, person_id=person_id, contact=form.get("contact", ""),
            story_id=web.number(story) if story else None,
        )  # fmt: skip
    except (BadInput, NotFound) as no:
        return _new_page({"": no.sentence}), 422
    except ValueError:
        return _new_page({"story": "Write the number of the story, like 12."}), 422
    web.say("The request is written down. Its clock began on the day it came.")
    return redirect(url_for("rights.request_page", request_id=made.id), 303)


@open_to(Role.STEWARD)
def letter(request_id: int) -> Page:
    """What the person is to be told now, on a sheet to print and post."""
    session = web.session()
    session.rollback()  # To whom an address was shown is written down: writing begins anew.
    begin_writing(session)
    found = requests.one(session, request_id)
    one = requests.standing(session, found, local_day(now()))
    texts = requests.texts(session, found)
    details = (
        identity.read_details(session, current_actor(), found.person_id)
        if found.person_id
        else None
    )
    return web.render(
        "rights/letter.html", one=one, texts=texts, details=details,
        letter=posting.to_post(one, texts.answer), today=local_day(now()),
    )  # fmt: skip


@open_to(Role.STEWARD)
def recipient_tasks() -> Page:
    """Who was given parts of stories that were stopped, put right or erased since."""
    session = web.session()
    return web.render(
        "rights/recipients.html",
        waiting=recipients.tasks(session, done=False),
        told=recipients.tasks(session, done=True, limit=25),
        short=SHORT_NAMES,
    )


@open_to(Role.STEWARD)
def told(task_id: int) -> Page:
    """Tick that a recipient was told."""
    recipients.tick(web.session(), current_actor(), task_id)
    web.say("Ticked.", undo=url_for("rights.not_told", task_id=task_id))
    return redirect(url_for("rights.recipient_tasks"), 303)


@open_to(Role.STEWARD)
def not_told(task_id: int) -> Page:
    """Take the tick back."""
    recipients.tick(web.session(), current_actor(), task_id, done=False)
    web.say("It is on the list again.")
    return redirect(url_for("rights.recipient_tasks"), 303)


def one_page(request_id: int, errors: dict[str, str] | None = None) -> str:
    """The page of one request, with what is wrong in a form if anything is."""
    session = web.session()
    found = requests.one(session, request_id)
    actor = current_actor()
    return web.render(
        "rights/request.html", errors=errors, form=request.form,
        one=requests.standing(session, found, local_day(now())),
        texts=requests.texts(session, found, notes=True), people=requests.stewards(session, found),
        mine=found.proposed_by == actor.account_id, outcomes=ENDS,
        exemptions=_options(Exemption, "exemption"),
        pauses=_options(PauseReason, "pause_reason"),
        extensions=_options(ExtensionReason, "extension_reason"),
        channels=receiving.CHANNELS, correction=requests.writes_words(session, found),
    )  # fmt: skip


def _options(
    words: type[Exemption] | type[PauseReason] | type[ExtensionReason], field: str
) -> list[dict[str, object]]:
    """The choices of a select, none of them chosen at first."""
    chosen = request.form.get(field)
    some = [
        {"value": one.value, "text": one.sentence, "selected": one.value == chosen} for one in words
    ]
    return [{"value": "", "text": "Choose"}, *some]


def _new_page(errors: dict[str, str]) -> str:
    return web.render(
        "rights/new.html", errors=errors, form=request.form, kinds=tuple(Kind),
        channels=receiving.CHANNELS, today=local_day(now()),
    )  # fmt: skip
