"""Half an hour with somebody: begun, seen on every page, ended; and what is written down in it.

The row of the half hour is the log; each event in it names who recorded it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import pausing, third_persons
from storybank.consent import service as consent
from storybank.consent.deciding import window
from storybank.consent.evidence import Proof
from storybank.consent.happenings import happenings
from storybank.consent.models import AssistedWindow, PartyStanding, Receipt
from storybank.consent.recording import How
from storybank.consent.rules import (
    EIGHT,
    MUST_AGREE,
    Counting,
    OwnState,
    Part,
    Purpose,
    Reason,
    StoryState,
    own_state,
)
from storybank.consent.standing import state_of
from storybank.consent.wording_rules import Format
from storybank.errors import BadInput, Conflict, NotFound
from storybank.people import identity
from storybank.people.models import Account, Person
from storybank.people.reading import person as find_person
from storybank.people.rules import Actor, Role, person_id_of
from storybank.portal import erasing
from storybank.stewardship.rules import ASSISTED_BY, Stop
from storybank.stories import choosing
from storybank.stories.choices_asked import HELPERS
from storybank.stories.choices_form import ChoicesForm

LASTS = timedelta(minutes=30)
OVER = (
    "The half hour is over, so no yes can be written down. What you typed is still here. Begin "
    "again with them, and send it then. A stop can be written down at any time."
)
SHOWN = 20


def find_people(session: Session, by: Actor, words: str) -> list[Person]:
    """Storytellers by code; for a steward also by their whole e-mail address, phone or name."""
    if Role.STEWARD in by.roles:
        return identity.find(session, by, words)
    try:
        found = find_person(session, person_id_of(words))
    except BadInput:
        found = None
    return [found] if found else []


def begin(
    session: Session, by: Actor, person_id: int, channel: str, format_used: str,
    helped_by: Iterable[str],
) -> AssistedWindow:  # fmt: skip
    """Begin half an hour with somebody; one that was open ends.

    Raises BadInput for an answer that is not offered, NotFound where there is no such person.
    """
    helpers = list(dict.fromkeys(helped_by))
    if channel not in ASSISTED_BY or any(one not in {*HELPERS} for one in helpers):
        raise BadInput("Choose how you are with them.")
    if format_used not in {*Format}:
        raise BadInput("Choose the format from the list.")
    if by.account_id is None or find_person(session, person_id) is None:
        raise NotFound("There is no storyteller with this code.")
    end(session, by)
    at = now()
    opened = AssistedWindow(
        account_id=by.account_id, person_id=person_id, channel=channel, format_used=format_used,
        helped_by=helpers, opened_at=at, closes_at=at + LASTS,
    )  # fmt: skip
    session.add(opened)
    session.flush()
    return opened


def end(session: Session, by: Actor) -> None:
    """End whatever half hour this worker has open."""
    while (found := window(session, by, None, now())) is not None:
        found.closed_at = now()
        session.flush()


def log_of(session: Session, by: Actor) -> list[tuple[AssistedWindow, str]]:
    """The latest half hours and whose they were: a steward sees everybody's."""
    query = select(AssistedWindow, Account.name).join(
        Account, Account.id == AssistedWindow.account_id
    )
    if Role.STEWARD not in by.roles:
        query = query.where(AssistedWindow.account_id == by.account_id)
    rows = session.execute(query.order_by(AssistedWindow.id.desc()).limit(SHOWN))
    return [(found, name) for found, name in rows]


def stories_of(session: Session, person_id: int) -> list[int]:
    """The numbers of stories in which this person's answers count, those erased left out."""
    rows = session.scalars(
        select(PartyStanding.story_id)
        .where(
            PartyStanding.person_id == person_id,
            PartyStanding.part.in_([part.value for part in MUST_AGREE]),
        )
        .order_by(PartyStanding.story_id)
    )
    states = ((number, state_of(session, number)) for number in rows)
    return [number for number, one in states if one and one.closed is not Reason.ERASED]


def story(session: Session, story_id: int) -> StoryState:
    """Raises NotFound."""
    found = state_of(session, story_id)
    if found is None:
        raise NotFound("There is no story with that number.")
    return found


def whose(state: StoryState, person_id: int | None) -> int | None:
    """Whose answers are written down with this person: their own, where they have a say."""
    if person_id is None or state.parties.get(person_id) not in MUST_AGREE:
        return None
    return person_id


def own(session: Session, story_id: int, person_id: int) -> OwnState:
    """What this person alone has said."""
    return own_state(person_id, happenings(session, story_id, person_id))


def how(found: AssistedWindow | None, channel: str) -> How:
    if found is None:
        return How(channel)
    helped = tuple(Part(one) for one in found.helped_by)
    return How(channel, format_used=found.format_used, helped_by=helped)


def record(
    session: Session, by: Actor, story_id: int, person_id: int, form: ChoicesForm,
    people_in_it: Collection[str] = (), shown_name: str | None = None,
) -> Receipt:  # fmt: skip
    """Write down what somebody says now, in an open half hour.

    ``people_in_it``: others their story speaks of, as they named them; until a decision about
    each, the story stays inside the team. Raises Conflict when the half hour is over, and as
    ``consent.service.give`` does.
    """
    if window(session, by, person_id, now()) is None:
        raise Conflict(OVER)
    before = own(session, story_id, person_id)
    receipt = choosing.give_form(session, by, story_id, person_id, form, before, shown_name)
    for label in people_in_it:
        third_persons.register(session, by, story_id, label, throughout=True)
    return receipt


def stop(session: Session, by: Actor, story_id: int, what: str, channel: str) -> Receipt:
    """Write down a stop, at any time: one use, all, a pause, or that the story is to be deleted.

    Raises BadInput for anything else; NotFound; Conflict where it was deleted before.
    """
    state = story(session, story_id)
    found = window(session, by, None, now())
    person_id = whose(state, found.person_id if found else None)
    if person_id is None:
        found, person_id = None, state.person_id
    said = how(found, channel)
    if what == Stop.PAUSE:
        return pausing.pause(session, by, story_id, person_id, channel, how=said)
    if what in (Stop.DELETE, Stop.DELETE_KEEP_NUMBER):
        counting = Counting.OUT if what == Stop.DELETE else Counting.NUMBER
        return erasing.erase(session, by, story_id, person_id, channel, counting, how=said)
    uses = {purpose.value: (purpose,) for purpose in EIGHT if purpose is not Purpose.KEEP}
    wanted = EIGHT if what == Stop.ALL else uses.get(what, ())
    return consent.stop(session, by, story_id, person_id, wanted, channel, how=said)


def start_again(
    session: Session, by: Actor, story_id: int, person_id: int, proof: Proof | None
) -> Receipt:
    """Start a paused story again, in an open half hour.

    Raises Conflict when the half hour is over, and as ``pausing.resume`` does.
    """
    found = window(session, by, person_id, now())
    if found is None:
        raise Conflict(OVER)
    said = how(found, found.channel)
    return pausing.resume(session, by, story_id, person_id, proof, found.channel, how=said)
