"""Holds: put a story out of everybody's sight while something is looked into, and let it go."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent import holds as service
from storybank.errors import BadInput, StorybankError
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stewardship import proofs
from storybank.stewardship.sight import day_of, seen
from storybank.stories.canon import normalise

Page = str | Response | tuple[str, int]


@open_to(Role.STEWARD)
def holds() -> Page:
    """The holds this steward leads, and the form for a new one."""
    return _page()


@open_to(Role.STEWARD)
def open_hold() -> Page:
    """Hold a story at once."""
    session, actor, form = web.session(), current_actor(), request.form
    story_id = form.get("held", 0, web.number)
    lead = form.get("lead", 0, web.number) or actor.account_id
    try:
        if lead not in {number for number, _ in proofs.stewards(session)}:
            raise BadInput("Choose a steward to lead it.")
        seen(session, actor, story_id)
        service.open_hold(
            session, actor, story_id, form.get("kind", ""), normalise(form.get("why", ""))[0],
            day_of(form.get("review_on", "")), lead=lead,
        )  # fmt: skip
    except StorybankError as problem:
        session.rollback()
        return _page({"held": problem.sentence}), 422
    mine = lead == actor.account_id
    web.say("The story is on hold." if mine else "The story is on hold. Only its lead sees it now.")
    return redirect(url_for("stewardship.holds"), 303)


@open_to(Role.STEWARD)
def close_hold(hold_id: int) -> Page:
    """Let a story be used again, as far as its teller's choices allow."""
    service.close_hold(web.session(), current_actor(), hold_id)
    web.say("The hold is closed. The storyteller's own choices count again.")
    return redirect(url_for("stewardship.holds"), 303)


@open_to(Role.STEWARD)
def review_hold(hold_id: int) -> Page:
    """Look at it again on another day."""
    session = web.session()
    service.led(session, current_actor(), hold_id)
    try:
        day = day_of(request.form.get("review_on", ""))
        service.review_later(session, current_actor(), hold_id, day)
    except BadInput as problem:
        session.rollback()
        return _page({f"review-{hold_id}": problem.sentence}), 422
    web.say("You will be reminded on that day.")
    return redirect(url_for("stewardship.holds"), 303)


def _page(errors: dict[str, str] | None = None) -> str:
    session, actor = web.session(), current_actor()
    mine = service.open_holds(session, actor)
    return web.render(
        "stewardship/holds.html", errors=errors, kinds=service.KINDS,
        stewards=proofs.stewards(session),
        mine=[(hold, service.why(session, hold)) for hold in mine], me=actor.account_id,
        today=now().date(), chosen=request.form, held=request.values.get("held", ""),
    )  # fmt: skip
