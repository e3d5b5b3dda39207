"""How one request stands on a day, and what it needs of a steward. Pure: a row and its pauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storybank.people.rules import code_of
from storybank.rights.kinds import Exemption, ExtensionReason, Kind, Outcome, PauseReason
from storybank.rights.models import RightsRequest
from storybank.rights.rules import Pause, acknowledge_by, days_left


@dataclass(frozen=True)
class Standing:
    """One request and how it stands on a day."""

    request: RightsRequest
    pauses: tuple[Pause, ...]
    paused_for: PauseReason | None
    today: date

    @property
    def kind(self) -> Kind:
        return Kind(self.request.kind)

    @property
    def outcome(self) -> Outcome | None:
        return Outcome(self.request.outcome) if self.request.outcome else None

    @property
    def proposed(self) -> Outcome | None:
        """An answer that waits for a second steward."""
        return Outcome(self.request.proposed_outcome) if self.request.proposed_outcome else None

    @property
    def exemption(self) -> Exemption | None:
        return Exemption(self.request.exemption) if self.request.exemption else None

    @property
    def extension_reason(self) -> ExtensionReason | None:
        reason = self.request.extension_reason
        return ExtensionReason(reason) if reason else None

    @property
    def open(self) -> bool:
        return self.request.closed_at is None

    @property
    def teller(self) -> str | None:
        """The code of the storyteller who asked; None for somebody who did not sign in."""
        return code_of(self.request.person_id) if self.request.person_id else None

    @property
    def acknowledge_by(self) -> date:
        return acknowledge_by(self.request.received_on)

    @property
    def to_acknowledge(self) -> bool:
        return self.open and self.request.acknowledged_at is None

    @property
    def next_on(self) -> date:
        """The day on which something is due: a word that it came, else the answer."""
        if self.to_acknowledge:
            return min(self.acknowledge_by, self.request.due_on)
        return self.request.due_on

    @property
    def left(self) -> int | None:
        """Days until then, below nought when late; None when the clock stands or it is closed."""
        if not self.open or (self.paused_for and not self.to_acknowledge):
            return None
        return days_left(self.next_on, self.today)


@dataclass(frozen=True)
class Waiting:
    """A line for a steward's list of what needs them: no name, no word of what was written."""

    what: str
    due_on: date
    left: int | None
    request_id: int


def needs(standing: Standing) -> str:
    """What a request needs of a steward, in a line: no name, no word of what was written."""
    name = WAITING_NAMES[standing.kind]
    who = f" from {standing.teller}" if standing.teller else ""
    if standing.to_acknowledge:
        return f"{name}{who}: tell them that we have it"
    if standing.proposed:
        return f"{name}{who}: a second steward has to agree to the answer"
    if standing.paused_for:
        return f"{name}{who}: the clock is stopped"
    return f"{name}{who}: answer it"


WAITING_NAMES = {
    Kind.ACCESS: "Request to see what we hold",
    Kind.PORTABILITY: "Request for a copy",
    Kind.CORRECTION: "Request to put something right",
    Kind.ERASURE: "Request to delete",
    Kind.RESTRICTION: "Request to stop for now",
    Kind.OBJECTION: "Objection",
    Kind.COMPLAINT: "Complaint",
    Kind.OTHER: "Request",
}
