"""What our team took out of my story, and asking to have it back."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import service as consent
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.details import originals
from storybank.errors import BadInput
from storybank.rights import service as rights
from storybank.rights.kinds import Kind
from storybank.stories import reading

Page = str | Response | tuple[str, int]
STORY = "/my/<int(max=2147483647):story_id>"
ASKS = "Please put back what you took out of my story. Now it says: {}."
"""What stands in the request: the team's own words, and none of the story."""


@uses(Purpose.OWN)
def replaced(use: Use, story_id: int) -> Page:
    """Which words now stand in the place of names and the like, since when."""
    return _page(use, story_id)


@uses(Purpose.OWN)
def ask_back(use: Use, story_id: int) -> Page:
    """Ask for words to be put back as they were told."""
    session = web.session()
    reading.story(session, use, story_id)
    ticked = set(request.form.getlist("which", type=web.number))
    stands = originals.replaced(session, use, story_id)
    said = [one.said for one in stands if one.ids[0] in ticked]
    if not said:
        return _page(use, story_id, {"which": "Tick what you want back."}), 422
    of_story = story_id if consent.person_of(session, story_id) == use.actor.person_id else None
    try:
        rights.ask(
            session, use.actor, Kind.CORRECTION, ASKS.format(", ".join(said))[:1000], of_story
        )
    except BadInput as problem:
        return _page(use, story_id, {"which": problem.sentence}), 422
    web.say("Thank you. We will put it back, and tell you when it is done.")
    return redirect(url_for("portal.replaced", story_id=story_id), 303)


def _page(use: Use, story_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    story = reading.story(session, use, story_id)
    return web.render(
        "portal/replaced.html", use=use, story_id=story_id, text=story, errors=errors,
        stands=originals.replaced(session, use, story_id),
        openings=originals.openings(session, story_id),
    )  # fmt: skip


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(f"{STORY}/taken-out")(replaced)
    bp.post(f"{STORY}/taken-out")(ask_back)
