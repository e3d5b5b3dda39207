"""Suggestions beside a story that is open at the desk, and each person's own switch for them."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.coding.drawing import style_of
from storybank.coding.settings import Setting, is_on
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import NotFound
from storybank.people.rules import local_path
from storybank.stories import reading
from storybank.suggest import switch
from storybank.suggest.reading import offers
from storybank.suggest.state import state_of
from storybank.suggest.switch import Mode
from storybank.suggest.views_cards import Page


@uses(Purpose.STUDY)
def part(use: Use, story_id: int) -> Page:
    """The strip above a story: how many wait, or why none are shown."""
    if not reading.may(web.session(), use, story_id):
        raise NotFound("There is no such story here.")
    return strip(use, story_id)


def strip(use: Use, story_id: int) -> str:
    """The same for whoever has looked that the use allows the story."""
    session = web.session()
    shown = switch.may_see(session, use, story_id)
    waiting = offers(session, use, story_id) if shown else []
    families, codes = codebook.book(session)
    styles = {family.key: style_of(at) for at, family in enumerate(families)}
    return web.render(
        "suggest/_part.html", use=use, story_id=story_id, shown=shown,
        mode=switch.mode(session, use, story_id), offers=waiting, count=len(waiting),
        marks=[[one.id, one.start, one.end, one.code_id] for one in waiting],
        names={one.code_id: codes[one.code_id].name for one in waiting}, styles=styles,
        state=state_of(session), shortcuts=is_on(session, use, Setting.SHORTCUTS),
    )  # fmt: skip


@uses(Purpose.STUDY)
def first_pass_done(use: Use, story_id: int) -> Page:
    """Say that one has coded this story once: what is suggested may be seen from now on."""
    if switch.first_pass_done(web.session(), use, story_id):
        said = "Noted: you have coded this story once."
        web.say(said, undo=url_for("coding.undo"))
    back = local_path(request.form.get("back")) or url_for("coding.desk", story_id=story_id)
    return _go(back)


@uses(Purpose.STUDY)
def settings(use: Use) -> Page:
    """When one sees suggestions."""
    session = web.session()
    return web.render(
        "suggest/settings.html", use=use, own=switch.chosen(session, use), modes=tuple(Mode),
        state=state_of(session),
    )  # fmt: skip


@uses(Purpose.STUDY)
def set_settings(use: Use) -> Page:
    """Choose that."""
    mode = switch.named(request.form.get("when", ""))
    switch.choose(web.session(), use, mode)
    web.say("Saved. It holds wherever you sign in.")
    return _go(url_for("suggest.settings"))


def _go(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]
