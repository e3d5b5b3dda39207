"""Put a sentence right: what it says, what it should say, and what becomes of the old words."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict
from storybank.portal import corrections
from storybank.portal import parts as marking
from storybank.stories import files, reading

Page = str | Response | tuple[str, int]
STORY = "/my/<int(max=2147483647):story_id>"


@uses(Purpose.OWN)
def correct(use: Use, story_id: int) -> Page:
    """One sentence, to be written anew."""
    number = request.args.get("sentence", 0, int)
    return _page(use, story_id, number)


@uses(Purpose.OWN)
def ask_to_correct(use: Use, story_id: int) -> Page:
    """Send what it should say to a steward."""
    form = request.form
    number = form.get("sentence", 0, web.number)
    try:
        corrections.ask(
            web.session(), use, story_id, form.get("version", 0, web.number), number,
            form.get("words", ""), keep_old=form.get("old") == "keep",
        )  # fmt: skip
    except (BadInput, Conflict) as no:
        return _page(use, story_id, number, {"words": no.sentence}), 422
    web.say("Thank you. We will look at it, and tell you when it is done.")
    return redirect(url_for("portal.parts", story_id=story_id, _anchor="changes"), 303)


@uses(Purpose.OWN)
def take_correction_back(use: Use, story_id: int) -> Page:
    """Take back what was asked."""
    ref = request.form.get("ref", 0, web.number)
    corrections.take_back(web.session(), use, story_id, ref)
    web.say("We took that back. The words stay as they are.")
    return redirect(url_for("portal.parts", story_id=story_id), 303)


def _page(use: Use, story_id: int, number: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    story = reading.story(session, use, story_id)
    return web.render(
        "portal/correct.html", use=use, story_id=story_id, text=story, errors=errors,
        sentence=marking.sentence_at(session, use, story_id, number),
        recorded=files.recording(session, story_id) is not None,
        typed=request.form.get("words"), old=request.form.get("old", "drop"),
    )  # fmt: skip


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(f"{STORY}/parts/change")(correct)
    bp.post(f"{STORY}/parts/change")(ask_to_correct)
    bp.post(f"{STORY}/parts/change/take-back")(take_correction_back)
