"""What somebody's answers about a story are now, in the shape in which they are asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent import third_persons
from storybank.consent.happenings import happenings
from storybank.consent.models import ConsentEvent
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Choice,
    Happening,
    Kind,
    NameStyle,
    Purpose,
    Reason,
    Use,
    own_state,
)
from storybank.consent.standing import state_of
from storybank.consent.terms import HOME, local_date
from storybank.errors import NotFound
from storybank.people import identity
from storybank.people.models import Person
from storybank.portal.answering import Said
from storybank.portal.questions import QUESTIONS
from storybank.stories import reading

OPEN = (Answer.YES.value, Answer.ASK.value)
ANSWERING = (Kind.GIVEN, Kind.WITHDRAWN)


@dataclass(frozen=True)
class Stands:
    """What somebody's answers about a story are now, in the shape in which they are asked."""

    answers: dict[str, Said]
    choices: dict[Purpose, Choice]
    seen: int
    """How many events the story has had."""
    others: int
    """How many times somebody else who must agree has answered."""
    zone: str
    preferences: dict[str, object]
    told_of: tuple[str, ...] = ()
    """The other people in the story, as this storyteller named them."""
    marks: int = 0


def stands(session: Session, use: Use, story_id: int, person_id: int) -> Stands:
    """What stands for ``person_id``, who is the one asking or the one they decide for.

    Raises NotFound where the story is not theirs.
    """
    head = reading.titles(session, use, [story_id]).get(story_id)
    state = state_of(session, story_id)
    if head is None or state is None:
        raise NotFound("That story is not here.")
    past = list(happenings(session, story_id))
    mine = [one for one in past if one.person_id == person_id]
    own = own_state(person_id, mine)
    zone = session.scalar(select(Person.time_zone).where(Person.id == person_id)) or HOME
    preferences = preferences_of(session, story_id, person_id)
    answers: dict[str, Said] = {}
    for purpose, choice in own.choices.items():
        answers[purpose.value] = {"answer": _answer(choice, use.at)}
    if _said(mine, "media"):
        answers["formats"] = {"ticked": sorted(one.value for one in own.media)}
    if _said(mine, "name_style"):
        shown = head.attribution if person_id == state.person_id else ""
        named = own.name_style is not NameStyle.NONE
        answers["name"] = {"style": own.name_style.value, "name": shown if named else ""}
    if _said(mine, "facts"):
        answers["about"] = {"ticked": sorted(one.value for one in own.facts) or ["none"]}
    if _said(mine, "shorten") or _said(mine, "translate"):
        answers["words"] = {"shorten": own.shorten.value, "translate": own.translate.value}
    if own.not_for:
        answers["not_for"] = {"places": list(own.not_for)}
    kept = own.choices.get(Purpose.KEEP)
    if kept is not None and _answer(kept, use.at) in OPEN:
        answers["long"] = _long(kept, use.at, zone)
    answers |= _preferred(session, use, person_id, preferences)
    return Stands(
        answers=answers,
        choices=dict(own.choices),
        seen=state.last_seq,
        others=sum(one.person_id != person_id and one.kind in ANSWERING for one in past),
        zone=zone,
        preferences=preferences,
        told_of=_told_of(session, use, story_id),
        marks=len(own.marks),
    )


def _answer(choice: Choice, at: datetime) -> str:
    against = choice.reason_against(at, Reason.STOPPED)
    return "run out" if against is Reason.RUN_OUT else choice.answer.value


def _said(mine: list[Happening], what: str) -> bool:
    return any(getattr(one, what) is not None for one in mine)


def _long(kept: Choice, at: datetime, zone: str) -> Said:
    ends = local_date(kept.until, zone).isoformat() if kept.until else "never"
    begins = kept.since if kept.since and kept.since > at else None
    return {
        "lasts": "",
        "ends": ends,
        "from": local_date(begins, zone).isoformat() if begins else "",
    }


def _preferred(
    session: Session, use: Use, person_id: int, preferences: dict[str, object]
) -> dict[str, Said]:
    found: dict[str, Said] = {}
    if preferences.get("tell") or preferences.get("tell_how"):
        found["tell"] = {name: preferences.get(name) or "" for name in ("tell", "tell_how")}
    if preferences.get("contact"):
        found["contact"] = {"contact": preferences["contact"]}
    if preferences.get("future"):
        own = person_id == use.actor.person_id
        details = identity.details_of(session, person_id) if own else None
        found["future"] = {
            "future": preferences["future"],
            "person": details.trusted_person if details else "",
            "reach": details.trusted_contact if details else "",
        }
    return found


def preferences_of(session: Session, story_id: int, person_id: int) -> dict[str, object]:
    """What somebody last said about being told and contacted: tell, tell_how, contact, future."""
    found = session.scalar(
        select(ConsentEvent.preferences)
        .where(
            ConsentEvent.story_id == story_id,
            ConsentEvent.person_id == person_id,
            ConsentEvent.preferences.is_not(None),
        )
        .order_by(ConsentEvent.seq.desc())
        .limit(1)
    )
    return dict(found or {})


def _told_of(session: Session, use: Use, story_id: int) -> tuple[str, ...]:
    known = third_persons.of_story(session, story_id)
    return tuple(one.label for one in known if one.person.noted_by == use.actor.account_id)


def codes_for(session: Session, story_id: int, person_id: int) -> tuple[str, ...]:
    """The codes of what somebody is asked. The name to show is for the first teller to pick."""
    state = state_of(session, story_id)
    first = state is None or state.person_id == person_id
    return tuple(code for code in QUESTIONS if first or code != "name")


def still_open(standing: Stands, purposes: Collection[Purpose] = EIGHT) -> list[Purpose]:
    """Uses that stand as a yes, or as ask me each time."""
    return [use for use in purposes if standing.answers.get(use.value, {}).get("answer") in OPEN]
