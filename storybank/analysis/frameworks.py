"""Framework matrices: stories down the side, codes along the top, a summary in each cell.

After the framework method of Ritchie and Spencer ("Qualitative data analysis for applied policy
research", 1994). A summary is what a researcher makes of a story's passages under a code; it is
shown where the use allows the story, and not to somebody who is still to code the story blind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storybank.analysis import framework_acts as acts
from storybank.analysis.models import Framework, FrameworkSummary
from storybank.analysis.queries import matching
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding.models import Coding
from storybank.coding.seeing import blind, counted, seen, seen_throughout
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.models import Account
from storybank.stories.canon import one_line
from storybank.stories.models import Story

MOST_CODES = 20
MAX_SUMMARY = 5_000
MAX_NAME = 200


@dataclass(frozen=True)
class FrameworkCard:
    """A matrix as pages show it."""

    id: int
    name: str
    code_ids: tuple[int, ...]
    line: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class Cell:
    """What stands in one cell. ``seal`` tells whether it is still what somebody opened."""

    body: str = ""
    written_by: str = ""
    changed_at: datetime | None = None

    @property
    def seal(self) -> str:
        return seal_of(self.body)


EMPTY = Cell()


def frameworks(session: Session) -> list[FrameworkCard]:
    """Every matrix, the newest first."""
    rows = session.execute(
        select(Framework, Account.name)
        .join(Account, Account.id == Framework.account_id)
        .where(Framework.removed_at.is_(None))
        .order_by(Framework.id.desc())
    )
    return [_card(row, name) for row, name in rows]


def framework(session: Session, framework_id: int) -> FrameworkCard:
    """One matrix. Raises NotFound."""
    for card in frameworks(session):
        if card.id == framework_id:
            return card
    raise NotFound("There is no such framework matrix.")


def make(session: Session, use: Use, name: str, code_ids: Sequence[int], line: str) -> Framework:
    """Begin a matrix. Raises BadInput for a name, codes or a question that cannot be used."""
    made = Framework(
        **_checked(session, use, name, code_ids, line), account_id=_account(use), made_at=now()
    )
    session.add(made)
    session.flush()
    acts.note_made(session, use, made)
    return made


def change(
    session: Session, use: Use, framework_id: int, name: str, code_ids: Sequence[int], line: str
) -> None:
    """Give a matrix another name, codes or question; summaries of codes left out are kept.

    Raises BadInput as ``make`` does; NotFound.
    """
    row = _row(session, framework_id)
    before = acts.told(row)
    for field, value in _checked(session, use, name, code_ids, line).items():
        setattr(row, field, value)
    session.flush()
    if acts.told(row) != before:
        acts.note_changed(session, use, row, before)


def remove(session: Session, use: Use, framework_id: int) -> None:
    """Take a matrix away; undoing brings it back with all that is in it. Raises NotFound."""
    row = _row(session, framework_id)
    row.removed_at = now()
    session.flush()
    acts.note_removed(session, use, row)


def story_ids(session: Session, use: Use, card: FrameworkCard) -> list[int]:
    """The stories down the side, in order: those its question finds or, where it has none, those
    with one of its codes; and those with a summary in it."""
    if card.line:
        found = set(matching(session, use, card.line).story_ids)
    else:
        with_code = select(Coding.story_id).where(
            seen_throughout(use), counted(), Coding.code_id.in_(card.code_ids)
        )
        found = set(session.scalars(with_code.distinct()))
    written = select(FrameworkSummary.story_id).where(
        FrameworkSummary.framework_id == card.id, _open(use, FrameworkSummary.story_id)
    )
    return _open_among(session, use, found | set(session.scalars(written)))


def cells(
    session: Session, use: Use, card: FrameworkCard, ids: Collection[int]
) -> dict[tuple[int, int], Cell]:
    """{(story id, code id): cell} of what was written about these stories."""
    found: dict[tuple[int, int], Cell] = {}
    for some in slices(ids):
        rows = session.execute(
            _written().where(
                FrameworkSummary.framework_id == card.id,
                FrameworkSummary.story_id.in_(some),
                _open(use, FrameworkSummary.story_id),
            )
        )
        for story, code, body, name, changed_at in rows:
            found[story, code] = Cell(body, name, changed_at)
    return found


def coded(
    session: Session, use: Use, card: FrameworkCard, ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """{(story id, code id): how many passages} that the use may see in these stories."""
    found: dict[tuple[int, int], int] = {}
    for some in slices(ids):
        rows = session.execute(
            select(Coding.story_id, Coding.code_id, sa.func.count())
            .where(
                Coding.story_id.in_(some), Coding.code_id.in_(card.code_ids), counted(), seen(use)
            )
            .group_by(Coding.story_id, Coding.code_id)
        )
        found.update({(story, code): count for story, code, count in rows})
    return found


def cell(session: Session, use: Use, card: FrameworkCard, story_id: int, code_id: int) -> Cell:
    """One cell, blank or not. Raises NotFound where the story is not there for this use."""
    if code_id not in card.code_ids or not _open_among(session, use, [story_id]):
        raise NotFound("There is no such cell here.")
    return cells(session, use, card, [story_id]).get((story_id, code_id), EMPTY)


def write(
    session: Session, use: Use, card: FrameworkCard, story_id: int, code_id: int, body: str,
    seal: str,
) -> None:  # fmt: skip
    """Write into a cell; blank empties it. ``seal`` is that of the cell as the writer opened it.

    Raises Conflict where somebody changed the cell since; BadInput where it is too long;
    NotFound as ``cell`` does.
    """
    body = body.replace("\r\n", "\n").strip()
    if len(body) > MAX_SUMMARY:
        raise BadInput(f"Keep the summary under {MAX_SUMMARY:,} letters.")
    cell(session, use, card, story_id, code_id)
    key = (card.id, story_id, code_id)
    row = session.get(FrameworkSummary, key, with_for_update=True, populate_existing=True)
    before = row.body if row else ""
    if before == body:
        return
    if seal_of(before) != seal:
        raise Conflict(
            "Somebody changed this cell after you opened it, so yours is not saved yet. Both are "
            "shown: keep what is right."
        )
    acts.put(session, key, body, _account(use))
    try:
        session.flush()
    except IntegrityError as raced:
        raise Conflict("Somebody wrote this cell at the same moment. Send yours again.") from raced
    acts.note_written(session, use, key, before, body)


@dataclass(frozen=True)
class Summary:
    """What somebody wrote of a story under a code."""

    code_id: int
    body: str
    changed_at: datetime


def held(session: Session, story_id: int) -> list[Summary]:
    """Every summary on a story, whoever wrote it, also in matrices that were taken away: for its
    storyteller, who is to get all that is held about them."""
    rows = session.execute(
        select(FrameworkSummary.code_id, FrameworkSummary.body, FrameworkSummary.changed_at)
        .where(FrameworkSummary.story_id == story_id)
        .order_by(FrameworkSummary.framework_id, FrameworkSummary.code_id)
    )
    return [Summary(*row) for row in rows]


def seal_of(body: str) -> str:
    """What tells one text of a cell from another."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _checked(
    session: Session, use: Use, name: str, code_ids: Sequence[int], line: str
) -> dict[str, Any]:
    name, line, wanted = one_line(name), one_line(line), list(dict.fromkeys(code_ids))
    if not name or len(name) > MAX_NAME:
        raise BadInput(f"Give the matrix a name of up to {MAX_NAME} letters.")
    there = codebook.codes_by_id(session)
    if not 0 < len(wanted) <= MOST_CODES or any(code not in there for code in wanted):
        raise BadInput(f"Choose one to {MOST_CODES} codes.")
    if line:
        matching(session, use, line)
    ordered = [code for code in there if code in wanted]
    return {"name": name, "code_ids": ordered, "line": line}


def _row(session: Session, framework_id: int) -> Framework:
    row = session.get(Framework, framework_id, with_for_update=True, populate_existing=True)
    if row is None or row.removed_at is not None:
        raise NotFound("There is no such framework matrix.")
    return row


def _card(row: Framework, name: str) -> FrameworkCard:
    return FrameworkCard(row.id, row.name, tuple(row.code_ids), row.line, name, row.made_at)


def _written() -> sa.Select[*tuple[Any, ...]]:
    return select(
        FrameworkSummary.story_id, FrameworkSummary.code_id, FrameworkSummary.body, Account.name,
        FrameworkSummary.changed_at,
    ).join(Account, Account.id == FrameworkSummary.account_id)  # fmt: skip


def _open(use: Use, story_id: Any) -> sa.ColumnElement[bool]:
    """The use allows the story, and its reader has not still to code it blind."""
    veiled = blind(use, story_id) if use.actor.account_id is not None else sa.false()
    return sa.and_(permits(use, story_id), ~veiled)


def _open_among(session: Session, use: Use, ids: Iterable[int]) -> list[int]:
    found: list[int] = []
    for some in slices(ids):
        found += session.scalars(select(Story.id).where(Story.id.in_(some), _open(use, Story.id)))
    return sorted(found)


def _account(use: Use) -> int:
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    return use.actor.account_id
