"""Coming in by a code, without an account, and going again."""

from __future__ import annotations

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import answering, joining, seats, wiping
from storybank.meetings.kinds import PersonKind
from storybank.meetings.moderating import policy_of
from storybank.meetings.seats import COOKIE, Seat, takes_part
from storybank.people.limits import limit_joining
from storybank.people.login import open_to
from storybank.workshops.models import Workshop

Page = str | Response | tuple[str, int]


@open_to("anyone")
@limit_joining
def join(join_code: str | None = None) -> Page:
    """One field for the code; with a code, the short form. Whoever sits here goes on."""
    typed = join_code or request.values.get("code", "")
    if not joining.typed(typed):
        missing = request.method == "POST" or "code" in request.args
        return _ask(typed, "Type the code.") if missing else _ask(typed)
    try:
        workshop = joining.find(web.session(), typed)
    except NotFound as no:
        return web.render(
            "meetings/join.html", code=typed[:40], errors={"code": no.sentence}, **BARE
        ), 404
    there = seats.seat(web.session())
    if there is not None and there.workshop.id == workshop.id:
        return redirect(url_for("meetings.seat"), 303)
    if join_code is None:
        code = joining.typed(typed)
        return redirect(url_for("meetings.join", join_code=code), 303)
    if request.method == "POST":
        return _take_seat(typed, workshop, there)
    return _form(typed, workshop, there)


@takes_part
def my_seat(seat: Seat) -> Page:
    """What somebody told about themselves: to see, and to change."""
    if request.method != "POST":
        return _mine(seat)
    try:
        change(seat)
    except (BadInput, Conflict) as no:
        return _mine(seat, _place(no)), no.status
    web.say("Changed.")
    return redirect(url_for("meetings.seat"), 303)


@takes_part
def leave(seat: Seat) -> Page:
    """Going for good: what they told of themselves is wiped, and the phone forgets them."""
    if request.method != "POST":
        return web.render("meetings/leave.html", seat=seat, **BARE)
    session = web.session()
    if request.form.get("hide"):
        for one in answering.mine(session, seat):
            answering.hide(session, seat, one.id)
    wiping.forget(session, seat.participant.id)
    response = make_response(redirect(url_for("meetings.left"), 303))
    response.delete_cookie(COOKIE)
    return response


@open_to("anyone")
def left() -> Page:
    """Goodbye. With scripts, the phone forgets drafts here too."""
    return web.render("meetings/left.html", **BARE)


def change(seat: Seat) -> None:
    """Take what the form says about somebody. Raises BadInput, or Conflict for a full group."""
    session, one = web.session(), seat.participant
    name = joining.clean_name(request.form.get("first_name", ""))
    needs = joining.clean_needs(request.form.get("access_needs", ""))
    group = joining.take_place(session, seat.workshop.id, _group(), sits_in=one.group_id)
    one.first_name, one.access_needs = name, needs
    one.group_id = group.id if group else None


def _take_seat(code: str, workshop: Workshop, there: Seat | None) -> Page:
    form = request.form
    try:
        participant, token = joining.join(
            web.session(), code, first_name=form.get("first_name", ""), group_id=_group(),
            kind=form.get("kind"), access_needs=form.get("access_needs", ""),
        )  # fmt: skip
    except (BadInput, Conflict) as no:
        page = _form(code, workshop, there, _place(no))
        return page, no.status
    return seats.give(make_response(redirect(url_for("meetings.seat"), 303)), participant, token)


def _group() -> int | None:
    return request.form.get("group", type=web.number)


def _place(no: BadInput | Conflict) -> dict[str, str]:
    """Beside which field a sentence stands."""
    fields = {"group": "group", "name": "first_name", "need": "access_needs"}
    found = next((field for word, field in fields.items() if word in no.sentence), "group")
    return {found: no.sentence}


def _ask(code: str, trouble: str | None = None) -> Page:
    errors = {"code": trouble} if trouble else {}
    page = web.render("meetings/join.html", code=code[:40], errors=errors, **BARE)
    return (page, 422) if trouble else page


def _form(
    code: str, workshop: Workshop, there: Seat | None, errors: dict[str, str] | None = None
) -> str:
    return web.render(
        "meetings/join_form.html", code=joining.typed(code), workshop=workshop, there=there,
        places=joining.places(web.session(), workshop.id), kinds=list(PersonKind),
        policy=policy_of(workshop), wiped=wiping.day_for(workshop, now().date()),
        errors=errors or {}, form=request.form, **BARE,
    )  # fmt: skip


def _mine(seat: Seat, errors: dict[str, str] | None = None) -> str:
    one = seat.participant
    form = request.form if errors else {
        "first_name": one.first_name or "", "access_needs": one.access_needs or "",
        "group": str(one.group_id or ""),
    }  # fmt: skip
    return web.render(
        "meetings/my_seat.html", seat=seat, places=joining.places(web.session(), seat.workshop.id),
        policy=policy_of(seat.workshop), errors=errors or {}, form=form, **BARE,
    )  # fmt: skip


BARE = {"nav_items": (), "sign_in_url": None}
"""A phone in a workshop has no need of the house's menu."""
