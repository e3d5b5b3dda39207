"""The steward's first page."""

from __future__ import annotations

from flask import url_for

from storybank import web
from storybank.clock import now
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stewardship.rules import Need
from storybank.stewardship.today import needs


@open_to(Role.STEWARD)
def today() -> str:
    """What needs a steward today, most pressing first."""
    found = needs(web.session(), current_actor(), now())
    return web.render("stewardship/today.html", needs=found, address=_address)


def _address(need: Need) -> str:
    return url_for(need.endpoint, **need.args)  # type: ignore[arg-type]
