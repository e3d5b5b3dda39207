"""Taking an arrival back: everything it brought that nobody has worked on since is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.models import Code, Cue, Family
from storybank.coding.models import Coding, CodingFlag
from storybank.consent.rules import Purpose, Use
from storybank.consent.standing_models import STANDINGS
from storybank.db import slices
from storybank.errors import Conflict, NotFound
from storybank.exchange import guids
from storybank.exchange.loss_report import from_ranges
from storybank.exchange.models import Arrival, ArrivalStory
from storybank.memos.models import Memo
from storybank.people.models import Account, Person
from storybank.people.rules import MACHINE
from storybank.stories import erasing as stories
from storybank.stories.models import Story, StoryAttribute, StoryVersion

QUIETLY = {"synchronize_session": False}
WORKED_ON = "Somebody has worked on it. Stop or delete it as its storyteller wishes."
DONE = "This arrival was taken back already."


@dataclass(frozen=True)
class Undone:
    """How many of each were deleted, and how many stay because somebody worked on them."""

    stories: int
    codings: int
    codes: int
    staying: int


def undo(session: Session, arrival_id: int) -> Undone:
    """Take an arrival back, in the caller's transaction.

    Raises NotFound where there is none; Conflict where it was taken back already.
    """
    arrival = session.get(Arrival, arrival_id, with_for_update=True)
    if arrival is None:
        raise NotFound("There is no such arrival.")
    if arrival.undone_at is not None:
        raise Conflict(DONE)
    made = {kind: from_ranges(rows) for kind, rows in arrival.report["made"].items()}
    arrival.undone_at = now()
    session.flush()
    wanted = {kind: set(_there(session, kind, made.get(kind, []))) for kind in guids.TABLES}
    kept_stories = _worked_on_stories(session, wanted)
    going = wanted[guids.STORY] - kept_stories
    memos = _free(session, Memo, wanted[guids.MEMO], kept_stories, Memo.story_id)
    # A memo that is answered by one that stays, or has it as its own, stays too.
    memos -= _pointed_at(session, Memo, memos, except_rows={Memo.__tablename__: memos})
    _delete(session, Memo, Memo.id, memos)
    codings = _free(session, Coding, wanted[guids.CODING], kept_stories, Coding.story_id)
    codings -= set(_changed_codings(session, codings))
    codings -= _pointed_at(session, Coding, codings, besides={CodingFlag.__tablename__})
    _delete(session, CodingFlag, CodingFlag.coding_id, codings)
    _delete(session, Coding, Coding.id, codings)
    for story_id in sorted(going):
        _delete_story(session, story_id)
    codes = wanted[guids.CODE]
    free = _with_all_below(
        session, codes - _pointed_at(session, Code, codes, {"code_cue"}, {"code": codes})
    )
    _delete(session, Cue, Cue.code_id, free)
    session.execute(
        sa.update(Code).where(Code.id.in_(free)).values(parent_id=None), execution_options=QUIETLY
    )
    _delete(session, Code, Code.id, free)
    families = wanted[guids.FAMILY] - _pointed_at(session, Family, wanted[guids.FAMILY])
    _delete(session, Family, Family.id, families)
    accounts = wanted[guids.ACCOUNT] - _pointed_at(session, Account, wanted[guids.ACCOUNT])
    _delete(session, Account, Account.id, accounts)
    gone = {
        guids.STORY: going, guids.CODING: codings, guids.PASSAGE: codings, guids.MEMO: memos,
        guids.MEMO_PLACE: memos, guids.CODE: free, guids.FAMILY: families, guids.ACCOUNT: accounts,
    }  # fmt: skip
    for kind, numbers in gone.items():
        guids.forget(session, kind, numbers)
    session.flush()
    session.expire_all()
    every = sum(map(len, wanted.values()))
    deleted = sum(len(numbers) for kind, numbers in gone.items() if kind in wanted)
    return Undone(len(going), len(codings), len(free), every - deleted)


def drop(session: Session, arrival_id: int, story_id: int) -> None:
    """Delete one held story, because its teller said no: its words and all that stands on it.

    Its number and GUID stay, so that no later file of the same project brings it in again.
    Raises NotFound where it did not come with this arrival; Conflict where choices were written
    down for it, or somebody worked on it.
    """
    if session.get(ArrivalStory, (arrival_id, story_id), with_for_update=True) is None:
        raise NotFound("That story did not come with this arrival.")
    made = session.get_one(Arrival, arrival_id).report["made"]
    wanted = {kind: set(_there(session, kind, from_ranges(made[kind]))) for kind in guids.TABLES}
    if story_id in _worked_on_stories(session, {**wanted, guids.STORY: {story_id}}):
        raise Conflict(WORKED_ON)
    for kind, table in ((guids.MEMO, Memo), (guids.CODING, Coding)):
        column: Any = table.story_id
        numbers = set(session.scalars(select(table.id).where(column == story_id)))
        if kind == guids.CODING:
            _delete(session, CodingFlag, CodingFlag.coding_id, numbers)
            guids.forget(session, guids.PASSAGE, numbers)
        _delete(session, table, table.id, numbers)
        guids.forget(session, kind, numbers)
    stories.erase(session, Use.claim(MACHINE, Purpose.TAKE_IN, now()), story_id)
    _delete(session, ArrivalStory, ArrivalStory.story_id, {story_id})
    session.flush()
    session.expire_all()


def _there(session: Session, kind: str, numbers: list[int]) -> Iterator[int]:
    """Those that still are what came: a number may have been given to something else since."""
    for some in slices(sorted(numbers)):
        here = set(session.scalars(select(guids.TABLES[kind].id).where(
            guids.TABLES[kind].id.in_(some)
        )))  # fmt: skip
        if kind in (guids.CODING, guids.STORY, guids.ACCOUNT):
            here &= set(guids.known(session, kind, []).values())
        yield from here


def _worked_on_stories(session: Session, wanted: dict[str, set[int]]) -> set[int]:
    """Stories of which somebody wrote down choices, or on which somebody else did anything."""
    own = {table.__tablename__ for table in STANDINGS} | {
        StoryVersion.__tablename__, StoryAttribute.__tablename__, ArrivalStory.__tablename__,
        "story_words",
    }  # fmt: skip
    ours = {"coding": wanted[guids.CODING], "memo": wanted[guids.MEMO]}
    found = _pointed_at(session, Story, wanted[guids.STORY], own, ours)
    for some in slices(sorted(wanted[guids.STORY] - found)):
        found.update(
            session.scalars(select(Story.id).where(Story.id.in_(some), Story.current_version > 1))
        )
        # What was deleted because its teller said no stays known, and deleted.
        version = select(StoryVersion.story_id).where(StoryVersion.story_id.in_(some))
        found.update(session.scalars(version.where(StoryVersion.length == 0)))
    return found


def _free(session: Session, table: Any, numbers: set[int], kept: set[int], column: Any) -> set[int]:
    """Those of these rows that stand on no story that stays because it was worked on."""
    found: set[int] = set()
    for some in slices(sorted(numbers)):
        query = select(table.id).where(table.id.in_(some))
        found.update(
            number
            for number, story_id in session.execute(query.add_columns(column))
            if story_id not in kept
        )
    return found


def _changed_codings(session: Session, numbers: set[int]) -> Iterator[int]:
    for some in slices(sorted(numbers)):
        yield from session.scalars(
            select(Coding.id).where(
                Coding.id.in_(some), sa.or_(Coding.removed_at.is_not(None), Coding.to_check)
            )
        )


def _pointed_at(
    session: Session,
    table: Any,
    numbers: Collection[int],
    besides: Collection[str] = (),
    except_rows: dict[str, set[int]] | None = None,
) -> set[int]:
    """Those of these rows that any other table points to, besides the tables named and, in
    ``except_rows``, besides rows of these numbers."""
    found: set[int] = set()
    for other in table.metadata.tables.values():
        if other.name in besides:
            continue
        for key in other.foreign_keys:
            if key.column.table is not table.__table__:
                continue
            ours = (except_rows or {}).get(other.name)
            for some in slices(sorted(numbers)):
                query = select(key.parent).where(key.parent.in_(some))
                if ours is None:
                    found.update(session.scalars(query.distinct()))
                    continue
                rows = session.execute(query.add_columns(other.c.id))
                found.update(number for number, row in rows if row not in ours)
    return found


def _with_all_below(session: Session, codes: set[int]) -> set[int]:
    """Those of these codes under which, at any depth, no code stays."""
    parents = dict(session.execute(select(Code.id, Code.parent_id)).all())
    staying = set(parents) - codes
    kept: set[int] = set()
    for number in staying:
        at = parents.get(number)
        while at is not None and at not in kept:
            kept.add(at)
            at = parents.get(at)
    return codes - kept


def _delete_story(session: Session, story_id: int) -> None:
    """A story of which nothing was ever granted goes without a trace."""
    person_id = session.scalar(select(Story.person_id).where(Story.id == story_id))
    stories.erase(session, Use.claim(MACHINE, Purpose.TAKE_IN, now()), story_id)
    for table in (*STANDINGS, StoryAttribute, StoryVersion, ArrivalStory):
        _delete(session, table, table.story_id, {story_id})
    _delete(session, Story, Story.id, {story_id})
    if person_id is not None and not _pointed_at(session, Person, [person_id]):
        _delete(session, Person, Person.id, {person_id})


def _delete(session: Session, table: Any, column: Any, numbers: Iterable[int]) -> None:
    for some in slices(sorted(numbers)):
        session.execute(sa.delete(table).where(column.in_(some)), execution_options=QUIETLY)
