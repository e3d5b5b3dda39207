"""Pages on which stories are read whole, and a steward looks after their choices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent import wordings
from storybank.consent.guards import uses
from storybank.consent.models import Receipt
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, NameStyle, Purpose, StoryState, Use
from storybank.consent.standing import state_of
from storybank.errors import BadInput, NotFound, StorybankError
from storybank.people.login import open_to
from storybank.people.rules import Role
from storybank.stories import drawing, listing, reading, writing
from storybank.stories.choices_form import ANSWERS, CHANNEL_WORDS, EVIDENCE, ChoicesForm

bp = Blueprint("stories", __name__, template_folder="templates")
for_reading = uses(Purpose.KEEP, Purpose.MEMBERS, Purpose.REUSE, arg="purpose")
WORDS_A_MINUTE = 200

HEADINGS = {
    Purpose.KEEP: "Stories we keep",
    Purpose.MEMBERS: "Stories for members",
    Purpose.REUSE: "Stories for other research",
}


@bp.get("/stories/<purpose>")
@for_reading
def stories(use: Use, purpose: str) -> str:
    """Every story this use allows."""
    page = listing.page_of(web.session(), use, request.args.get("page", 1, type=int))
    return web.render(
        "stories/stories.html", use=use, heading=HEADINGS[use.purpose], page=page,
        steward=use.purpose is Purpose.KEEP, short=SHORT_NAMES,
    )  # fmt: skip


@bp.get("/stories/<purpose>/<int:story_id>")
@for_reading
def read(use: Use, purpose: str, story_id: int) -> str:
    """One whole story, for reading."""
    story = reading.story(web.session(), use, story_id)
    return web.render(
        "stories/read.html", use=use, story=story, body=drawing.body(story),
        heading=HEADINGS[use.purpose], steward=use.purpose is Purpose.KEEP,
        minutes=max(1, round(story.word_count / WORDS_A_MINUTE)),
    )  # fmt: skip


@bp.get("/stories/keep/find")
@uses(Purpose.KEEP)
def find(use: Use) -> str | Response:
    """Go to a story's choices by its number or its teller's code."""
    numbers = listing.numbers_for(web.session(), request.args.get("q", ""))
    if len(numbers) == 1:
        return redirect(url_for("stories.choices", story_id=numbers[0]), 303)
    return web.render("stories/found.html", use=use, numbers=numbers)


@bp.get("/stories/keep/<int:story_id>/choices")
@uses(Purpose.KEEP)
def choices(use: Use, story_id: int) -> str:
    """What a storyteller chose, what was said when, and the way to stop or change it."""
    return _choices_page(use, story_id, None)


@bp.post("/stories/keep/<int:story_id>/choices")
@uses(Purpose.KEEP)
def change(use: Use, story_id: int) -> Response | tuple[str, int]:
    """Write down new choices, with evidence for a yes."""
    session = web.session()
    _state(story_id)
    form = ChoicesForm.sent(request.form)
    if not form.errors:
        try:
            receipt = _give(use, story_id, form)
            return redirect(url_for("stories.receipt", receipt_id=receipt.id), 303)
        except (StorybankError,) as problem:
            session.rollback()
            form.errors[""] = problem.sentence
    return _choices_page(use, story_id, form), 422


@bp.post("/stories/keep/<int:story_id>/stop")
@uses(Purpose.KEEP)
def stop(use: Use, story_id: int) -> Response:
    """Stop one use, or all, because the storyteller said so. No reason, no evidence."""
    _state(story_id)
    wanted = request.form.get("use", "")
    names = {purpose.value: purpose for purpose in EIGHT}
    if wanted != "all" and wanted not in names:
        raise BadInput("Go back and choose what to stop.")
    session = web.session()
    receipt = consent.stop(
        session, use.actor, story_id, consent.person_of(session, story_id),
        EIGHT if wanted == "all" else [names[wanted]], request.form.get("channel") or "phone",
    )  # fmt: skip
    return redirect(url_for("stories.receipt", receipt_id=receipt.id), 303)


@bp.get("/receipts/<int:receipt_id>")
@open_to(Role.STEWARD)
def receipt(receipt_id: int) -> str:
    """A receipt to print and hand over. It holds no word of the story."""
    found = web.session().get(Receipt, receipt_id)
    if found is None:
        raise NotFound("There is no such receipt.")
    return web.render("stories/receipt.html", receipt=found)


def choices_asked() -> dict[str, Any]:
    """What the fields of a choices form offer."""
    return {
        "uses": EIGHT, "answers": ANSWERS, "texts": wordings.shipped_texts(),
        "styles": tuple(NameStyle), "lasts": tuple(consent.LASTS), "channels": CHANNEL_WORDS,
        "evidence": EVIDENCE,
    }  # fmt: skip


def _state(story_id: int) -> StoryState:
    state = state_of(web.session(), story_id)
    if state is None:
        raise NotFound("There is no such story.")
    return state


def _give(use: Use, story_id: int, form: ChoicesForm) -> Receipt:
    session = web.session()
    state = _state(story_id)
    writing_use = Use.claim(use.actor, Purpose.TAKE_IN, now())
    ref = 0
    if form.style is not NameStyle.NONE:
        ref = writing.write_name(session, writing_use, story_id, form.name)
    said_at = now()
    return consent.give(
        session, use.actor, story_id, state.person_id, form.chosen, form.proof, form.channel,
        until=consent.lasts_until(form.lasts, said_at), name_style=form.style, name_ref=ref,
        not_for=form.places, at=said_at,
    )  # fmt: skip


def _choices_page(use: Use, story_id: int, form: ChoicesForm | None) -> str:
    session = web.session()
    state = _state(story_id)
    # A story the gate closes shows numbers, dates and choices here, and no word of itself.
    head = reading.titles(session, use, [story_id]).get(story_id)
    named = head is not None and state.name_style is not NameStyle.NONE
    shown = form or ChoicesForm.of(state, head.attribution if head and named else "")
    return web.render(
        "stories/choices.html", use=use, story_id=story_id, head=head, state=state, form=shown,
        errors=shown.errors, asked=choices_asked(), short=SHORT_NAMES, uses=EIGHT, now=use.at,
        history=listing.history(session, story_id), channels=CHANNEL_WORDS,
        teller=f"ST-{state.person_id:04d}",
    )  # fmt: skip
