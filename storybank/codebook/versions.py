"""Versions of the codebook with names, such as "after pilot": kept, listed, compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import changes, files
from storybank.codebook.files import Content
from storybank.codebook.models import CodebookVersion
from storybank.codebook.rules import NAME
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.people.models import Account

MOST_NOTE = 2_000
PARTS = {
    "name": "Name", "definition": "What it means", "include": "Include", "exclude": "Leave out",
    "example": "Example", "not_example": "Not an example", "cues": "Cue phrases",
    "near_miss": "Near misses", "family": "Family", "parent": "Stands below", "colour": "Colour",
}  # fmt: skip


@dataclass(frozen=True)
class VersionCard:
    """A version as lists show it; ``id`` 0 is the codebook as it stands now."""

    id: int
    name: str
    note: str
    who: str
    at: datetime
    content: Content

    @property
    def used(self) -> int:
        """How many codes were in use."""
        return sum(not row.get("retired") for row in self.content["code"])


@dataclass(frozen=True)
class Reworded:
    """A code that differs between two versions: (part, before, after)."""

    key: str
    name: str
    parts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Difference:
    """What became of codes from one version to another; each a row of the file's shape."""

    added: tuple[Mapping[str, Any], ...]
    reworded: tuple[Reworded, ...]
    merged: tuple[tuple[str, str], ...]
    """(name of the code, name of the one it went into)."""
    retired: tuple[Mapping[str, Any], ...]
    back: tuple[Mapping[str, Any], ...]
    """Those in use again."""
    gone: tuple[Mapping[str, Any], ...]
    """Those the later one does not know; so from a later version back to an earlier."""

    @property
    def any(self) -> bool:
        return any((self.added, self.reworded, self.merged, self.retired, self.back, self.gone))


def keep(session: Session, use: Use, name: str, note: str = "") -> CodebookVersion:
    """Keep the codebook as it stands under a name.

    Raises BadInput without a name, or for one that another version has.
    """
    account = changes.editor(use)
    name, note = " ".join(name.split()), note.replace("\r\n", "\n").strip()
    if not name or len(name) > NAME:
        raise BadInput(f"Write a name of at most {NAME} letters, such as “after pilot”.")
    if len(note) > MOST_NOTE:
        raise BadInput(f"Keep the note under {MOST_NOTE:,} letters.")
    taken = session.scalars(select(CodebookVersion.name)).all()
    if name.lower() in {one.lower() for one in taken}:
        raise BadInput("Another version has that name. Choose another.")
    version = CodebookVersion(
        name=name, note=note, account_id=account, at=now(), content=files.content_of(session)
    )
    session.add(version)
    session.flush()
    return version


def versions(session: Session) -> list[VersionCard]:
    """Every version, the newest first."""
    rows = session.execute(
        select(CodebookVersion, Account.name)
        .join(Account, Account.id == CodebookVersion.account_id)
        .order_by(CodebookVersion.id.desc())
    )
    return [_card(row, who) for row, who in rows]


def version(session: Session, version_id: int) -> VersionCard:
    """One version; 0 is the codebook as it stands. Raises NotFound."""
    if version_id == 0:
        content = files.content_of(session)
        return VersionCard(0, "As it stands now", "", "", now(), content)
    row = session.get(CodebookVersion, version_id)
    if row is None:
        raise NotFound("There is no such version of the codebook.")
    return _card(row, session.get_one(Account, row.account_id).name)


def _card(row: CodebookVersion, who: str) -> VersionCard:
    return VersionCard(row.id, row.name, row.note, who, row.at, row.content)


def compare(before: Content, after: Content) -> Difference:
    """What changed from one content to another, code by code, in the order of the later."""
    old = {row["key"]: row for row in before["code"]}
    new = {row["key"]: row for row in after["code"]}
    names = {key: row["name"] for key, row in {**old, **new}.items()}
    families = {row["key"]: row["name"] for row in (*before["family"], *after["family"])}
    both = [(old[key], row) for key, row in new.items() if key in old]
    left = [(was, row) for was, row in both if row.get("retired") and not was.get("retired")]
    return Difference(
        added=tuple(row for key, row in new.items() if key not in old and not row.get("retired")),
        reworded=tuple(
            Reworded(row["key"], row["name"], parts)
            for was, row in both
            if (parts := _parts(was, row, names, families))
        ),
        merged=tuple(
            (row["name"], names.get(row["merged_into"], row["merged_into"]))
            for _, row in left
            if row.get("merged_into")
        ),
        retired=tuple(row for _, row in left if not row.get("merged_into")),
        back=tuple(row for was, row in both if was.get("retired") and not row.get("retired")),
        gone=tuple(row for key, row in old.items() if key not in new and not row.get("retired")),
    )


def _parts(
    was: Mapping[str, Any],
    row: Mapping[str, Any],
    names: Mapping[str, str],
    families: Mapping[str, str],
) -> tuple[tuple[str, str, str], ...]:
    found = []
    for part, label in PARTS.items():
        before, after = was.get(part) or "", row.get(part) or ""
        if part in ("cues", "near_miss") and set(before) == set(after):
            continue
        if part in ("cues", "near_miss"):
            before, after = only_new(before, after), only_new(after, before)
        if before != after:
            found.append(
                (label, _said(part, before, names, families), _said(part, after, names, families))
            )
    return tuple(found)


def only_new(phrases: Iterable[str], beside: Iterable[str]) -> list[str]:
    """The phrases that do not stand beside them, too."""
    known = set(beside)
    return [phrase for phrase in phrases if phrase not in known]


def _said(part: str, value: Any, names: Mapping[str, str], families: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if part == "family":
        return families.get(value, value)
    return str(names.get(value, value) if part == "parent" else value)
