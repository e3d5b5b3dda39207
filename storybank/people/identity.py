"""Storytellers' details: kept sealed, shown to few, and every showing written down."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank import clock
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.identity_models import IdentityReading, PersonIdentity
from storybank.people.identity_rules import (
    Details,
    clean_details,
    clean_phone,
    clean_zone,
    phone_spellings,
)
from storybank.people.models import Account, Person
from storybank.people.reading import person as find_person
from storybank.people.rules import Actor, Role, clean_email, clean_name, person_id_of
from storybank.people.sealing import mark, marks, seal, unseal

SEALED = (
    "legal_name", "email", "phone", "address", "trusted_person", "trusted_contact",
)  # fmt: skip
MARKED = {"name_mark": "legal_name", "email_mark": "email", "phone_mark": "phone"}
READ, CHANGE = "read", "change"
MOST_FOUND = 50
CHANGED = "These details were changed a moment ago. Save again to keep what you see here."


@dataclass(frozen=True)
class Reading:
    """One time that somebody of the team read or changed a storyteller's details."""

    who: str
    act: str
    at: datetime


def details_of(session: Session, person_id: int) -> Details | None:
    """The details, for the house's own work (where does this letter go?); None if none are kept.

    What is to be shown to anybody comes from ``read_details``, which writes down who was shown.
    Raises NotReady when the keys are missing or wrong.
    """
    row = session.get(PersonIdentity, person_id)
    if row is None:
        return None
    values = {}
    for field in fields(Details):
        kept = getattr(row, field.name)
        values[field.name] = unseal(session, kept) if isinstance(kept, bytes) else kept or ""
    return Details(**values)


def read_details(session: Session, by: Actor, person_id: int) -> Details | None:
    """The details, to be shown to ``by``: the person, or a steward, whose reading is written down.

    The session must be one that writes. Raises Refused for anybody else, NotFound, NotReady.
    """
    _check_may(session, by, person_id)
    _write_down(session, by, person_id, READ)
    return details_of(session, person_id)


def save_details(
    session: Session, by: Actor, person_id: int, details: Details, seen: str | None = None
) -> None:
    """Keep these details in place of the earlier ones, sealed.

    ``seen`` is the ``stamp`` of what stood there when they were written, where that is known.
    Raises BadInput for what cannot be used, Refused unless ``by`` is the person, a steward or
    the house itself, Conflict when they were changed since ``seen``, NotFound, NotReady.
    """
    _check_may(session, by, person_id)
    if seen is not None and seen != stamp(session, person_id):
        raise Conflict(CHANGED)
    clean, errors = clean_details(details)
    if errors:
        raise BadInput(next(iter(errors.values())))
    _keep(session, person_id, clean)
    _write_down(session, by, person_id, CHANGE)


def stamp(session: Session, person_id: int) -> str:
    """Which details stand now: another text after each change, empty when none are kept."""
    row = session.get(PersonIdentity, person_id)
    return row.changed_at.isoformat() if row else ""


def prefer(session: Session, person_id: int, **answers: str) -> None:
    """Keep single answers the storyteller gave (``preferred_channel``, ``trusted_person``...).

    For rooms that ask one question a page; nothing is shown to whoever writes them down. Raises
    BadInput, NotFound, NotReady.
    """
    _check_there(session, person_id)
    clean, errors = clean_details(replace(details_of(session, person_id) or Details(), **answers))
    if errors:
        raise BadInput(next(iter(errors.values())))
    _keep(session, person_id, clean)


def forget(session: Session, person_id: int) -> None:
    """Take the details out for good. Who once read them stays known; what they read does not."""
    row = session.get(PersonIdentity, person_id)
    if row is not None:
        session.delete(row)
        session.flush()


def set_time_zone(session: Session, by: Actor, person_id: int, zone: str) -> None:
    """A storyteller's days begin and end in this zone. Raises BadInput, Refused, NotFound."""
    _check_may(session, by, person_id).time_zone = clean_zone(zone)
    session.flush()


def find(session: Session, by: Actor, words: str) -> list[Person]:
    """Storytellers by code, or by their whole e-mail address, phone number or name.

    Details are looked up by their marks: none is unsealed. Raises Refused unless a steward asks.
    """
    if Role.STEWARD not in by.roles:
        raise Refused("Only a steward can look for storytellers.")
    try:
        found = find_person(session, person_id_of(words))
        if found is not None:
            return [found]
    except BadInput:
        pass
    sought = PersonIdentity
    ways: list[sa.ColumnElement[bool]] = []
    for column, clean in (
        (sought.email_mark, clean_email), (sought.name_mark, clean_name),
        (sought.phone_mark, clean_phone),
    ):  # fmt: skip
        try:
            text = clean(words)
        except BadInput:
            continue
        spelt = phone_spellings(text) if clean is clean_phone else (text,)
        ways.append(column.in_([one for way in spelt for one in marks(session, way)]))
        if clean is clean_email:
            accounts = sa.select(Account.person_id).where(Account.email == text)
            ways.append(Person.id.in_(accounts))
    if not ways:
        return []
    query = sa.select(Person).outerjoin(sought, sought.person_id == Person.id).where(sa.or_(*ways))
    return list(session.scalars(query.order_by(Person.id).limit(MOST_FOUND)))


@dataclass(frozen=True)
class Listed:
    """A storyteller as the steward's list shows them: no detail, but whether there are any."""

    person: Person
    has_details: bool


def tellers(session: Session, offset: int, limit: int) -> list[Listed]:
    """Storytellers, the newest first."""
    rows = session.execute(
        sa.select(Person, PersonIdentity.person_id.is_not(None))
        .outerjoin(PersonIdentity, PersonIdentity.person_id == Person.id)
        .order_by(Person.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [Listed(person, has) for person, has in rows]


def count_tellers(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(Person.id))) or 0


def readings(session: Session, person_id: int, limit: int = 50) -> list[Reading]:
    """Who of the team read or changed this person's details, the latest first."""
    rows = session.execute(
        sa.select(Account.name, IdentityReading.act, IdentityReading.at)
        .join(Account, Account.id == IdentityReading.account_id)
        .where(IdentityReading.person_id == person_id)
        .order_by(IdentityReading.id.desc())
        .limit(limit)
    )
    return [Reading(*row) for row in rows]


def _keep(session: Session, person_id: int, clean: Details) -> None:
    row = session.get(PersonIdentity, person_id) or PersonIdentity(person_id=person_id)
    for field in fields(Details):
        text: str = getattr(clean, field.name)
        if field.name in SEALED:
            setattr(row, field.name, seal(session, text) if text else None)
        else:
            setattr(row, field.name, str(text))
    for column, of in MARKED.items():
        text = getattr(clean, of)
        setattr(row, column, mark(session, text) if text else None)
    row.changed_at = clock.now()
    session.add(row)
    session.flush()


def _check_there(session: Session, person_id: int) -> Person:
    person = find_person(session, person_id)
    if person is None:
        raise NotFound("There is no storyteller with this code.")
    return person


def _check_may(session: Session, by: Actor, person_id: int) -> Person:
    own = by.person_id is not None and by.person_id == person_id
    if not own and not by.roles & {Role.STEWARD, Role.MACHINE}:
        raise Refused("Only the storyteller and a steward can see these details.")
    return _check_there(session, person_id)


def _write_down(session: Session, by: Actor, person_id: int, act: str) -> None:
    if by.account_id is not None and by.person_id != person_id:
        session.add(
            IdentityReading(account_id=by.account_id, person_id=person_id, act=act, at=clock.now())
        )
        session.flush()
