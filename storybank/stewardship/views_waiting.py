"""Lists of stories that wait for a steward."""

from __future__ import annotations

from storybank import web
from storybank.clock import now
from storybank.errors import NotFound
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stewardship.lists import LISTS


@open_to(Role.STEWARD)
def waiting(kind: str) -> str:
    """One list; each story leads to where it is seen to."""
    found = LISTS.get(kind)
    if found is None:
        raise NotFound("There is no such list.")
    rows = found.find(web.session(), current_actor(), now())
    return web.render("stewardship/waiting.html", kind=found, rows=rows)
