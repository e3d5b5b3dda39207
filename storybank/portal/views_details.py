"""My details: how the team reaches me. Kept apart from my story; nobody who reads it sees them."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import NotFound
from storybank.people import details_form, identity
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role

Page = str | Response | tuple[str, int]


def add_to(bp: Blueprint) -> None:
    """Give the storyteller's room these pages."""
    bp.get("/my/details")(my_details)
    bp.post("/my/details")(save_my_details)


@open_to(Role.STORYTELLER)
def my_details() -> Page:
    session, person_id = web.session(), _me()
    details = identity.read_details(session, current_actor(), person_id)
    context = details_form.context(session, person_id, details)
    return web.render("portal/my_details.html", yours=True, errors=None, **context)


@open_to(Role.STORYTELLER)
def save_my_details() -> Page:
    session, person_id = web.session(), _me()
    errors = details_form.save(session, current_actor(), person_id, request.form)
    if errors:
        context = details_form.context(session, person_id, None, request.form)
        return web.render("portal/my_details.html", yours=True, errors=errors, **context), 422
    web.say("We saved your details.")
    return redirect(url_for("portal.my_details"), 303)


def _me() -> int:
    person_id = current_actor().person_id
    if person_id is None:
        raise NotFound("There is no storyteller here.")
    return person_id
