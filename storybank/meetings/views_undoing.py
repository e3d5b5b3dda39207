"""Undoing what one did last to a workshop's plan, its packs, or its answers; doing it again."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings import acts, moderating
from storybank.meetings.team import planned_for
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Undoer
from storybank.workshops import acts as planning_acts
from storybank.workshops.models import Pack, PackItem

UNDOERS: Mapping[str, Undoer] = {
    **planning_acts.UNDOERS, **acts.UNDOERS, **moderating.UNDOERS,
}  # fmt: skip


@open_to(Role.FACILITATOR)
def undo() -> Response:
    """Undo what the person did last, in the workshop whose page was sent where it is named."""
    session, use, within = web.session(), _use(), _within()
    act = undoing.last(session, use, within)
    page = _page_of(act) if act is not None else None
    done = undoing.undo(session, use, UNDOERS, within) if page else None
    if act is None or page is None or done is None:
        web.say("There is nothing to undo.", "notice")
        return redirect(page or url_for("workshops.workshops"), 303)
    web.say(
        f"Undone: {done.sentence}", undo=url_for("meetings.redo"), fields=_fields(act),
        label="Do it again",
    )  # fmt: skip
    return redirect(page, 303)


@open_to(Role.FACILITATOR)
def redo() -> Response:
    """Do again what the person undid last."""
    session, use, within = web.session(), _use(), _within()
    act = undoing.undone(session, use, within)
    page = _page_of(act) if act is not None else None
    done = undoing.redo(session, use, UNDOERS, within) if page else None
    if act is None or page is None or done is None:
        web.say("There is nothing to do again.", "notice")
        return redirect(page or url_for("workshops.workshops"), 303)
    web.say(f"Done again: {done.sentence}", undo=url_for("meetings.undo"), fields=_fields(act))
    return redirect(page, 303)


def _use() -> Use:
    return Use.claim(current_actor(), Purpose.WORKSHOP, now())


def _within() -> sa.ColumnElement[bool]:
    ours = Act.kind.in_(list(UNDOERS))
    workshop = request.form.get("workshop", type=web.number)
    if workshop is None:
        return ours
    return sa.and_(ours, Act.detail["workshop"].as_integer() == workshop)


def _fields(act: Act) -> dict[str, int]:
    number = act.detail.get("workshop")
    return {"workshop": int(number)} if number else {}


def _page_of(act: Act) -> str:
    """Where what an act changed is to be seen. Raises NotFound for whoever does not run that
    workshop any more: they take nothing back in it."""
    session, detail = web.session(), act.detail
    item = session.get(PackItem, detail.get("item") or detail.get("put") or 0)
    pack = session.get(Pack, item.pack_id) if item is not None else None
    number = pack.workshop_id if pack is not None else int(detail.get("workshop") or 0)
    workshop = planned_for(session, current_actor(), number)
    if pack is not None:
        return url_for("workshops.pack", purpose=workshop.use, pack_id=pack.id)
    if act.kind == moderating.KIND:
        return url_for("meetings.moderation", purpose=workshop.use, workshop_id=number)
    if act.kind == acts.KIND:
        groups = all(change["table"] == "group" for change in detail["changes"])
        page = "meetings.plan_groups" if groups else "meetings.plan_prompts"
        return url_for(page, workshop_id=number)
    return url_for("workshops.workshop", workshop_id=number)
