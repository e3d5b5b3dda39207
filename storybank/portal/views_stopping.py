"""Pause, stop one use, stop all, delete: four buttons, none of which asks for a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent import wordings
from storybank.consent.guards import uses
from storybank.consent.models import Receipt
from storybank.consent.rules import EIGHT, Counting, Purpose, Use
from storybank.people.login import current_actor, end_session
from storybank.people.rules import Role
from storybank.portal import erasing, service
from storybank.portal import reading as mine

Page = str | Response | tuple[str, int]
# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
STORY = f"/my/<{NUMBER}:story_id>"
COUNTING = {
    Counting.OUT: "Take me out of the counts.",
    Counting.NUMBER: "Keep the number only.",
}


def add_to(bp: Blueprint) -> None:
    """Give the storyteller's room these pages, and every page of it the four buttons."""
    bp.post(f"{STORY}/pause")(pause)
    bp.post(f"{STORY}/start-again")(start_again)
    bp.get(f"{STORY}/stop")(ask_stop_one)
    bp.post(f"{STORY}/stop")(stop_one)
    bp.get(f"{STORY}/stop-all")(ask_stop_all)
    bp.post(f"{STORY}/stop-all")(stop_all)
    bp.get(f"{STORY}/delete")(ask_delete)
    bp.post(f"{STORY}/delete")(delete)
    bp.context_processor(lambda: {"stop_bar_of": stop_bar_of, "url_if": url_if})


@uses(Purpose.OWN)
def pause(use: Use, story_id: int) -> Response:
    """Pause a story, at once."""
    return _to_receipt(service.pause(web.session(), use, story_id))


@uses(Purpose.OWN)
def start_again(use: Use, story_id: int) -> Response:
    """Start a paused story again, under the choices it had."""
    return _to_receipt(service.start_again(web.session(), use, story_id))


@uses(Purpose.OWN)
def ask_stop_one(use: Use, story_id: int) -> str:
    """Which use to stop."""
    story = mine.my_story(web.session(), use, story_id)
    return web.render("portal/stop_one.html", use=use, story=story, errors=None)


@uses(Purpose.OWN)
def stop_one(use: Use, story_id: int) -> Page:
    """Stop one use, at once."""
    session = web.session()
    names = {purpose.value: purpose for purpose in EIGHT}
    wanted = request.form.get("use", "")
    if wanted not in names:
        story = mine.my_story(session, use, story_id)
        errors = {"use": "Choose what to stop."}
        return web.render("portal/stop_one.html", use=use, story=story, errors=errors), 422
    return _to_receipt(service.stop(session, use, story_id, [names[wanted]]))


@uses(Purpose.OWN)
def ask_stop_all(use: Use, story_id: int) -> str:
    """Say what will happen, before everything is stopped."""
    story = mine.my_story(web.session(), use, story_id)
    return web.render("portal/stop_all.html", use=use, story=story, counting=_counting(story))


@uses(Purpose.OWN)
def stop_all(use: Use, story_id: int) -> Response:
    """Stop every use, at once."""
    return _to_receipt(service.stop(web.session(), use, story_id, EIGHT, _counting_sent()))


@uses(Purpose.OWN)
def ask_delete(use: Use, story_id: int) -> str:
    """Say what will happen, before a story is deleted for good."""
    session = web.session()
    story = mine.my_story(session, use, story_id)
    me = use.actor.person_id or 0
    last = not story.for_teller and not erasing.has_other_story(session, me, story_id)
    return web.render(
        "portal/delete.html", use=use, story=story, counting=_counting(story), last=last
    )


@uses(Purpose.OWN)
def delete(use: Use, story_id: int) -> Page:
    """Delete a story, at once and for good."""
    session = web.session()
    forget_me = request.form.get("forget") == "yes"
    receipt = service.delete(session, use, story_id, _counting_sent(), forget_me)
    if not mine.way_in_is_closed(session, use):
        return _to_receipt(receipt)
    # Whoever has no account any more can not come back to the receipt: it is shown here, once.
    page = mine.my_receipt(session, use, receipt.id)
    end_session()
    return web.render(
        "portal/receipt.html", use=use, page=page, story=None, gone=True, quick_exit=True
    )


def stop_bar_of(story: Any) -> mine.MyStory | mine.Bar | None:
    """What the four buttons need to know, of a story or of one with this number."""
    if isinstance(story, mine.MyStory | mine.Bar):
        return story
    number = story if isinstance(story, int) else getattr(story, "story_id", None)
    actor = current_actor()
    if not isinstance(number, int) or Role.STORYTELLER not in actor.roles:
        return None
    return mine.bar(web.session(), Use.claim(actor, Purpose.OWN, now()), number)


def url_if(endpoint: str, **values: Any) -> str:
    """The address of a page where this house has it; else nothing."""
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def _to_receipt(receipt: Receipt) -> Response:
    return redirect(url_for("portal.receipt", receipt_id=receipt.id), 303)


def _counting(story: mine.MyStory) -> dict[str, Any] | None:
    """The question what becomes of its labels, where there are any."""
    if not story.codings:
        return None
    text = wordings.current(web.session(), ["counting"])["counting"].text
    for answer in COUNTING.values():
        text = text.replace(answer, "")
    return {"text": " ".join(text.split()), "answers": COUNTING}


def _counting_sent() -> Counting | None:
    sent = request.form.get("counting", "")
    return Counting(sent) if sent in {one.value for one in Counting} else None
