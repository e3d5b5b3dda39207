"""What other words stand for, for a steward: the sealed original, and putting words back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.details import originals, putting_in
from storybank.details.views_check import carriers, page_of
from storybank.errors import BadInput, NotFound
from storybank.stories import reading, writing
from storybank.web.jinja import plural

Page = str | Response | tuple[str, int]


@uses(Purpose.KEEP)
def original(use: Use, story_id: int) -> Page:
    """What was replaced, and who opened the sealed words; no word of them."""
    return _page(use, story_id)


@uses(Purpose.KEEP)
def open_original(use: Use, story_id: int) -> Page:
    """Show the sealed words once, with the reason written down."""
    reason = request.form.get("reason", "")
    version = request.form.get("version", 0, web.number)
    try:
        words = originals.open_original(web.session(), use, story_id, version, reason)
    except BadInput as problem:
        return _page(use, story_id, {"reason": problem.sentence}, reason=reason), 422
    return _page(use, story_id, words=words)


@uses(Purpose.KEEP)
def put_back(use: Use, story_id: int) -> Page:
    """Put what was told back: all of it straight after it was replaced, or what is ticked."""
    session, form = web.session(), request.form
    everything = form.get("all") == "yes"
    chosen = None if everything else _numbers(form.getlist("replaced"))
    if chosen == []:
        return _page(use, story_id, {"replaced": "Tick what to put back."}), 422
    version = reading.story(session, use, story_id).version
    _, count = putting_in.put_back(
        session, use, story_id, version, carriers(), chosen, keep=not everything
    )
    web.say(f"{plural(count, 'mention')} put back as it was told.")
    return redirect(url_for("details.check", purpose="keep", story_id=story_id), 303)


@uses(Purpose.KEEP)
def retitle(use: Use, story_id: int) -> Page:
    """Give the story a title without personal details."""
    typed = request.form.get("title", "")
    try:
        writing.retitle(web.session(), use, story_id, typed)
    except BadInput as problem:
        return page_of(use, story_id, {"title": problem.sentence}, title=typed), 422
    web.say("The story has another title.")
    return redirect(url_for("details.check", purpose="keep", story_id=story_id), 303)


def _numbers(sent: list[str]) -> list[int]:
    """Every number in what was ticked: a box stands for all mentions of a thing."""
    typed = " ".join(sent)[:20_000].split()
    return [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10]


def _page(
    use: Use,
    story_id: int,
    errors: Mapping[str, str] | None = None,
    *,
    reason: str = "",
    words: str | None = None,
) -> str:
    session = web.session()
    title = reading.titles(session, use, [story_id]).get(story_id)
    if title is None:
        raise NotFound("There is no such story here.")
    stands = originals.replaced(session, use, story_id)
    return web.render(
        "details/original.html", use=use, title=title, stands=stands, errors=errors,
        versions=originals.versions(stands), openings=originals.openings(session, story_id),
        reason=reason, words=words, story_id=story_id,
    )  # fmt: skip
