"""Files that somebody brought, for tests that walk every page."""

from __future__ import annotations

import io

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import Actor
from storybank.receiving import choosing, columns, gathering, mapping, working
from storybank.receiving.models import IntakeItem
from storybank.receiving.rules import Outcome, Stage

TALK = (
    b"Anna: How was the ward?\n\nOlu: It was loud, and they were kind.\n\n"
    b"Anna: And then?\n\nOlu: I rang 0113 496 0123 and went home with \xa33.\n"
)
B = b"Another one waited as well."
CHOSEN = {
    "use-keep": "yes", "name_style": "none", "lasts": "2 years", "channel": "paper",
    "evidence_kind": "witness_note", "evidence": "Jo was there.", "wrote": "teller",
    "media": "words",
}  # fmt: skip
TABLE = b"id,story,agreed\nr1,I waited for a very long time and somebody came.,yes\n"


def brought_in(session: Session, by: Actor) -> dict[str, list]:
    """An intake with an interview in an old encoding that waits, one that was refused, and a
    table; and a mapping that is kept."""
    intake = gathering.begin(session, by, "page")
    for name, data in (("talk.txt", TALK), ("none.txt", b""), ("rows.csv", TABLE), ("b.txt", B)):
        gathering.add_file(session, intake, name, io.BytesIO(data))
    items = session.scalars(
        sa.select(IntakeItem).where(IntakeItem.intake_id == intake.id).order_by(IntakeItem.n)
    ).all()
    talk, refused, table, other = items
    working.note(session, talk, working.look("talk.txt", TALK))
    working.note(session, other, working.look("b.txt", B))
    choosing.keep(session, intake, choosing.Chosen.sent(CHOSEN))
    table.status, table.reason = Outcome.ASKED.value, columns.ASK
    intake.status = Stage.LOOKING.value
    use = Use.claim(by, Purpose.TAKE_IN, now())
    kept = columns.keep(session, use, "Our survey", mapping.Columns({"story": mapping.TEXT}))
    session.flush()
    return {
        "intake_id": [intake.id], "waiting_id": [talk.id, refused.id],
        "file_id": [table.file_id], "mapping_id": [kept.id],
    }  # fmt: skip
