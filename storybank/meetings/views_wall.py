"""The wall, for the projector and for every screen; and the code to join, as large as a screen."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response as Answer
from flask import request, url_for

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.meetings import agenda, answering, running, state, wall
from storybank.meetings.models import Segment
from storybank.meetings.team import meeting_for
from storybank.meetings.views_live import Page, for_the_team, here, join_host, polled, square, way
from storybank.meetings.wall import Filter, Wall
from storybank.workshops.models import Workshop

MODES = ("room", "online", "phone", "mixed")


@for_the_team
def wall_page(use: Use, purpose: str, workshop_id: int) -> Page:
    """What all groups answered; before the reveal, how many."""
    session = web.session()
    workshop, before = meeting_for(session, use, workshop_id)
    return web.render(
        "meetings/wall.html", version=_version(before, workshop), **_context(before, workshop)
    )


@for_the_team
def poll_wall(use: Use, purpose: str, workshop_id: int) -> Answer:
    """The wall as it stands, or nothing where ``v`` is what stands."""
    session = web.session()
    workshop, before = meeting_for(session, use, workshop_id)
    return polled(
        _version(before, workshop),
        lambda: web.render("meetings/_wall.html", **_context(before, workshop)),
    )


@for_the_team
def code_qr(use: Use, purpose: str, workshop_id: int) -> Page:
    """The code to join and its square, to project while people come in."""
    workshop, _ = meeting_for(web.session(), use, workshop_id)
    return web.render(
        "meetings/code.html", workshop=workshop, here=here(workshop), square=square(workshop),
        join_host=join_host(),
    )  # fmt: skip


def asked() -> tuple[int | None, Filter]:
    """Which question and groups the address asks for; what cannot be is as if not asked."""
    mode = request.args.get("mode", "")
    prompt_id = request.args.get("prompt", type=web.number)
    group_id = request.args.get("group", type=web.number)
    page = request.args.get("page", 1, web.number)
    known = mode if mode in MODES else ""
    return prompt_id, Filter(known, group_id, min(max(1, page), 10_000))


def chosen(found: Wall, only: Filter, asked_for: int | None) -> dict[str, str | int]:
    """What the address of this wall carries, to be kept when one thing of it is changed."""
    keep = {
        "prompt": asked_for if asked_for and found.prompt else None,
        "mode": only.mode or None, "group": only.group_id,
        "page": found.page if found.page > 1 else None,
    }  # fmt: skip
    return {name: value for name, value in keep.items() if value is not None}


def segment_of(found: Wall, workshop: Workshop) -> Segment | None:
    """The part of the plan where the workshop is."""
    segments = agenda.agenda(web.session(), workshop.id).segments
    return next((one for one in segments if one.id == found.stands.segment_id), None)


def _version(use: Use, workshop: Workshop) -> str:
    told = answering.tally(web.session(), workshop.id)
    return f"{state.version(web.session(), use, workshop)}-{told}"


def _context(use: Use, workshop: Workshop) -> Mapping[str, object]:
    prompt_id, only = asked()
    found = wall.wall(web.session(), use, workshop, prompt_id, only)
    args, keep = here(workshop), chosen(found, only, prompt_id)
    return {
        "use": use, "wall": found, "workshop": workshop, "here": args, "only": only, "keep": keep,
        "segment": segment_of(found, workshop), "left": running.seconds_left(found.stands, now()),
        "square": square(workshop),
        "join_host": join_host(), "clusters": way("synthesis.clusters", **args),
        "wall_url": lambda **changed: _url(args | _changed(keep, changed)),
        "poll_url": url_for("meetings.poll_wall", **args, **keep),  # type: ignore[arg-type]
    }  # fmt: skip


def _url(args: Mapping[str, str | int]) -> str:
    return url_for("meetings.wall", **args)  # type: ignore[arg-type]


def _changed(
    keep: Mapping[str, str | int], changed: Mapping[str, str | int | None]
) -> dict[str, str | int]:
    """The address's own things with some changed or, where None, dropped; from its first page."""
    both = {name: value for name, value in keep.items() if name != "page"} | dict(changed)
    return {name: value for name, value in both.items() if value is not None}
