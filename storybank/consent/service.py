"""Giving and stopping: the only ways a consent changes.

Giving needs evidence; stopping never does. Each appends one event, refolds the standing and
leaves a receipt, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.consent.models import ConsentEvent, Receipt, StoryStanding
from storybank.consent.recording import (
    CHANNELS,
    Proof,
    append,
    clean_not_for,
    refold,
    write_receipt,
)
from storybank.consent.rules import EIGHT, Answer, Kind, NameStyle, Purpose, StoryState, fold
from storybank.consent.standing import happenings, state_of
from storybank.consent.terms import LASTS, lasts_until, years_later
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Actor, Role

__all__ = [
    "CHANNELS", "LASTS", "Proof", "give", "lasts_until", "person_of", "put_back", "stop",
    "years_later",
]  # fmt: skip


def give(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    choices: Mapping[Purpose, Answer],
    proof: Proof | None,
    channel: str,
    *,
    until: datetime | None = None,
    since: datetime | None = None,
    name_style: NameStyle | None = None,
    name_ref: int | None = None,
    not_for: Iterable[str] | None = None,
    at: datetime | None = None,
) -> Receipt:
    """Record answers about uses. A use left out keeps the answer it had; blank is no.

    Raises Refused without evidence for a yes, or where the story may not be kept; BadInput for
    a channel or answer that is not offered.
    """
    _check_recorder(by, person_id)
    asks_something = any(answer in (Answer.YES, Answer.ASK) for answer in choices.values())
    if asks_something and (proof is None or not proof.note.strip()):
        raise Refused("A yes needs evidence. Say how the storyteller said yes, and who saw it.")
    if any(answer is Answer.STOPPED for answer in choices.values()):
        raise BadInput("To stop a use, use Stop.")
    if choices.get(Purpose.KEEP) is Answer.ASK:
        raise BadInput("Keeping the story is a yes or a no. It cannot be 'ask me each time'.")
    before = state_of(session, story_id)
    event = append(
        session,
        by,
        story_id,
        person_id,
        Kind.GIVEN,
        choices,
        channel,
        at=at,
        proof=proof,
        effective_from=since,
        valid_until=until,
        name_style=name_style,
        name_ref=name_ref,
        not_for=clean_not_for(not_for),
    )
    state = refold(session, story_id, person_id)
    kept = state.choices.get(Purpose.KEEP)
    if asks_something and (kept is None or kept.answer is not Answer.YES):
        raise Refused("We need a yes to keeping the story before any other use.")
    narrower = before is not None and _takes_away(before, state)
    # What was allowed before and is not now takes copies away, as a stop does.
    happening = events.UseStopped if narrower else events.StoryChanged
    events.publish(session, happening(story_id))
    return write_receipt(session, event, state, set(choices))


def stop(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    uses: Iterable[Purpose],
    channel: str,
    *,
    at: datetime | None = None,
) -> Receipt:
    """Stop these uses of a story, now. Needs no evidence and no reason.

    Raises BadInput for something that is not one of the eight uses.
    """
    _check_recorder(by, person_id)
    stopped = [use for use in EIGHT if use in set(uses)]
    if not stopped:
        raise BadInput("Say which use to stop, or all.")
    if Purpose.KEEP in stopped:
        # Nothing may be done with a story that may not be kept.
        stopped = list(EIGHT)
    choices = dict.fromkeys(stopped, Answer.STOPPED)
    event = append(session, by, story_id, person_id, Kind.WITHDRAWN, choices, channel, at=at)
    state = refold(session, story_id, person_id)
    events.publish(session, events.UseStopped(story_id))
    return write_receipt(session, event, state, set(stopped))


def put_back(session: Session, by: Actor, receipt: Receipt) -> Receipt:
    """Undo a stop by giving again exactly what it took, on the storyteller's own word.

    Raises Refused for anybody but the storyteller; Conflict when it was not a stop, or when
    something was chosen since.
    """
    if by.person_id is None or by.person_id != receipt.person_id:
        raise Refused("Only the storyteller can put this back.")
    past = list(happenings(session, receipt.story_id))
    event = session.get_one(ConsentEvent, receipt.event_id)
    if not past or past[-1].seq != event.seq or past[-1].kind is not Kind.WITHDRAWN:
        raise Conflict("Your choices have changed since then. Look at them again.")
    before = fold(receipt.person_id, past[:-1])
    terms: dict[tuple[datetime | None, datetime | None], dict[Purpose, Answer]] = {}
    for purpose in past[-1].choices:
        choice = before.choices.get(purpose)
        if choice is not None and choice.answer is not Answer.STOPPED:
            terms.setdefault((choice.since, choice.until), {})[purpose] = choice.answer
    # Keeping comes first: nothing else may be given before it.
    ordered = sorted(terms.items(), key=lambda item: Purpose.KEEP not in item[1])
    proof = Proof("web_session", "Put back by the storyteller, signed in, after a stop.")
    made = receipt
    for (since, until), choices in ordered:
        made = give(
            session, by, receipt.story_id, receipt.person_id, choices, proof, "web",
            since=since, until=until,
        )  # fmt: skip
    return made


def person_of(session: Session, story_id: int) -> int:
    """Whose story it is.

    Raises NotFound where nothing was ever recorded for it.
    """
    found = session.scalar(
        select(StoryStanding.person_id).where(StoryStanding.story_id == story_id)
    )
    if found is None:
        raise NotFound("There is no story with that number.")
    return found


def _takes_away(before: StoryState, after: StoryState) -> bool:
    """Does the new state forbid anything that the old one may have allowed?"""
    if set(after.not_for) - set(before.not_for):
        return True
    return any(
        choice.answer is Answer.YES and after.choices[use] != choice
        for use, choice in before.choices.items()
    )


def _check_recorder(by: Actor, person_id: int) -> None:
    own = by.person_id is not None and by.person_id == person_id
    if not own and not by.roles & {Role.STEWARD, Role.MACHINE}:
        raise Refused("Only the storyteller, or a steward for them, can change these choices.")
