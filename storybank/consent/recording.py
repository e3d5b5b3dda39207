"""Writing down what was said: an event with its answers, the standing it leaves, a receipt.

Only ``service`` uses this; it decides what may be said.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import receipts, wordings
from storybank.consent.models import ConsentChoice, ConsentEvent, Evidence, Receipt
from storybank.consent.rules import EIGHT, Answer, Kind, NameStyle, Purpose, StoryState, fold
from storybank.consent.standing import happenings, save_standing
from storybank.errors import BadInput
from storybank.people.models import Person
from storybank.people.rules import Actor

CHANNELS = ("web", "paper", "phone", "face_to_face", "post", "email", "sms")


@dataclass(frozen=True)
class Proof:
    """What shows that a storyteller said yes: a kind and a note a stranger could follow."""

    kind: str
    note: str


def append(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    kind: Kind,
    choices: Mapping[Purpose, Answer],
    channel: str,
    *,
    at: datetime | None,
    proof: Proof | None = None,
    effective_from: datetime | None = None,
    valid_until: datetime | None = None,
    name_style: NameStyle | None = None,
    name_ref: int | None = None,
    not_for: list[str] | None = None,
) -> ConsentEvent:
    """Add the next event of a person's chain.

    Raises BadInput for a channel that is not offered or a note that is too long.
    """
    if channel not in CHANNELS:
        raise BadInput("Say how the storyteller told us: " + ", ".join(CHANNELS) + ".")
    # The person's row is the lock that keeps the sequence gapless on a server database.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    last = session.execute(
        select(ConsentEvent.seq, ConsentEvent.hash)
        .where(ConsentEvent.person_id == person_id)
        .order_by(ConsentEvent.seq.desc())
        .limit(1)
    ).first()
    evidence = None
    if proof is not None:
        if len(proof.note) > 1000:
            raise BadInput("Keep the note of evidence under 1,000 letters.")
        evidence = Evidence(kind=proof.kind, note=proof.note.strip(), made_at=now())
        session.add(evidence)
        session.flush()
    own = by.person_id is not None and by.person_id == person_id
    event = ConsentEvent(
        id=str(uuid.uuid4()),
        person_id=person_id,
        seq=last.seq + 1 if last else 1,
        story_id=story_id,
        kind=kind.value,
        at=at or now(),
        effective_from=effective_from,
        valid_until=valid_until,
        decided_by_person_id=person_id,
        decided_in_role="teller",
        recorded_by_account_id=by.account_id,
        channel="web" if own and channel == "web" else channel,
        language="en-GB",
        format_used="standard",
        wording_ids=wordings.current_ids(
            session, [use.value for use in EIGHT if use in choices], "en-GB", "standard"
        ),
        evidence_id=evidence.id if evidence else None,
        name_style=name_style.value if name_style else None,
        name_ref=name_ref,
        not_for=not_for,
        prev_hash=last.hash if last else "0" * 64,
        hash="",
    )
    event.hash = event_hash(event, {use.value: answer.value for use, answer in choices.items()})
    session.add(event)
    session.flush()
    rows = [
        {"event_id": event.id, "use": use.value, "answer": answer.value}
        for use, answer in choices.items()
    ]
    if rows:
        session.execute(sa.insert(ConsentChoice), rows)
    return event


def event_hash(event: ConsentEvent, choices: Mapping[str, str]) -> str:
    """sha256 over everything an event says and the hash before it: the chain's next link."""
    said = [
        event.id, event.person_id, event.seq, event.story_id, event.kind, str(event.at),
        str(event.effective_from), str(event.valid_until), event.decided_by_person_id,
        event.decided_in_role, event.recorded_by_account_id, event.channel, event.language,
        event.format_used, event.wording_ids, event.evidence_id, event.name_style,
        event.name_ref, event.not_for, event.prev_hash, sorted(choices.items()),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def refold(session: Session, story_id: int, person_id: int) -> StoryState:
    """Fold a story's events anew and keep what they add up to."""
    state = fold(person_id, happenings(session, story_id))
    save_standing(session, story_id, state)
    return state


def write_receipt(
    session: Session, event: ConsentEvent, state: StoryState, changed: set[Purpose]
) -> Receipt:
    """Give the storyteller proof of what an event did."""
    receipt = Receipt(
        event_id=event.id,
        person_id=event.person_id,
        story_id=event.story_id,
        language=event.language,
        body=receipts.body(event, state, changed),
        record=receipts.record(event, state),
        made_at=now(),
    )
    session.add(receipt)
    session.flush()
    return receipt


def clean_not_for(labels: Iterable[str] | None) -> list[str] | None:
    """A not-for list without blanks and doubles.

    Raises BadInput for too many or too long names.
    """
    if labels is None:
        return None
    cleaned = list(dict.fromkeys(" ".join(label.split()) for label in labels if label.strip()))
    if any(len(label) > 200 for label in cleaned) or len(cleaned) > 50:
        raise BadInput("Name at most 50 places or teams, each in 200 letters or fewer.")
    return cleaned
