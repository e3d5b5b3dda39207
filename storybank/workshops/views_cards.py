"""One card of a pack: its note, its length, another in its place; and freezing the pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.stories.reading import Excerpt
from storybank.web.jinja import plural
from storybank.workshops import (
    asking,
    cards,
    drawing,
    freezing,
    helping,
    service,
    swapping,
    trimming,
)
from storybank.workshops.balance import balance as balance_of
from storybank.workshops.forms import numbers_sent, places_sent
from storybank.workshops.trimming import Outcome
from storybank.workshops.views_packs import Page, for_a_room, theme_asked
from storybank.workshops.views_plan import Undoing, undoing

CHOOSE = "Choose a passage."


@for_a_room
def card(use: Use, purpose: str, pack_id: int, item_id: int) -> str:
    """One card: its note, the sentences that stay, and the way to another in its place."""
    return _page(use, pack_id, item_id)


@for_a_room
def write_note(use: Use, purpose: str, pack_id: int, item_id: int) -> Page:
    """Write what people are told before they read it."""
    words = request.form.get("note", "")
    try:
        changed = trimming.write_note(web.session(), use, pack_id, item_id, words)
    except BadInput as problem:
        return _page(use, pack_id, item_id, {"note": problem.sentence}, note=words), 422
    if changed:
        web.say("The note is saved.", **_undoing(use, pack_id))
    return _to_pack(purpose, pack_id, item_id)


@for_a_room
def cut(use: Use, purpose: str, pack_id: int, item_id: int) -> Page:
    """Choose which sentences stay."""
    starts = _starts()
    try:
        outcome = trimming.cut(web.session(), use, pack_id, item_id, starts)
    except (BadInput, Refused) as problem:
        return _page(use, pack_id, item_id, {"stays": problem.sentence}, starts=starts), 422
    if outcome is Outcome.ASK:
        return _page(use, pack_id, item_id, starts=starts, ask=True), 422
    what = "shorter" if outcome is Outcome.SHORTER else "shown whole"
    web.say(f"The card is {what} now.", **_undoing(use, pack_id))
    return _to_pack(purpose, pack_id, item_id)


@for_a_room
def ask_shorter(use: Use, purpose: str, pack_id: int, item_id: int) -> Page:
    """Ask the storyteller about just this shorter text."""
    starts, typed = _starts(), request.form.get("answer_by", "")
    try:
        day = date.fromisoformat(typed) if typed else None
        trimming.ask(web.session(), use, pack_id, item_id, starts, day)
    except ValueError:
        errors = {"answer_by": "Choose the last day to answer."}
        return _page(use, pack_id, item_id, errors, starts=starts, ask=True), 422
    except BadInput as problem:
        errors = {"answer_by": problem.sentence}
        return _page(use, pack_id, item_id, errors, starts=starts, ask=True), 422
    web.say("Asked. Until there is a yes, the card stays as it is.")
    return redirect(url_for("workshops.card", **_here(purpose, pack_id), item_id=item_id), 303)


@for_a_room
def whole_again(use: Use, purpose: str, pack_id: int) -> Response:
    """Show those whole that may not be shown shorter any more."""
    count = trimming.whole_again(web.session(), use, pack_id)
    web.say(f"Shown whole again: {plural(count, 'card')}.")
    return redirect(url_for("workshops.pack", **_here(purpose, pack_id)), 303)


@for_a_room
def swap(use: Use, purpose: str, pack_id: int, item_id: int) -> Page:
    """Put another passage in the place of a card."""
    session, errors = web.session(), {}
    if request.method == "POST":
        theme = theme_asked(request.form)
        places = places_sent(request.form.getlist("place"))[:1]
        try:
            if not places:
                raise BadInput(CHOOSE)
            code_id = theme.code_id if theme else None
            new = swapping.swap(session, use, pack_id, item_id, places[0], code_id)
        except BadInput as problem:
            errors = {"passages": problem.sentence}
        else:
            web.say("The card is swapped.", **_undoing(use, pack_id))
            return _to_pack(purpose, pack_id, new.id)
    page = _page_to_swap(use, pack_id, item_id, errors)
    return (page, 422) if errors else page


@for_a_room
def balance(use: Use, purpose: str, pack_id: int) -> str:
    """Whose voices a pack holds, and what they speak about, as a picture with its tables."""
    session = web.session()
    view = cards.view(session, use, pack_id)
    found = balance_of(session, view)
    return web.render(
        "workshops/balance.html", use=use, view=view, balance=found,
        here=_here(purpose, pack_id),
        pictures=(("What they speak about", "Family", found.families),
                  ("Who speaks", "Role", found.roles),
                  ("Where they live", "Place", found.places)),
    )  # fmt: skip


@for_a_room
def freeze(use: Use, purpose: str, pack_id: int) -> Response:
    """Freeze the pack as it is now; the workshop shows this version."""
    session = web.session()
    _, meeting, _ = service.pack_for(session, use, pack_id)
    helping.run_by(session, use.actor, meeting.id)
    version = freezing.freeze(session, use, pack_id)
    web.say(f"Version {version.n} is frozen. The workshop shows these cards.")
    return redirect(url_for("workshops.frozen", **_here(purpose, pack_id)), 303)


@for_a_room
def frozen(use: Use, purpose: str, pack_id: int) -> str:
    """What was frozen, and what left it since, without words."""
    session = web.session()
    pack, meeting, here = service.pack_for(session, use, pack_id)
    version = freezing.version_of(session, meeting)
    if version is None or version.pack_id != pack.id:
        raise NotFound("This pack is not frozen. Go to the pack to freeze it.")
    return web.render(
        "workshops/frozen.html", use=use, pack=pack, workshop=meeting, version=version,
        here=_here(purpose, pack_id), left=freezing.pulled_since(session, here, version),
        count=len(freezing.frozen(session, version)),
        changed=freezing.changed_since(session, here, version),
        runs=helping.runs(session, use.actor, meeting),
    )  # fmt: skip


def _page(
    use: Use, pack_id: int, item_id: int, errors: Mapping[str, str] | None = None, *,
    note: str | None = None, starts: list[int] | None = None, ask: bool = False,
) -> str:  # fmt: skip
    session = web.session()
    view, page = trimming.card(session, use, pack_id, item_id)
    stay = set(starts) if starts is not None else {s.start for s in page.sentences if s.stays}
    return web.render(
        "workshops/card.html", use=use, view=view, card=page, errors=errors or {},
        note=page.item.note if note is None else note, stay=stay, ask=ask,
        here=_here(use.purpose.value, pack_id), most_note=trimming.MOST_NOTE,
        answer_by=request.form.get("answer_by")
        or asking.default_day(view.workshop, now()).isoformat(),
    )  # fmt: skip


def _page_to_swap(use: Use, pack_id: int, item_id: int, errors: Mapping[str, str]) -> str:
    session = web.session()
    sent = request.form if request.method == "POST" else request.args
    view, page = trimming.card(session, use, pack_id, item_id)
    theme = theme_asked(sent) or drawing.theme_of(session, page.item.code_id)
    drawable = drawing.candidates(session, view.use, pack_id, theme, 1) if theme else None
    shown: Excerpt | None = page.shown
    return web.render(
        "workshops/swap.html", use=use, view=view, card=page, shown=shown, theme=theme,
        errors=errors, here=_here(use.purpose.value, pack_id),
        candidates=[one for one in drawable.candidates if not one.drawn] if drawable else [],
        families=drawing.families(session),
    )  # fmt: skip


def _undoing(use: Use, pack_id: int) -> Undoing:
    return undoing(service.pack_for(web.session(), use, pack_id)[1])


def _starts() -> list[int]:
    return [number for one in request.form.getlist("stays") for number in numbers_sent(one)]


def _here(purpose: str, pack_id: int) -> dict[str, Any]:
    return {"purpose": purpose, "pack_id": pack_id}


def _to_pack(purpose: str, pack_id: int, item_id: int) -> Response:
    there = url_for("workshops.pack", **_here(purpose, pack_id), _anchor=f"card-{item_id}")
    return redirect(there, 303)
