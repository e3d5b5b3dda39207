"""The query builder: rows of a form that mean a query, and the rows that a query would be.

Rows are read from the top: each joins what stands in it to all that the rows above found. A query
with brackets of its own has no rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storybank.analysis.language import parse
from storybank.analysis.query import (
    MEASURED,
    TEXT,
    And,
    Beside,
    Distance,
    Has,
    How,
    Node,
    Not,
    Or,
    Unit,
    Words,
)
from storybank.errors import BadInput

MOST_ROWS = 12
AND, OR, NOT = "and", "or", "not"
JOINS: dict[str, str] = {
    AND: "and",
    NOT: "and not",
    OR: "or",
    How.NEAR.value: "near",
    f"NOT {How.NEAR}": "not near",
    How.OVERLAPPING.value: "overlapping",
    How.WITHIN.value: "within",
    How.CONTAINING.value: "containing",
    How.FOLLOWED_BY.value: "followed by",
    How.AFTER.value: "after",
    How.SAME_STORY.value: "in a story that also has",
    f"NOT {How.SAME_STORY}": "in a story that has no",
    f"NOT {How.OVERLAPPING}": "not overlapping",
    f"NOT {How.WITHIN}": "not within",
    f"NOT {How.CONTAINING}": "not containing",
    f"NOT {How.FOLLOWED_BY}": "not followed by",
    f"NOT {How.AFTER}": "not after",
}
"""How a row joins what is above it."""
TYPED = {TEXT: "words of the story", "year": "years"}
"""What a row holds where its value is typed and not chosen."""


@dataclass(frozen=True)
class Row:
    """One row of the form, as it was sent."""

    join: str = AND
    what: str = ""
    """``code:EN-PEER`` as it was chosen from a list; or ``text`` or ``year``, typed beside it."""
    typed: str = ""
    number: str = ""
    unit: str = Unit.WORDS.value

    @property
    def blank(self) -> bool:
        return not self.what or (self.what in TYPED and not self.typed.strip())


def query_of(rows: Sequence[Row]) -> Node:
    """The query that these rows mean; blank rows are passed over.

    Raises BadInput for a row that cannot be understood, or where all are blank.
    """
    filled = [row for row in rows if not row.blank]
    if not filled:
        raise BadInput("Choose a code, or something else to look for.")
    first, *others = filled[:MOST_ROWS]
    node: Node = Not(_leaf(first)) if first.join == NOT else _leaf(first)
    for row in others:
        node = _joined(node, row)
    return node


def rows_of(node: Node) -> list[Row] | None:
    """The rows that mean this query; None where none do."""
    rows = _unfolded(node)
    if rows is None or len(rows) > MOST_ROWS:
        return None
    rows[0] = replace(rows[0], join=rows[0].join if rows[0].join == NOT else AND)
    return rows if query_of(rows) == node else None


def _joined(node: Node, row: Row) -> Node:
    leaf = _leaf(row)
    if row.join in (AND, NOT):
        above = node.parts if isinstance(node, And) else (node,)
        return And((*above, Not(leaf) if row.join == NOT else leaf))
    if row.join == OR:
        return Or((*(node.parts if isinstance(node, Or) else (node,)), leaf))
    without = row.join.startswith("NOT ")
    try:
        how = How(row.join.removeprefix("NOT "))
    except ValueError:
        raise BadInput("Choose how each row joins the one above it.") from None
    return Beside(node, how, leaf, _distance(how, row), without)


def _distance(how: How, row: Row) -> Distance | None:
    if how not in MEASURED or (not row.number.strip() and how is not How.NEAR):
        return None
    beside = parse(f"code:a {how} {row.number.strip()} {row.unit if row.number.strip() else ''} a")
    assert isinstance(beside, Beside)
    if row.number.strip() and beside.right != Words(_A):
        raise BadInput("Write a whole number for how near, such as 10.")
    return beside.distance


def _leaf(row: Row) -> Has | Words:
    typed = row.typed.replace('"', " ").strip()
    node = parse(f'{row.what}:"{typed}"' if row.what in TYPED else row.what)
    if not isinstance(node, Has | Words):
        raise BadInput("Put one thing to look for in each row.")
    return node


def _unfolded(node: Node) -> list[Row] | None:
    match node:
        case Has() | Words():
            return [_row(AND, node)]
        case Not(part) if isinstance(part, Has | Words):
            return [_row(NOT, part)]
        case And(parts) | Or(parts):
            join = AND if isinstance(node, And) else OR
            first = None if isinstance(parts[0], type(node)) else _unfolded(parts[0])
            others = [_row_beside(join, part) for part in parts[1:]]
            if first is None or any(row is None for row in others):
                return None
            return [*first, *(row for row in others if row)]
        case Beside(left, how, right, far, without) if isinstance(right, Has | Words):
            above = _unfolded(left)
            row = _row(f"{'NOT ' if without else ''}{how}", right)
            if far is not None:
                row = replace(row, number=str(far.number), unit=far.unit.value)
            return None if above is None else [*above, row]
    return None


def _row_beside(join: str, part: Node) -> Row | None:
    if isinstance(part, Not) and join == AND and isinstance(part.part, Has | Words):
        return _row(NOT, part.part)
    return _row(join, part) if isinstance(part, Has | Words) else None


def _row(join: str, leaf: Has | Words) -> Row:
    if isinstance(leaf, Words):
        return Row(join, TEXT, str(leaf).strip('"'))
    if leaf.field == "year" and len(leaf.values) == 1:
        return Row(join, "year", leaf.values[0])
    return Row(join, str(leaf))


_A = parse("a").leaf  # type: ignore[union-attr]
