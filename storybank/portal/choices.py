"""The eight choices of one story, as its storyteller reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent import wordings
from storybank.consent.models import ConsentEvent, WordingVersion
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Choice,
    Kind,
    OwnState,
    Purpose,
    Reason,
    StoryState,
)
from storybank.consent.terms import local_date

SAID = (Answer.YES, Answer.ASK)
OTHERS_SAY = {
    Answer.WAITING: "We wait for the other storyteller. No one uses it yet.",
    Answer.STOPPED: "The other storyteller stopped this. No one uses it.",
    Answer.NO: "The other storyteller said no. No one uses it.",
    Answer.BLOCKED: "We can not do this yet. Ask us why.",
    Answer.ASK: "The other storyteller wants us to ask each time.",
}
"""What a yes of one's own comes to where another who must agree says something else."""


@dataclass(frozen=True)
class MyChoice:
    """One use: what it is, what was answered, and whether there is something to stop."""

    use: Purpose
    label: str
    asked: str
    """The words they were asked in, when they last answered."""
    choice: Choice | None
    """What they said themselves."""
    open: bool
    """There is something to stop: the answer is yes, or ask me each time."""
    run_out: bool
    starts: date | None
    """The day the yes begins, where that is still to come."""
    until: date | None
    """The day the yes runs out; their own day."""
    note: str
    """What comes of their yes where another has a say; empty where nothing does."""


def my_choices(
    session: Session,
    story_id: int,
    person_id: int,
    own: OwnState,
    state: StoryState,
    at: datetime,
    time_zone: str,
) -> tuple[MyChoice, ...]:
    """Every use in the order it was asked, as it stands ``at`` this moment.

    ``own`` is what this person said, ``state`` what that and others' word add up to.
    """
    asked = _asked(session, story_id, person_id)
    return tuple(
        _my_choice(
            purpose, asked[purpose.value], own.choices.get(purpose), state.choices.get(purpose),
            at, time_zone,
        )
        for purpose in EIGHT
    )  # fmt: skip


def _my_choice(
    purpose: Purpose,
    asked: str,
    choice: Choice | None,
    whole: Choice | None,
    at: datetime,
    time_zone: str,
) -> MyChoice:
    said = choice is not None and choice.answer in SAID
    term = whole if said and whole is not None and whole.answer in SAID else choice
    against = term.reason_against(at, Reason.STOPPED) if term and said else None
    starts = term.since if term and against is Reason.NOT_YET else None
    until = term.until if term else None
    return MyChoice(
        use=purpose,
        label=SHORT_NAMES[purpose],
        asked=asked,
        choice=choice,
        open=said and against is not Reason.RUN_OUT,
        run_out=against is Reason.RUN_OUT,
        starts=local_date(starts, time_zone) if starts else None,
        until=local_date(until, time_zone) if until else None,
        note=_note(choice, whole) if said else "",
    )


def _note(choice: Choice | None, whole: Choice | None) -> str:
    if choice is None or whole is None or whole.answer is choice.answer:
        return ""
    return OTHERS_SAY.get(whole.answer, "")


def _asked(session: Session, story_id: int, person_id: int) -> dict[str, str]:
    """The words each use was asked in; where it never was, the words that would be used now."""
    texts = dict(wordings.shipped_texts())
    uses = [purpose.value for purpose in EIGHT]
    texts.update((one.code, one.text) for one in wordings.current(session, uses).values())
    events = session.scalars(
        select(ConsentEvent.wording_ids)
        .where(
            ConsentEvent.story_id == story_id,
            ConsentEvent.person_id == person_id,
            ConsentEvent.kind == Kind.GIVEN.value,
        )
        .order_by(ConsentEvent.seq)
    )
    ids = [number for some in events for number in some]
    published = {
        row.id: row
        for row in session.scalars(select(WordingVersion).where(WordingVersion.id.in_(ids)))
    }
    texts.update((published[number].code, published[number].text) for number in ids)
    return texts
