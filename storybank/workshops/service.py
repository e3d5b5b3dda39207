"""Workshops and their packs: planned, made, drawn into. The gate is asked at each look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.workshops import rules
from storybank.workshops.models import Pack, PackItem, Workshop


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


def change_audience(session: Session, use: Use, workshop_id: int, audience: Iterable[str]) -> int:
    """Say anew who will be there; how many passages may not be used before them.

    Those are out of sight from now on, and a job pulls them from the workshop's packs.

    Raises NotFound, BadInput for too many or too long names, or Refused where the person may
    not use words for this workshop's purpose.
    """
    meeting = workshop(session, workshop_id)
    use = Use.claim(use.actor, Purpose(meeting.use), use.at)
    before = for_meeting(use, meeting)
    meeting.audience = rules.clean_audience(audience)
    after = for_meeting(use, meeting)
    session.flush()
    gone = session.scalars(
        select(PackItem.story_id)
        .join(Pack, Pack.id == PackItem.pack_id)
        .where(
            Pack.workshop_id == workshop_id,
            PackItem.pulled_at.is_(None),
            permits(before, PackItem.story_id, PackItem),
            ~permits(after, PackItem.story_id, PackItem),
        )
        .order_by(PackItem.id)
    ).all()
    for story_id in dict.fromkeys(gone):
        events.publish(session, events.UseStopped(story_id))
    return len(gone)


def for_meeting(use: Use, meeting: Workshop) -> Use:
    """The use before the people who will be at this workshop, for this workshop."""
    return use.before(meeting.audience, event_key(meeting.id))


def event_key(workshop_id: int) -> str:
    """How a workshop is named where somebody is asked about it: "workshop-12"."""
    return f"workshop-{workshop_id}"


def workshops(session: Session) -> list[Workshop]:
    """Every workshop, the latest day first."""
    return list(session.scalars(select(Workshop).order_by(Workshop.held_on.desc(), Workshop.id)))


def workshop(session: Session, workshop_id: int) -> Workshop:
    """One workshop.

    Raises NotFound when there is none.
    """
    found = session.get(Workshop, workshop_id)
    if found is None:
        raise NotFound("There is no such workshop.")
    return found


def workshop_for(session: Session, use: Use, workshop_id: int) -> Workshop:
    """One workshop for this purpose.

    Raises NotFound when there is none.
    """
    found = workshop(session, workshop_id)
    if found.use != use.purpose.value:
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


def packs_of(session: Session, use: Use, meeting: Workshop) -> list[tuple[Pack, int]]:
    """A workshop's packs, oldest first, each with how many passages may be shown from it."""
    shown = sa.and_(
        PackItem.pack_id == Pack.id,
        PackItem.pulled_at.is_(None),
        permits(for_meeting(use, meeting), PackItem.story_id, PackItem),
    )
    rows = session.execute(
        select(Pack, sa.func.count(PackItem.id))
        .outerjoin(PackItem, shown)
        .where(Pack.workshop_id == meeting.id)
        .group_by(Pack.id)
        .order_by(Pack.id)
    )
    return [(pack, count) for pack, count in rows]


def pack_for(
    session: Session, use: Use, pack_id: int, *, to_change: bool = False
) -> tuple[Pack, Workshop, Use]:
    """A pack, its workshop, and the use made with this workshop's audience.

    ``to_change`` holds others off until the transaction ends, so that two people at once
    neither double a card nor lose a place. Raises NotFound when there is none for this purpose.
    """
    query = (
        select(Pack, Workshop)
        .join(Workshop, Workshop.id == Pack.workshop_id)
        .where(Pack.id == pack_id, Workshop.use == use.purpose.value)
    )
    row = session.execute(query.with_for_update(of=Pack) if to_change else query).one_or_none()
    if row is None:
        raise NotFound("There is no such pack.")
    pack, meeting = row
    return pack, meeting, for_meeting(use, meeting)


def standing(session: Session, pack_id: int) -> list[PackItem]:
    """What stands in a pack, in order, whether it may be shown or not."""
    return list(
        session.scalars(
            select(PackItem)
            .where(PackItem.pack_id == pack_id, PackItem.pulled_at.is_(None))
            .order_by(PackItem.position, PackItem.id)
        )
    )


def draw(
    session: Session, use: Use, pack_id: int, places: Iterable[Place], code_id: int | None = None
) -> list[PackItem]:
    """Put passages at the end of a pack; those that went in.

    One that is in it already is not doubled, and one that the gate does not allow is left out.

    Raises NotFound when there is no such pack for this purpose.
    """
    _, _, use = pack_for(session, use, pack_id, to_change=True)
    there = {item.place for item in standing(session, pack_id)}
    last = session.scalar(select(sa.func.max(PackItem.position)).where(PackItem.pack_id == pack_id))
    allowed = [e.place for e in reading.excerpts(session, use, dict.fromkeys(places))]
    new = [
        PackItem(
            pack_id=pack_id, position=(last or 0) + number, code_id=code_id, drawn_at=now(),
            story_id=place.story_id, version=place.version, start=place.start, end=place.end,
        )
        for number, place in enumerate((p for p in allowed if p not in there), start=1)
    ]  # fmt: skip
    session.add_all(new)
    session.flush()
    return new


def _facilitator(use: Use) -> int:
    if use.actor.account_id is None:
        raise Refused("Sign in to plan a workshop.")
    return use.actor.account_id
