"""What is kept back of a story follows its words into a corrected version: it can only narrow."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.consent.answers import Kind, Mark, Part
from storybank.consent.deciding import how_said
from storybank.consent.doing import change_around
from storybank.consent.folding import Span, own_state
from storybank.consent.happenings import happenings
from storybank.consent.models import Hold, PartyStanding, ThirdPerson, ThirdPersonPart
from storybank.consent.recording import Said, append
from storybank.consent.standing import state_of
from storybank.people.rules import Actor

MUST_READ = (Part.TELLER, Part.CO_TELLER)


def carry(
    session: Session, by: Actor, story_id: int, old: int, new: int, places: dict[Span, Span]
) -> None:
    """Mark in version ``new`` whatever is kept back in ``old``: by tellers, by holds, for others.

    ``places`` says where each such part stands now (``kept_back_of`` names them). The receipt of
    the correction tells of them all, so these events have none of their own.
    """
    for person_id, marks in _marks(session, story_id, old).items():
        for span, mark in marks.items():
            there = places[span]
            how = how_said(session, by, story_id, person_id, "web", None)
            said = Said(Kind.MARKED, span=there, more={"mark": mark.value})
            append(session, by, story_id, person_id, said, how)
            if mark is Mark.LEAVE_OUT:
                events.narrow(
                    session,
                    events.Narrowed(
                        story_id, person_id, now(), "leave out", (), new, there.start, there.end
                    ),
                )
    for hold in _holds(session, story_id, old):
        there = places[Span(old, hold.start or 0, hold.end or 0)]
        hold.version, hold.start, hold.end = there.version, there.start, there.end
    parts = _third_person_parts(session, story_id, old)
    for third_person_id, there in {
        (part.third_person_id, places[Span(old, part.start, part.end)]) for part in parts
    }:
        session.add(
            ThirdPersonPart(
                third_person_id=third_person_id, version=new, start=there.start, end=there.end
            )
        )
    session.flush()
    change_around(session, story_id)


def kept_back_of(session: Session, story_id: int, version: int) -> set[Span]:
    """Every part of one version that somebody keeps back, for whatever reason."""
    found = {span for marks in _marks(session, story_id, version).values() for span in marks}
    found |= {Span(version, h.start or 0, h.end or 0) for h in _holds(session, story_id, version)}
    parts = _third_person_parts(session, story_id, version)
    return found | {Span(version, part.start, part.end) for part in parts}


def readers(session: Session, story_id: int) -> list[int]:
    """Whoever told the story, and so has to have read what was written down."""
    return list(
        session.scalars(
            select(PartyStanding.person_id)
            .where(
                PartyStanding.story_id == story_id,
                PartyStanding.part.in_([part.value for part in MUST_READ]),
            )
            .order_by(PartyStanding.person_id)
        )
    )


def unread_by(session: Session, story_id: int, person_id: int) -> bool:
    """Does what was written down still wait for this person to read it?"""
    return bool(own_state(person_id, happenings(session, story_id, person_id)).unchecked)


def _marks(session: Session, story_id: int, version: int) -> dict[int, dict[Span, Mark]]:
    state = state_of(session, story_id)
    every = {state.person_id, *state.parties} if state else set()
    return {
        person_id: {
            span: mark
            for span, mark in own_state(
                person_id, happenings(session, story_id, person_id)
            ).marks.items()
            if span.version == version
        }
        for person_id in sorted(every)
    }


def _holds(session: Session, story_id: int, version: int) -> list[Hold]:
    return list(
        session.scalars(
            select(Hold).where(
                Hold.story_id == story_id, Hold.version == version, Hold.closed_at.is_(None)
            )
        )
    )


def _third_person_parts(session: Session, story_id: int, version: int) -> list[ThirdPersonPart]:
    return list(
        session.scalars(
            select(ThirdPersonPart)
            .join(ThirdPerson, ThirdPerson.id == ThirdPersonPart.third_person_id)
            .where(ThirdPerson.story_id == story_id, ThirdPersonPart.version == version)
        )
    )
