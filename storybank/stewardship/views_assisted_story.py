"""A story with its teller beside us: the stops, and within the half hour the questions."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import MultiDict

from storybank import web
from storybank.clock import now
from storybank.consent.models import AssistedWindow
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.recording import CHANNELS
from storybank.consent.rules import EIGHT, Reason, StoryState
from storybank.consent.wording_rules import Format
from storybank.errors import BadInput, StorybankError
from storybank.people.login import current_actor
from storybank.people.rules import code_of
from storybank.stewardship import assisting
from storybank.stewardship.rules import Stop
from storybank.stewardship.sight import proof_of
from storybank.stewardship.views_assist import Page, for_helpers, go, open_window
from storybank.stories.canon import normalise
from storybank.stories.choices_asked import CHANNEL_WORDS, asked
from storybank.stories.choices_form import OPEN, ChoicesForm, notes

MOST_PEOPLE = 20
CHANGED = (
    "Something was chosen since you opened this page, so nothing was saved. Go through the "
    "answers again."
)


@for_helpers
def assist_story(story_id: int) -> Page:
    """The stops, and within a half hour the questions. No word of the story stands here."""
    state, open_now = _state(story_id), open_window()
    form = None
    if open_now and assisting.whose(state, open_now.person_id):
        own = assisting.own(web.session(), story_id, open_now.person_id)
        form = ChoicesForm.of(own, now(), "", state.last_seq)
        form.channel, form.format_used = open_now.channel, open_now.format_used
        form.helped = tuple(open_now.helped_by)
        if not own.choices:
            form.name_style = ""
    return _story_page(story_id, state, form)


@for_helpers
def record_assisted(story_id: int) -> Page:
    """Write down what they said, with evidence for a yes, and give them the receipt."""
    session, actor = web.session(), current_actor()
    sent: MultiDict[str, str] = MultiDict(request.form)
    state = _state(story_id)
    open_now = open_window() or (_again(state) if sent.get("again") else None)
    person_id = assisting.whose(state, open_now.person_id if open_now else None)
    own = assisting.own(session, story_id, person_id) if person_id else None
    if open_now is not None:
        # How they are with them was said when the half hour began.
        sent["channel"], sent["format_used"] = open_now.channel, open_now.format_used
        sent.setlist("helped", open_now.helped_by)
    form = ChoicesForm.sent(
        sent, request.files.get("evidence_file"), new=False, assisted=True,
        named=bool(own and own.name_ref),
    )  # fmt: skip
    others = _lines(sent.get("others", ""))
    if open_now is None or person_id is None:
        form.errors = {"": assisting.OVER}
        return _story_page(story_id, state, form, others), 409
    if form.seen != str(state.last_seq):
        form.seen, form.answers, form.errors = str(state.last_seq), {}, {"": CHANGED}
        return _story_page(story_id, state, form, others), 409
    if len(others) > MOST_PEOPLE or any(len(one) > 200 for one in others):
        form.errors["others"] = "Name at most 20 people, each in 200 letters or fewer."
    if not form.errors:
        try:
            receipt = assisting.record(session, actor, story_id, person_id, form, others)
            return go("stewardship.assisted_receipt", receipt_id=receipt.id)
        except StorybankError as problem:
            session.rollback()
            form.errors[""] = problem.sentence
    return _story_page(story_id, _state(story_id), form, others), 422


@for_helpers
def stop_assisted(story_id: int) -> Page:
    """One press: a stop, a pause, or that the story is to be deleted."""
    channel = request.form.get("channel") or "phone"
    if channel not in CHANNELS:
        raise BadInput("Go back and choose how they told us.")
    receipt = assisting.stop(
        web.session(), current_actor(), story_id, request.form.get("what", ""), channel
    )
    return go("stewardship.assisted_receipt", receipt_id=receipt.id)


@for_helpers
def resume_assisted(story_id: int) -> Page:
    """Start a paused story again. It gives something, so it needs evidence."""
    session, form, state, open_now = web.session(), request.form, _state(story_id), open_window()
    person_id = assisting.whose(state, open_now.person_id if open_now else None)
    try:
        proof = proof_of(form.get("evidence_kind", ""), normalise(form.get("evidence", ""))[0])
        receipt = assisting.start_again(session, current_actor(), story_id, person_id or 0, proof)
    except StorybankError as problem:
        session.rollback()
        return _story_page(story_id, _state(story_id), None, errors={"": problem.sentence}), 422
    return go("stewardship.assisted_receipt", receipt_id=receipt.id)


def _story_page(
    story_id: int, state: StoryState, form: ChoicesForm | None, others: tuple[str, ...] = (),
    errors: dict[str, str] | None = None,
) -> str:  # fmt: skip
    session, open_now = web.session(), open_window()
    person_id = assisting.whose(state, open_now.person_id) if open_now else None
    own = assisting.own(session, story_id, person_id or state.person_id)
    return web.render(
        "stewardship/assist_story.html", story_id=story_id, state=state, form=form,
        errors=form.errors if form else errors, open_now=open_now, person_id=person_id,
        person=person_id or request.form.get("person", 0, web.number) or state.person_id,
        code=code_of(person_id or state.person_id), uses=EIGHT, short=SHORT_NAMES, now=now(),
        erased=state.closed is Reason.ERASED, paused=state.closed is Reason.PAUSED, stops=Stop,
        any_open=any(choice.answer in OPEN for choice in state.choices.values()),
        channels=CHANNEL_WORDS, others="\n".join(others), keeps_name=bool(own.name_ref),
        notes=notes(own, now()),
        asked=asked(session, form.format_used if form else Format.STANDARD.value),
    )  # fmt: skip


def _again(state: StoryState) -> AssistedWindow | None:
    """The half hour ran out while they spoke, and both go on."""
    form = request.form
    try:
        person_id = assisting.whose(state, form.get("person", 0, web.number))
        if person_id is None:
            return None
        return assisting.begin(
            web.session(), current_actor(), person_id, form.get("channel", ""),
            form.get("format_used", ""), form.getlist("helped"),
        )  # fmt: skip
    except BadInput:
        return None


def _state(story_id: int) -> StoryState:
    return assisting.story(web.session(), story_id)


def _lines(typed: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in normalise(typed)[0].splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
