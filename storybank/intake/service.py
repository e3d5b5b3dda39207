"""Taking a story in: its words and what the storyteller chose, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import passages
from storybank.consent import service as consent
from storybank.consent.models import Receipt
from storybank.consent.rules import Answer, Change, Fact, Medium, NameStyle, Purpose, Use
from storybank.errors import BadInput, Refused
from storybank.intake.rules import Arrival
from storybank.people.rules import Actor
from storybank.stories import choosing, notes, writing
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
    shorten: Change | None = None
    translate: Change | None = None
    since: date | None = None
    """The day from which all but keeping may begin."""
    preferences: Mapping[str, object] | None = None
    how: consent.How | None = None
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
    """Take one story in with its choices, and the notes that stood in its file beside it.

    Raises Refused without a yes to keeping it or without evidence; BadInput where a name is
    wanted and none is given, or the text cannot be taken; Conflict where it is there already.
    """
    if choices.answers.get(Purpose.KEEP) is not Answer.YES:
        raise Refused("We can not take in a story without a yes to keeping it.")
    if choices.name_style is not NameStyle.NONE and not choices.name.strip():
        raise BadInput("Write the name to show, or choose no name.")
    given_at = choices.given_at or now()
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
    if arrival.canon.notes:
        notes.keep(session, use, story.id, arrival.canon.notes)
    terms = choosing.Terms(
        choices.answers, choices.proof, choices.channel, choices.lasts, choices.name_style,
        1 if named else 0, choices.not_for, choices.media, choices.shorten, choices.translate,
        choices.facts, choices.since, choices.preferences, choices.how,
    )  # fmt: skip
    receipt = choosing.give(session, by, story.id, story.person_id, terms, given_at)
    if choices.transcript:
        receipt = passages.transcribed(
            session, by, story.id, story.person_id, 1, len(arrival.canon.text), choices.channel,
            at=given_at,
        )  # fmt: skip
    return story, receipt
