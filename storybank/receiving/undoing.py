"""Taking an intake out again: every story of it that nobody has worked on is deleted.

It is done as a storyteller's own wish to delete is: in every room, with its line in the ledger,
a story at a time. What cannot be taken back is what left the house: a receipt that was printed,
a copy that somebody made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storybank.agreement.models import Adjudication
from storybank.analysis.models import FrameworkSummary
from storybank.clock import now
from storybank.codebook.models import CodeExample
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment
from storybank.consent.models import AskRequest, Receipt, StoryStanding, UseRecord
from storybank.consent.rules import Reason
from storybank.db import slices
from storybank.errors import Conflict, NotFound
from storybank.jobs import queue
from storybank.memos.models import Memo, MemoLink
from storybank.people.rules import Actor
from storybank.portal import erasing
from storybank.receiving import gathering, wiping
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.rules import Outcome, Stage
from storybank.stories.models import Story, StoryCorrection
from storybank.suggest.models import Suggestion
from storybank.workshops.models import FrozenItem, PackItem

UNDO = "receiving.undo"
"""The errand that goes on with it."""
AT_ONCE = 20
"""How many stories are deleted in the transaction that asks for it; an errand does the rest."""
CHANNEL = "web"
NOT_THERE = "There is no such intake."
DONE = "This intake was taken out already."
NOTHING = "Nothing of this intake was taken in."


@dataclass(frozen=True)
class Kept:
    """A story that stays, because of what was done with it since: {what: how many}."""

    story_id: int
    because: dict[str, int]

    @property
    def sentence(self) -> str:
        """Why it stays."""
        done = ", ".join(f"{what} ({count})" for what, count in self.because.items())
        return f"Story {self.story_id} stays: {done}."


@dataclass(frozen=True)
class Undone:
    """What became of the stories of an intake, by their numbers; ``left``: still to be done."""

    stories: tuple[int, ...]
    kept: list[Kept] = field(default_factory=list)
    left: int = 0


@dataclass(frozen=True)
class Goes:
    """What an undo would do: how many stories go, which stay and why, and how many waiting
    files are wiped."""

    stories: int
    kept: list[Kept]
    waiting: int


def what_goes(session: Session, intake_id: int) -> Goes:
    """What taking an intake out would do now. Raises NotFound where there is no such intake."""
    if session.get(Intake, intake_id) is None:
        raise NotFound(NOT_THERE)
    there = list(_taken(session, intake_id))
    kept = kept_of(session, there)
    waiting = session.scalar(
        select(sa.func.count()).where(
            IntakeItem.intake_id == intake_id, IntakeItem.status.in_(wiping.OPEN)
        )
    )
    return Goes(len(there) - len(kept), kept, waiting or 0)


def undo(session: Session, by: Actor, intake_id: int) -> Undone:
    """Begin to take an intake out, in the caller's transaction: the first stories now, the others
    by an errand. Stories that somebody worked on stay.

    Raises NotFound where there is no such intake; Conflict where it was taken out before or holds
    nothing.
    """
    intake = begin(session, intake_id)
    done = [undo_one(session, by, item_id) for item_id in next_ones(session, intake_id, AT_ONCE)]
    kept = kept_of(session, list(_taken(session, intake_id)))
    left = len(next_ones(session, intake_id))
    if left:
        queue.put(session, UNDO, queue.SOON, intake_id=intake_id, account_id=by.account_id)
    else:
        end(session, intake)
    return Undone(tuple(one for one in done if one is not None), kept, left)


def begin(session: Session, intake_id: int) -> Intake:
    """Let nothing more of an intake come in, and wipe what waits. Raises as `undo`."""
    intake = gathering.hold(session, intake_id)
    if intake.status == Stage.UNDONE.value:
        raise Conflict(DONE)
    if what_goes(session, intake_id) == Goes(0, [], 0):
        raise Conflict(NOTHING)
    intake.status = Stage.UNDOING.value
    wiping.wipe_rest(session, intake_id)
    session.execute(
        sa.update(IntakeItem)
        .where(IntakeItem.intake_id == intake_id, IntakeItem.status.in_(wiping.OPEN))
        .values(status=Outcome.UNDONE.value, reason="", changed_at=now())
    )
    session.flush()
    return gathering.hold(session, intake_id)


def next_ones(session: Session, intake_id: int, most: int | None = None) -> list[int]:
    """Ids of items whose story is still to be deleted, and that nobody worked on, in order."""
    taken = dict(_taken_items(session, intake_id))
    staying = {one.story_id for one in kept_of(session, list(taken.values()))}
    return [item_id for item_id, story_id in taken.items() if story_id not in staying][:most]


def undo_one(session: Session, by: Actor, item_id: int) -> int | None:
    """Delete the story of one item, in the caller's transaction; its number, or None where
    somebody has worked on it meanwhile, or it is deleted already."""
    item = session.get(IntakeItem, item_id, with_for_update=True)
    if item is None or item.story_id is None or item.status != Outcome.TAKEN.value:
        return None
    story_id = item.story_id
    if _deleted(session, story_id) or kept_of(session, [story_id]):
        return None
    person_id = session.scalar(select(Story.person_id).where(Story.id == story_id))
    if person_id is None:
        return None
    item.status, item.reason, item.changed_at = Outcome.UNDONE.value, "", now()
    session.flush()
    erasing.erase(session, by, story_id, person_id, CHANNEL)
    return story_id


def end(session: Session, intake: Intake) -> None:
    """Say that all of an intake that could be taken out is."""
    intake.status, intake.undone_at = Stage.UNDONE.value, now()
    session.flush()


def kept_of(session: Session, story_ids: Collection[int]) -> list[Kept]:
    """Those of these stories on which anybody did anything since they came, and what."""
    found: dict[int, Counter[str]] = {}
    for what, column, more in _work():
        for some in slices(sorted(story_ids)):
            rows = session.execute(
                select(column, sa.func.count()).where(column.in_(some), *more).group_by(column)
            )
            for story_id, count in rows:
                found.setdefault(story_id, Counter())[what] += count
    return [Kept(story_id, dict(found[story_id])) for story_id in sorted(found)]


def _work() -> Iterator[tuple[str, Any, tuple[ColumnElement[bool], ...]]]:
    """What people do with a story: what it is called, where it is kept, which rows count."""
    yield "codings", Coding.story_id, (Coding.removed_at.is_(None),)
    yield "decisions on codings", Adjudication.story_id, ()
    yield "given to be coded", Assignment.story_id, ()
    yield "answers to suggestions", Suggestion.story_id, (Suggestion.answer.is_not(None),)
    yield "examples of codes", CodeExample.story_id, (CodeExample.removed_at.is_(None),)
    yield "memos", Memo.story_id, ()
    yield "memos", MemoLink.to_story_id, ()
    yield "summaries", FrameworkSummary.story_id, ()
    yield "passages in packs", PackItem.story_id, ()
    yield "passages in packs", FrozenItem.story_id, ()
    yield "shown, quoted or printed", UseRecord.story_id, ()
    yield "questions to the storyteller", AskRequest.story_id, ()
    yield "corrections", StoryCorrection.story_id, ()
    since = select(IntakeItem.id).where(
        IntakeItem.story_id == Receipt.story_id, IntakeItem.changed_at >= Receipt.made_at
    )
    yield "choices made since", Receipt.story_id, (~since.exists(),)


def _deleted(session: Session, story_id: int) -> bool:
    closed = session.scalar(select(StoryStanding.closed).where(StoryStanding.story_id == story_id))
    return closed == Reason.ERASED.value


def _taken(session: Session, intake_id: int) -> Iterator[int]:
    return (story_id for _, story_id in _taken_items(session, intake_id))


def _taken_items(session: Session, intake_id: int) -> list[tuple[int, int]]:
    """(item, story) of those that were taken in and that nobody has deleted since."""
    deleted = sa.exists().where(
        StoryStanding.story_id == IntakeItem.story_id,
        StoryStanding.closed == Reason.ERASED.value,
    )
    rows = session.execute(
        select(IntakeItem.id, IntakeItem.story_id)
        .where(
            IntakeItem.intake_id == intake_id,
            IntakeItem.status == Outcome.TAKEN.value,
            IntakeItem.story_id.is_not(None),
            ~deleted,
        )
        .order_by(IntakeItem.n)
    )
    return [(item_id, story_id) for item_id, story_id in rows if story_id is not None]
