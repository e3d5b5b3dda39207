"""Other people in a story: who they are, where they are spoken of, what is decided about each."""

from __future__ import annotations

from datetime import date

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import third_persons as service
from storybank.consent.folding import Span
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import Conflict, NotFound, StorybankError
from storybank.rights import working_days
from storybank.rights.rules import due_on, local_day
from storybank.stewardship.sight import seen
from storybank.stories import reading
from storybank.stories.canon import normalise
from storybank.stories.canon import sentences as sentences_in
from storybank.stories.reading import StoryText

Page = str | Response | tuple[str, int]
A_PAGE = 60


@uses(Purpose.KEEP)
def others(use: Use, story_id: int) -> Page:
    """Everybody noted, and the sentences in which somebody else may be marked."""
    return _page(use, story_id)


@uses(Purpose.KEEP)
def register_other(use: Use, story_id: int) -> Page:
    """Note somebody; until a decision those parts stay inside the team."""
    session, form = web.session(), request.form
    seen(session, use.actor, story_id)
    try:
        service.register(
            session, use.actor, story_id, normalise(form.get("label", ""))[0],
            relationship=form.get("relationship", ""), living=form.get("living", ""),
            child=form.get("child") == "yes", identifiable=form.get("identifiable") != "no",
            parts=_parts(_text(use, story_id)), throughout=form.get("throughout") == "yes",
        )  # fmt: skip
    except Conflict:
        raise
    except StorybankError as problem:
        session.rollback()
        return _page(use, story_id, {"label": problem.sentence}), 422
    web.say("They are noted. Until you decide, those parts stay inside the team.")
    return _back(story_id)


@uses(Purpose.KEEP)
def decide_other(use: Use, story_id: int, other_id: int) -> Page:
    """What was decided about somebody, and whether they were told."""
    session, form = web.session(), request.form
    seen(session, use.actor, story_id)
    if other_id not in {one.person.id for one in service.of_story(session, story_id)}:
        raise NotFound("There is no such person.")
    try:
        service.decide(
            session, use.actor, other_id, form.get("outcome", ""), form.get("informed", ""),
            normalise(form.get("note", ""))[0],
        )  # fmt: skip
    except StorybankError as problem:
        session.rollback()
        return _page(use, story_id, {f"outcome-{other_id}": problem.sentence}), 422
    web.say("The decision is written down.")
    return _back(story_id)


def _parts(story: StoryText | None) -> list[Span]:
    """The ticked sentences; neighbours stay apart, for each is a part of its own."""
    form = request.form
    ticked = {number for number in form.getlist("sentence", type=int)}
    if story is None or not ticked:
        return []
    if form.get("version", 0, int) != story.version:
        raise Conflict("The story has changed since you opened it. Open it again and tick anew.")
    every = sentences_in(story.text, story.blocks)
    return [Span(story.version, *every[n]) for n in sorted(ticked) if 0 <= n < len(every)]


def _text(use: Use, story_id: int) -> StoryText | None:
    """The words, where the gate lets them out: none of a closed story."""
    found = reading.stories(web.session(), use, [story_id])
    return found[0] if found else None


def _back(story_id: int) -> Response:
    return redirect(url_for("stewardship.others", story_id=story_id), 303)


def _due(one: service.Known) -> date:
    return due_on(local_day(one.person.noted_at), working_days.here())


def _page(use: Use, story_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    seen(session, use.actor, story_id)
    story = _text(use, story_id)
    every = sentences_in(story.text, story.blocks) if story else []
    pages = max(1, -(-len(every) // A_PAGE))
    page = min(max(1, request.values.get("page", 1, int)), pages)
    first = (page - 1) * A_PAGE
    text = story.text if story else ""
    lines = [(n, text[start:end]) for n, (start, end) in enumerate(every[first : first + A_PAGE],
                                                                   first)]  # fmt: skip
    known = service.of_story(session, story_id)
    return web.render(
        "stewardship/others.html", use=use, story_id=story_id, story=story, lines=lines,
        page=page, pages=pages, errors=errors, known=[(one, _due(one)) for one in known],
        outcomes=service.OUTCOMES, informed=service.INFORMED, living=service.LIVING,
        relationships=service.RELATIONSHIPS, chosen=request.form,
        ticked=request.form.getlist("sentence", type=int),
    )  # fmt: skip
