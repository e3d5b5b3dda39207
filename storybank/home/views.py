"""The first page."""

from __future__ import annotations

from flask import Blueprint

from storybank import web
from storybank.home.navigation import ways_for
from storybank.people.login import current_actor, open_to

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@open_to("anyone")
def first_page() -> str:
    """Welcome a visitor; show anybody else what they can do here."""
    actor = current_actor()
    return web.render("home/first_page.html", ways=ways_for(actor), visitor=not actor.signed_in)
