"""The first page."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.purposes import CLAIMS
from storybank.consent.rules import Purpose, Use
from storybank.home.navigation import ways_for
from storybank.memos import naming as memos
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Actor, Role
from storybank.search import saved
from storybank.search.choices import SEARCHED
from storybank.web.jinja import plural

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@open_to("anyone")
def first_page() -> str | Response:
    """Welcome a visitor; show anybody else what they can do here.

    A storyteller who is nothing else goes straight to their stories.
    """
    actor = current_actor()
    if actor.roles == {Role.STORYTELLER}:
        return redirect(url_for("portal.my_stories"), 303)
    return web.render(
        "home/first_page.html", ways=ways_for(actor), visitor=not actor.signed_in,
        told=_told(actor), news=_news(actor),
    )  # fmt: skip


def _told(actor: Actor) -> dict[str, str]:
    """What waits for somebody, by the way that leads to it."""
    if Role.RESEARCHER not in actor.roles:
        return {}
    unread = len(memos.unread(web.session(), Use.claim(actor, Purpose.STUDY, now())))
    return {"memos.memos": f"{plural(unread, 'memo names', 'memos name')} you"} if unread else {}


def _news(actor: Actor) -> list[tuple[str, str]]:
    """Kept searches that find something new: (what a link says, its address)."""
    may = {purpose for role in actor.roles for purpose in CLAIMS.get(role, ())}
    uses = [Use.claim(actor, purpose, now()) for purpose in SEARCHED if purpose in may]
    index = current_app.extensions["storybank"].index.at(web.session())
    found = saved.news(web.session(), index, uses) if actor.account_id is not None else {}
    return [
        (
            f"{SEARCHED[purpose]}: {plural(many, 'search', 'searches')}",
            url_for("search.saved", purpose=purpose.value),
        )
        for purpose, many in found.items()
    ]
