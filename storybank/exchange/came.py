"""What came in a file of another program, as the child that read it hands it over.

Plain values only, so that it can pass as JSON. Places are code points of our canonical text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

MAX_NAME = 200
MAX_BODY = 20_000
"""The longest memo or description, in code points."""
MAX_CODES = 20_000
MAX_CODINGS = 500_000
MAX_NOTES = 50_000
MAX_USERS = 5_000
MAX_SOURCES = 20_000


@dataclass
class User:
    guid: str
    name: str


@dataclass
class CodeIn:
    """A code, or with ``codable`` False a heading over codes; ``parent`` is a GUID before it in
    the list."""

    guid: str
    name: str
    parent: str | None = None
    codable: bool = True
    colour: str | None = None
    definition: str = ""
    parts: dict[str, str] = field(default_factory=dict)


@dataclass
class CodingIn:
    """A code on text[start:end]; ``passage`` is the GUID of the selection it stood in."""

    guid: str
    passage: str
    code: str
    user: str | None
    at: str | None
    start: int
    end: int
    flags: dict[str, str] = field(default_factory=dict)


@dataclass
class NoteIn:
    """A note: ``on`` says what it is on (project, code, story, passage, coding or note); ``to``
    is the GUID of that, ``source`` the number of the source where it is on one."""

    guid: str
    title: str
    body: str
    user: str | None
    at: str | None
    changed: str | None
    on: str = "project"
    to: str | None = None
    source: int | None = None
    start: int = 0
    end: int = 0


@dataclass
class SourceIn:
    """A story with what stands on it. ``number`` counts the sources of the file from 1."""

    number: int
    guid: str
    title: str
    text: str
    places: dict[str, list[list[Any]]]
    facts: dict[str, str] = field(default_factory=dict)
    codings: list[CodingIn] = field(default_factory=list)
    at: str | None = None


@dataclass
class Loss:
    """What was not carried: a sentence (about none of the words), how many, and where."""

    kind: str
    count: int = 0
    where: list[str] = field(default_factory=list)


@dataclass
class Came:
    """Everything that came in one file."""

    kind: str
    origin: str = ""
    users: list[User] = field(default_factory=list)
    codes: list[CodeIn] = field(default_factory=list)
    sources: list[SourceIn] = field(default_factory=list)
    notes: list[NoteIn] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """What the file held, as far as it was counted: selections, exact..."""

    def lose(self, kind: str, where: str = "", count: int = 1) -> None:
        """Note that something was not carried."""
        for loss in self.losses:
            if loss.kind == kind:
                break
        else:
            loss = Loss(kind)
            self.losses.append(loss)
        loss.count += count
        if where and where not in loss.where and len(loss.where) < MOST_PLACES:
            loss.where.append(where)

    def count(self, name: str, more: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + more

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Came:
        """The inverse of ``to_json``. Raises KeyError or TypeError for anything else."""
        sources = []
        for one in said["sources"]:
            codings = [CodingIn(**coding) for coding in one.pop("codings")]
            sources.append(SourceIn(**one, codings=codings))
        return cls(
            said["kind"], said["origin"], [User(**one) for one in said["users"]],
            [CodeIn(**one) for one in said["codes"]], sources,
            [NoteIn(**one) for one in said["notes"]], [Loss(**one) for one in said["losses"]],
            dict(said["counts"]),
        )  # fmt: skip


MOST_PLACES = 20
"""The most places a loss report names for one kind of loss."""
