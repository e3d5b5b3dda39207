"""Codes by what is known of storytellers: country, role, condition, year and so on.

A table like this could tell who somebody is, so small numbers are hidden: ``hiding`` has the rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.codings import BITS, CODE_AND_STORY, MASK, Chosen, columns, tellers
from storybank.analysis.hiding import FEWEST, hidden, merged
from storybank.analysis.saying import counted, quoted
from storybank.coding.showing import Shelf
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.stories.allowed import tells
from storybank.stories.models import StoryAttribute
from storybank.web.tables import Cell, Table, share

NOT_SAID = "Not said"
MOST = 16
"""How many values get a column of their own; smaller ones share one."""
MANY_YEARS = 8
COLUMN = 8
"""Bits for the number of a column."""
SHIFT = BITS + COLUMN
HIDDEN = "*"
NOTE = (
    f"* is hidden. It stands for fewer than {FEWEST} storytellers, or another hidden number could "
    "be worked out from it. Values that few storytellers share stand in one column."
)


class Of(StrEnum):
    """What is counted."""

    TELLERS = "tellers"
    STORIES = "stories"
    CODINGS = "codings"

    @property
    def word(self) -> str:
        return "storytellers" if self is Of.TELLERS else self.value


@dataclass(frozen=True)
class Crosstab:
    """Codes down the side, values of one attribute along the top.

    ``counts`` has a row for each code and a column for each value; ``hidden`` are the positions
    of cells that are not to be shown. ``whole`` counts each column, whatever the code; ``all``
    counts each code, whatever the value. Empty where there are not two columns to compare.
    """

    attribute: str
    of: Of
    values: tuple[str, ...]
    code_ids: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]
    hidden: frozenset[tuple[int, int]]
    whole: tuple[int, ...]
    all: tuple[int, ...]
    together: int = 0
    """How many values stand together in the last column but that for "not said"."""

    def shown(self, row: int, column: int) -> int | None:
        """A count, or None where it is hidden."""
        return None if (row, column) in self.hidden else self.counts[row][column]

    def percent(self, row: int, column: int) -> int | None:
        """Of everything in the column, how many per cent; None where it is hidden."""
        count = self.shown(row, column)
        return None if count is None else share(count, self.whole[column])

    def percent_of_code(self, row: int, column: int) -> int | None:
        """Of everything with the code, how many per cent; None where it is hidden."""
        count = self.shown(row, column)
        return None if count is None else share(count, self.all[row])


def attributes(session: Session, use: Use) -> list[str]:
    """The names of what is known of the stories that the use allows."""
    rows = session.scalars(
        select(StoryAttribute.name)
        .where(
            permits(use, StoryAttribute.story_id),
            tells(use, StoryAttribute.name, StoryAttribute.story_id),
        )
        .distinct()
    )
    return sorted(rows)


def crosstab(
    session: Session, use: Use, chosen: Chosen, attribute: str, of: Of = Of.TELLERS
) -> Crosstab:
    """Count storytellers, stories or codings for each code and each value of the attribute."""
    (each,) = columns(session, use, chosen, (CODE_AND_STORY,))
    pairs = set(each)
    value_of = _values(session, use, attribute, {pair & MASK for pair in pairs})
    whose = tellers(session)
    people = Counter([value for _, value in {(whose[s], v) for s, v in value_of.items()}])
    column_of, labels, together = _columns_of(people)
    if len(labels) < 2:
        return Crosstab(attribute, of, (), (), (), frozenset(), (), ())
    column = {story: column_of[value] for story, value in value_of.items()}
    # A teller in a column, as one number; one who told several stories may be in several.
    member = {story: column[story] << BITS | whose[story] for story in column}
    by_people = {(pair >> BITS) << SHIFT | member[pair & MASK] for pair in pairs}
    code_ids = tuple(sorted({pair >> BITS for pair in pairs}))
    wide = range(len(labels))

    def grid(count: Counter[int]) -> tuple[tuple[int, ...], ...]:
        """Rows from counts by ``code << COLUMN | column``."""
        return tuple(tuple(count[code << COLUMN | c] for c in wide) for code in code_ids)

    heads = grid(Counter([one >> BITS for one in by_people]))
    if of is Of.TELLERS:
        counts = heads
        whole = Counter([one >> BITS for one in set(member.values())])
        every = Counter(
            [o >> BITS for o in {one >> SHIFT << BITS | one & MASK for one in by_people}]
        )
    else:
        cells = pairs if of is Of.STORIES else each
        counts = grid(Counter([(p >> BITS) << COLUMN | column[p & MASK] for p in cells]))
        whole = Counter(column.values() if of is Of.STORIES else [column[p & MASK] for p in each])
        every = Counter([pair >> BITS for pair in cells])
    return Crosstab(
        attribute, of, labels, code_ids, counts, frozenset(hidden(heads)),
        tuple(whole[c] for c in wide), tuple(every[code] for code in code_ids), together,
    )  # fmt: skip


def _values(session: Session, use: Use, attribute: str, stories: set[int]) -> dict[int, str]:
    """{story id: value}, for stories that came through the door."""
    rows = session.execute(
        select(StoryAttribute.story_id, StoryAttribute.value).where(
            StoryAttribute.name == attribute,
            tells(use, StoryAttribute.name, StoryAttribute.story_id),
        )
    )
    found = {story: value for story, value in rows if story in stories}
    band = _banded(found.values())
    return {story: band.get(found.get(story, ""), NOT_SAID) for story in stories}


def _banded(values: Iterable[str]) -> dict[str, str]:
    """Each value as it heads a column: many years stand in fives."""
    every = set(values)
    years = len(every) > MANY_YEARS and all(len(v) == 4 and v.isdecimal() for v in every)
    if not years:
        return {value: value for value in every}
    firsts = {value: int(value) // 5 * 5 for value in every}
    return {value: f"{first} to {first + 4}" for value, first in firsts.items()}


def _columns_of(people: Mapping[str, int]) -> tuple[dict[str, int], tuple[str, ...], int]:
    """({value: number of its column}, what stands over each column, how many share one)."""
    alone, together = merged(people)
    if len(alone) > MOST:
        smallest = sorted(alone, key=lambda value: (people[value], value))[: len(alone) - MOST]
        together += smallest
        alone = [value for value in alone if value not in smallest]
    if not alone or sum(people[value] for value in alone + together) < FEWEST:
        return dict.fromkeys(people, 0), ("All",), 0
    order = sorted(alone, key=lambda value: (value == NOT_SAID, _natural(value)))
    labels = [*order, f"Others ({len(together)} values)"] if together else order
    column = {value: number for number, value in enumerate(order)}
    return column | dict.fromkeys(together, len(order)), tuple(labels), len(together)


def _natural(value: str) -> tuple[int, str]:
    digits = value.split(" ")[0].split("-")[0]
    return (int(digits) if digits.isdecimal() else 0, value.casefold())


def label_of(attribute: str) -> str:
    """``age_group`` as it is said: age group."""
    return attribute.replace("_", " ")


def in_order(found: Crosstab, shelf: Shelf) -> list[int]:
    """The positions of the rows in the order of the codebook."""
    place = {code: position for position, code in enumerate(shelf.codes)}
    return sorted(range(len(found.code_ids)), key=lambda row: place[found.code_ids[row]])


def as_table(found: Crosstab, shelf: Shelf, percent: str = "") -> Table:
    """The table; ``percent`` is "column" or "row" for shares, anything else for counts."""

    def cell(row: int, column: int) -> Cell:
        if percent == "column":
            value = found.percent(row, column)
        elif percent == "row":
            value = found.percent_of_code(row, column)
        else:
            value = found.shown(row, column)
        return HIDDEN if value is None else f"{value}%" if percent in ("column", "row") else value

    wide = range(len(found.values))
    rows = tuple(
        (
            shelf.codes[found.code_ids[row]].name, shelf.codes[found.code_ids[row]].key,
            *(cell(row, column) for column in wide), found.all[row],
        )
        for row in in_order(found, shelf)
    )  # fmt: skip
    whole: tuple[Cell, ...] = (f"All {found.of.word}", "", *found.whole, "")
    title = f"Codes by {label_of(found.attribute)}"
    heads = ("Code", "Key", *found.values, "All")
    return Table(
        title, finding(found, shelf), heads if rows else (), (*rows, whole) if rows else (), (NOTE,)
    )


def finding(found: Crosstab, shelf: Shelf) -> str:
    """What the figures show, in one sentence: the code whose shares differ most."""
    name = label_of(found.attribute)
    if not found.code_ids:
        return (
            f"There are not two groups of {FEWEST} storytellers or more to compare by {name}, "
            "so nothing is shown."
        )
    best: tuple[int, int, int, int] | None = None
    named = [c for c, value in enumerate(found.values) if not _vague(value)]
    for row in range(len(found.code_ids)):
        there = [(p, c) for c in named if (p := found.percent(row, c)) is not None]
        if len(there) > 1 and found.all[row] >= FEWEST:
            (low, where_low), (high, where_high) = min(there), max(there)
            if best is None or high - low > best[0]:
                best = (high - low, row, where_high, where_low)
    groups = counted(len(found.values), "group")
    cells = len(found.code_ids) * len(found.values)
    if len(found.hidden) * 4 > cells * 3:
        return (
            f"There are too few storytellers to compare by {name}: "
            f"{len(found.hidden):,} of {cells:,} numbers are hidden."
        )
    if best is None or best[0] == 0:
        return f"No code differs between the {groups} by {name} as far as numbers may be shown."
    _, row, high, low = best
    code = quoted(shelf.codes[found.code_ids[row]].name)
    one, other = found.percent(row, high), found.percent(row, low)
    return (
        f"{code} differs most by {name}: {one}% of the {found.of.word} for {found.values[high]}, "
        f"{other}% for {found.values[low]}."
    )


def _vague(label: str) -> bool:
    return label == NOT_SAID or label.startswith("Others (")
