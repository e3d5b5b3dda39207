"""The half hour that is open now, told on every page of whoever opened it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, url_for

from storybank import web
from storybank.clock import now
from storybank.consent.deciding import window
from storybank.people.login import current_actor
from storybank.people.rules import Role, code_of

MAY_ASSIST = frozenset({Role.STEWARD, Role.FACILITATOR})


def banner() -> dict[str, Any]:
    """For the layout: with whom, how many minutes are left, and where it is ended."""
    if g.get("bare"):  # The database may be the trouble that this page speaks of.
        return {}
    actor = current_actor()
    if not actor.roles & MAY_ASSIST:
        return {}
    at = now()
    found = window(web.session(), actor, None, at)
    if found is None:
        return {}
    return {
        "assisted": {
            "code": code_of(found.person_id),
            "minutes": _minutes_left(found.closes_at, at),
            "href": url_for("stewardship.assist"),
            "end": url_for("stewardship.end_assisting"),
        }
    }


def _minutes_left(closes_at: datetime, at: datetime) -> int:
    """Whole minutes, the one that runs counted."""
    return max(1, -(-int((closes_at - at).total_seconds()) // 60))
