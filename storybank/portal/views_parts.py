"""Parts I keep back, and my story as others would see it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Mark, Purpose, Reason, Span, Use
from storybank.errors import BadInput
from storybank.portal import corrections
from storybank.portal import parts as marking
from storybank.stories import drawing, preview

Page = str | Response | tuple[str, int]
STORY = "/my/<int(max=2147483647):story_id>"
A_PAGE = 30
CHOOSE = "Choose a part of your story first."
WHAT = "Choose what to do with that part."

LOOK_AS = {
    Purpose.STUDY: "Our team",
    Purpose.WORKSHOP: "People at a workshop",
    Purpose.MEMBERS: "Our members",
    Purpose.DECIDE: "People who make choices",
    Purpose.TEACH: "Staff and students",
    Purpose.PUBLIC: "Anyone at all",
    Purpose.REUSE: "Other research teams",
}
WHOLE = {Purpose.STUDY, Purpose.MEMBERS, Purpose.REUSE}

WHY_NOBODY = {
    Reason.ERASED: "You deleted this story.",
    Reason.HELD: "We are not using this story for now.",
    Reason.PAUSED: "You paused your story.",
    Reason.UNDER_16: "You are under 16. A parent must say yes too.",
    Reason.NOT_KEPT: "You have not let us keep your story.",
    Reason.STOPPED: "You stopped this use.",
    Reason.NOT_ASKED: "You have not said yes to this. A blank means no.",
    Reason.SAID_NO: "You said no to this.",
    Reason.NOT_YET: "Your yes has not started yet.",
    Reason.RUN_OUT: "Your yes has run out.",
    Reason.THIRD_PERSON: "It names someone else. We have to find out first if that is okay.",
    Reason.NOT_CHECKED: "You have not checked the words we wrote down yet.",
    Reason.CO_TELLER: "Someone else told this story with you. They have not said yes.",
    Reason.CAPACITY: "Some checks are not done yet.",
    Reason.MEDIUM: "You have not let us show it as words to read.",
    Reason.ASK_FIRST: "You want us to ask you each time. We show nothing until you say yes.",
}
"""Why nobody sees it, told to its storyteller. The other reasons are of parts or of places."""


@uses(Purpose.OWN)
def parts(use: Use, story_id: int) -> Page:
    """My story, sentence by sentence, with a box for each."""
    return _page(use, story_id)


@uses(Purpose.OWN)
def keep_back(use: Use, story_id: int) -> Page:
    """Keep the ticked sentences back, or go on to put one of them right."""
    form = request.form
    ticked = form.getlist("sentence", type=web.number)
    if not ticked:
        return _page(use, story_id, {"sentences": CHOOSE}), 422
    if form.get("act") == "change":
        return redirect(url_for("portal.correct", story_id=story_id, sentence=min(ticked)), 303)
    marks = {mark.value: mark for mark in marking.passages.TELLERS}
    if form.get("act") not in marks:
        return _page(use, story_id, {"sentences": WHAT}), 422
    how, version = marks[form["act"]], form.get("version", 0, web.number)
    try:
        marking.mark(web.session(), use, story_id, version, ticked, how)
    except BadInput:
        return _page(use, story_id, {"sentences": CHOOSE}), 422
    web.say(
        "We leave that part out now." if how is Mark.LEAVE_OUT
        else "We will ask you first before we use that part."
    )  # fmt: skip
    return redirect(url_for("portal.parts", story_id=story_id, page=_number(), _anchor="kept"), 303)


@uses(Purpose.OWN)
def give_back(use: Use, story_id: int) -> Page:
    """Take one mark back."""
    version, start, end = (request.form.get(n, 0, web.number) for n in ("version", "start", "end"))
    marking.take_back(web.session(), use, story_id, Span(version, start, end))
    web.say("We took the mark back. That part follows your other choices now.")
    return redirect(url_for("portal.parts", story_id=story_id, _anchor="kept"), 303)


@uses(Purpose.OWN)
def as_others_see_it(use: Use, story_id: int) -> Page:
    """What one use would be let see of my story now, or why nobody sees it."""
    asked = request.args.get("use", "")
    purpose = next((one for one in preview.CHOICES if one.value == asked), None)
    found = preview.as_others_see_it(web.session(), use, story_id, purpose or Purpose.STUDY)
    return web.render(
        "portal/as_others_see_it.html", use=use, story_id=story_id, found=found,
        story_text=found.story, chosen=purpose, ways=LOOK_AS, whole=purpose in WHOLE,
        body=drawing.body(found.story) if purpose and found.seen else "",
        why=list(dict.fromkeys(WHY_NOBODY[r] for r in found.reasons if r in WHY_NOBODY)),
    )  # fmt: skip


def _page(use: Use, story_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    found = marking.parts_of(session, use, story_id)
    pages = max(1, -(-len(found.sentences) // A_PAGE))
    page = min(max(1, _number()), pages)
    return web.render(
        "portal/parts.html", use=use, story_id=story_id, text=found.story, marked=found.marked,
        lines=found.sentences[(page - 1) * A_PAGE : page * A_PAGE], page=page, pages=pages,
        waiting=corrections.waiting(session, use, story_id), errors=errors,
        ticked=request.form.getlist("sentence", type=web.number),
    )  # fmt: skip


def _number() -> int:
    return request.values.get("page", 1, int)


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(f"{STORY}/parts")(parts)
    bp.post(f"{STORY}/parts")(keep_back)
    bp.post(f"{STORY}/parts/take-back")(give_back)
    bp.get(f"{STORY}/as-others-see-it")(as_others_see_it)
