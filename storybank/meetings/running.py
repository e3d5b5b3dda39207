"""Running a workshop: start, parts and their timer, which question is asked, reveal, pause, end.

Each act says what shall be, not what to flip, so a button pressed twice does no harm. Times are
UTC, lengths seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict
from storybank.meetings import agenda, moderating, screens, state
from storybank.meetings.models import MeetingState, Participant, Prompt
from storybank.meetings.passages import passages
from storybank.meetings.team import meeting_for
from storybank.workshops.models import FrozenItem, Workshop

A_MINUTE = 60
LONGEST = 12 * 60 * A_MINUTE
NOT_LIVE = "The workshop is not running. Start it first."
NOT_OPEN = "Open the workshop for joining first. Its page says what is missing."


@dataclass(frozen=True)
class Started:
    """What became of the pack since it was frozen."""

    passages: int
    """How many passages can be shown."""
    left: tuple[int, ...]
    """The numbers of those that were in the frozen pack and may not be shown now."""


def start(session: Session, use: Use, workshop_id: int) -> Started:
    """Begin: the first part of the plan, its timer running. The pack is asked again.

    Starting one that runs changes nothing. Raises NotFound; Conflict where it was not opened for
    joining, or is over.
    """
    workshop, use = _held(session, use, workshop_id)
    if workshop.status not in ("open", "live"):
        raise Conflict(NOT_OPEN if workshop.status == "draft" else "This workshop is over.")
    if workshop.status == "open":
        workshop.status = "live"
        agenda.ensure(session, workshop)
        stands = state.of(session, workshop_id)
        stands.started_at = stands.started_at or now()
        stands.ended_at = stands.paused_at = None
        segments = agenda.agenda(session, workshop_id).segments
        if segments and stands.segment_id is None:
            _enter(stands, segments[0].id, segments[0].minutes)
        state.changed(session, workshop_id)
    return pack_now(session, use, workshop)


def pack_now(session: Session, use: Use, workshop: Workshop) -> Started:
    """How much of the frozen pack may be shown at this moment, and which cards left it."""
    if workshop.pack_version_id is None:
        return Started(0, ())
    frozen = select(sa.func.count()).where(FrozenItem.pack_version_id == workshop.pack_version_id)
    every = session.scalar(frozen) or 0
    there = {card.number for card in passages(session, use, workshop).cards}
    return Started(len(there), tuple(n for n in range(1, every + 1) if n not in there))


def enter(session: Session, use: Use, workshop_id: int, segment_id: int) -> None:
    """Go to a part of the plan, its timer full and running; no question is asked at first.

    Raises NotFound; Conflict where the workshop does not run.
    """
    stands = _running(session, use, workshop_id)
    segment = agenda.part(session, workshop_id, segment_id)
    if stands.segment_id != segment.id:
        _enter(stands, segment.id, segment.minutes)
        state.changed(session, workshop_id)


def timer(session: Session, use: Use, workshop_id: int, way: str) -> None:
    """``start`` or ``stop`` the timer of the part, or add a ``minute``.

    Raises NotFound; BadInput for another way; Conflict where the workshop does not run.
    """
    stands = _running(session, use, workshop_id)
    left = seconds_left(stands, now()) or 0
    if way == "stop":
        if stands.timer_ends_at is None:
            return
        stands.timer_ends_at, stands.timer_left = None, max(0, left)
    elif way == "start":
        if stands.timer_ends_at is not None:
            return
        stands.timer_ends_at, stands.timer_left = now() + timedelta(seconds=max(0, left)), None
    elif way == "minute":
        longer = min(LONGEST, max(0, left) + A_MINUTE)
        if stands.timer_ends_at is not None:
            stands.timer_ends_at = now() + timedelta(seconds=longer)
        else:
            stands.timer_left = longer
    else:
        raise BadInput("Choose what the timer should do.")
    state.changed(session, workshop_id)


def seconds_left(stands: MeetingState, at: datetime) -> int | None:
    """Seconds left at a moment, below nought when time is up; None where there is no timer."""
    if stands.timer_ends_at is not None:
        return round((stands.timer_ends_at - at).total_seconds())
    return stands.timer_left


def ask(session: Session, use: Use, workshop_id: int, prompt_id: int | None) -> Prompt | None:
    """Put a question to all groups, or none. It goes to the part where it stands.

    Raises NotFound; Conflict where the workshop does not run.
    """
    stands = _running(session, use, workshop_id)
    prompt = agenda.question(session, workshop_id, prompt_id) if prompt_id is not None else None
    if stands.prompt_id == prompt_id:
        return prompt
    stands.prompt_id = prompt_id
    if prompt is not None:
        prompt.asked_at = prompt.asked_at or now()
    if prompt is not None and prompt.segment_id not in (None, stands.segment_id):
        segment = agenda.part(session, workshop_id, prompt.segment_id or 0)
        _enter(stands, segment.id, segment.minutes)
        stands.prompt_id = prompt_id
    if prompt is not None:
        workshop, before = meeting_for(session, use, workshop_id)
        screens.record(session, before, workshop, prompt)
    state.changed(session, workshop_id)
    return prompt


def reveal(session: Session, use: Use, workshop_id: int, prompt_id: int, *, seen: bool) -> None:
    """Let all see the answers to a question that were let through, or hide them again.

    Raises NotFound; Conflict where the workshop does not run and is not being brought together.
    """
    workshop, _ = _held(session, use, workshop_id)
    if workshop.status not in ("live", "synthesis"):
        raise Conflict(NOT_LIVE)
    prompt = agenda.question(session, workshop_id, prompt_id)
    if (prompt.revealed_at is not None) == seen:
        return
    prompt.revealed_at = now() if seen else None
    if seen:
        moderating.let_wordless_through(session, workshop, prompt.id)
    state.changed(session, workshop_id)


def pause(session: Session, use: Use, workshop_id: int, *, paused: bool) -> None:
    """Stop for a moment, the timer too, or go on. Raises NotFound, Conflict."""
    stands = _running(session, use, workshop_id)
    if (stands.paused_at is not None) == paused:
        return
    timer(session, use, workshop_id, "stop" if paused else "start")
    stands.paused_at = now() if paused else None
    state.changed(session, workshop_id)


def end(session: Session, use: Use, workshop_id: int) -> None:
    """The meeting is over, and is brought together now. Sets the day of wiping.

    Raises NotFound; Conflict where it does not run.
    """
    workshop, _ = _held(session, use, workshop_id)
    if workshop.status == "synthesis":
        return
    if workshop.status != "live":
        raise Conflict(NOT_LIVE)
    stands = state.of(session, workshop_id)
    workshop.status = "synthesis"
    stands.ended_at, stands.paused_at = now(), None
    stands.prompt_id = stands.timer_ends_at = stands.timer_left = None
    _wipe_later(session, workshop)
    screens.count_people(session, workshop)
    state.changed(session, workshop_id)


def reopen(session: Session, use: Use, workshop_id: int) -> None:
    """Run a workshop again that was ended too early. The day of wiping moves with its end.

    Raises NotFound; Conflict where it was not ended, or was closed since.
    """
    workshop, _ = _held(session, use, workshop_id)
    if workshop.status == "live":
        return
    if workshop.status != "synthesis":
        raise Conflict("Only a workshop that was ended can go on.")
    workshop.status = "live"
    state.of(session, workshop_id).ended_at = None
    _wipe_later(session, workshop)
    state.changed(session, workshop_id)


def _held(session: Session, use: Use, workshop_id: int) -> tuple[Workshop, Use]:
    """The workshop, held so that two people's buttons come one after the other."""
    workshop, use = meeting_for(session, use, workshop_id)
    session.execute(select(Workshop.id).where(Workshop.id == workshop_id).with_for_update())
    session.refresh(workshop)
    return workshop, use


def _running(session: Session, use: Use, workshop_id: int) -> MeetingState:
    workshop, _ = _held(session, use, workshop_id)
    if workshop.status != "live":
        raise Conflict(NOT_LIVE)
    return state.of(session, workshop_id)


def _enter(stands: MeetingState, segment_id: int, minutes: int) -> None:
    stands.segment_id, stands.prompt_id = segment_id, None
    stands.timer_ends_at = now() + timedelta(minutes=minutes) if minutes else None
    stands.timer_left = None
    if stands.paused_at is not None and stands.timer_ends_at is not None:
        stands.timer_ends_at, stands.timer_left = None, minutes * A_MINUTE


def _wipe_later(session: Session, workshop: Workshop) -> None:
    workshop.wipe_on = now().date() + timedelta(days=workshop.keep_days)
    session.execute(
        sa.update(Participant)
        .where(Participant.workshop_id == workshop.id)
        .values(wipe_on=workshop.wipe_on),
        execution_options={"synchronize_session": False},
    )
