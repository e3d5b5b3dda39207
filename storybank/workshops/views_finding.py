"""Finding passages for a workshop by searching, and adding one found elsewhere to a pack."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, redirect, request, url_for

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.search.for_workshop import for_workshop
from storybank.search.language import MAX_LETTERS
from storybank.search.views import marked
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.web.jinja import plural
from storybank.workshops import cards, drawing, service
from storybank.workshops.forms import places_sent
from storybank.workshops.views_packs import NOTHING_NEW, TICK_ONE, Page, for_a_room

LENGTHS = {"": "Any length", "40": "Up to 40 words", "80": "Up to 80 words",
           "150": "Up to 150 words"}  # fmt: skip
_PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})")


@for_a_room
def find(use: Use, purpose: str, pack_id: int) -> str:
    """Passages on what is typed that this workshop may use: many voices, roles and places."""
    return _page(use, pack_id)


@for_a_room
def put_found(use: Use, purpose: str, pack_id: int) -> Page:
    """Put the ticked passages into the pack, and go on searching."""
    places = places_sent(request.form.getlist("place"))
    if not places:
        return _page(use, pack_id, {"passages": TICK_ONE}), 422
    drawn = _drawn(use, pack_id, places)
    if drawn:
        web.say(
            f"Added to the pack: {plural(len(drawn), 'passage')}.",
            undo=url_for("workshops.take_out", purpose=purpose, pack_id=pack_id),
            fields={"items": ",".join(map(str, drawn))},
        )
    else:
        web.say(NOTHING_NEW, "notice")
    asked: dict[str, Any] = _sent()
    target = url_for("workshops.find", purpose=purpose, pack_id=pack_id, **asked)
    return redirect(target, 303)


@for_a_room
def add(use: Use, purpose: str, place: str) -> Page:
    """Choose the pack into which a passage goes that was found by searching."""
    at = _PLACE.fullmatch(place)
    here = Place(*map(int, at.groups())) if at else None
    if here is None or not reading.excerpts(web.session(), use, [here]):
        raise NotFound("That passage is not here.")
    packs = _open_packs(use)
    errors: dict[str, str] = {}
    if request.method == "POST":
        pack_id = request.form.get("pack", 0, web.number)
        if pack_id not in [pack.id for _, pack in packs]:
            errors = {"pack": "Choose a pack."}
        else:
            drawn = _drawn(use, pack_id, [here])
            if not drawn:
                raise BadInput(NOTHING_NEW)
            web.say(
                "Added to the pack: 1 passage.",
                undo=url_for("workshops.take_out", purpose=purpose, pack_id=pack_id),
                fields={"items": ",".join(map(str, drawn))},
            )
            return redirect(url_for("workshops.pack", purpose=purpose, pack_id=pack_id), 303)
    [excerpt] = reading.excerpts(web.session(), use, [here])
    page = web.render(
        "workshops/add.html", use=use, place=place, excerpt=excerpt, packs=packs, errors=errors
    )
    return (page, 422) if errors else page


def _page(use: Use, pack_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    view = cards.view(session, use, pack_id)
    sent = _sent()
    text = sent.get("q", "")
    longest = sent.get("longest", "")
    found = for_workshop(
        session, current_app.extensions["storybank"].index.at(web.session()), view.use, text,
        int(sent.get("page", 1)), longest=int(longest or 0),
    )  # fmt: skip
    return web.render(
        "workshops/find.html", use=use, view=view, found=found, text=text[: 4 * MAX_LETTERS],
        longest=longest, lengths=LENGTHS, errors=errors, marked=marked, sent=sent,
        here={"purpose": use.purpose.value, "pack_id": pack_id}, max_letters=MAX_LETTERS,
        there={card.excerpt.place for card in view.cards},
        page_args={"purpose": use.purpose.value, "pack_id": pack_id,
                   **{name: value for name, value in sent.items() if name != "page"}},
    )  # fmt: skip


def _sent() -> dict[str, str]:
    """What was searched for, as an address or a form says it."""
    sent = request.form if request.method == "POST" else request.args
    said = {"q": sent.get("q", "")[: 4 * MAX_LETTERS], "longest": sent.get("longest", "")}
    page = sent.get("page", "")
    if page.isascii() and page.isdigit() and len(page) < 7:
        said["page"] = page
    if said["longest"] not in LENGTHS:
        del said["longest"]
    return {name: value for name, value in said.items() if value}


def _drawn(use: Use, pack_id: int, places: list[Place]) -> list[int]:
    session = web.session()
    _, _, here = service.pack_for(session, use, pack_id)
    allowed = drawing.drawable(session, here, places)
    return [item.id for item in service.draw(session, use, pack_id, allowed, None)]


def _open_packs(use: Use) -> list[tuple[service.Workshop, service.Pack]]:
    """Packs for this use whose cards are not out of date, the next workshop's first."""
    session, today = web.session(), now().date()
    return [
        (meeting, pack)
        for meeting in sorted(service.workshops(session), key=lambda one: (one.held_on, one.id))
        if meeting.use == use.purpose.value
        for pack, _ in service.packs_of(session, use, meeting)
        if pack.use_until >= today
    ]
