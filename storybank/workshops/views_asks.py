"""Asking storytellers for passages, and what they said."""

from __future__ import annotations

from datetime import date

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.web.jinja import plural
from storybank.workshops import asking, drawing, service
from storybank.workshops.views_packs import Page, for_a_room, page_to_draw

NOTHING = "Nobody was asked. What there is has been asked for already."


@for_a_room
def ask(use: Use, purpose: str, pack_id: int) -> Page:
    """Ask for passages on a theme, unseen."""
    session, form = web.session(), request.form
    theme = drawing.theme(session, code=form.get("code"), family=form.get("family"))
    if theme is None:
        return page_to_draw(use, pack_id, form, {"code": "Choose a theme first."}), 422
    _, meeting, _ = service.pack_for(session, use, pack_id)
    try:
        day = date.fromisoformat(form["answer_by"]) if form.get("answer_by") else None
        made = asking.ask(session, use, pack_id, theme, day)
    except ValueError:
        return page_to_draw(
            use, pack_id, form, {"answer_by": "Choose the last day to answer."}
        ), 422
    except BadInput as no:
        return page_to_draw(use, pack_id, form, {"answer_by": no.sentence}), 422
    if made:
        web.say(f"Asked for {plural(len(made), 'passage')}. The answers come in here.")
    else:
        web.say(NOTHING, "notice")
    return redirect(url_for("workshops.asks", purpose=purpose, workshop_id=meeting.id), 303)


@for_a_room
def asks(use: Use, purpose: str, workshop_id: int) -> Page:
    """Everything that was asked for a workshop, and what came of it."""
    session = web.session()
    meeting = service.workshop_for(session, use, workshop_id)
    lines = asking.asked_for(session, use, workshop_id)
    return web.render(
        "workshops/asks.html", use=use, workshop=meeting, lines=lines,
        counts=asking.counts(lines), packs=service.packs_of(session, use, meeting),
        past=meeting.held_on < now().date(),
    )  # fmt: skip


@for_a_room
def call_off(use: Use, purpose: str, workshop_id: int, ask_id: int) -> Response:
    """A passage is not wanted any more."""
    service.workshop_for(web.session(), use, workshop_id)
    asking.call_off(web.session(), use, workshop_id, ask_id)
    web.say("Called off. Nobody has to answer.")
    return redirect(url_for("workshops.asks", purpose=purpose, workshop_id=workshop_id), 303)
