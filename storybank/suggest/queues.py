"""The queue over all stories, a page at a time, in the order a person wants.

Each order is the same all day for the same person: an answer takes its card away and moves up
those after it, and nothing else changes place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import reading as codings
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.suggest import standing
from storybank.suggest.cards import SuggestionCard
from storybank.suggest.lots import Lots, day_of
from storybank.suggest.models import Suggestion
from storybank.suggest.opening import Clauses, open_to
from storybank.suggest.reading import IN_STORY, cards_of, count_by_code

A_PAGE = 10
EVEN_CHANCE = 0.5
FEW = 2_000
"""So many suggestions are counted at once, however the lots fall."""
By = sa.SQLColumnExpression[Any]


class Order(StrEnum):
    """How the queue is ordered."""

    STRONGEST = "strongest"
    TEACH = "teach"
    STORY = "story"
    CODE = "code"
    RARE = "rare"

    @property
    def words(self) -> str:
        return ORDER_WORDS[self]


ORDER_WORDS = {
    Order.STRONGEST: "Surest first",
    Order.TEACH: "What would teach it most",
    Order.STORY: "Story by story",
    Order.CODE: "Code by code",
    Order.RARE: "Rare codes first",
}

SUREST = (
    Suggestion.chance.is_(None), Suggestion.chance.desc(), Suggestion.score.desc(), *IN_STORY,
)  # fmt: skip


@dataclass(frozen=True)
class Queue:
    """One page of what waits, and how much there is in all."""

    cards: tuple[SuggestionCard, ...]
    total: int
    page: int
    pages: int
    counts: dict[int, int]
    """How many wait for each code, by its number."""


def queue(
    session: Session,
    use: Use,
    page: int = 1,
    order: Order = Order.STRONGEST,
    code_id: int | None = None,
) -> Queue:
    """One page of the open suggestions of all stories that the use allows.

    A page number beyond the end gives the last page; ``code_id`` leaves one code only.
    """
    where = open_to(session, use)
    counts = count_by_code(session, use, where)
    here = counts if code_id is None else {code_id: counts.get(code_id, 0)}
    if code_id is not None:
        where = (*where, Suggestion.code_id == code_id)
    total = sum(here.values())
    page = min(max(1, page), max(1, -(-total // A_PAGE)))
    first = (page - 1) * A_PAGE
    lots = lots_of(use)
    match order:
        case Order.TEACH:
            rows = _to_teach(session, where, lots, page, total)
        case Order.CODE:
            rows = _by_code(session, where, codebook.codes_by_id(session), here, first, IN_STORY)
        case Order.RARE:
            rows = _by_code(session, where, _rarest(session, use, here), here, first, SUREST)
        case _:
            by = IN_STORY if order is Order.STORY else SUREST
            rows = _rows(session, where, by, first, A_PAGE)
    texts = reading.stories(session, use, list(dict.fromkeys(row.story_id for row in rows)))
    fell_on = lots.drawn if order is Order.TEACH else lambda number: False
    cards = cards_of(session, texts, rows, fell_on)
    return Queue(tuple(cards), total, page, max(1, -(-total // A_PAGE)), counts)


def lots_of(use: Use) -> Lots:
    """The lots of the person asking, of this day."""
    return Lots.of(use.actor.account_id or 0, day_of(now()))


def _rows(
    session: Session, where: Clauses, by: Sequence[By], first: int, count: int
) -> list[Suggestion]:
    ids = select(Suggestion.id).where(*where).order_by(*by).offset(first).limit(count)
    numbers = list(session.scalars(ids))
    found = {row.id: row for row in session.scalars(
        select(Suggestion).where(Suggestion.id.in_(numbers))
    )}  # fmt: skip
    return [found[number] for number in numbers if number in found]


def _by_code(
    session: Session,
    where: Clauses,
    codes: Iterable[int],
    counts: dict[int, int],
    first: int,
    by: Sequence[By],
) -> list[Suggestion]:
    """A page of what stands code by code: only the codes it reaches are looked at."""
    rows: list[Suggestion] = []
    for code_id in codes:
        count = counts.get(code_id, 0)
        if first < count and len(rows) < A_PAGE:
            of_code = (*where, Suggestion.code_id == code_id)
            rows += _rows(session, of_code, by, first, A_PAGE - len(rows))
        first = max(0, first - count)
    return rows


def _rarest(session: Session, use: Use, counts: dict[int, int]) -> list[int]:
    """Codes by how many codings the person may see with them, fewest first."""
    seen = codings.count_by_code(session, use)
    return sorted(counts, key=lambda code_id: (seen.get(code_id, (0, 0))[0], code_id))


def _to_teach(
    session: Session, where: Clauses, lots: Lots, page: int, total: int
) -> list[Suggestion]:
    """Half of what the learner is least certain of, nearest to where a code begins to apply; and
    half drawn by lot. The two never hold the same suggestion."""
    place = lots.place(sa.cast(Suggestion.id, sa.BigInteger))
    by_lot, asked = (place % 2 == 0), (place % 2 == 1)
    # Nearly half of all: how many exactly matters from where one half could run out, and of few
    # suggestions the lots may choose nearly all or nearly none.
    drawn = total // 2
    if total <= FEW or page * A_PAGE > total // 4:
        drawn = session.scalar(select(sa.func.count(Suggestion.id)).where(*where, by_lot)) or 0
    at, took = _shares(page, drawn, total - drawn)
    doubt = _doubt(session)
    chosen = _rows(session, (*where, asked), (doubt, place), at[1], took[1])
    lot = _rows(session, (*where, by_lot), (place,), at[0], took[0])
    # Both halves in the order of the lots: nobody can tell them apart by where they stand, and
    # an answer moves none of those that are left.
    return sorted([*chosen, *lot], key=lambda row: int(lots.place(row.id)))


def _shares(page: int, drawn: int, other: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where a page begins in each half, and how many it takes of it; where one half has run out,
    the other fills the page."""
    before = (page - 1) * A_PAGE
    first, last = _share(before, drawn, other), _share(before + A_PAGE, drawn, other)
    return (first, before - first), (last - first, A_PAGE - (last - first))


def _share(count: int, drawn: int, other: int) -> int:
    """How many of the first ``count`` cards are drawn by lot."""
    even = count // 2
    return min(drawn, max(even, count - other))


def _doubt(session: Session) -> sa.ColumnElement[float]:
    """How far a suggestion's chance is from where its code begins to apply: 0 is most in doubt.
    What has no chance yet comes after all that has."""
    model = standing.model_in_use(session)
    codes = (model.figures.get("codes") or {}) if model else {}
    known = [
        (int(number), float(one["threshold"]))
        for number, one in codes.items()
        if one.get("threshold") is not None
    ]
    begins: dict[float, list[int]] = {}
    for number, threshold in known:
        begins.setdefault(round(threshold * 20) / 20, []).append(number)
    cases = [(Suggestion.code_id.in_(codes), at) for at, codes in sorted(begins.items())]
    begin = sa.case(*cases, else_=EVEN_CHANCE) if cases else EVEN_CHANCE
    away = sa.func.abs(Suggestion.chance - begin)
    return sa.func.coalesce(away, 1.0)
