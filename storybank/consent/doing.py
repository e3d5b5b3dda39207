"""One act of consent from start to end: the event, the standing, what follows, the receipt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.consent import telling
from storybank.consent.answers import Answer, Change, Kind, Mark
from storybank.consent.evidence import Proof
from storybank.consent.folding import Span, StoryState
from storybank.consent.models import Receipt
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.recording import How, Said, append, write_receipt
from storybank.consent.standing import refold, state_of
from storybank.people.models import Person
from storybank.people.rules import Actor


def do(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    said: Said,
    how: How,
    *,
    at: datetime | None = None,
    proof: Proof | None = None,
) -> Receipt:
    """Append an event, refold, publish what follows, and give a receipt.

    Raises BadInput as ``recording.append`` does.
    """
    before = state_of(session, story_id)
    event = append(session, by, story_id, person_id, said, how, at=at, proof=proof)
    state = refold(session, story_id, before.person_id if before else person_id, new=before is None)
    follow(session, story_id, before, state, forced=said.kind in ALWAYS_NARROWS)
    for narrowed in _for_the_ledger(event.person_id, story_id, said, state, event.at):
        events.narrow(session, narrowed)
    time_zone = session.scalar(select(Person.time_zone).where(Person.id == person_id))
    receipt = write_receipt(session, event, state, said.choices, time_zone)
    if event.at > now() - WRITTEN_DOWN_LATE:
        telling.tell(session, receipt)
    return receipt


WRITTEN_DOWN_LATE = timedelta(hours=1)
"""An event of an earlier moment was told then: a backup put back tells nobody a second time."""
ALWAYS_NARROWS = frozenset({Kind.WITHDRAWN, Kind.PAUSED, Kind.ERASED})


def change_around(session: Session, story_id: int) -> StoryState | None:
    """Refold after something was noted about a story that its tellers did not say.

    None where nothing was ever recorded for it.
    """
    before = state_of(session, story_id)
    if before is None:
        return None
    state = refold(session, story_id, before.person_id)
    follow(session, story_id, before, state)
    return state


def follow(
    session: Session,
    story_id: int,
    before: StoryState | None,
    after: StoryState,
    *,
    forced: bool = False,
) -> None:
    """Have copies made to agree: first of all where something was taken away."""
    narrower = forced or (before is not None and _takes_away(before, after))
    events.publish(
        session, events.UseStopped(story_id) if narrower else events.StoryChanged(story_id)
    )


def _takes_away(before: StoryState, after: StoryState) -> bool:
    """Does the new state forbid anything that the old one may have allowed?"""
    return (
        bool(set(after.not_for) - set(before.not_for))
        or after.closed is not before.closed
        or after.held
        or (after.unchecked and not before.unchecked)
        or (after.third and not before.third)
        or not before.media <= after.media
        or bool(set(after.kept_back) - set(before.kept_back))
        or bool(set(before.approvals) - set(after.approvals))
        or before.shorten is not after.shorten is not Change.YES
        or before.translate is not after.translate is not Change.YES
        or not set(before.facts) <= set(after.facts)
        or any(
            choice.answer in (Answer.YES, Answer.ASK) and after.choices.get(use) != choice
            for use, choice in before.choices.items()
        )
    )


def _for_the_ledger(
    person_id: int, story_id: int, said: Said, state: StoryState, at: datetime
) -> Iterable[events.Narrowed]:
    """What a restored backup must be told again."""

    def taken(kind: str, uses: tuple[str, ...] = (), span: Span | None = None) -> events.Narrowed:
        place = (span.version, span.start, span.end) if span else (None, None, None)
        return events.Narrowed(story_id, person_id, at, kind, uses, *place)

    span = said.span
    if said.kind is Kind.WITHDRAWN:
        yield taken("stop", _names(said.choices))
    elif said.kind is Kind.PAUSED:
        yield taken("pause")
    elif said.kind is Kind.ERASED:
        yield taken("erase")
    elif said.kind is Kind.MARKED and span and said.more.get("mark") == Mark.LEAVE_OUT.value:
        yield taken("leave out", span=span)
    elif said.kind is Kind.GIVEN:
        refused = [use for use, answer in said.choices.items() if answer is Answer.NO]
        if refused:
            yield taken("stop", _names(refused))
        if state.not_for and said.more.get("not_for") is not None:
            yield taken("not for")


def _names(uses: Iterable[Purpose]) -> tuple[str, ...]:
    wanted = set(uses)
    return tuple(use.value for use in EIGHT if use in wanted)
