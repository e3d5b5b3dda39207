"""One coding: what is known of it, and each way to change it."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.coding import changing, fitting, flags
from storybank.coding.changing import Change
from storybank.coding.showing import one_of, places_of
from storybank.coding.steps import Edge
from storybank.coding.views_desk import Page, changed, go, has, wants_part
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.stories.rules import Place

MOVES = {
    f"{edge} {way}": (edge, by) for edge in Edge for way, by in (("back", -1), ("on", 1))
}  # fmt: skip
"""What the buttons that move an end send."""
NAMES = {Edge.START: "beginning", Edge.END: "end"}


@uses(Purpose.STUDY)
def coding(use: Use, coding_id: int) -> Page:
    """A coding by itself, or as a part of the desk."""
    one = one_of(web.session(), use, coding_id)
    if wants_part():
        return web.render("coding/_taken.html", one=one, has_memos=has("memos.new"))
    return web.render("coding/coding.html", use=use, one=one, has_memos=has("memos.new"))


@uses(Purpose.STUDY)
def nudge(use: Use, coding_id: int) -> Page:
    """Move one end by a word."""
    move = MOVES.get(request.form.get("move", ""))
    if move is None:
        raise BadInput("Choose which end to move, and which way.")
    change = changing.nudge(web.session(), use, coding_id, *move, _seen(use, coding_id))
    return _after(use, change, f"The {NAMES[move[0]]} was moved.")


@uses(Purpose.STUDY)
def split(use: Use, coding_id: int) -> Page:
    """Make two codings of one, at a place or before some words."""
    form, seen = request.form, _seen(use, coding_id)
    at = form.get("at", type=int)
    if at is None:
        words = form.get("words", "")
        change = changing.split_before(web.session(), use, coding_id, words, seen)
    else:
        change = changing.split(web.session(), use, coding_id, at, seen)
    return _after(use, change, "The coding was split in two.")


@uses(Purpose.STUDY)
def merge(use: Use, coding_id: int) -> Page:
    """Make one coding of two."""
    other = request.form.get("other", 0, web.number)
    change = changing.merge(web.session(), use, coding_id, other, _seen(use, coding_id))
    return _after(use, change, "2 codings were merged.")


@uses(Purpose.STUDY)
def set_flags(use: Use, coding_id: int) -> Page:
    """Set and clear flags."""
    wanted = {
        name.removeprefix("flag-"): value
        for name, value in request.form.items()
        if name.startswith("flag-")
    }
    one = flags.put(web.session(), use, coding_id, wanted)
    return _after(use, Change(one, tuple(places_of([one]))), "Flags saved.")


@uses(Purpose.STUDY)
def fits(use: Use, coding_id: int) -> Page:
    """A code still fits words that were corrected."""
    one = fitting.still_fits(web.session(), use, coding_id)
    return _after(use, Change(one, tuple(places_of([one]))), "It still fits. That is saved.")


def _seen(use: Use, coding_id: int) -> Place | None:
    """Where the person saw the coding, if their page said so."""
    form = request.form
    if "start" not in form:
        return None
    one = one_of(web.session(), use, coding_id)
    numbers = (form.get(name, -1, int) for name in ("version", "start", "end"))
    return Place(one.card.place.story_id, *numbers)


def _after(use: Use, change: Change, sentence: str) -> Page:
    web.say(sentence, undo=url_for("coding.undo"))
    if wants_part():
        return changed(use, change.coding.story_id, change.places)
    return go(url_for("coding.coding", coding_id=change.coding.id))
