"""Giving and stopping: the only ways a consent changes.

Giving needs evidence; stopping never does. Each appends one event, refolds the standing and
leaves a receipt, in the caller's transaction.
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

from storybank import events
from storybank.clock import now
from storybank.consent import receipts, wordings
from storybank.consent.models import (
    ConsentChoice,
    ConsentEvent,
    Evidence,
    Receipt,
    StoryStanding,
)
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Kind,
    NameStyle,
    Purpose,
    StoryState,
    fold,
)
from storybank.consent.standing import happenings, save_standing, state_of
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.models import Person
from storybank.people.rules import Actor, Role

CHANNELS = ("web", "paper", "phone", "face_to_face", "post", "email", "sms")


@dataclass(frozen=True)
class Proof:
    """What shows that a storyteller said yes: a kind and a note a stranger could follow."""

    kind: str
    note: str


def years_later(moment: datetime, years: int) -> datetime:
    """The same day ``years`` later; 29 February becomes 28 February."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


LASTS = {"1 year": 1, "2 years": 2, "5 years": 5, "until I stop": None}


def lasts_until(words: str, given_at: datetime) -> datetime | None:
    """When a yes that lasts ``words`` runs out; None for "until I stop".

    Raises BadInput for anything not offered.
    """
    if words not in LASTS:
        raise BadInput("Say how long the yes lasts: " + ", ".join(LASTS) + ".")
    years = LASTS[words]
    return None if years is None else years_later(given_at, years)


def give(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    choices: Mapping[Purpose, Answer],
    proof: Proof | None,
    channel: str,
    *,
    until: datetime | None = None,
    since: datetime | None = None,
    name_style: NameStyle | None = None,
    name_ref: int | None = None,
    not_for: Iterable[str] | None = None,
    at: datetime | None = None,
) -> Receipt:
    """Record answers about uses. A use left out keeps the answer it had; blank is no.

    Raises Refused without evidence for a yes, or where the story may not be kept; BadInput for
    a channel or answer that is not offered.
    """
    _check_recorder(by, person_id)
    asks_something = any(answer in (Answer.YES, Answer.ASK) for answer in choices.values())
    if asks_something and (proof is None or not proof.note.strip()):
        raise Refused("A yes needs evidence. Say how the storyteller said yes, and who saw it.")
    if any(answer is Answer.STOPPED for answer in choices.values()):
        raise BadInput("To stop a use, use Stop.")
    if choices.get(Purpose.KEEP) is Answer.ASK:
        raise BadInput("Keeping the story is a yes or a no. It cannot be 'ask me each time'.")
    before = state_of(session, story_id)
    event = _append(
        session,
        by,
        story_id,
        person_id,
        Kind.GIVEN,
        choices,
        channel,
        at=at,
        proof=proof,
        effective_from=since,
        valid_until=until,
        name_style=name_style,
        name_ref=name_ref,
        not_for=_clean_not_for(not_for),
    )
    state = _refold(session, story_id, person_id)
    kept = state.choices.get(Purpose.KEEP)
    if asks_something and (kept is None or kept.answer is not Answer.YES):
        raise Refused("We need a yes to keeping the story before any other use.")
    narrower = before is not None and _takes_away(before, state)
    # What was allowed before and is not now takes copies away, as a stop does.
    happening = events.UseStopped if narrower else events.StoryChanged
    events.publish(session, happening(story_id))
    return _write_receipt(session, event, state, set(choices))


def stop(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    uses: Iterable[Purpose],
    channel: str,
    *,
    at: datetime | None = None,
) -> Receipt:
    """Stop these uses of a story, now. Needs no evidence and no reason.

    Raises BadInput for something that is not one of the eight uses.
    """
    _check_recorder(by, person_id)
    stopped = [use for use in EIGHT if use in set(uses)]
    if not stopped:
        raise BadInput("Say which use to stop, or all.")
    if Purpose.KEEP in stopped:
        # Nothing may be done with a story that may not be kept.
        stopped = list(EIGHT)
    choices = dict.fromkeys(stopped, Answer.STOPPED)
    event = _append(session, by, story_id, person_id, Kind.WITHDRAWN, choices, channel, at=at)
    state = _refold(session, story_id, person_id)
    events.publish(session, events.UseStopped(story_id))
    return _write_receipt(session, event, state, set(stopped))


def put_back(session: Session, by: Actor, receipt: Receipt) -> Receipt:
    """Undo a stop by giving again exactly what it took, on the storyteller's own word.

    Raises Refused for anybody but the storyteller; Conflict when it was not a stop, or when
    something was chosen since.
    """
    if by.person_id is None or by.person_id != receipt.person_id:
        raise Refused("Only the storyteller can put this back.")
    past = list(happenings(session, receipt.story_id))
    event = session.get_one(ConsentEvent, receipt.event_id)
    if not past or past[-1].seq != event.seq or past[-1].kind is not Kind.WITHDRAWN:
        raise Conflict("Your choices have changed since then. Look at them again.")
    before = fold(receipt.person_id, past[:-1])
    terms: dict[tuple[datetime | None, datetime | None], dict[Purpose, Answer]] = {}
    for purpose in past[-1].choices:
        choice = before.choices.get(purpose)
        if choice is not None and choice.answer is not Answer.STOPPED:
            terms.setdefault((choice.since, choice.until), {})[purpose] = choice.answer
    # Keeping comes first: nothing else may be given before it.
    ordered = sorted(terms.items(), key=lambda item: Purpose.KEEP not in item[1])
    proof = Proof("web_session", "Put back by the storyteller, signed in, after a stop.")
    made = receipt
    for (since, until), choices in ordered:
        made = give(
            session, by, receipt.story_id, receipt.person_id, choices, proof, "web",
            since=since, until=until,
        )  # fmt: skip
    return made


def person_of(session: Session, story_id: int) -> int:
    """Whose story it is.

    Raises NotFound where nothing was ever recorded for it.
    """
    found = session.scalar(
        select(StoryStanding.person_id).where(StoryStanding.story_id == story_id)
    )
    if found is None:
        raise NotFound("There is no story with that number.")
    return found


def _takes_away(before: StoryState, after: StoryState) -> bool:
    """Does the new state forbid anything that the old one may have allowed?"""
    if set(after.not_for) - set(before.not_for):
        return True
    return any(
        choice.answer is Answer.YES and after.choices[use] != choice
        for use, choice in before.choices.items()
    )


def _check_recorder(by: Actor, person_id: int) -> None:
    own = by.person_id is not None and by.person_id == person_id
    if not own and not by.roles & {Role.STEWARD, Role.MACHINE}:
        raise Refused("Only the storyteller, or a steward for them, can change these choices.")


def _clean_not_for(labels: Iterable[str] | None) -> list[str] | None:
    if labels is None:
        return None
    cleaned = list(dict.fromkeys(" ".join(label.split()) for label in labels if label.strip()))
    if any(len(label) > 200 for label in cleaned) or len(cleaned) > 50:
        raise BadInput("Name at most 50 places or teams, each in 200 letters or fewer.")
    return cleaned


def _append(
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


def _refold(session: Session, story_id: int, person_id: int) -> StoryState:
    state = fold(person_id, happenings(session, story_id))
    save_standing(session, story_id, state)
    return state


def _write_receipt(
    session: Session, event: ConsentEvent, state: StoryState, changed: set[Purpose]
) -> Receipt:
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
