"""The groups of a workshop: in the room, online, on the phone or mixed; who looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings.acts import noted
from storybank.meetings.models import Group, Participant, Response
from storybank.stories.characters import one_line
from storybank.workshops.models import Workshop
from storybank.workshops.rules import clean_line, moved

MOST = 60
MOST_SEATS = 2_000
NO_GROUP = "That group is not there any more."


class Mode(StrEnum):
    """How a group meets."""

    ROOM = "room"
    ONLINE = "online"
    PHONE = "phone"
    MIXED = "mixed"

    @property
    def sentence(self) -> str:
        return MODES[self]

    @property
    def short(self) -> str:
        """As a label beside a group's name."""
        return SHORT[self]


MODES = {
    Mode.ROOM: "In the room",
    Mode.ONLINE: "Online, in a video call",
    Mode.PHONE: "By telephone or post, with a note-taker",
    Mode.MIXED: "Some in the room, some online",
}
SHORT = {Mode.ROOM: "Room", Mode.ONLINE: "Online", Mode.PHONE: "Phone", Mode.MIXED: "Mixed"}
USUAL = {
    "room": (("Table 1", Mode.ROOM), ("Table 2", Mode.ROOM)),
    "online": (("Online 1", Mode.ONLINE), ("Online 2", Mode.ONLINE)),
    "both": (
        ("Table 1", Mode.ROOM), ("Table 2", Mode.ROOM), ("Online 1", Mode.ONLINE),
        ("Online 2", Mode.ONLINE),
    ),
}  # fmt: skip
"""Groups to start with, by how the workshop meets."""


@dataclass(frozen=True)
class Grouping:
    """What a facilitator says of a group."""

    name: str
    mode: str
    facilitator: str = ""
    note_taker: str = ""
    bridge: str = ""
    where: str = ""
    access_notes: str = ""
    capacity: int | None = None


def groups(session: Session, workshop_id: int) -> list[Group]:
    """The groups that stand, in order."""
    return list(
        session.scalars(
            select(Group)
            .where(Group.workshop_id == workshop_id, Group.removed_at.is_(None))
            .order_by(Group.position, Group.id)
        )
    )


def group(session: Session, workshop_id: int, group_id: int) -> Group:
    """One group of this workshop. Raises NotFound."""
    found = session.get(Group, group_id)
    if found is None or found.workshop_id != workshop_id or found.removed_at is not None:
        raise NotFound(NO_GROUP)
    return found


def sitting(session: Session, workshop_id: int) -> dict[int | None, int]:
    """{group: how many people joined it}; None for those in no group."""
    rows = session.execute(
        select(Participant.group_id, sa.func.count())
        .where(Participant.workshop_id == workshop_id)
        .group_by(Participant.group_id)
    )
    return {row[0]: row[1] for row in rows}


def usual(session: Session, use: Use, workshop: Workshop) -> int:
    """Make the groups most workshops start with; how many. None where there are some already."""
    if groups(session, workshop.id):
        return 0
    with noted(session, use, workshop.id, "the usual groups"):
        made = [
            Group(workshop_id=workshop.id, position=number, name=name, mode=mode.value)
            for number, (name, mode) in enumerate(USUAL.get(workshop.mode, USUAL["both"]), start=1)
        ]
        session.add_all(made)
    return len(made)


def save(
    session: Session, use: Use, workshop: Workshop, group_id: int | None, said: Grouping
) -> Group:
    """Change a group, or add one at the end.

    Raises NotFound for one that is not there, BadInput for what cannot be.
    """
    name = clean_line(said.name, "a name for the group", 80)
    if said.mode not in set(Mode):
        raise BadInput("Choose how this group meets.")
    if said.capacity is not None and not 1 <= said.capacity <= MOST_SEATS:
        raise BadInput(f"Write how many seats there are, from 1 to {MOST_SEATS:,}, or nothing.")
    stands = groups(session, workshop.id)
    if any(one.name == name and one.id != group_id for one in stands):
        raise BadInput("Another group has this name. Choose a name of its own.")
    if group_id is None and len(stands) >= MOST:
        raise BadInput(f"A workshop has at most {MOST} groups.")
    words = {
        "facilitator": _line(said.facilitator, 80), "note_taker": _line(said.note_taker, 80),
        "bridge": _line(said.bridge, 80), "where": _line(said.where, 300),
        "access_notes": _line(said.access_notes, 500),
    }  # fmt: skip
    with noted(session, use, workshop.id, "a group"):
        if group_id is None:
            last = max((one.position for one in stands), default=0)
            found = Group(workshop_id=workshop.id, position=last + 1, removed_at=None)
            session.add(found)
        else:
            found = group(session, workshop.id, group_id)
        found.name, found.mode, found.capacity = name, said.mode, said.capacity
        for field, value in words.items():
            setattr(found, field, value)
    return found


def take_out(session: Session, use: Use, workshop: Workshop, group_id: int) -> None:
    """Take a group out. Raises NotFound; Conflict where people sit in it or it has answers."""
    found = group(session, workshop.id, group_id)
    sits = select(Participant.id).where(Participant.group_id == group_id).limit(1)
    said = select(Response.id).where(Response.group_id == group_id).limit(1)
    if session.scalar(sits) is not None or session.scalar(said) is not None:
        raise Conflict("People are in this group. Give it another name, but leave it.")
    with noted(session, use, workshop.id, "a group taken out"):
        found.removed_at = now()


def move(session: Session, use: Use, workshop: Workshop, group_id: int, way: str) -> None:
    """Move a group ``up`` or ``down`` in the list. Raises NotFound."""
    found = group(session, workshop.id, group_id)
    with noted(session, use, workshop.id, "the order of the groups"):
        order = groups(session, workshop.id)
        for number, one in enumerate(moved(order, order.index(found), way), start=1):
            one.position = number


def _line(words: str, longest: int) -> str:
    line = one_line(words)
    if len(line) > longest:
        raise BadInput(f"Keep each line under {longest} letters.")
    return line
