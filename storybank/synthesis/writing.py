"""The synthesis in its parts, written by people. Two who write at once lose nothing silently."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Conflict
from storybank.meetings import state
from storybank.synthesis import answer_rules as rules
from storybank.synthesis.answer_rules import Part
from storybank.synthesis.models import SynthesisPart
from storybank.undoing import service as undoing
from storybank.workshops.models import Workshop

PART = "synthesis part"
"""The kind of act."""
CLOSED = "This workshop is closed, so its answer stays as it is. Open it again to change it."
BETWEEN = "Somebody else changed this while you were writing. Nothing was lost: both are below."


class Between(Conflict):
    """Somebody else wrote in between; ``theirs`` is what stands now, ``mine`` what was sent."""

    def __init__(self, theirs: str, mine: str) -> None:
        super().__init__(BETWEEN)
        self.theirs, self.mine = theirs, mine


@dataclass(frozen=True)
class Written:
    """One part as it stands. ``seen`` is sent back with what is written over it."""

    part: Part
    text: str
    seen: str


def parts(session: Session, workshop_id: int) -> dict[Part, Written]:
    """Every part as it stands; one that nobody wrote yet is blank."""
    rows = session.scalars(select(SynthesisPart).where(SynthesisPart.workshop_id == workshop_id))
    texts = {row.part: row.text for row in rows}
    return {
        part: Written(part, text, rules.seen(text))
        for part in Part
        for text in [texts.get(part.value, "")]
    }


def write(session: Session, use: Use, workshop: Workshop, part: Part, text: str, seen: str) -> bool:
    """Write a part anew; False where it stands so already.

    ``seen`` is the mark of the text it was written over. Raises BadInput for too long a text;
    Between where that is not what stands now; Conflict where the workshop is closed.
    """
    check_open(session, workshop)
    text = rules.clean(text, rules.LONGEST_PART, "this part", blank=True)
    row = _row(session, workshop.id, part)
    before = row.text if row else ""
    if before == text:
        return False
    if rules.seen(before) != seen:
        raise Between(before, text)
    put(session, use, workshop.id, part, text)
    detail = {"workshop": workshop.id, "part": part.value, "before": before, "after": text}
    undoing.note(session, use, PART, detail)
    return True


def put(
    session: Session, use: Use, workshop_id: int, part: Part, text: str, *, over: str | None = None
) -> bool:
    """Set a part's text; False where ``over`` is given and is not what stands."""
    row = _row(session, workshop_id, part)
    if over is not None and over != (row.text if row else ""):
        return False
    if row is None:
        row = SynthesisPart(workshop_id=workshop_id, part=part.value)
        session.add(row)
    row.text, row.changed_by, row.changed_at = text, undoing.account_of(use), now()
    session.flush()
    state.changed(session, workshop_id)
    return True


def check_open(session: Session, workshop: Workshop) -> None:
    """Hold others off this workshop's answer until the transaction ends.

    Raises Conflict where the workshop is closed.
    """
    session.refresh(workshop, with_for_update=True)
    if workshop.status == "closed":
        raise Conflict(CLOSED)


def _row(session: Session, workshop_id: int, part: Part) -> SynthesisPart | None:
    return session.get(SynthesisPart, (workshop_id, part.value), populate_existing=True)
