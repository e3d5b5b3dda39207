"""What a participant reads and says about resolutions and recommendations, on their own phone."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings.seats import Seat, takes_part
from storybank.synthesis import supporting
from storybank.synthesis.answer_rules import Kind, Says
from storybank.synthesis.lines import Line, lines
from storybank.synthesis.supporting import Asked

Page = str | Response | tuple[str, int]
LIST = "/seat/recommendations"
BARE = {"nav_items": (), "sign_in_url": None}
"""A phone in a workshop has no need of the house's menu."""
TAKEN_AWAY = "This was taken away. That is all right."


@takes_part
def seat_recommendations(seat: Seat) -> str:
    """Everything to read, and what this participant said to each."""
    found = _lines(seat)
    session = web.session()
    return web.render(
        "synthesis/seat_recommendations.html", seat=seat, kinds=list(Kind), Asked=Asked,
        of_kind={kind: [one for one in found if one.kind is kind] for kind in Kind},
        said=_said(seat, found), asked=supporting.asked(session, seat.workshop), Says=Says,
        **BARE,
    )  # fmt: skip


@takes_part
def seat_recommendation(seat: Seat, recommendation_id: int) -> Page:
    """One of them: read it, and choose."""
    return _page(seat, recommendation_id)


@takes_part
def seat_say(seat: Seat, recommendation_id: int) -> Page:
    """Say what you think of one; then the next that you have not answered."""
    form = request.form
    try:
        supporting.say(
            web.session(), seat, recommendation_id, form.get("n", 0, web.number),
            form.get("says", ""), form.get("agrees") == "yes",
        )  # fmt: skip
    except BadInput as no:
        return _page(seat, recommendation_id, {"says": no.sentence}), 422
    except Conflict as no:
        return _page(seat, recommendation_id, {"": no.sentence}), 409
    web.say("Thank you. We saved your answer. You can change it.")
    found = _lines(seat)
    said = _said(seat, found)
    later = [one for one in found if one.id not in said]
    if later:
        return redirect(
            url_for("synthesis.seat_recommendation", recommendation_id=later[0].id), 303
        )
    return redirect(url_for("synthesis.seat_recommendations"), 303)


def part(session: Session, seat: Seat) -> str | None:
    """What a participant's own page says of these; None where there is nothing to read yet."""
    if supporting.asked(session, seat.workshop) == Asked.NOT_YET:
        return None
    found = lines(session, seat.workshop.id, ())
    if not found:
        return None
    texts = {one.id: one.text_id for one in found}
    said = supporting.votes(session, seat.participant, texts)
    return web.render("synthesis/_seat_part.html", count=len(found), said=len(said))


def _page(seat: Seat, recommendation_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    found = _lines(seat)
    line = next((one for one in found if one.id == recommendation_id), None)
    if line is None:
        raise NotFound(TAKEN_AWAY)
    here = found.index(line)
    vote = supporting.vote_of(session, seat.participant, line.text_id)
    return web.render(
        "synthesis/seat_recommendation.html", seat=seat, line=line, errors=errors, Says=Says,
        says=vote.says if vote else None, asked=supporting.asked(session, seat.workshop),
        agrees=supporting.sign_of(session, seat.participant, line.text_id) is not None,
        place=here + 1, count=len(found), Asked=Asked,
        following=found[here + 1] if here + 1 < len(found) else None, **BARE,
    )  # fmt: skip


def _lines(seat: Seat) -> list[Line]:
    session = web.session()
    if supporting.asked(session, seat.workshop) == Asked.NOT_YET:
        return []
    return lines(session, seat.workshop.id, ())


def _said(seat: Seat, found: list[Line]) -> dict[int, str]:
    texts = {one.id: one.text_id for one in found}
    return supporting.votes(web.session(), seat.participant, texts)


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(LIST)(seat_recommendations)
    one = f"{LIST}/<int(max=2147483647):recommendation_id>"
    bp.get(one)(seat_recommendation)
    bp.post(one)(seat_say)
