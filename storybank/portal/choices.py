"""The eight choices of one story, as its storyteller reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent import wordings
from storybank.consent.models import ConsentEvent, WordingVersion
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, Answer, Choice, Kind, Purpose, Reason, StoryState


@dataclass(frozen=True)
class MyChoice:
    """One use: what it is, what was answered, and whether there is something to stop."""

    use: Purpose
    label: str
    asked: str
    """The words they were asked in, when they last answered."""
    choice: Choice | None
    open: bool
    """There is something to stop: the answer is yes, or ask me each time."""
    run_out: bool
    starts: datetime | None
    """When the yes begins, where that is still to come."""


def my_choices(
    session: Session, story_id: int, state: StoryState, at: datetime
) -> tuple[MyChoice, ...]:
    """Every use in the order it was asked, as it stands ``at`` this moment."""
    asked = _asked(session, story_id)
    return tuple(
        _my_choice(purpose, asked[purpose.value], state.choices.get(purpose), at)
        for purpose in EIGHT
    )


def _my_choice(purpose: Purpose, asked: str, choice: Choice | None, at: datetime) -> MyChoice:
    said = choice is not None and choice.answer in (Answer.YES, Answer.ASK)
    against = choice.reason_against(at, Reason.STOPPED) if choice and said else None
    return MyChoice(
        use=purpose,
        label=SHORT_NAMES[purpose],
        asked=asked,
        choice=choice,
        open=said and against is not Reason.RUN_OUT,
        run_out=against is Reason.RUN_OUT,
        starts=choice.since if choice and against is Reason.NOT_YET else None,
    )


def _asked(session: Session, story_id: int) -> dict[str, str]:
    """The words each use was asked in; where it never was, the words that would be used now."""
    texts = dict(wordings.shipped_texts())
    events = session.scalars(
        select(ConsentEvent.wording_ids)
        .where(ConsentEvent.story_id == story_id, ConsentEvent.kind == Kind.GIVEN.value)
        .order_by(ConsentEvent.seq)
    )
    ids = [number for some in events for number in some]
    published = {
        row.id: row
        for row in session.scalars(select(WordingVersion).where(WordingVersion.id.in_(ids)))
    }
    texts.update((published[number].code, published[number].text) for number in ids)
    return texts
