"""Workshops and their packs: planned, drawn, ordered. The gate is asked at each look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Reason, Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.workshops import rules
from storybank.workshops.models import Pack, PackItem, Workshop


@dataclass(frozen=True)
class Card:
    """One passage of a pack as it may be shown now."""

    item_id: int
    number: int
    code_id: int | None
    excerpt: Excerpt


@dataclass(frozen=True)
class PackView:
    """A pack as it may be shown now: its cards, and what is not among them and why."""

    pack: Pack
    workshop: Workshop
    cards: tuple[Card, ...]
    hidden: Counter[Reason]
    pulled: int
    """How many passages left because a storyteller changed their mind."""


def plan(
    session: Session,
    use: Use,
    *,
    title: str,
    question: str,
    held_on: date,
    purpose: Purpose,
    audience: Iterable[str],
) -> Workshop:
    """Plan a workshop.

    Raises BadInput for a blank title or question; Refused where the person may not use words
    for this purpose.
    """
    if purpose not in rules.PURPOSES:
        raise BadInput("Choose what the workshop is for.")
    Use.claim(use.actor, purpose, use.at)
    workshop = Workshop(
        title=rules.clean_line(title, "a title", 200),
        question=rules.clean_line(question, "the question", 500),
        held_on=held_on,
        use=purpose.value,
        audience=rules.clean_audience(audience),
        made_by=_facilitator(use),
        made_at=now(),
    )
    session.add(workshop)
    session.flush()
    return workshop


def workshops(session: Session) -> list[Workshop]:
    """Every workshop, the next ones first."""
    return list(session.scalars(select(Workshop).order_by(Workshop.held_on.desc(), Workshop.id)))


def workshop(session: Session, workshop_id: int) -> Workshop:
    """One workshop.

    Raises NotFound when there is none.
    """
    found = session.get(Workshop, workshop_id)
    if found is None:
        raise NotFound("There is no such workshop.")
    return found


def new_pack(session: Session, use: Use, workshop_id: int, *, title: str, use_until: date) -> Pack:
    """An empty pack with a short code of its own.

    Raises NotFound, or BadInput for a blank title or a day gone by.
    """
    meeting = workshop(session, workshop_id)
    code = rules.short_code()
    while session.scalar(select(Pack.id).where(Pack.code == code)) is not None:
        code = rules.short_code()
    pack = Pack(
        workshop_id=meeting.id,
        title=rules.clean_line(title, "a title", 200),
        code=code,
        use_until=rules.check_use_until(use_until, now().date()),
        made_by=_facilitator(use),
        made_at=now(),
    )
    session.add(pack)
    session.flush()
    return pack


def packs_of(session: Session, workshop_id: int) -> list[tuple[Pack, int]]:
    """A workshop's packs, each with how many passages stand in it."""
    rows = session.execute(
        select(Pack, sa.func.count(PackItem.id))
        .outerjoin(PackItem, sa.and_(PackItem.pack_id == Pack.id, PackItem.pulled_at.is_(None)))
        .where(Pack.workshop_id == workshop_id)
        .group_by(Pack.id)
        .order_by(Pack.id)
    )
    return [(pack, count) for pack, count in rows]


def pack_for(session: Session, use: Use, pack_id: int) -> tuple[Pack, Workshop, Use]:
    """A pack, its workshop, and the use made with this workshop's audience.

    Raises NotFound when there is none for this purpose.
    """
    row = session.execute(
        select(Pack, Workshop)
        .join(Workshop, Workshop.id == Pack.workshop_id)
        .where(Pack.id == pack_id, Workshop.use == use.purpose.value)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such pack.")
    pack, meeting = row
    return pack, meeting, use.before(meeting.audience)


def draw(
    session: Session, use: Use, pack_id: int, places: Iterable[Place], code_id: int | None = None
) -> int:
    """Put passages at the end of a pack; how many went in.

    One that is in it already is not doubled, and one that the gate does not allow is left out.
    """
    _, _, use = pack_for(session, use, pack_id)
    there = {
        Place(*row)
        for row in session.execute(
            select(PackItem.story_id, PackItem.version, PackItem.start, PackItem.end).where(
                PackItem.pack_id == pack_id, PackItem.pulled_at.is_(None)
            )
        )
    }
    last = session.scalar(select(sa.func.max(PackItem.position)).where(PackItem.pack_id == pack_id))
    allowed = [e.place for e in reading.excerpts(session, use, dict.fromkeys(places))]
    new = [place for place in allowed if place not in there]
    session.add_all(
        PackItem(
            pack_id=pack_id,
            position=(last or 0) + number,
            story_id=place.story_id,
            version=place.version,
            start=place.start,
            end=place.end,
            code_id=code_id,
            drawn_at=now(),
        )
        for number, place in enumerate(new, start=1)
    )
    session.flush()
    return len(new)


def view(session: Session, use: Use, pack_id: int) -> PackView:
    """A pack as it may be shown at this moment.

    Raises NotFound when there is none for this purpose.
    """
    pack, meeting, use = pack_for(session, use, pack_id)
    items = _items(session, pack_id)
    shown = {e.place: e for e in reading.excerpts(session, use, map(_place, items))}
    hidden = reading.hidden(
        session, use, [item.story_id for item in items if _place(item) not in shown]
    )
    pulled = session.scalar(
        select(sa.func.count()).where(PackItem.pack_id == pack_id, PackItem.pulled_at.is_not(None))
    )
    there = [item for item in items if _place(item) in shown]
    cards = tuple(
        Card(item.id, number, item.code_id, shown[_place(item)])
        for number, item in enumerate(there, start=1)
    )
    return PackView(pack, meeting, cards, hidden, pulled or 0)


def move(session: Session, use: Use, pack_id: int, item_id: int, up: bool) -> None:
    """Move a card past its neighbour; at the end of the pack nothing changes.

    Raises NotFound when the card is not there to be seen.
    """
    cards = view(session, use, pack_id).cards
    ids = [card.item_id for card in cards]
    if item_id not in ids:
        raise NotFound("That card is not in the pack any more.")
    here = ids.index(item_id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ids):
        return
    one, other = session.get_one(PackItem, ids[here]), session.get_one(PackItem, ids[there])
    one.position, other.position = other.position, one.position
    session.flush()


def take_out(session: Session, use: Use, pack_id: int, item_id: int) -> Place:
    """Take a card out; its place and position, so that it can be put back.

    Raises NotFound when it is not there.
    """
    pack_for(session, use, pack_id)
    item = session.get(PackItem, item_id)
    if item is None or item.pack_id != pack_id or item.pulled_at is not None:
        raise NotFound("That card is not in the pack any more.")
    place = _place(item)
    session.delete(item)
    session.flush()
    return place


def _items(session: Session, pack_id: int) -> list[PackItem]:
    return list(
        session.scalars(
            select(PackItem)
            .where(PackItem.pack_id == pack_id, PackItem.pulled_at.is_(None))
            .order_by(PackItem.position, PackItem.id)
        )
    )


def _place(item: PackItem) -> Place:
    return Place(item.story_id, item.version, item.start, item.end)


def _facilitator(use: Use) -> int:
    if use.actor.account_id is None:
        raise Refused("Sign in to plan a workshop.")
    return use.actor.account_id
