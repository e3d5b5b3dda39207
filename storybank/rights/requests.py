"""Finding requests: for the person who asked, and for stewards."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.errors import NotFound
from storybank.people import sealing
from storybank.people.models import Account
from storybank.rights.kinds import PauseReason
from storybank.rights.models import RightsNote, RightsPause, RightsRequest
from storybank.rights.rules import Pause
from storybank.rights.standing import Standing, Waiting, needs
from storybank.stories.models import StoryCorrection


@dataclass(frozen=True)
class Texts:
    """What is sealed in a request, opened for a page."""

    words: str
    contact: str
    answer: str
    harm: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Note:
    """A steward's note."""

    text: str
    by: str
    at: datetime


def one(session: Session, request_id: int, *, locked: bool = False) -> RightsRequest:
    """Raises NotFound."""
    query = select(RightsRequest).where(RightsRequest.id == request_id)
    found = session.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise NotFound("That request is not here.")
    return found


def writes_words(session: Session, request: RightsRequest) -> bool:
    """Did the storyteller write what a sentence of their story should say?"""
    there = select(StoryCorrection.ref).where(StoryCorrection.request_id == request.id)
    return session.scalar(there) is not None


def own(session: Session, person_id: int | None, request_id: int) -> RightsRequest:
    """A request of this person. Raises NotFound when it is not theirs."""
    found = one(session, request_id)
    if person_id is None or found.person_id != person_id:
        raise NotFound("That request is not here.")
    return found


def every_own(session: Session, person_id: int | None, today: date) -> list[Standing]:
    """Everything this person ever asked, newest first."""
    if person_id is None:
        return []
    query = (
        select(RightsRequest)
        .where(RightsRequest.person_id == person_id)
        .order_by(RightsRequest.id.desc())
    )
    return standings(session, session.scalars(query), today)


def still_open(session: Session, today: date) -> list[Standing]:
    """Every open request: what is late first, then by the day; those standing still last."""
    query = select(RightsRequest).where(RightsRequest.closed_at.is_(None))
    found = standings(session, session.scalars(query), today)
    return sorted(found, key=lambda s: (s.left is None, s.next_on, s.request.id))


def closed(session: Session, today: date, limit: int = 50) -> list[Standing]:
    """Requests that have ended, the last to end first."""
    query = (
        select(RightsRequest)
        .where(RightsRequest.closed_at.is_not(None))
        .order_by(RightsRequest.closed_at.desc(), RightsRequest.id.desc())
        .limit(limit)
    )
    return standings(session, session.scalars(query), today)


def with_reference(session: Session, typed: str) -> RightsRequest | None:
    """The request with this number, as somebody says it on the phone; None where there is none."""
    plain = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    reference = f"{plain[:4]}-{plain[4:]}"
    if len(plain) != 8:
        return None
    return session.scalar(select(RightsRequest).where(RightsRequest.reference == reference))


def waiting(session: Session, today: date) -> list[Waiting]:
    """What requests and complaints need of a steward, the most urgent first."""
    return [
        Waiting(needs(standing), standing.next_on, standing.left, standing.request.id)
        for standing in still_open(session, today)
    ]


def standing(session: Session, request: RightsRequest, today: date) -> Standing:
    return standings(session, [request], today)[0]


def standings(session: Session, found: Iterable[RightsRequest], today: date) -> list[Standing]:
    """These requests with their pauses."""
    found = list(found)
    pauses = pauses_of(session, [request.id for request in found])
    return [
        Standing(
            request=request,
            pauses=tuple(Pause(row.from_on, row.to_on) for row in pauses[request.id]),
            paused_for=next(
                (PauseReason(row.reason) for row in pauses[request.id] if row.to_on is None), None
            ),
            today=today,
        )
        for request in found
    ]


def pauses_of(session: Session, ids: Collection[int]) -> dict[int, list[RightsPause]]:
    """The pauses of each of these requests, in order."""
    found: dict[int, list[RightsPause]] = {number: [] for number in ids}
    query = select(RightsPause).where(RightsPause.request_id.in_(list(ids)))
    for row in session.scalars(query.order_by(RightsPause.id)):
        found[row.request_id].append(row)
    return found


def texts(session: Session, request: RightsRequest, *, notes: bool = False) -> Texts:
    """What is sealed in a request; a steward's notes too where they are asked for."""
    return Texts(
        words=_opened(session, request.words),
        contact=_opened(session, request.contact),
        answer=_opened(session, request.answer),
        harm=_opened(session, request.harm_statement) if notes else "",
        notes=_notes(session, request.id) if notes else (),
    )


def _notes(session: Session, request_id: int) -> tuple[Note, ...]:
    rows = session.execute(
        select(RightsNote, Account.name)
        .outerjoin(Account, Account.id == RightsNote.by_account_id)
        .where(RightsNote.request_id == request_id)
        .order_by(RightsNote.id)
    )
    return tuple(
        Note(sealing.unseal(session, row.text), name or "Somebody", row.at) for row, name in rows
    )


def _opened(session: Session, sealed: bytes | None) -> str:
    return sealing.unseal(session, sealed) if sealed else ""


def stewards(session: Session, request: RightsRequest) -> dict[str, str]:
    """The names of those who did something with a request: recorded, proposed, agreed, closed."""
    did = {
        "recorded": request.recorded_by,
        "proposed": request.proposed_by,
        "agreed": request.signed_off_by,
        "closed": request.closed_by,
    }
    names = dict(
        session.execute(
            select(Account.id, Account.name).where(
                Account.id.in_([number for number in did.values() if number])
            )
        ).all()
    )
    return {what: names.get(number, "Somebody") for what, number in did.items() if number}
