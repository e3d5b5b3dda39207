"""A pack: drawing passages into it by theme, ordering them, taking them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Reason, Use
from storybank.details.leaving import of_places
from storybank.people.rules import Role
from storybank.web.jinja import plural
from storybank.workshops import asking, cards, drawing, freezing, helping, service
from storybank.workshops.balance import balance
from storybank.workshops.forms import numbers_sent, places_sent

for_a_room = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")

Page = str | Response | tuple[str, int]

TICK_ONE = "Tick at least one passage, then add it to the pack."
NOTHING_NEW = "Nothing was added. These are in the pack, or may not be used here now."
NOT_NOW = "It was not put back. The storyteller's choices do not allow it here now."


@for_a_room
def pack(use: Use, purpose: str, pack_id: int) -> str:
    """A pack as it may be shown now."""
    # A card just taken out can be put back.
    out, session = request.args.get("out", 0, int), web.session()
    view = cards.view(session, use, pack_id)
    taken = cards.taken_out(session, pack_id, out) if 0 < out < 1_000_000_000 else None
    version = freezing.version_of(session, view.workshop)
    gap = taken and sum(card.position < taken.position for card in view.cards)
    return web.render(
        "workshops/pack.html", use=use, view=view, hidden=said(view.hidden), taken=taken, gap=gap,
        here={"purpose": use.purpose.value, "pack_id": pack_id}, minutes=_minutes(view),
        balance=balance(session, view),
        past=view.pack.use_until < now().date(),
        leaving=of_places(session, [card.excerpt.place for card in view.cards]),
        checks_as=checks_as(use), runs=helping.runs(session, use.actor, view.workshop),
        version=version if version and version.pack_id == pack_id else None,
    )  # fmt: skip


@for_a_room
def draw(use: Use, purpose: str, pack_id: int) -> str:
    """Choose a theme, and passages on it."""
    return page_to_draw(use, pack_id, request.args)


@for_a_room
def put_in(use: Use, purpose: str, pack_id: int) -> Page:
    """Put the ticked passages into the pack, and go on drawing."""
    places = places_sent(request.form.getlist("place"))
    if not places:
        return page_to_draw(use, pack_id, request.form, {"passages": TICK_ONE}), 422
    session = web.session()
    _, _, here = service.pack_for(session, use, pack_id)
    theme = theme_asked(request.form)
    code_id = theme.code_id if theme else None
    allowed = drawing.drawable(session, here, places)
    drawn = service.draw(session, use, pack_id, allowed, code_id)
    if drawn:
        web.say(
            f"Added to the pack: {plural(len(drawn), 'passage')}.",
            undo=url_for("workshops.take_out", purpose=purpose, pack_id=pack_id),
            fields={"items": ",".join(str(item.id) for item in drawn), **_asked(request.form)},
        )
    else:
        web.say(NOTHING_NEW, "notice")
    return redirect(_back_to_drawing(purpose, pack_id), 303)


@for_a_room
def move(use: Use, purpose: str, pack_id: int) -> Response:
    """Move a card up, down or to be the first."""
    item_id = request.form.get("item", 0, int)
    cards.move(web.session(), use, pack_id, item_id, request.form.get("way", ""))
    return redirect(_card(purpose, pack_id, item_id), 303)


@for_a_room
def take_out(use: Use, purpose: str, pack_id: int) -> Response:
    """Take cards out. One leaves a gap on the page where it can be put back."""
    item_ids = numbers_sent(request.form.get("items", ""))
    cards.take_out(web.session(), use, pack_id, item_ids)
    if _asked(request.form):
        web.say("Taken out of the pack again.")
        return redirect(_back_to_drawing(purpose, pack_id), 303)
    return redirect(_card(purpose, pack_id, item_ids[0], out=item_ids[0]), 303)


@for_a_room
def put_back(use: Use, purpose: str, pack_id: int) -> Response:
    """Put a card that was taken out back where it was."""
    [item_id] = numbers_sent(request.form.get("item", ""))[:1] or [0]
    if not cards.put_back(web.session(), use, pack_id, item_id):
        web.say(NOT_NOW, "notice")
    return redirect(_card(purpose, pack_id, item_id), 303)


def checks_as(use: Use) -> str:
    """The purpose for which this person may check stories for personal details, if for any."""
    purposes = {Role.STEWARD: Purpose.KEEP, Role.RESEARCHER: Purpose.STUDY}
    return next((one.value for role, one in purposes.items() if role in use.actor.roles), "")


def said(hidden: Mapping[Reason, int]) -> list[tuple[int, str]]:
    """Counts with the reason's sentence; never a word of what is hidden."""
    return [(count, reason.sentence) for reason, count in sorted(hidden.items())]


def page_to_draw(
    use: Use, pack_id: int, asked: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    """The page on which passages are drawn by theme, with what is wrong in a form if anything."""
    session = web.session()
    view = cards.view(session, use, pack_id)
    theme = theme_asked(asked)
    page = int(_asked(asked).get("page", 1))
    drawable = drawing.candidates(session, view.use, pack_id, theme, page) if theme else None
    return web.render(
        "workshops/draw.html", use=use, view=view, drawable=drawable, theme=theme, errors=errors,
        here={"purpose": use.purpose.value, "pack_id": pack_id}, asked=_asked(asked),
        theme_asked={key: one for key, one in _asked(asked).items() if key != "page"},
        families=codebook.families(session), counts=coding.count_by_code(session, view.use),
        hidden=said(drawable.hidden) if drawable else [],
        askable=len(asking.askable(session, view.use, theme)) if theme else 0,
        answer_by=asked.get("answer_by") or asking.default_day(view.workshop, now()).isoformat(),
        most=asking.AT_ONCE,
    )  # fmt: skip


def theme_asked(asked: Mapping[str, str]) -> drawing.Theme | None:
    """The theme that an address or a form names."""
    return drawing.theme(web.session(), code=asked.get("code"), family=asked.get("family"))


def _asked(sent: Mapping[str, str]) -> dict[str, str]:
    """The theme and page of the drawing page that somebody is on."""
    theme = {key: sent[key] for key in ("code", "family") if sent.get(key)}
    page = numbers_sent(sent.get("page", ""))
    return theme | ({"page": str(page[0])} if page else {})


def _back_to_drawing(purpose: str, pack_id: int) -> str:
    asked: dict[str, Any] = _asked(request.form)
    return url_for("workshops.draw", purpose=purpose, pack_id=pack_id, **asked)


def _card(purpose: str, pack_id: int, item_id: int, **more: Any) -> str:
    return url_for(
        "workshops.pack", purpose=purpose, pack_id=pack_id, _anchor=f"card-{item_id}", **more
    )


def _minutes(view: cards.PackView) -> int:
    words = sum(len(card.excerpt.words.split()) for card in view.cards)
    return max(1, round(words / drawing.WORDS_A_MINUTE)) if words else 0
