"""How often each code was used: codings, stories, tellers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from storybank.analysis.codings import BITS, CODE_AND_STORY, MASK, Chosen, columns, tellers
from storybank.analysis.hiding import FEWEST
from storybank.analysis.saying import counted, listed, quoted
from storybank.coding.showing import Shelf
from storybank.consent.rules import Use
from storybank.web.tables import Table


@dataclass(frozen=True)
class Frequency:
    """How often one code was used."""

    code_id: int
    codings: int
    stories: int
    tellers: int


@dataclass(frozen=True)
class Frequencies:
    """Every code that was used, the one on most stories first; and how many of all there are."""

    of_codes: tuple[Frequency, ...]
    codings: int
    stories: int
    tellers: int


def frequencies(session: Session, use: Use, chosen: Chosen) -> Frequencies:
    """Count codings, the stories they stand on and the people who told these, for each code."""
    (each,) = columns(session, use, chosen, (CODE_AND_STORY,))
    whose = tellers(session)
    pairs = set(each)
    codings = Counter([pair >> BITS for pair in each])
    on_stories = Counter([pair >> BITS for pair in pairs])
    of_people = {pair & ~MASK | whose[pair & MASK] for pair in pairs}
    by_people = Counter([pair >> BITS for pair in of_people])
    rows = [
        Frequency(code, count, on_stories[code], by_people[code]) for code, count in codings.items()
    ]
    rows.sort(key=lambda row: (-row.stories, -row.codings, row.code_id))
    every = {pair & MASK for pair in pairs}
    return Frequencies(tuple(rows), len(each), len(every), len({whose[story] for story in every}))


def careful(found: Frequencies) -> Frequencies:
    """Without the codes that fewer than five people stand behind: for questions that name what
    is known of storytellers."""
    kept = tuple(row for row in found.of_codes if row.tellers >= FEWEST)
    return replace(found, of_codes=kept)


def as_table(found: Frequencies, shelf: Shelf) -> Table:
    """The same with names, and what it shows in one sentence."""
    return Table(
        "Code frequencies",
        finding(found, shelf),
        ("Code", "Key", "Family", "Codings", "Stories", "Storytellers"),
        tuple(
            (
                shelf.codes[row.code_id].name, shelf.codes[row.code_id].key,
                shelf.codes[row.code_id].family_name, row.codings, row.stories, row.tellers,
            )
            for row in found.of_codes
        ),
    )  # fmt: skip


def finding(found: Frequencies, shelf: Shelf) -> str:
    """What the figures show, in one sentence."""
    if not found.of_codes:
        return "No passage carries a code yet."
    most = found.of_codes[0].stories
    first = [row.code_id for row in found.of_codes if row.stories == most]
    what = listed([quoted(shelf.codes[code].name) for code in first[:3]])
    if len(first) > 3:
        what = f"{len(first)} codes, {what} among them,"
    stands = "stands" if len(first) == 1 else "stand"
    each = "" if len(first) == 1 else " each"
    of = counted(found.stories, "coded story", "coded stories")
    return f"{what} {stands} on the most stories: {most:,} of {of}{each}."
