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
    "backups.note": "Noting how far the ledger goes",
    "codebook.cues": "Suggesting anew after cue phrases changed",
    "codebook.words": "Suggesting anew after a code changed",
    "consent.ledger": "Writing late lines into the ledger",
    "consent.reconcile": "Cleaning copies after a change or a stop",
    "details.look": "Looking for personal details",
    "mail.forget": "Forgetting letters",
    "mail.send": "Sending letters",
    "meetings.wipe": "Wiping what participants told of themselves",
    "people.send_address_check": "Checking an address by letter",
    "people.send_invitation": "Sending an invitation",
    "people.send_link": "Sending a link to sign in",
    "portal.remind": "Reminding storytellers of what runs out",
    "portal.settle": "Settling what a deleted story leaves",
    "portal.tell_of_uses": "Telling storytellers where their words were used",
    "receiving.read": "Reading files that were brought",
    "receiving.take": "Taking stories in",
    "receiving.undo": "Taking an intake out again",
    "receiving.wipe": "Wiping files that nobody took in",
    "search.erase": "Taking a story out of the search index",
    "search.passages": "Listing coded passages for searches",
    "search.rebuild": "Building the search index anew",
    "suggest.fit": "Learning from people's answers",
    "suggest.read": "Suggesting codes for stories",
    "suggest.renew": "Suggesting anew with what was learnt",
    "suggest.sample_chances": "Weighing sentences that were drawn by lot",
}
"""Promised work, in words for a page; other work is shown by its name."""


def said(name: str) -> str:
    """Promised work in plain words."""
    return WORK.get(name, name.replace(".", ": ").replace("_", " "))
