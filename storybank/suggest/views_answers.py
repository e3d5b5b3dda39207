"""A person's answers, one at a time: from a list, from the desk, or with ends that were moved."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.coding.steps import Edge
from storybank.coding.views_desk import changed, turn_of, wants_part
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound
from storybank.people.rules import local_path
from storybank.stories.rules import Place
from storybank.suggest import making, service
from storybank.suggest.in_hand import InHand, in_hand, next_of, part
from storybank.suggest.models import DESK, QUEUE
from storybank.suggest.queues import lots_of
from storybank.suggest.reading import offers
from storybank.suggest.reading import one as card_of
from storybank.suggest.similar import similar as alike
from storybank.suggest.views_beside import strip
from storybank.suggest.views_cards import Page, back_to, for_cards, names

MOVES = {f"{edge} {way}": (edge, by) for edge in Edge for way, by in (("back", -1), ("on", 1))}
"""What the buttons that move an end send."""


@uses(Purpose.STUDY)
def one(use: Use, suggestion_id: int) -> Page:
    """A suggestion by itself, or in hand at the desk: ``?start=&end=`` and ``?move=`` an end."""
    asked = request.args
    held = in_hand(
        web.session(), use, suggestion_id,
        (asked.get("start", None, int), asked.get("end", None, int)),
        MOVES.get(asked.get("move", "")),
    )  # fmt: skip
    if wants_part():
        return web.render("suggest/_in_hand.html", **_held(use, held, ""))
    back = local_path(asked.get("back")) or url_for("suggest.queue")
    return web.render("suggest/one.html", use=use, alone=True, **_held(use, held, back))


@uses(Purpose.STUDY)
def similar(use: Use, suggestion_id: int) -> Page:
    """Why, in full: passages with the code that are like it, and what made the suggestion."""
    session = web.session()
    found = {
        "card": card_of(session, use, suggestion_id),
        "alike": alike(session, use, suggestion_id),
        "made": making.made_by(session, use, suggestion_id),
    }
    if wants_part():
        return web.render("suggest/_similar.html", **found)
    back = local_path(request.args.get("back")) or url_for("suggest.queue")
    return web.render("suggest/similar.html", use=use, **found, **for_cards(use, back))


@uses(Purpose.STUDY)
def confirm(use: Use, suggestion_id: int) -> Page:
    """Put the suggested code on, in the name of the person who asks."""
    place = _place(use, suggestion_id)
    made = service.confirm(web.session(), use, suggestion_id, *_circumstances(use, suggestion_id))
    said = f"Put on in your name: {names(coding.code_id for coding in made)}."
    return _answered(use, suggestion_id, said, place, True)


@uses(Purpose.STUDY)
def change(use: Use, suggestion_id: int) -> Page:
    """Put another code on instead, or the code on other words."""
    session, form = web.session(), request.form
    place = _place(use, suggestion_id)
    codes = form.getlist("code", type=web.number)
    if not codes and wants_part():
        raise BadInput("Choose a code first.")
    if not codes:
        web.say("Choose a code first.", "notice")
        return back_to(f"suggestion-{suggestion_id}")
    start, end = form.get("start", None, web.number), form.get("end", None, web.number)
    first, last = form.get("first", ""), form.get("last", "")
    if first.strip() or last.strip():
        held = in_hand(session, use, suggestion_id, (start, end))
        start, end = part(session, use, held, first, last)
    made = service.change(
        session, use, suggestion_id, codes, start, end, *_circumstances(use, suggestion_id)
    )
    said = f"Put on in your name: {names(coding.code_id for coding in made)}."
    return _answered(use, suggestion_id, said, place, True)


@uses(Purpose.STUDY)
def decline(use: Use, suggestion_id: int) -> Page:
    """Say that the code does not fit."""
    place = _place(use, suggestion_id)
    service.decline(web.session(), use, suggestion_id, *_circumstances(use, suggestion_id))
    said = "Declined. It is not suggested again here."
    return _answered(use, suggestion_id, said, place, False)


@uses(Purpose.STUDY)
def not_now(use: Use, suggestion_id: int) -> Page:
    """Put it off until tomorrow."""
    place = _place(use, suggestion_id)
    service.not_now(web.session(), use, suggestion_id)
    return _answered(use, suggestion_id, "Put off until tomorrow, for you alone.", place, False)


@uses(Purpose.STUDY)
def undo(use: Use, suggestion_id: int) -> Page:
    """Take one's own answer back."""
    service.undo(web.session(), use, suggestion_id)
    web.say("Undone. The suggestion waits again.")
    return back_to(f"suggestion-{suggestion_id}")


def _held(use: Use, held: InHand, back: str) -> dict[str, object]:
    ids = [offer.id for offer in held.offers]
    at = held.number - 1
    return {
        "held": held, "card": held.card, "before": ids[at - 1] if at > 0 else None,
        "following": ids[at + 1] if 0 <= at < len(ids) - 1 else None, **for_cards(use, back),
    }  # fmt: skip


def _place(use: Use, suggestion_id: int) -> Place | None:
    """Where it stands, for the desk; a list needs no place."""
    if not wants_part():
        return None
    try:
        return card_of(web.session(), use, suggestion_id).place
    except NotFound:  # Answered by now: the answer itself says so.
        return None


def _circumstances(use: Use, suggestion_id: int) -> tuple[str, bool]:
    """Where it is answered, and whether the lot had fallen on it."""
    drawn = request.form.get("drawn") == "1" and lots_of(use).drawn(suggestion_id)
    return DESK if wants_part() else QUEUE, drawn


def _answered(
    use: Use, suggestion_id: int, sentence: str, place: Place | None, coded: bool
) -> Page:
    """To the next card, with a way to undo; at the desk, the next one comes into the hand."""
    if wants_part() and place is not None:
        web.say(sentence, undo=url_for("coding.undo"))
        return _at_desk(use, place, coded)
    back = request.form.get("back", "")
    web.say(
        sentence,
        undo=url_for("suggest.undo", suggestion_id=suggestion_id),
        fields={"back": back} if local_path(back) else None,
    )
    following = request.form.get("next", 0, web.number)
    return back_to(f"suggestion-{following}" if following else "suggestions")


def _at_desk(use: Use, place: Place, coded: bool) -> Page:
    """The parts of an open desk that an answer changed: the rest of it stays as it is."""
    session, story_id = web.session(), place.story_id
    following = next_of(offers(session, use, story_id), place)
    held = in_hand(session, use, following.id) if following else None
    parts = changed(use, story_id, [place]) if coded else ""
    hand = web.render("suggest/_in_hand.html", **_held(use, held, "")) if held else ""
    return web.render(
        "suggest/_after.html", parts=parts, story_id=story_id, turn=turn_of(use), hand=hand,
        strip=strip(use, story_id),
    )  # fmt: skip
