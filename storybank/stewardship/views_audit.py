"""Who read or took out what."""

from __future__ import annotations

from datetime import date

from flask import request

from storybank import web
from storybank.people.login import open_to
from storybank.people.rules import Role
from storybank.stewardship import audit as entries_of
from storybank.stewardship.audit import WHAT, Wanted
from storybank.web import forms


@open_to(Role.STEWARD)
def audit() -> str:
    """Readings, files, prints and looks at contact details, the latest first."""
    session = web.session()
    asked = request.args
    wanted = Wanted(
        _number(asked.get("who", "")),
        _number(asked.get("story", "").removeprefix("Story").strip()),
        asked.get("what", "") if asked.get("what") in WHAT else "",
        _day(asked.get("since", "")),
    )
    page = max(1, min(asked.get("page", 1, type=forms.number), 100_000))
    entries, pages = entries_of.entries(session, wanted, page)
    chosen = {key: asked[key] for key in ("who", "story", "what", "since") if asked.get(key)}
    return web.render(
        "stewardship/audit.html", entries=entries, page=min(page, pages), pages=pages,
        chosen=chosen, what=WHAT, accounts=entries_of.accounts(session),
    )  # fmt: skip


def _number(typed: str) -> int | None:
    """The number somebody typed; what is no number, or is none the database holds, finds none."""
    if not typed.strip():
        return None
    return int(typed) if typed.isdecimal() and len(typed) < 10 and typed.isascii() else -1


def _day(typed: str) -> date | None:
    """The day somebody typed; one too early for any clock is as good as none."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year > 1 else None
