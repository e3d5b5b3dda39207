"""Putting answers and passages together: moved, made into clusters, merged, taken apart.

Whoever changes clusters holds the workshop until their transaction ends, so that of two people
at once neither loses an answer nor doubles it. Every change can be undone by whoever made it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import state, team
from storybank.meetings.passages import passages
from storybank.synthesis import cluster_acts, clusters, placing
from storybank.synthesis.cluster_acts import KIND
from storybank.synthesis.models import Cluster
from storybank.synthesis.placing import ANSWER, Thing
from storybank.undoing import service as undoing
from storybank.workshops.models import Workshop
from storybank.workshops.planning import clean_text
from storybank.workshops.rules import clean_line, moved

MOST = 200
"""Clusters that a workshop may have."""
AT_ONCE = 500
"""Things that one change may move."""
LONGEST_SUMMARY = 2_000
NOTHING = "Nothing was moved. Tick at least one answer that is shown now."


def move(
    session: Session, use: Use, workshop_id: int, kind: str, thing_id: str | int,
    to_cluster_id: int | None,
) -> int:  # fmt: skip
    """Move one answer or passage (``kind`` "answer" or "passage") into a cluster, or out of all.

    Raises as ``move_all`` does.
    """
    return move_all(session, use, workshop_id, [(kind, str(thing_id))], to_cluster_id)


def move_all(
    session: Session, use: Use, workshop_id: int, things: Iterable[Thing], to_id: int | None
) -> int:
    """Move these into a cluster, or out of all where ``to_id`` is None; how many moved.

    Raises NotFound for anybody who does not run the workshop, or where there is no such cluster;
    Conflict where none of the things may be moved now, or the workshop is closed.
    """
    workshop, use = held(session, use, workshop_id)
    there = _known(session, use, workshop, things)
    to = one(session, workshop_id, to_id) if to_id is not None else None
    moves = placing.place(session, use, there, to.id if to else None)
    if moves:
        where = f"to “{to.title}”" if to else "out of their clusters"
        _note(session, use, workshop_id, f"{_things(len(moves))} moved {where}", moves=moves)
    return len(moves)


def make(
    session: Session, use: Use, workshop_id: int, title: str, things: Iterable[Thing] = ()
) -> Cluster:
    """A new cluster at the end, with these in it; they leave where they were.

    Raises BadInput for a blank or long title, and as ``move_all`` does.
    """
    title = clean_line(title, "a title for the cluster", 200)
    workshop, use = held(session, use, workshop_id)
    ticked = list(things)
    there = _known(session, use, workshop, ticked) if ticked else []
    order = clusters.names(session, workshop_id)
    if len(order) >= MOST:
        raise Conflict(f"A workshop has at most {MOST} clusters. Merge some first.")
    last = session.scalar(
        select(sa.func.max(Cluster.position)).where(Cluster.workshop_id == workshop_id)
    )
    made = Cluster(
        workshop_id=workshop_id, position=(last or 0) + 1, title=title, summary="",
        made_by=undoing.account_of(use), made_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    moves = placing.place(session, use, there, made.id)
    said = f"cluster “{title}” made with {_things(len(moves))}"
    _note(session, use, workshop_id, said, moves=moves, made=[made.id])
    return made


def merge(session: Session, use: Use, workshop_id: int, from_id: int, into_id: int) -> Cluster:
    """Put everything in one cluster into another, which keeps its title; the first is gone.

    Themes and recommendations that stood on the first stand on the other. Raises as
    ``move_all`` does, and BadInput where both are the same.
    """
    if from_id == into_id:
        raise BadInput("Choose another cluster to merge it with.")
    _, use = held(session, use, workshop_id)
    first = one(session, workshop_id, from_id)
    into = one(session, workshop_id, into_id)
    inside = placing.inside(session, first.id)
    moves = placing.place(session, use, inside, into.id)
    followed = placing.follow(session, first.id, into.id)
    first.removed_at = now()
    said = f"“{first.title}” merged into “{into.title}”"
    _note(
        session, use, workshop_id, said, moves=moves, away=[first.id],
        followed=[[first.id, into.id, followed]],
    )  # fmt: skip
    return into


def take_apart(session: Session, use: Use, workshop_id: int, cluster_id: int) -> int:
    """Let everything in a cluster be loose again, and the cluster be gone; how many were in it.

    Raises as ``move_all`` does.
    """
    _, use = held(session, use, workshop_id)
    found = one(session, workshop_id, cluster_id)
    inside = placing.inside(session, found.id)
    moves = placing.place(session, use, inside, None)
    found.removed_at = now()
    _note(
        session, use, workshop_id, f"“{found.title}” taken apart", moves=moves, away=[found.id]
    )  # fmt: skip
    return len(moves)


def describe(
    session: Session, use: Use, workshop_id: int, cluster_id: int, *, title: str, summary: str
) -> Cluster:
    """Give a cluster another title, and a few words on what it says.

    Raises BadInput for a blank or long title or a long summary, and as ``move_all`` does.
    """
    said = {
        "title": clean_line(title, "a title for the cluster", 200),
        "summary": clean_text(summary, "the summary", LONGEST_SUMMARY),
    }
    _, use = held(session, use, workshop_id)
    found = one(session, workshop_id, cluster_id)
    words = {
        name: [getattr(found, name), new]
        for name, new in said.items()
        if getattr(found, name) != new
    }
    for name, (_, new) in words.items():
        setattr(found, name, new)
    if words:
        what = "named" if "title" in words else "described"
        _note(
            session, use, workshop_id, f"“{found.title}” {what}", words={str(found.id): words}
        )  # fmt: skip
    return found


def reorder(session: Session, use: Use, workshop_id: int, cluster_id: int, way: str) -> None:
    """Move a cluster "up", "down" or "first" in the list.

    Raises as ``move_all`` does.
    """
    _, use = held(session, use, workshop_id)
    found = one(session, workshop_id, cluster_id)
    before = [number for number, _ in clusters.names(session, workshop_id)]
    after = moved(before, before.index(found.id), way)
    if after != before:
        placing.put_in_order(session, after)
        _note(
            session, use, workshop_id, f"“{found.title}” moved in the list", order=[before, after]
        )  # fmt: skip


def held(session: Session, use: Use, workshop_id: int) -> tuple[Workshop, Use]:
    """The workshop, held till the transaction ends, and the use before its audience.

    Raises NotFound for anybody who does not run it; Conflict once it is closed.
    """
    workshop, use = team.meeting_for(session, use, workshop_id)
    cluster_acts.hold(session, workshop_id)
    return workshop, use


def _known(session: Session, use: Use, workshop: Workshop, things: Iterable[Thing]) -> list[Thing]:
    """Those that are of this workshop and may be shown now."""
    asked = list(dict.fromkeys(things))[:AT_ONCE]
    ids = [number for kind, number in asked if kind == ANSWER]
    seen = {one.id for one in clusters.answers(session, workshop.id, ids)} if ids else set()
    cards: set[str] = set()
    if len(ids) < len(asked):
        cards = {str(card.item_id) for card in passages(session, use, workshop).cards}
    there = [thing for thing in asked if thing[1] in (seen if thing[0] == ANSWER else cards)]
    if not there:
        raise Conflict(NOTHING)
    return there


def one(session: Session, workshop_id: int, cluster_id: int) -> Cluster:
    """A standing cluster of this workshop. Raises NotFound where there is none."""
    found = session.get(Cluster, cluster_id, populate_existing=True)
    if found is None or found.workshop_id != workshop_id or found.removed_at is not None:
        raise NotFound("There is no such cluster. Somebody may have merged it.")
    return found


def _note(session: Session, use: Use, workshop_id: int, said: str, **detail: Any) -> None:
    session.flush()
    undoing.note(session, use, KIND, {"workshop": workshop_id, "says": said, **detail})
    state.changed(session, workshop_id)


def _things(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"
