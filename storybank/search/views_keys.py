"""Keys for programs: made, named, seen once, revoked."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.search import keys as keeping

Page = str | Response | tuple[str, int]

for_the_team = open_to(Role.RESEARCHER, Role.FACILITATOR, Role.MEMBER, Role.STEWARD)


@for_the_team
def keys() -> Page:
    """One's own keys, and making one. The key itself is on the page that makes it, and never
    again."""
    if request.method == "GET":
        return _page()
    name = request.form.get("name", "")
    try:
        made, token = keeping.make(web.session(), current_actor(), name)
    except BadInput as problem:
        return _page(errors={"name": problem.sentence}, name=name), problem.status
    return _page(made=made.name, token=token)


@for_the_team
def revoke(search_key_id: int) -> Response:
    """End a key for good."""
    gone = keeping.revoke(web.session(), current_actor(), search_key_id)
    web.say(f"The key {gone.name} opens nothing any more.")
    return redirect(url_for("search.keys"), 303)


def _page(
    errors: dict[str, str] | None = None, name: str = "", made: str = "", token: str = ""
) -> str:
    return web.render(
        "search/keys.html",
        keys=keeping.keys(web.session(), current_actor()),
        errors=errors or {},
        name=name,
        made=made,
        token=token,
        max_name=keeping.MAX_NAME,
        here=url_for("search_api.search", _external=True),
    )
