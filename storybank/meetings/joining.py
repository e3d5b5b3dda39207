"""Joining a workshop by its code: no account, and nothing that has to be told but a group."""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import wiping
from storybank.meetings.kinds import kind_of
from storybank.meetings.models import Group, Participant
from storybank.meetings.seats import new_token
from storybank.stories.characters import normalise, one_line
from storybank.workshops.models import Workshop

JOINABLE = ("open", "live", "synthesis")
"""What a workshop is while people may join it."""
LETTERS = 6
MOST = 2_000
"""Seats in one workshop, so that nobody can fill the database with them."""
NO_SUCH = "We cannot find a workshop with that code. Check the code, then try again."
FULL = "That group is full now. Choose another one."

_ALIKE = str.maketrans({"0": "O", "1": "I", "L": "I"})


@dataclass(frozen=True)
class Place:
    """A group that somebody may choose."""

    group: Group
    full: bool


def typed(code: str) -> str:
    """A code as people type it, in one spelling: no spaces or hyphens, big letters, and what
    looks alike made one."""
    plain = unicodedata.normalize("NFKC", code[:200]).upper().translate(_ALIKE)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def find(session: Session, code: str) -> Workshop:
    """The workshop that may be joined with this code.

    It takes the same work whether there is one or not. Raises NotFound where there is none:
    unknown, not yet open, closed and too old look the same.
    """
    given = typed(code).encode()
    found = None
    rows = session.execute(
        select(Workshop.id, Workshop.join_code)
        .where(Workshop.join_code.is_not(None), Workshop.status.in_(JOINABLE))
        .order_by(Workshop.id)
    ).all()
    for number, stands in rows:
        if hmac.compare_digest(given, typed(stands or "").encode()) and len(given) == LETTERS:
            found = number
    workshop = session.get(Workshop, found or 0)
    if workshop is None:
        raise NotFound(NO_SUCH)
    return workshop


def places(session: Session, workshop_id: int) -> list[Place]:
    """The groups of a workshop in their order, each with whether it is full."""
    sits = sa.and_(Participant.group_id == Group.id, Participant.workshop_id == workshop_id)
    rows = session.execute(
        select(Group, sa.func.count(Participant.id))
        .outerjoin(Participant, sits)
        .where(Group.workshop_id == workshop_id, Group.removed_at.is_(None))
        .group_by(Group.id)
        .order_by(Group.position, Group.id)
    )
    return [
        Place(group, group.capacity is not None and taken >= group.capacity)
        for group, taken in rows
    ]


def join(
    session: Session,
    code: str,
    *,
    first_name: str = "",
    group_id: int | None = None,
    kind: str | None = None,
    access_needs: str = "",
) -> tuple[Participant, str]:
    """Give somebody a seat; the participant, and the token for their phone.

    Raises NotFound for a code that opens nothing; BadInput where the group is missing or what
    was typed is too long; Conflict where the group, or the workshop, is full.
    """
    workshop = find(session, code)
    group = take_place(session, workshop.id, group_id)
    seats = select(sa.func.count(Participant.id)).where(Participant.workshop_id == workshop.id)
    if (session.scalar(seats) or 0) >= MOST:
        raise Conflict("This workshop is full. Ask the person who runs it.")
    token, kept = new_token()
    known = kind_of(kind)
    participant = Participant(
        workshop_id=workshop.id,
        group_id=group.id if group else None,
        token_hash=kept,
        first_name=clean_name(first_name),
        kind=known.value if known else None,
        access_needs=clean_needs(access_needs),
        joined_at=now(),
        wipe_on=wiping.day_for(workshop, now().date()),
    )
    session.add(participant)
    session.flush()
    return participant, token


def take_place(
    session: Session, workshop_id: int, group_id: int | None, sits_in: int | None = None
) -> Group | None:
    """The group that was chosen, held so that two people cannot take its last place.

    ``sits_in`` is the group where the person sits already. None where a workshop has no groups.
    Raises BadInput where none or no such group was chosen; Conflict where it is full.
    """
    groups = (Group.workshop_id == workshop_id, Group.removed_at.is_(None))
    if group_id is None:
        if session.scalar(select(Group.id).where(*groups).limit(1)) is not None:
            raise BadInput("Choose your group. If you do not know it, ask the person who runs it.")
        return None
    group = session.scalar(select(Group).where(*groups, Group.id == group_id).with_for_update())
    if group is None:
        raise BadInput("Choose one of the groups.")
    if group.capacity is not None and group.id != sits_in:
        taken = session.scalar(
            select(sa.func.count(Participant.id)).where(Participant.group_id == group.id)
        )
        if (taken or 0) >= group.capacity:
            raise Conflict(FULL)
    return group


def clean_name(typed_name: str) -> str | None:
    """A first name, or None where none was given. Raises BadInput where it is too long."""
    name = one_line(typed_name)
    if len(name) > 40:
        raise BadInput("Keep your first name under 40 letters.")
    return name or None


def clean_needs(typed_needs: str) -> str | None:
    """What somebody needs, or None. Raises BadInput where it is too long."""
    needs = normalise(typed_needs)[0].strip()
    if len(needs) > 1_000:
        raise BadInput("Keep what you need under 1,000 letters.")
    return needs or None
