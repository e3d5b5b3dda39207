"""Writing down all that a storyteller chose: the answers with their terms, at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent.models import ConsentEvent, Receipt
from storybank.consent.rules import (
    Answer,
    Change,
    Fact,
    Medium,
    NameStyle,
    OwnState,
    Purpose,
    StoryState,
    Use,
)
from storybank.people.models import Person
from storybank.people.rules import MACHINE, Actor
from storybank.stories import writing
from storybank.stories.choices_form import ChoicesForm


@dataclass(frozen=True)
class Terms:
    """Everything that is said with one set of answers. None leaves a term as it was."""

    answers: Mapping[Purpose, Answer]
    proof: consent.Proof | None
    channel: str
    lasts: str
    name_style: NameStyle | None = None
    name_ref: int | None = None
    not_for: tuple[str, ...] | None = None
    media: tuple[Medium, ...] | None = None
    shorten: Change | None = None
    translate: Change | None = None
    facts: tuple[Fact, ...] | None = None
    since: date | None = None
    """The day, where the storyteller lives, from which all but keeping may begin."""
    preferences: Mapping[str, object] | None = None
    how: consent.How | None = None


def give(
    session: Session, by: Actor, story_id: int, person_id: int, terms: Terms, at: datetime
) -> Receipt:
    """Record the answers; days begin and end where the storyteller lives.

    With a day to begin on there are two events: the story is kept from now, and the rest is told
    with its day. Raises as ``consent.service.give`` does; BadInput for how long.
    """
    person = session.get(Person, person_id)
    zone = person.time_zone if person else consent.HOME
    since = consent.midnight(terms.since, zone) if terms.since else None
    # "One year, from the first of May" ends a year after that day.
    until = consent.lasts_until(terms.lasts, since or at, zone)
    now_said, later = dict(terms.answers), dict[Purpose, Answer]()
    if since is not None:
        later = {
            use: answer
            for use, answer in terms.answers.items()
            if use is not Purpose.KEEP and answer is not Answer.NO
        }
        now_said = {use: answer for use, answer in terms.answers.items() if use not in later}
    receipt = consent.give(
        session, by, story_id, person_id, now_said, terms.proof, terms.channel, until=until,
        name_style=terms.name_style, name_ref=terms.name_ref, not_for=terms.not_for,
        media=terms.media, shorten=terms.shorten, translate=terms.translate, facts=terms.facts,
        preferences=terms.preferences, how=terms.how, at=at,
    )  # fmt: skip
    if later:
        # The scan or recording lies with the first event; once is enough.
        proof = replace(terms.proof, content=b"") if terms.proof else None
        receipt = consent.give(
            session, by, story_id, person_id, later, proof, terms.channel, until=until,
            since=since, how=terms.how, at=at,
        )  # fmt: skip
    return receipt


def give_form(
    session: Session, by: Actor, story_id: int, person_id: int, form: ChoicesForm,
    before: StoryState | OwnState, shown_name: str | None,
) -> Receipt:  # fmt: skip
    """Record a form without errors over what stood ``before``.

    ``shown_name`` is the name that stands now, where whoever writes may see it. An empty name
    leaves the one there is. Raises as ``give`` does.
    """
    at = now()
    ref = before.name_ref
    typed = " ".join(form.name.split())
    if form.style is NameStyle.NONE:
        ref = 0
    elif typed and typed != shown_name:
        use = Use.claim(MACHINE, Purpose.TAKE_IN, at)
        ref = writing.write_name(session, use, story_id, form.name)
    terms = Terms(
        form.chosen(before), form.proof, form.channel, form.lasts, form.style, ref, form.places,
        form.forms or None, form.shortened, form.translated, form.facts, form.not_before,
        _preferences(session, story_id, person_id, form), form.how(form.channel),
    )  # fmt: skip
    return give(session, by, story_id, person_id, terms, at)


def _preferences(
    session: Session, story_id: int, person_id: int, form: ChoicesForm
) -> dict[str, object] | None:
    """What was said now over what was said before: a question left blank keeps its answer."""
    if not form.preferences:
        return None
    before = session.scalar(
        select(ConsentEvent.preferences)
        .where(
            ConsentEvent.story_id == story_id,
            ConsentEvent.person_id == person_id,
            ConsentEvent.preferences.is_not(None),
        )
        .order_by(ConsentEvent.seq.desc())
        .limit(1)
    )
    return {**(before or {}), **form.preferences}
