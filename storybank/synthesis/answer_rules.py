"""Rules of the collective answer: its parts, its kinds, what people say to it, and who counts
where. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from storybank.errors import BadInput
from storybank.stories.characters import normalise

LONGEST_PART = 10_000
"""The longest part of a synthesis, in code points: about 1,700 words."""
LONGEST_WORDING, LONGEST_WHY, LONGEST_NOTE = 1_000, 2_000, 1_000
MOST = 200
"""Resolutions and recommendations of one workshop."""
MOST_PEOPLE = 100_000
FEW = 5
"""A count of people below this is not told outside the team."""
FEWER, NOT_TOLD = "fewer than 5", "not told"
Thing = TypeVar("Thing")


class Kind(StrEnum):
    """What the people of a workshop say together."""

    RESOLUTION = "resolution"
    RECOMMENDATION = "recommendation"

    @property
    def sentence(self) -> str:
        """What this kind is, in words that forms print."""
        return {
            "resolution": "What people believe, or want to be true.",
            "recommendation": "What somebody is asked to do.",
        }[self.value]


class Part(StrEnum):
    """A text of the synthesis. The last two are its third part."""

    ROOM = "room"
    ONLINE = "online"
    AGREE = "agree"
    DIFFER = "differ"

    @property
    def heading(self) -> str:
        """Its heading."""
        return {
            "room": "What the room said", "online": "What people online said",
            "agree": "Where they agree", "differ": "Where they differ",
        }[self.value]  # fmt: skip


class Side(StrEnum):
    """From where somebody took part."""

    ROOM = "room"
    ONLINE = "online"
    MIXED = "mixed"

    @property
    def heading(self) -> str:
        """The head of its column."""
        return {"room": "Room", "online": "Online", "mixed": "Both at once"}[self.value]


WHERE_COUNTED = (
    "Answers count with the group they came from. Phone groups count as online: they were not in "
    "the room. Answers on paper count with the group that wrote them. A mixed group sits in the "
    "room and online at once, so it has a column of its own, and so have people without a group "
    "where a workshop is held both ways."
)
"""Who counts where, for whoever writes the synthesis and whoever reads it."""


def side_of(group_mode: str | None, workshop_mode: str) -> Side:
    """Where an answer counts: by its group's mode; without a group, by the workshop's."""
    mode = group_mode or workshop_mode
    if mode == "room":
        return Side.ROOM
    return Side.ONLINE if mode in ("online", "phone") else Side.MIXED


class Says(StrEnum):
    """How somebody stands to a wording."""

    FOR = "for"
    LIVE_WITH = "live with"
    UNSURE = "unsure"
    AGAINST = "against"

    @property
    def words(self) -> str:
        """The same, as it is printed."""
        return {
            "for": "For", "live with": "Can live with", "unsure": "Not sure", "against": "Against",
        }[self.value]  # fmt: skip

    @property
    def mine(self) -> str:
        """The same, as somebody says it of themselves."""
        return {
            "for": "I am for it", "live with": "I can live with it", "unsure": "I am not sure",
            "against": "I am against it",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """How many say what to one wording."""

    for_n: int = 0
    live_with_n: int = 0
    unsure_n: int = 0
    against_n: int = 0

    @classmethod
    def of(cls, said: Mapping[str, int]) -> Counts:
        """From {what was said: how many}."""
        return cls(*(said.get(one.value, 0) for one in Says))

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(one + two for one, two in zip(self.all, other.all, strict=True)))

    @property
    def all(self) -> tuple[int, int, int, int]:
        return self.for_n, self.live_with_n, self.unsure_n, self.against_n

    @property
    def total(self) -> int:
        return sum(self.all)

    @property
    def each(self) -> list[tuple[Says, int]]:
        """What may be said, each with how many say it."""
        return list(zip(Says, self.all, strict=True))


def told(count: int) -> str:
    """A count of people as it is told outside the team: "12", "0" or "fewer than 5"."""
    return FEWER if 0 < count < FEW else f"{count:,}"


def drawn(count: int) -> int:
    """How long a count of people is drawn outside the team: a bar must not tell what words hide."""
    return 3 if 0 < count < FEW else count


def told_each(counts: Sequence[int]) -> list[str]:
    """Counts of people whose sum is told beside them, as they are told outside the team: where
    one alone is small, another is held back too, or the small one could be worked out."""
    small = [at for at, count in enumerate(counts) if 0 < count < FEW]
    found = [told(count) for count in counts]
    others = [at for at, count in enumerate(counts) if count >= FEW]
    if len(small) == 1 and others:
        found[min(others, key=lambda at: counts[at])] = NOT_TOLD
    return found


Piece = tuple[Says, str, float, float]
"""(what is said, how many as it is told, where its piece of the bar begins, how long it is), the
last two in per cent of the bar."""


def pieces(counts: Counts) -> list[Piece]:
    """The four pieces of a bar, for the team."""
    return _pieces([(says, f"{count:,}", count) for says, count in counts.each])


def pieces_outside(counts: Counts) -> list[Piece]:
    """The same for people outside the team: counts below five are neither told nor drawn."""
    return _pieces([(says, told(count), drawn(count)) for says, count in counts.each])


def _pieces(each: Sequence[tuple[Says, str, int]]) -> list[Piece]:
    whole, at = sum(length for _, _, length in each) or 1, 0
    found = []
    for says, words, length in each:
        found.append((says, words, round(100 * at / whole, 2), round(100 * length / whole, 2)))
        at += length
    return found


def clean(typed: str, longest: int, what: str, *, blank: bool = False) -> str:
    """Lines of text, trimmed, without what cannot be seen.

    Raises BadInput where it is too long, or empty and may not be.
    """
    text = "\n".join(line.rstrip() for line in normalise(typed)[0].strip().splitlines())
    if not text and not blank:
        raise BadInput(f"Write {what}.")
    if len(text) > longest:
        raise BadInput(f"Keep {what} under {longest:,} letters. It has {len(text):,} now.")
    return text


def seen(text: str) -> str:
    """A short mark of a text, to notice that somebody changed it in between."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def count_of(typed: str, what: str) -> int:
    """How many people, as typed; blank is nobody.

    Raises BadInput for what is no such number.
    """
    typed = typed.strip()
    if not typed:
        return 0
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6 or int(typed) > MOST_PEOPLE:
        raise BadInput(f"Write how many as a whole number, like 12: {what}.")
    return int(typed)


def moved(order: Sequence[Thing], thing: Thing, way: str) -> list[Thing]:
    """The same order with this thing one place ``up`` or ``down``, or ``first``."""
    here = list(order).index(thing)
    there = {"up": here - 1, "down": here + 1, "first": 0}.get(way, here)
    changed = list(order)
    if 0 <= there < len(changed):
        changed.insert(there, changed.pop(here))
    return changed


def with_back(order: Sequence[Thing], thing: Thing, number: int) -> list[Thing]:
    """The same order with a thing back at its number (from 1), or last where it is shorter."""
    changed = [one for one in order if one != thing]
    changed.insert(max(0, number - 1), thing)
    return changed


def listed(names: Collection[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
