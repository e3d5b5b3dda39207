"""Searches that somebody keeps: a list that says where something is new."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.rules import Use
from storybank.db import writing
from storybank.errors import BadInput, Refused
from storybank.search import saved as keeping
from storybank.search.asked import EXACT
from storybank.search.evidence import Searches
from storybank.search.views_results import for_a_use, may_save

Page = str | Response | tuple[str, int]


@for_a_use
def saved(use: Use, purpose: str) -> str:
    """One's own searches for this use, with how much each finds and how much of it is new."""
    return _page(_allowed(use))


@for_a_use
def save(use: Use, purpose: str) -> Page:
    """Keep a search under a name."""
    _allowed(use)
    sent = request.form
    name, line, same = sent.get("name", ""), sent.get("line", ""), sent.get("same") != EXACT
    try:
        made = keeping.save(web.session(), _index(), use, name, line, same)
    except BadInput as problem:
        return _page(use, problem.sentence, name, line), problem.status
    web.say(
        f"The search is kept as {made.name}.",
        undo=url_for("search.remove", purpose=purpose, search_id=made.id),
    )
    return redirect(url_for("search.saved", purpose=purpose), 303)


@for_a_use
def open_saved(use: Use, purpose: str, search_id: int) -> Response:
    """Ask a kept search again; what it finds now is no longer new."""
    # In a transaction of its own: this page was asked for by a link, and has read already.
    with writing(current_app.extensions["storybank"].sessions) as session:
        found = keeping.look(session, _index(), _allowed(use), search_id)
        line, same = found.line, None if found.same else EXACT
    return redirect(url_for("search.results", purpose=purpose, q=line, same=same), 303)


@for_a_use
def remove(use: Use, purpose: str, search_id: int) -> Response:
    """Take a search of one's own away."""
    gone = keeping.remove(web.session(), _allowed(use), search_id)
    web.say(
        f"The search {gone.name} is removed.",
        undo=url_for("search.put_back", purpose=purpose, search_id=search_id),
    )
    return redirect(url_for("search.saved", purpose=purpose), 303)


@for_a_use
def put_back(use: Use, purpose: str, search_id: int) -> Response:
    """Have a search again that was taken away."""
    back = keeping.put_back(web.session(), _allowed(use), search_id)
    web.say(f"The search {back.name} is back.")
    return redirect(url_for("search.saved", purpose=purpose), 303)


def _page(use: Use, problem: str = "", name: str = "", line: str = "") -> str:
    return web.render(
        "search/saved.html",
        use=use,
        cards=keeping.cards(web.session(), _index(), use),
        removed=keeping.removed(web.session(), use),
        errors={"name": problem} if problem else {},
        name=name,
        line=line,
        max_name=keeping.MAX_NAME,
    )


def _allowed(use: Use) -> Use:
    if not may_save(use):
        raise Refused("Sign in with an account that has work here to keep searches.")
    return use


def _index() -> Searches:
    index: Searches = current_app.extensions["storybank"].index.at(web.session())
    return index
