"""The list of stories to study."""

from __future__ import annotations

from flask import request

from storybank import web
from storybank.coding import reading as codings_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading

A_PAGE = 25
SHOWN: dict[str, bool | None] = {"": None, "not-yet": False, "mine": True}
"""What ``?show=`` keeps: every story, those not yet coded by the reader, those they have."""


@uses(Purpose.STUDY)
def stories(use: Use) -> str:
    """Stories to put codes on, with how much of that is done."""
    session = web.session()
    there = codings_of.to_study(session, use)
    counts = {"": len(there.every), "not-yet": there.not_yet, "mine": len(there.mine)}
    show = request.args.get("show", "")
    show = show if show in SHOWN else ""
    pages = max(1, -(-counts[show] // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    some = there.page(SHOWN[show], (page - 1) * A_PAGE, A_PAGE)
    lines = codings_of.stories_to_study(session, use, some)
    numbers = [line.story_id for line in lines]
    return web.render(
        "coding/stories.html",
        use=use,
        lines=lines,
        titles=reading.titles(session, use, numbers),
        facts_of=reading.attributes_of(session, use, numbers),
        counts=counts,
        show=show,
        page=page,
        pages=pages,
    )
