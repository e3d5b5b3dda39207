"""Writing down what was said: an event with its answers, the standing it leaves, a receipt.

Only the services of this room use this; they decide what may be said.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import receipts, wordings
from storybank.consent.answers import Answer, Kind, Part
from storybank.consent.evidence import Proof, keep_proof
from storybank.consent.folding import Span, StoryState
from storybank.consent.models import ConsentChoice, ConsentEvent, ExcludedPlace, Receipt
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.terms import HOME
from storybank.errors import BadInput
from storybank.people.models import Person
from storybank.people.rules import Actor

CHANNELS = ("web", "paper", "phone", "face_to_face", "post", "email", "sms")
WHO = "who"
"""The wording that names the organisations."""


@dataclass(frozen=True)
class Said:
    """Everything one event says, besides whose it is. What is left out says nothing."""

    kind: Kind
    choices: Mapping[Purpose, Answer] = field(default_factory=dict)
    span: Span | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Columns of ``ConsentEvent`` by name."""


@dataclass(frozen=True)
class How:
    """How it reached us: by which channel, in which format, who decided and who helped."""

    channel: str
    part: Part = Part.TELLER
    decided_by: int | None = None
    """The person who decided, where that was not the teller."""
    format_used: str = "standard"
    language: str = "en-GB"
    helped_by: tuple[Part, ...] = ()
    wording_ids: tuple[int, ...] = ()
    """The wordings that were shown, where that is known; else those that stand now are named."""


def append(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    said: Said,
    how: How,
    *,
    at: datetime | None = None,
    proof: Proof | None = None,
) -> ConsentEvent:
    """Add the next event of a person's chain.

    Raises BadInput for a channel that is not offered or a note that is too long.
    """
    if how.channel not in CHANNELS:
        raise BadInput("Say how the storyteller told us: " + ", ".join(CHANNELS) + ".")
    lock_person(session, person_id)
    last = session.execute(
        select(ConsentEvent.seq, ConsentEvent.hash)
        .where(ConsentEvent.person_id == person_id)
        .order_by(ConsentEvent.seq.desc())
        .limit(1)
    ).first()
    asked = [use.value for use in EIGHT if use in said.choices]
    # Who asks is part of each question: that wording names the organisations.
    codes = [WHO, *asked] if asked else []
    event = ConsentEvent(
        id=str(uuid.uuid4()),
        person_id=person_id,
        seq=last.seq + 1 if last else 1,
        story_id=story_id,
        kind=said.kind.value,
        at=at or now(),
        decided_by_person_id=how.decided_by or person_id,
        decided_in_role=how.part.value,
        recorded_by_account_id=by.account_id,
        helped_by=[part.value for part in how.helped_by],
        channel=how.channel,
        language=how.language,
        format_used=how.format_used,
        wording_ids=list(how.wording_ids)
        or wordings.current_ids(session, codes, how.language, how.format_used),
        evidence_id=keep_proof(session, proof) if proof else None,
        treated_as_objection=said.kind is Kind.WITHDRAWN,
        version=said.span.version if said.span else None,
        start=said.span.start if said.span else None,
        end=said.span.end if said.span else None,
        prev_hash=last.hash if last else "0" * 64,
        hash="",
        **said.more,
    )
    choices = {use.value: answer.value for use, answer in said.choices.items()}
    event.hash = event_hash(event, choices)
    session.add(event)
    session.flush()
    rows = [{"event_id": event.id, "use": use, "answer": answer} for use, answer in choices.items()]
    if rows:
        session.execute(sa.insert(ConsentChoice), rows)
    return event


def lock_person(session: Session, person_id: int) -> None:
    """One act of a person at a time: it keeps their chain gapless on a server database.

    Rows that name the person may be written meanwhile. Comes before ``lock_story``.
    """
    row = select(Person.id).where(Person.id == person_id)
    session.execute(row.with_for_update(key_share=True))


def lock_story(session: Session, story_id: int) -> None:
    """One act about a story at a time, so that each folds what the one before it wrote."""
    story = sa.table("story", sa.column("id", sa.Integer))
    row = select(story.c.id).where(story.c.id == story_id)
    session.execute(row.with_for_update(key_share=True))


def event_hash(event: ConsentEvent, choices: Mapping[str, str]) -> str:
    """sha256 over everything an event says and the hash before it: the chain's next link."""
    said: dict[str, Any] = {
        column.key: getattr(event, column.key)
        for column in ConsentEvent.__table__.columns
        if column.key != "hash"
    }
    said["choices"] = dict(choices)
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def write_receipt(
    session: Session,
    event: ConsentEvent,
    state: StoryState,
    changed: Iterable[Purpose],
    time_zone: str | None,
) -> Receipt:
    """Give the storyteller proof of what an event did; days are those of their time zone."""
    receipt = Receipt(
        event_id=event.id,
        person_id=event.person_id,
        story_id=event.story_id,
        language=event.language,
        body=receipts.body(event, state, set(changed), time_zone or HOME),
        record=receipts.record(event, state, wordings.controllers(session, event.wording_ids)),
        made_at=now(),
    )
    session.add(receipt)
    session.flush()
    return receipt


def clean_not_for(labels: Iterable[str]) -> list[str]:
    """A not-for list without blanks and doubles.

    Raises BadInput for too many or too long names.
    """
    cleaned = list(dict.fromkeys(" ".join(label.split()) for label in labels if label.strip()))
    if any(len(label) > 200 for label in cleaned) or len(cleaned) > 50:
        raise BadInput("Name at most 50 places or teams, each in 200 letters or fewer.")
    return cleaned


def excluded_places(session: Session, story_id: int, labels: Iterable[str]) -> list[int]:
    """Numbers that an event may hold for these names; the names themselves can be erased."""
    known = {
        label: number
        for number, label in session.execute(
            select(ExcludedPlace.id, ExcludedPlace.label).where(ExcludedPlace.story_id == story_id)
        )
    }
    for label in clean_not_for(labels):
        if label not in known:
            place = ExcludedPlace(story_id=story_id, label=label)
            session.add(place)
            session.flush()
            known[label] = place.id
    wanted = clean_not_for(labels)
    return [known[label] for label in wanted]
