"""Files that are tables: a head, rows slice by slice, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.exchange import about
from storybank.exchange.outgoing import Chosen, Going, slices

Cell = str | int | float | bool | datetime | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Sheet:
    """One table. ``rows`` come in slices, each asked for when the one before it has left."""

    name: str
    head: tuple[str, ...]
    rows: Iterable[Sequence[Row]]
    about: tuple[str, ...]
    """What the file says at its top, one sentence or two a line."""
    wide: frozenset[str] = frozenset()
    """Columns that hold long texts."""


CODINGS = (
    "story", "external_id", "storyteller", "title", "start", "end", "words", "code", "code_name",
    "family", "coder", "suggested", "use", "let_out_at", "storyteller_says", "coding", "version",
    "coded_at", "to_check", "flags", "terms", "terms_until",
)  # fmt: skip


def codings(session: Session, chosen: Chosen) -> Sheet:
    """Every chosen coding with its words; places in code points, the end exclusive."""
    return Sheet(
        "Codings", CODINGS, _rows(session, chosen), tuple(about.of_codings(chosen)),
        frozenset({"words", "terms", "title"}),
    )  # fmt: skip


def _rows(session: Session, chosen: Chosen) -> Iterator[list[Row]]:
    for some in slices(session, chosen):
        yield [_row(chosen, going) for going in some]


def _row(chosen: Chosen, one: Going) -> Row:
    excerpt = one.excerpt
    return (
        excerpt.story_id, one.external_id, excerpt.attribution, excerpt.title, excerpt.start,
        excerpt.end, excerpt.words, one.code.key, one.code.name, one.code.family, one.coder,
        one.suggested, chosen.use.purpose.value, one.let_out_at, one.says, one.id,
        excerpt.version, one.made_at, one.to_check, flags(one), one.terms.sentence,
        one.terms.last_day,
    )  # fmt: skip


def flags(one: Going) -> str:
    """Flags on a coding in one line: stance: for; voice: own."""
    return "; ".join(f"{name}: {value}" for name, value in one.flags.items())
