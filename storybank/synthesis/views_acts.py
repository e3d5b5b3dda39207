"""Undoing what one did last to a workshop's clusters and its answer, and doing it again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings.team import planned_for
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.synthesis import acts, clusters
from storybank.synthesis.acts import UNDOERS
from storybank.synthesis.views_clusters import back_fields, here
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.workshops.models import Workshop

ON_THE_BOARD = ("clusters", "theme of a cluster")
"""Kinds of acts after which one is led to the board; after others, to the answer."""


@open_to(Role.FACILITATOR)
def undo() -> Response:
    """Undo what the person did last to clusters, themes or the answer."""
    session, use, within = web.session(), _use(), _within()
    act = undoing.last(session, use, within)
    done = undoing.undo(session, use, UNDOERS, within)
    if act is None or done is None:
        web.say("There is nothing to undo.", "notice")
        return redirect(url_for("workshops.workshops"), 303)
    web.say(
        f"Undone: {done.sentence}", undo=url_for("synthesis.redo"), fields=back_fields(),
        label="Do it again",
    )  # fmt: skip
    return _after(act)


@open_to(Role.FACILITATOR)
def redo() -> Response:
    """Do again what the person undid last."""
    session, use, within = web.session(), _use(), _within()
    act = undoing.undone(session, use, within)
    done = undoing.redo(session, use, UNDOERS, within)
    if act is None or done is None:
        web.say("There is nothing to do again.", "notice")
        return redirect(url_for("workshops.workshops"), 303)
    web.say(f"Done again: {done.sentence}", undo=url_for("synthesis.undo"), fields=back_fields())
    return _after(act)


def _use() -> Use:
    return Use.claim(current_actor(), Purpose.WORKSHOP, now())


def _within() -> sa.ColumnElement[bool]:
    """What was done in the workshop whose page was sent; in any, where none is named."""
    return acts.within(request.form.get("workshop", type=web.number))


def _after(act: Act) -> Response:
    """Lead to what looks different now, in the workshop in which it was done."""
    session = web.session()
    workshop: Workshop = planned_for(session, current_actor(), int(act.detail["workshop"]))
    if act.kind not in ON_THE_BOARD:
        return redirect(url_for("synthesis.answer", **here(workshop)), 303)
    fields: dict[str, Any] = back_fields()
    cluster, _ = fields.pop("cluster", None), fields.pop("workshop", None)
    if cluster in {number for number, _ in clusters.names(session, workshop.id)}:
        return redirect(url_for("synthesis.cluster", cluster_id=cluster, **here(workshop)), 303)
    if request.form.get("back") == "answer":
        return redirect(url_for("synthesis.answer", **here(workshop)), 303)
    return redirect(url_for("synthesis.clusters", **fields, **here(workshop)), 303)


def add_to(bp: Blueprint) -> None:
    """Give the acts here their addresses."""
    bp.post("/synthesis/undo")(undo)
    bp.post("/synthesis/redo")(redo)
