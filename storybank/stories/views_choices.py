"""A steward's pages: find a story, see what its teller chose, stop it, write down new choices."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import service as consent
from storybank.consent.guards import uses
from storybank.consent.happenings import happenings
from storybank.consent.models import Receipt
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, NameStyle, OwnState, Purpose, StoryState, Use, own_state
from storybank.consent.standing import state_of
from storybank.errors import BadInput, NotFound, StorybankError
from storybank.people.login import open_to
from storybank.people.rules import Role, code_of
from storybank.stories import choices_form, choosing, listing, reading
from storybank.stories.choices_asked import CHANNEL_WORDS, asked
from storybank.stories.choices_form import ChoicesForm
from storybank.stories.reading import Title

Page = str | Response | tuple[str, int]
HAPPENED = {
    "given": "Answers given", "withdrawn": "Stopped", "paused": "Paused",
    "resumed": "Started again", "erased": "Deleted", "marked": "A part kept back",
    "unmarked": "A mark taken back",
    "transcribed": "Written down by somebody else", "read back": "Read back and found right",
    "ask answered": "A question answered", "joined": "Somebody was added",
    "left": "Somebody was taken out", "capacity noted": "A note on who can decide",
    "age noted": "A note on age",
}  # fmt: skip
CHANGED = (
    "The choices have changed since you opened this page. Nothing was saved. "
    "Go through the answers again."
)


@uses(Purpose.KEEP)
def find(use: Use) -> Page:
    """Go to a story's choices by its number or its teller's code."""
    typed = request.args.get("q", "")
    try:
        numbers = listing.numbers_for(web.session(), typed)
    except NotFound as nothing:
        errors = {"q": nothing.sentence}
        return web.render("stories/found.html", typed=typed, numbers=[], errors=errors), 404
    if len(numbers) == 1:
        return redirect(url_for("stories.choices", story_id=numbers[0]), 303)
    return web.render("stories/found.html", typed=typed, numbers=numbers)


@uses(Purpose.KEEP)
def choices(use: Use, story_id: int) -> Page:
    """What a storyteller chose, what was said when, and the way to stop or change it."""
    state, head = _state(story_id), _head(use, story_id)
    return web.render(
        "stories/choices.html", use=use, story_id=story_id, head=head, state=state, now=use.at,
        short=SHORT_NAMES, uses=EIGHT, history=listing.history(web.session(), story_id),
        channels=CHANNEL_WORDS, teller=code_of(state.person_id), happened=HAPPENED,
        windows=listing.windows(web.session(), story_id),
        any_open=any(choice.answer in choices_form.OPEN for choice in state.choices.values()),
    )  # fmt: skip


@uses(Purpose.KEEP)
def new_choices(use: Use, story_id: int) -> Page:
    """The form for choices that replace all earlier ones."""
    return _form_page(use, story_id, _as_it_stands(use, story_id))


@uses(Purpose.KEEP)
def change(use: Use, story_id: int) -> Page:
    """Write down new choices, with evidence for a yes."""
    session = web.session()
    form = ChoicesForm.sent(request.form, request.files.get("evidence_file"), new=False)
    if form.seen != str(_state(story_id).last_seq):
        # A yes that was filled in here may have been stopped meanwhile: it must not come back.
        fresh = _as_it_stands(use, story_id)
        fresh.evidence, fresh.evidence_kind = form.evidence, form.evidence_kind
        fresh.errors[""] = CHANGED
        return _form_page(use, story_id, fresh), 409
    if not form.errors:
        try:
            receipt = _give(use, story_id, form)
            return redirect(url_for("stories.receipt", receipt_id=receipt.id), 303)
        except StorybankError as problem:
            session.rollback()
            form.errors[""] = problem.sentence
    return _form_page(use, story_id, form), 422


@uses(Purpose.KEEP)
def stop(use: Use, story_id: int) -> Page:
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


@open_to(Role.STEWARD)
def receipt(receipt_id: int) -> Page:
    """A receipt to print and hand over. It holds no word of the story."""
    found = web.session().get(Receipt, receipt_id)
    if found is None:
        raise NotFound("There is no such receipt.")
    return web.render(
        "stories/receipt.html", receipt=found,
        has_details="details.check" in current_app.view_functions,
    )  # fmt: skip


def _state(story_id: int) -> StoryState:
    state = state_of(web.session(), story_id)
    if state is None:
        raise NotFound("There is no such story.")
    return state


def _head(use: Use, story_id: int) -> Title | None:
    """The title and name; None where the gate closes the story: then no word of it is shown."""
    return reading.titles(web.session(), use, [story_id]).get(story_id)


def _name_of(state: StoryState, head: Title | None) -> str | None:
    if head is None:
        return None
    return "" if state.name_style is NameStyle.NONE else head.attribution


def _own(story_id: int, state: StoryState) -> OwnState:
    """What the first teller alone said: another teller's answers are not theirs to give."""
    return own_state(state.person_id, happenings(web.session(), story_id, state.person_id))


def _give(use: Use, story_id: int, form: ChoicesForm) -> Receipt:
    state = _state(story_id)
    return choosing.give_form(
        web.session(), use.actor, story_id, state.person_id, form, _own(story_id, state),
        _name_of(state, _head(use, story_id)),
    )  # fmt: skip


def _as_it_stands(use: Use, story_id: int) -> ChoicesForm:
    state = _state(story_id)
    name = _name_of(state, _head(use, story_id))
    return ChoicesForm.of(_own(story_id, state), use.at, name, state.last_seq)


def _form_page(use: Use, story_id: int, form: ChoicesForm) -> str:
    state = _state(story_id)
    return web.render(
        "stories/new_choices.html", use=use, story_id=story_id, head=_head(use, story_id),
        form=form, errors=form.errors, asked=asked(web.session(), form.format_used),
        notes=choices_form.notes(_own(story_id, state), use.at), teller=code_of(state.person_id),
    )  # fmt: skip
