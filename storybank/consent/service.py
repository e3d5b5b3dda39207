"""Giving and stopping: the ways in which the eight answers change.

Giving needs evidence; stopping never does. Each appends one event, refolds the standing and
leaves a receipt, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.answers import (
    Answer,
    Change,
    Counting,
    Fact,
    Kind,
    Medium,
    NameStyle,
    audience_key,
)
from storybank.consent.deciding import check_may_decide, check_may_stop, how_said
from storybank.consent.doing import do
from storybank.consent.evidence import Proof, given
from storybank.consent.folding import OPEN, OwnState, own_state
from storybank.consent.happenings import happenings
from storybank.consent.models import ConsentEvent, Receipt, StoryStanding
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.recording import CHANNELS, How, Said, excluded_places
from storybank.consent.terms import HOME, LASTS, lasts_until, local_date, midnight, years_later
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Actor

__all__ = [
    "CHANNELS", "HOME", "LASTS", "How", "Proof", "give", "lasts_until", "local_date", "midnight",
    "person_of", "put_back", "stop", "years_later",
]  # fmt: skip

NEEDS_EVIDENCE = "A yes needs evidence. Say how the storyteller said yes, and who saw it."


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
    media: Iterable[Medium] | None = None,
    shorten: Change | None = None,
    translate: Change | None = None,
    facts: Iterable[Fact] | None = None,
    preferences: Mapping[str, object] | None = None,
    corrects: str | None = None,
    how: How | None = None,
    at: datetime | None = None,
) -> Receipt:
    """Record answers about uses. A use left out keeps the answer it had; blank is no.

    ``person_id`` is the teller, or another who must agree, whose answers these are.

    Raises Refused without evidence for a yes, or where the story may not be kept; BadInput for
    a channel or answer that is not offered.
    """
    check_may_decide(session, by, story_id, person_id)
    not_for = None if not_for is None else tuple(not_for)
    media = None if media is None else frozenset(media)
    facts = None if facts is None else frozenset(facts)
    asks_something = any(answer in OPEN for answer in choices.values())
    if not given(proof):
        own = own_state(person_id, happenings(session, story_id, person_id))
        wider = _allows_more(own, not_for, media, shorten, translate, facts)
        if asks_something or wider:
            raise Refused(NEEDS_EVIDENCE)
    if any(answer not in {*OPEN, Answer.NO} for answer in choices.values()):
        raise BadInput("To stop a use, use Stop.")
    if choices.get(Purpose.KEEP) is Answer.ASK:
        raise BadInput("Keeping the story is a yes or a no. It cannot be 'ask me each time'.")
    more = {
        "effective_from": since,
        "valid_until": until,
        "name_style": name_style.value if name_style else None,
        "name_ref": name_ref,
        "not_for": None if not_for is None else excluded_places(session, story_id, not_for),
        "media": None if media is None else sorted(medium.value for medium in media),
        "shorten": shorten.value if shorten else None,
        "translate": translate.value if translate else None,
        "facts": None if facts is None else sorted(fact.value for fact in facts),
        "preferences": None if preferences is None else dict(preferences),
        "corrects_event_id": corrects,
    }
    said = Said(Kind.GIVEN, choices, more=more)
    receipt = do(
        session, by, story_id, person_id, said, how_said(session, by, story_id, person_id,
        channel, how), at=at, proof=proof,
    )  # fmt: skip
    if asks_something and choices.get(Purpose.KEEP) is not Answer.YES:
        own = own_state(person_id, happenings(session, story_id, person_id))
        kept = own.choices.get(Purpose.KEEP)
        if kept is None or kept.answer is not Answer.YES:
            raise Refused("We need a yes to keeping the story before any other use.")
    return receipt


def stop(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    uses: Iterable[Purpose],
    channel: str,
    *,
    counting: Counting | None = None,
    how: How | None = None,
    at: datetime | None = None,
) -> Receipt:
    """Stop these uses of a story, now. Needs no evidence and no reason.

    ``counting`` says what becomes of its labels when all is stopped; nothing said is "out".

    Raises BadInput for something that is not one of the eight uses.
    """
    check_may_stop(session, by, story_id, person_id)
    stopped = [use for use in EIGHT if use in set(uses)]
    if not stopped:
        raise BadInput("Say which use to stop, or all.")
    if Purpose.KEEP in stopped:
        # Nothing may be done with a story that may not be kept.
        stopped = list(EIGHT)
    said = Said(
        Kind.WITHDRAWN,
        dict.fromkeys(stopped, Answer.STOPPED),
        more={"counting": counting.value if counting else None},
    )
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, said, how, at=at)


def put_back(session: Session, by: Actor, receipt: Receipt) -> Receipt:
    """Undo a stop by giving again exactly what it took, on the storyteller's own word.

    Raises Refused for anybody but the storyteller; Conflict when it was not a stop, or when
    something was chosen since.
    """
    if by.person_id is None or by.person_id != receipt.person_id:
        raise Refused("Only the storyteller can put this back.")
    past = list(happenings(session, receipt.story_id, receipt.person_id))
    event = session.get_one(ConsentEvent, receipt.event_id)
    if not past or past[-1].seq != event.seq or past[-1].kind is not Kind.WITHDRAWN:
        raise Conflict("Your choices have changed since then. Look at them again.")
    before = own_state(receipt.person_id, past[:-1])
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
    """Whose story it is: the first teller.

    Raises NotFound where nothing was ever recorded for it.
    """
    found = session.scalar(
        select(StoryStanding.person_id).where(StoryStanding.story_id == story_id)
    )
    if found is None:
        raise NotFound("There is no story with that number.")
    return found


def _allows_more(
    own: OwnState,
    not_for: Iterable[str] | None,
    media: Iterable[Medium] | None,
    shorten: Change | None,
    translate: Change | None,
    facts: Iterable[Fact] | None,
) -> bool:
    """Would any of these let out what this person keeps in now?"""
    order = (Change.NO, Change.SHOW, Change.YES)
    changes = ((own.shorten, shorten), (own.translate, translate))
    labels = {audience_key(label) for label in not_for or ()}
    return (
        (not_for is not None and not {audience_key(label) for label in own.not_for} <= labels)
        or (media is not None and not set(media) <= own.media)
        or (facts is not None and not set(facts) <= own.facts)
        or any(new is not None and order.index(new) > order.index(old) for old, new in changes)
    )
