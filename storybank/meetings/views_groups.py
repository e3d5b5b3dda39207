"""Planning groups: who sits where, who looks after them, and what helps them take part."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.meetings import grouping
from storybank.meetings.grouping import Grouping, Mode
from storybank.meetings.team import planned_for
from storybank.meetings.views_live import Page, undoing
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.web.jinja import plural
from storybank.workshops.models import Workshop

FIELDS = ("name", "mode", "facilitator", "note_taker", "bridge", "where", "access_notes")
NUMBER = "Write a number, like 8, or nothing."


@open_to(Role.FACILITATOR)
def plan_groups(workshop_id: int) -> Page:
    """The groups of a workshop; a POST moves one, takes one out, or makes the usual ones."""
    session = web.session()
    workshop = planned_for(session, current_actor(), workshop_id)
    if request.method == "POST":
        return _changed(workshop)
    found = grouping.groups(session, workshop_id)
    return web.render(
        "meetings/plan_groups.html", workshop=workshop, groups=found,
        sitting=grouping.sitting(session, workshop_id), modes={one.value: one for one in Mode},
        usual=[name for name, _ in grouping.USUAL.get(workshop.mode, grouping.USUAL["both"])],
    )  # fmt: skip


@open_to(Role.FACILITATOR)
def plan_group(workshop_id: int, group_id: int | None = None) -> Page:
    """Change one group, or add one."""
    session = web.session()
    workshop = planned_for(session, current_actor(), workshop_id)
    found = grouping.group(session, workshop_id, group_id) if group_id is not None else None
    form = {name: getattr(found, name) if found else "" for name in FIELDS}
    form["capacity"] = str(found.capacity or "") if found else ""
    if not found and workshop.mode in ("room", "online"):
        form["mode"] = workshop.mode
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = {name: request.form.get(name, "") for name in (*FIELDS, "capacity")}
        try:
            seats = _seats(form["capacity"])
            said = Grouping(**{name: form[name] for name in FIELDS}, capacity=seats)
            grouping.save(session, plan_use(workshop), workshop, group_id, said)
        except BadInput as no:
            errors = {_field(no.sentence): no.sentence}
        else:
            web.say("Saved the group.", **undoing(workshop))
            return redirect(url_for("meetings.plan_groups", workshop_id=workshop_id), 303)
    page = web.render(
        "meetings/plan_group.html", workshop=workshop, group=found, form=form, errors=errors,
        modes=list(Mode),
    )  # fmt: skip
    return (page, 422) if errors else page


def plan_use(workshop: Workshop) -> Use:
    """The use of whoever plans. Raises Refused where they may not use words for this."""
    return Use.claim(current_actor(), Purpose(workshop.use), now())


def _changed(workshop: Workshop) -> Response:
    session, use, form = web.session(), plan_use(workshop), request.form
    do, number = form.get("do", ""), form.get("group", 0, web.number)
    if do == "usual":
        made = grouping.usual(session, use, workshop)
        web.say(f"Made {plural(made, 'group')}.", **undoing(workshop))
    elif do in ("up", "down"):
        grouping.move(session, use, workshop, number, do)
    elif do == "out":
        grouping.take_out(session, use, workshop, number)
        web.say("Took the group out.", **undoing(workshop))
    else:
        raise BadInput("Choose one of the buttons on this page.")
    return redirect(url_for("meetings.plan_groups", workshop_id=workshop.id), 303)


def _seats(typed: str) -> int | None:
    typed = typed.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 6:
        raise BadInput(NUMBER)
    return int(typed)


def _field(sentence: str) -> str:
    if "how this group meets" in sentence:
        return "mode"
    return "capacity" if sentence == NUMBER or "seats" in sentence else "name"
