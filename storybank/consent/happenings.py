"""Events and notes read from their tables, in the shape in which the rule folds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.consent import wordings
from storybank.consent.answers import (
    Answer,
    Change,
    Counting,
    Fact,
    Kind,
    Mark,
    Medium,
    NameStyle,
    Part,
    Variant,
)
from storybank.consent.folding import Approval, Circumstances, Happening, Span
from storybank.consent.models import (
    AskRequest,
    ConsentChoice,
    ConsentEvent,
    ExcludedPlace,
    Hold,
    ThirdPerson,
    ThirdPersonDecision,
    ThirdPersonPart,
)
from storybank.consent.purposes import EIGHT, Purpose

UNDECIDED = "undecided"


def happenings(
    session: Session, story_id: int, person_id: int | None = None
) -> Iterator[Happening]:
    """A story's events as the rule reads them, each person's in order; or one person's only."""
    query = select(ConsentEvent).where(ConsentEvent.story_id == story_id)
    if person_id is not None:
        query = query.where(ConsentEvent.person_id == person_id)
    rows = session.scalars(query.order_by(ConsentEvent.person_id, ConsentEvent.seq)).all()
    choices: dict[str, dict[Purpose, Answer]] = {row.id: {} for row in rows}
    for event_id, use, answer in session.execute(
        select(ConsentChoice.event_id, ConsentChoice.use, ConsentChoice.answer).where(
            ConsentChoice.event_id.in_(list(choices))
        )
    ):
        choices[event_id][Purpose(use)] = Answer(answer)
    labels = _labels(session, story_id, rows)
    asks = _asks(session, rows)
    for row in rows:
        not_for = row.not_for
        yield Happening(
            seq=row.seq,
            kind=Kind(row.kind),
            choices=choices[row.id],
            since=row.effective_from,
            until=row.valid_until,
            at=row.at,
            person_id=row.person_id,
            name_style=NameStyle(row.name_style) if row.name_style else None,
            name_ref=row.name_ref,
            not_for=None if not_for is None else tuple(labels[n] for n in not_for if n in labels),
            media=None if row.media is None else frozenset(map(Medium, row.media)),
            shorten=Change(row.shorten) if row.shorten else None,
            translate=Change(row.translate) if row.translate else None,
            facts=None if row.facts is None else frozenset(map(Fact, row.facts)),
            span=_span(row),
            mark=Mark(row.mark) if row.mark else None,
            ask=asks.get(row.ask_id or 0),
            answered=Answer(row.answered) if row.answered else None,
            part=Part(row.part) if row.part else None,
            approved=bool(row.approval),
            state=bool(row.state),
            counting=Counting(row.counting) if row.counting else None,
        )


def circumstances(session: Session, story_id: int) -> Circumstances:
    """What the team noted about a story: open holds, undecided third persons, new meanings."""
    held: list[int] = []
    held_parts: list[tuple[Span, int]] = []
    for row in session.scalars(
        select(Hold).where(Hold.story_id == story_id, Hold.closed_at.is_(None)).order_by(Hold.id)
    ):
        span = _span(row)
        if span is None:
            held.append(row.lead_account_id)
        else:
            held_parts.append((span, row.lead_account_id))
    third, third_parts = _third_persons(session, story_id)
    return Circumstances(
        tuple(held), tuple(held_parts), third, tuple(third_parts), _asks_again(session)
    )


def first_tellers(session: Session) -> dict[int, int]:
    """{story id: its first teller}, for every story that has an event.

    Whoever joined later says so with an event; the first teller never does.
    """
    joined = aliased(ConsentEvent)
    rows = session.execute(
        select(ConsentEvent.story_id, sa.func.min(ConsentEvent.person_id))
        .where(
            ~sa.exists().where(
                joined.story_id == ConsentEvent.story_id,
                joined.person_id == ConsentEvent.person_id,
                joined.kind == Kind.JOINED.value,
            )
        )
        .group_by(ConsentEvent.story_id)
        .order_by(ConsentEvent.story_id)
    )
    return {story_id: person_id for story_id, person_id in rows}


def approval_of(ask: AskRequest) -> Approval:
    """What a yes to this asking allows."""
    return Approval(
        ask.id, Span(ask.version, ask.start, ask.end), Purpose(ask.use), ask.event,
        ask.audience_words, NameStyle(ask.name_style), ask.name_ref, Variant(ask.variant),
        ask.sha256,
    )  # fmt: skip


def _span(row: Any) -> Span | None:
    return None if row.version is None else Span(row.version, row.start or 0, row.end or 0)


def _labels(session: Session, story_id: int, rows: Any) -> dict[int, str]:
    if not any(row.not_for for row in rows):
        return {}
    found = session.execute(
        select(ExcludedPlace.id, ExcludedPlace.label).where(ExcludedPlace.story_id == story_id)
    )
    return {number: label for number, label in found}


def _asks(session: Session, rows: Any) -> dict[int, Approval]:
    ids = {row.ask_id for row in rows if row.ask_id}
    if not ids:
        return {}
    found = session.scalars(select(AskRequest).where(AskRequest.id.in_(ids)))
    return {ask.id: approval_of(ask) for ask in found}


def _third_persons(session: Session, story_id: int) -> tuple[bool, list[Span]]:
    """Is somebody undecided spoken of throughout, and where are the others spoken of?"""
    named = {
        one.id: one
        for one in session.scalars(
            select(ThirdPerson).where(ThirdPerson.story_id == story_id, ThirdPerson.identifiable)
        )
    }
    if not named:
        return False, []
    outcomes = session.execute(
        select(ThirdPersonDecision.third_person_id, ThirdPersonDecision.outcome)
        .where(ThirdPersonDecision.third_person_id.in_(list(named)))
        .order_by(ThirdPersonDecision.id)
    )
    decided = {number for number, outcome in dict(outcomes.all()).items() if outcome != UNDECIDED}
    waiting = set(named) - decided
    spans: dict[int, set[Span]] = {number: set() for number in waiting}
    for part in session.scalars(
        select(ThirdPersonPart).where(ThirdPersonPart.third_person_id.in_(waiting))
    ):
        spans[part.third_person_id].add(Span(part.version, part.start, part.end))
    # Somebody of whom nobody has said where they are spoken of may be anywhere.
    throughout = any(named[number].throughout or not spans[number] for number in waiting)
    return throughout, sorted(set().union(*spans.values()))


def _asks_again(session: Session) -> dict[Purpose, tuple[tuple[datetime, datetime], ...]]:
    """Questions whose meaning changed: (when, until when a yes to the old words still holds)."""
    names = {use.value: use for use in EIGHT}
    return {
        names[code]: tuple((moment, moment + wordings.GRACE) for moment in moments)
        for code, moments in wordings.meaning_changes(session).items()
        if code in names
    }
