"""What observers see: the wall for the public, without names, small counts or private words."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response as Answer
from flask import url_for

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.meetings import state, wall, watching
from storybank.meetings.views_live import Page, polled
from storybank.meetings.views_wall import asked, chosen, segment_of
from storybank.meetings.voices import few
from storybank.people.limits import limit_joining
from storybank.workshops.models import Workshop


@uses(Purpose.PUBLIC)
@limit_joining
def watch(use: Use, token: str) -> Page:
    """The wall, to look at."""
    workshop, before = watching.watched(web.session(), use, token)
    return web.render(
        "meetings/watch.html", version=state.version(web.session(), before, workshop),
        **_context(before, workshop, token),
    )  # fmt: skip


@uses(Purpose.PUBLIC)
@limit_joining
def poll_watch(use: Use, token: str) -> Answer:
    """The same as it stands, or nothing where ``v`` is what stands."""
    workshop, before = watching.watched(web.session(), use, token)
    return polled(
        state.version(web.session(), before, workshop),
        lambda: web.render("meetings/_watch.html", **_context(before, workshop, token)),
    )


def _context(use: Use, workshop: Workshop, token: str) -> Mapping[str, object]:
    prompt_id, only = asked()
    found = wall.wall(web.session(), use, workshop, prompt_id, only)
    keep = chosen(found, only, prompt_id)
    return {
        "wall": found, "workshop": workshop, "only": only, "keep": keep, "few": few,
        "nav_items": (), "sign_in_url": None,
        "segment": segment_of(found, workshop),
        "wall_url": lambda **changed: url_for("meetings.watch", token=token, **changed),
        "poll_url": url_for("meetings.poll_watch", token=token, **keep),  # type: ignore[arg-type]
    }  # fmt: skip
