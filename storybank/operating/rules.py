"""What parts of the house are called, and when one needs somebody."""

from __future__ import annotations

from dataclasses import dataclass

ADVICE = frozenset({"backups", "drills", "language", "word vectors"})
"""Parts whose trouble is told, and does not make the house unsound."""

LITTLE_SPACE = 200_000_000
"""Bytes of the data folder's disk below which somebody must make room."""


@dataclass(frozen=True)
class Part:
    """A part of the house, and what is wrong with it in a few words; None where nothing is."""

    name: str
    wrong: str | None = None

    @property
    def unsound(self) -> bool:
        return self.wrong is not None and self.name not in ADVICE


WORK = {
    "consent.reconcile": "Cleaning copies after a change or a stop",
    "search.passages": "Listing coded passages for searches",
    "search.erase": "Taking a story out of the search index",
    "search.rebuild": "Building the search index anew",
    "details.look": "Looking for personal details",
    "mail.send": "Sending a letter",
    "mail.forget": "Forgetting letters",
    "portal.tell": "Telling storytellers where their words were used",
    "portal.remind": "Reminding storytellers of what runs out",
    "portal.settle": "Settling what a deleted story leaves",
    "receiving.read": "Reading files that were brought",
    "receiving.take": "Taking stories in",
}
"""Promised work, in words for a page; other work is shown by its name."""


def said(name: str) -> str:
    """Promised work in plain words."""
    return WORK.get(name, name.replace(".", ": ").replace("_", " "))
