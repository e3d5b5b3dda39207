"""The shape of a part of what is held about somebody: to be read by a person and by a computer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storybank.consent.receipts import plain_date
from storybank.rights import rules

Data = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """Some lines of a part, under a heading of their own or under the part's."""

    heading: str
    lines: tuple[str, ...]
    listed: bool = True
    """Each line stands for itself, in a list; otherwise they are paragraphs."""


@dataclass(frozen=True)
class Part:
    """One part of what is held: to be read by a person, and by a computer."""

    name: str
    """Its path in the file, without an ending: "stories/story-12". No name, no title."""
    title: str
    sections: tuple[Section, ...]
    data: Data


def some(sections: list[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.lines)


def day(at: datetime) -> str:
    return plain_date(rules.local_day(at))


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds") + "Z"
