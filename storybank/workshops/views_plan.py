"""The plan of a workshop, its check for real involvement, opening, closing and practising."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.web.jinja import plural
from storybank.workshops import (
    acts,
    helping,
    opening,
    planning,
    real_involvement,
    rehearsing,
)
from storybank.workshops.models import Workshop
from storybank.workshops.plan_form import PlanForm

Page = str | Response | tuple[str, int]


class Undoing(TypedDict):
    """What ``web.say`` is given, to offer that an act be taken back."""

    undo: str | None
    fields: Mapping[str, str | int]


def undoing(meeting: Workshop) -> Undoing:
    """Where somebody who runs a workshop takes back what they just did in it; others cannot."""
    there = "meetings.undo" in current_app.view_functions
    may = there and helping.runs(web.session(), current_actor(), meeting)
    return {
        "undo": url_for("meetings.undo") if may else None,
        "fields": {"workshop": meeting.id},
    }


@open_to(Role.FACILITATOR)
def plan(workshop_id: int) -> Page:
    """Everything that is planned, on one page."""
    session = web.session()
    meeting = helping.run_by(session, current_actor(), workshop_id)
    form = PlanForm.for_(session, meeting)
    if request.method == "POST":
        meeting = helping.run_by(session, current_actor(), workshop_id, to_change=True)
        form = PlanForm.sent(request.form)
        if not form.errors:
            return _saved(meeting, form.values)
    page = web.render(
        "workshops/plan.html", workshop=meeting, form=form, errors=form.errors,
        purpose=Purpose(meeting.use), modes=planning.MODES, templates=planning.TEMPLATES,
        people=helping.facilitators(session, meeting), open=_seen_by_others(meeting),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@open_to(Role.FACILITATOR)
def check(workshop_id: int) -> Page:
    """Is this real involvement? Questions to answer before it opens."""
    session = web.session()
    meeting = helping.run_by(session, current_actor(), workshop_id)
    said, errors = dict(meeting.self_check), {}
    if request.method == "POST":
        meeting = helping.run_by(session, current_actor(), workshop_id, to_change=True)
        try:
            said = real_involvement.cleaned(request.form)
        except BadInput as problem:
            said, errors = request.form.to_dict(), {"": problem.sentence}
        else:
            before = {"self_check": dict(meeting.self_check)}
            planning.put(session, _use(meeting), meeting, {"self_check": said})
            acts.note_plan(session, _use(meeting), meeting, before, {"self_check": said})
            left = len(real_involvement.unanswered(said))
            web.say(
                f"Saved. {plural(left, 'question')} to go." if left else "Saved. All answered.",
                **undoing(meeting),
            )
            return redirect(url_for("workshops.check", workshop_id=workshop_id), 303)
    page = web.render(
        "workshops/check.html", workshop=meeting, said=said, errors=errors,
        groups=(("The workshop", real_involvement.INVOLVEMENT),
                ("Storytellers in the room", real_involvement.STORYTELLERS)),
        warnings=real_involvement.warnings(said), left=len(real_involvement.unanswered(said)),
        most=real_involvement.MOST_LETTERS,
    )  # fmt: skip
    return (page, 422) if errors else page


@open_to(Role.FACILITATOR)
def open_it(workshop_id: int) -> Response:
    """Let people join."""
    session = web.session()
    meeting = helping.run_by(session, current_actor(), workshop_id)
    try:
        made = opening.open_for_joining(session, _use(meeting), workshop_id)
    except opening.NotYet as no:
        web.say(no.sentence, "notice")
    else:
        web.say(f"People can join now. The code is {made.join_code}.")
    return redirect(url_for("workshops.workshop", workshop_id=workshop_id), 303)


@open_to(Role.FACILITATOR)
def close(workshop_id: int) -> Page:
    """Close a workshop, after a page that says what this means."""
    session = web.session()
    meeting = helping.run_by(session, current_actor(), workshop_id)
    if request.method == "POST":
        try:
            opening.close(session, _use(meeting), workshop_id)
        except opening.FirstDo as first:
            web.say(first.sentence, "notice")
            return redirect(first.page, 303)
        web.say("The workshop is closed. Its code and links do not work any more.")
        return redirect(url_for("workshops.workshop", workshop_id=workshop_id), 303)
    return web.render("workshops/close.html", workshop=meeting)


@open_to(Role.FACILITATOR)
def practise(workshop_id: int) -> Response:
    """Go to the copy with invented words, made at the first time."""
    session = web.session()
    meeting = helping.run_by(session, current_actor(), workshop_id)
    copy = rehearsing.practise(session, _use(meeting), workshop_id)
    return redirect(url_for("workshops.workshop", workshop_id=copy.id), 303)


@open_to(Role.FACILITATOR)
def throw_away(workshop_id: int) -> Page:
    """Delete a practice whole, after a page that says so."""
    session = web.session()
    meeting = helping.run_by(session, current_actor(), workshop_id)
    if request.method == "POST":
        origin = rehearsing.throw_away(session, _use(meeting), workshop_id)
        web.say("The practice is deleted, with all that was said in it.")
        there: dict[str, Any] = {"workshop_id": origin} if origin else {}
        page = "workshops.workshop" if origin else "workshops.workshops"
        return redirect(url_for(page, **there), 303)
    return web.render("workshops/throw_away.html", workshop=meeting)


def _saved(meeting: Workshop, values: dict[str, Any]) -> Response:
    session, use = web.session(), _use(meeting)
    before = planning.snapshot(session, meeting)
    gone = planning.put(session, use, meeting, values)
    after = planning.snapshot(session, meeting)
    left = f" {plural(gone, 'passage')} left the packs: not for these people." if gone else ""
    if acts.note_plan(session, use, meeting, before, after):
        web.say(f"The plan is saved.{left}", **undoing(meeting))
    else:
        web.say("Nothing was changed.", "notice")
    return redirect(url_for("workshops.workshop", workshop_id=meeting.id), 303)


def _seen_by_others(meeting: Workshop) -> bool:
    return meeting.status in (opening.OPEN, opening.LIVE, opening.SYNTHESIS)


def _use(meeting: Workshop) -> Use:
    return Use.claim(current_actor(), Purpose(meeting.use), now())
