"""What people noticed in my story, and what I say to it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.coding import checks
from storybank.coding.checks import Said
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound
from storybank.portal import codes as labels
from storybank.stories import reading

STORY = "/my/<int(max=2147483647):story_id>"


@uses(Purpose.OWN)
def codes(use: Use, story_id: int) -> str:
    """The labels on my story, with two buttons each."""
    story, noticed = labels.codes_on(web.session(), use, story_id)
    return web.render("portal/codes.html", use=use, story_id=story_id, text=story, noticed=noticed)


@uses(Purpose.OWN)
def say_to_code(use: Use, story_id: int) -> Response:
    """Say to one label that it is it, or not; or take that back."""
    session, form = web.session(), request.form
    if not reading.may(session, use, story_id):
        raise NotFound("That story is not here.")
    answers: dict[str, Said | None] = {one.value: one for one in Said} | {"": None}
    if form.get("answer") not in answers:
        raise BadInput("Go back and choose what you think.")
    number = form.get("coding", 0, web.number)
    checks.say(session, use, number, answers[form["answer"]])
    web.say("Thank you. Our team will see it." if form["answer"] else "We took that back.")
    where = url_for("portal.codes", story_id=story_id, _anchor=f"label-{number}")
    return redirect(where, 303)


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(f"{STORY}/codes")(codes)
    bp.post(f"{STORY}/codes")(say_to_code)
