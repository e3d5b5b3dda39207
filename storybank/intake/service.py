"""Taking a story in: its words and what the storyteller chose, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import passages
from storybank.consent import service as consent
from storybank.consent.models import Receipt
from storybank.consent.rules import Answer, Fact, Medium, NameStyle, Purpose, Use
from storybank.errors import BadInput, Refused
from storybank.intake.rules import Arrival
from storybank.people.models import Person
from storybank.people.rules import Actor
from storybank.stories import writing
from storybank.stories.models import Story


@dataclass(frozen=True)
class Choices:
    """What a storyteller chose, as it was told to us. A use left out is blank: no."""

    answers: Mapping[Purpose, Answer]
    proof: consent.Proof | None
    channel: str = "paper"
    lasts: str = "2 years"
    name_style: NameStyle = NameStyle.NONE
    name: str = ""
    not_for: tuple[str, ...] = ()
    media: tuple[Medium, ...] = (Medium.WORDS,)
    facts: tuple[Fact, ...] = ()
    transcript: bool = False
    """Somebody else wrote down what was said: it waits to be read back to the teller."""
    given_at: datetime | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


def receive(
    session: Session,
    by: Actor,
    arrival: Arrival,
    choices: Choices,
    *,
    person_id: int | None = None,
    invented: bool = False,
) -> tuple[Story, Receipt]:
    """Take one story in with its choices.

    Raises Refused without a yes to keeping it or without evidence; BadInput where a name is
    wanted and none is given, or the text cannot be taken; Conflict where it is there already.
    """
    if choices.answers.get(Purpose.KEEP) is not Answer.YES:
        raise Refused("We can not take in a story without a yes to keeping it.")
    if choices.name_style is not NameStyle.NONE and not choices.name.strip():
        raise BadInput("Write the name to show, or choose no name.")
    given_at = choices.given_at or now()
    person = session.get(Person, person_id) if person_id is not None else None
    zone = person.time_zone if person else consent.HOME
    until = consent.lasts_until(choices.lasts, given_at, zone)
    use = Use.claim(by, Purpose.TAKE_IN, now())
    named = choices.name_style is not NameStyle.NONE
    story = writing.take_in(
        session,
        use,
        arrival.canon,
        arrival.title,
        person_id=person_id,
        external_id=arrival.external_id,
        attributes={**arrival.attributes, **choices.extra},
        name=choices.name if named else None,
        invented=invented,
    )
    receipt = consent.give(
        session,
        by,
        story.id,
        story.person_id,
        choices.answers,
        choices.proof,
        choices.channel,
        until=until,
        name_style=choices.name_style,
        name_ref=1 if named else 0,
        not_for=choices.not_for,
        media=choices.media,
        facts=choices.facts,
        at=given_at,
    )
    if choices.transcript:
        receipt = passages.transcribed(
            session, by, story.id, story.person_id, 1, len(arrival.canon.text), choices.channel,
            at=given_at,
        )  # fmt: skip
    return story, receipt
