"""What people answered and found, as rows of numbers: what every figure is counted from.

Only of stories that may be studied now; and on a story that the person asking is still to code
blind nothing that others said.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.codebook.service import CodeCard
from storybank.coding.models import Coding
from storybank.coding.seeing import blind, seen_throughout
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.consent.standing_models import ApprovalStanding, PartStanding
from storybank.stories.models import Story
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.models import CHANGED, CONFIRMED, Suggestion, waits
from storybank.suggest.sample_models import SampledPassage

SHOWN, FLOOR = 3, 0.25
"""So many codes are suggested for a sentence at most, and none less likely than this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A suggestion that somebody answered."""

    id: int
    story: int
    code: int
    who: int
    right: bool
    """The code fitted: confirmed as it was, or kept with other ends."""
    chance: float | None
    rank: int | None
    drawn: bool
    cues: tuple[int, ...] = ()
    """The codebook's phrases that led to it, where they were asked for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence drawn by lot: what its coder found, and what the machine would have said."""

    who: int
    story: int
    version: int
    start: int
    end: int
    found: frozenset[int]
    chances: Mapping[int, float]
    suggested: tuple[int, ...]
    """The codes that would have been suggested, the likeliest first."""
    heard: bool
    """The machine was asked."""


def told_by(use: Use, table: Any, who: Any) -> sa.ColumnElement[bool]:
    """A clause for rows on stories that may be studied, and not on those that the person asking
    is still to code blind, unless they are their own. ``table`` has a story and a place, ``who``
    is its column of people. For statements that go through the whole table."""
    story, veiled = aliased(Story), aliased(Story)
    part, yes = aliased(PartStanding), aliased(ApprovalStanding)
    uneven = sa.union(select(part.story_id), select(yes.story_id))
    even = select(story.id).where(permits(use, story.id), story.id.not_in(uneven))
    here = table.story_id + 0
    one_by_one = sa.and_(here.in_(uneven), permits(use, table.story_id, table))
    allowed = sa.or_(here.in_(even), one_by_one)
    if use.actor.account_id is None:
        return allowed
    veils = select(veiled.id).where(blind(use, veiled.id))
    return sa.and_(allowed, sa.or_(who == use.actor.account_id, here.not_in(veils)))


def was_right() -> sa.ColumnElement[bool]:
    """A clause for answered suggestions whose code fitted."""
    row, kept = aliased(Suggestion), aliased(Coding)
    # One by one the database would look for each among all codings of its code.
    same = Suggestion.id.in_(
        select(kept.suggestion_id)
        .join(row, row.id == kept.suggestion_id)
        .where(row.answer == CHANGED, row.code_id + 0 == kept.code_id + 0)
    )
    answer = Suggestion.answer
    return sa.or_(answer == CONFIRMED, sa.and_(answer == CHANGED, same))


def answered(use: Use) -> sa.ColumnElement[bool]:
    """A clause for suggestions that somebody answered, and that this use may count."""
    return sa.and_(
        Suggestion.answer.is_not(None), ~waits(), told_by(use, Suggestion, Suggestion.answered_by)
    )


def answers(
    session: Session,
    use: Use,
    ends: Mapping[int, int],
    code_ids: Collection[int] = (),
    cues: bool = False,
) -> list[Answer]:
    """Every answer, or those about some codes. ``ends``: what codes were merged into.

    The database joins each column into one text: twenty thousand rows travel as a handful of
    values, in a tenth of the time that rows would take.
    """
    asked: list[Any] = [
        Suggestion.id, Suggestion.story_id, Suggestion.code_id, Suggestion.answered_by,
        sa.case((was_right(), 1), else_=0), sa.func.coalesce(Suggestion.chance, -1.0),
        sa.func.coalesce(Suggestion.rank, 0), sa.case((Suggestion.drawn, 1), else_=0),
    ]  # fmt: skip
    asked += [sa.cast(Suggestion.cue_ids, sa.Text)] if cues else []
    rows = select(*(_one_text(session, column) for column in asked)).where(answered(use))
    if code_ids:
        rows = rows.where(Suggestion.code_id.in_(sorted(code_ids)))
    texts = session.execute(rows).one()
    if not texts[0]:
        return []
    number, story, code, who, right, rank, drawn = (
        map(int, texts[at].split(";")) for at in (0, 1, 2, 3, 4, 6, 7)
    )
    chance = map(float, texts[5].split(";"))
    led: Iterable[Any] = repeat(())
    if cues:
        led = map(tuple, json.loads(f"[{texts[8].replace(';', ',')}]"))
    return [
        Answer(n, s, ends.get(c, c), w, r == 1, p if p >= 0 else None, k or None, d == 1, cue)
        for n, s, c, w, r, p, k, d, cue in zip(
            number, story, code, who, right, chance, rank, drawn, led, strict=False
        )
    ]


def _one_text(session: Session, column: Any) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return sa.func.group_concat(column, ";")
    return sa.func.string_agg(sa.cast(column, sa.Text), ";")


def added(session: Session, use: Use, ends: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """{(code, story): codings} that people put on by hand where they had begun to answer
    suggestions: what had not been suggested to them."""
    begun = (
        select(
            Suggestion.story_id,
            Suggestion.answered_by,
            sa.func.min(Suggestion.answered_at).label("since"),
        )
        .where(Suggestion.answer.is_not(None))
        .group_by(Suggestion.story_id, Suggestion.answered_by)
        .subquery()
    )
    rows = session.execute(
        select(Coding.code_id, Coding.story_id, sa.func.count())
        .join(
            begun,
            sa.and_(
                begun.c.story_id == Coding.story_id,
                begun.c.answered_by == Coding.coder_id,
                Coding.made_at >= begun.c.since,
            ),
        )
        .where(Coding.suggestion_id.is_(None), seen_throughout(use))
        .group_by(Coding.code_id, Coding.story_id)
    )
    found: dict[tuple[int, int], int] = {}
    for code, story, count in rows:
        key = ends.get(code, code), story
        found[key] = found.get(key, 0) + count
    return found


def samples(session: Session, use: Use, ends: Mapping[int, int]) -> list[Sample]:
    """Every sentence drawn by lot that was coded in full."""
    held = {
        number: {ends.get(code, code) for code in codes}
        for number, codes in session.execute(select(LearnedModel.id, LearnedModel.held_back))
    }
    table = SampledPassage
    rows = session.execute(
        select(
            table.account_id, table.story_id, table.version, table.start, table.end,
            table.code_ids, table.chances, table.model_id,
        )
        .where(table.done_at.is_not(None), told_by(use, table, table.account_id))
        .order_by(table.id)
    )  # fmt: skip
    return [_sample(row, ends, held.get(row.model_id, set())) for row in rows]


def _sample(row: Any, ends: Mapping[int, int], held: Collection[int]) -> Sample:
    chances: dict[int, float] = {}
    for number, chance in (row.chances or {}).items():
        code = ends.get(int(number), int(number))
        chances[code] = max(chance, chances.get(code, 0.0))
    likely = [code for code, chance in chances.items() if chance >= FLOOR and code not in held]
    likely.sort(key=lambda code: (-chances[code], code))
    found = frozenset(ends.get(code, code) for code in row.code_ids)
    heard = row.model_id is not None and bool(row.chances)
    return Sample(
        row.account_id, row.story_id, row.version, row.start, row.end, found, chances,
        tuple(likely[:SHOWN]), heard,
    )  # fmt: skip


def ends_of(cards: Mapping[int, CodeCard]) -> dict[int, int]:
    """{a code that was merged: the code it ended in}."""
    found: dict[int, int] = {}
    for code in cards:
        chain: list[int] = [code]
        while (into := cards[chain[-1]].merged_into_id) in cards and into not in chain:
            chain.append(into)  # type: ignore[arg-type]
        if len(chain) > 1:
            found[code] = chain[-1]
    return found


def with_ends(code: int, ends: Mapping[int, int]) -> Sequence[int]:
    """A code and those merged into it."""
    return [code, *(old for old, new in ends.items() if new == code)]
