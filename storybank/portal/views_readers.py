"""Who opened my story."""

from __future__ import annotations

from flask import Blueprint

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.portal.readers import readers as those_who_read
from storybank.stories import reading


@uses(Purpose.OWN)
def readers(use: Use, story_id: int) -> str:
    """Each day on which somebody of the team opened my story, and why."""
    session = web.session()
    opened = those_who_read(session, use, story_id)
    head = reading.titles(session, use, [story_id]).get(story_id)
    return web.render("portal/readers.html", use=use, story_id=story_id, head=head, opened=opened)


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get("/my/<int(max=2147483647):story_id>/readers")(readers)
