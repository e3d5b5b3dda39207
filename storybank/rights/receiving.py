"""Requests as they come: through a page, by phone or letter, or as a complaint from anybody."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput, NotFound, Refused
from storybank.mail import service as mail
from storybank.people import sealing
from storybank.people.models import Person
from storybank.people.rules import Actor, Role
from storybank.rights import letters, rules, working_days
from storybank.rights.kinds import Kind
from storybank.rights.letters import About, Letter
from storybank.rights.models import RightsRequest
from storybank.stories.characters import normalise
from storybank.stories.models import Story

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody mistakes for one another on the phone."""
LONGEST, LONGEST_CONTACT = 5_000, 500
CHANNELS = {
    "web": "On this site",
    "email": "By e-mail",
    "phone": "By phone",
    "letter": "By letter",
    "face": "Face to face",
}
"""How a request came."""


def ask(
    session: Session,
    by: Actor,
    kind: Kind,
    words: str,
    story_id: int | None = None,
) -> RightsRequest:
    """A storyteller asks for something, on a page. They are told at once that it came.

    Raises Refused for somebody who is no storyteller, NotFound for a story not theirs, BadInput
    for too many words, or none where some are needed.
    """
    if by.person_id is None:
        raise Refused("Only a storyteller can ask for this here.")
    if kind not in (Kind.ACCESS, Kind.PORTABILITY) and not words.strip():
        raise BadInput("Write what you want us to do.")
    _check_story(session, story_id, by.person_id)
    return _keep(session, by, kind, words, by.person_id, story_id=story_id)


def record(
    session: Session,
    by: Actor,
    kind: Kind,
    words: str,
    channel: str,
    received_on: date,
    *,
    person_id: int | None = None,
    contact: str = "",
    story_id: int | None = None,
) -> RightsRequest:
    """A steward writes down what somebody asked by phone, letter or face to face.

    The clock began on the day it came. Raises Refused for anybody else, NotFound for an unknown
    storyteller or a story not theirs, BadInput for a day or a channel that cannot be.
    """
    if Role.STEWARD not in by.roles:
        raise Refused("Only a steward can do this.")
    if channel not in CHANNELS:
        raise BadInput("Choose how it came.")
    if person_id is not None and session.get(Person, person_id) is None:
        raise NotFound("There is no storyteller with this code.")
    if person_id is None and not contact.strip():
        raise BadInput("Write the storyteller's code, or how we can reach the person.")
    rules.check_received(received_on, rules.local_day(now()))
    _check_story(session, story_id, person_id)
    return _keep(
        session, by, kind, words, person_id, story_id=story_id,
        contact=contact, channel=channel, received_on=received_on,
    )  # fmt: skip


def complain(session: Session, words: str, contact: str) -> RightsRequest:
    """Anybody complains, without signing in.

    Raises BadInput for too many words, or none.
    """
    if not words.strip():
        raise BadInput("Write what you want to complain about.")
    return _keep(session, None, Kind.COMPLAINT, words, None, contact=contact)


def clean(words: str, longest: int = LONGEST) -> str:
    """Words as they are kept: nothing hidden in them. Raises BadInput when there are too many."""
    if len(words) > longest:
        raise BadInput(f"Keep it under {longest:,} letters.")
    return normalise(words)[0].strip()


def sealed(session: Session, words: str) -> bytes | None:
    """The words sealed; None for none."""
    return sealing.seal(session, words) if words else None


def about(request: RightsRequest) -> About:
    """What letters say of a request."""
    return About(
        kind=Kind(request.kind),
        reference=request.reference,
        received_on=request.received_on,
        due_on=request.due_on,
        where=mail.link(f"/my/rights/{request.id}") if request.person_id else None,
    )


def tell(session: Session, request: RightsRequest, letter: Letter) -> bool:
    """Put a letter in the outbox; False where there is nobody to address it to."""
    if request.person_id is None:
        return False
    message = mail.send(
        session,
        person_id=request.person_id,
        subject=letter.subject,
        body=letter.body,
        about=f"rights:{request.id}",
    )
    return message is not None


def _keep(
    session: Session,
    by: Actor | None,
    kind: Kind,
    words: str,
    person_id: int | None,
    *,
    story_id: int | None = None,
    contact: str = "",
    channel: str = "web",
    received_on: date | None = None,
) -> RightsRequest:
    moment = now()
    received_on = received_on or rules.local_day(moment)
    own = by is not None and by.person_id is not None and by.person_id == person_id
    request = RightsRequest(
        reference=_new_reference(),
        person_id=person_id,
        story_id=story_id,
        kind=kind.value,
        channel=channel,
        recorded_by=by.account_id if by is not None and not own else None,
        received_at=moment,
        received_on=received_on,
        due_on=rules.due_on(received_on, working_days.here()),
        words=sealed(session, clean(words)),
        contact=sealed(session, clean(contact, LONGEST_CONTACT)),
    )
    session.add(request)
    session.flush()
    letter = letters.received(about(request), rules.acknowledge_by(received_on))
    told = tell(session, request, letter)
    # That a complaint was read is for a person to say; that anything else came, for the house.
    if told and kind is not Kind.COMPLAINT:
        request.acknowledged_at = moment
        session.flush()
    return request


def _check_story(session: Session, story_id: int | None, person_id: int | None) -> None:
    if story_id is None:
        return
    story = session.get(Story, story_id)
    if story is None or story.person_id != person_id:
        raise NotFound("There is no such story of this storyteller.")


def _new_reference() -> str:
    signs = [secrets.choice(SIGNS) for _ in range(8)]
    return "".join(signs[:4]) + "-" + "".join(signs[4:])
