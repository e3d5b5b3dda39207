"""Where an asking stands: what everybody who must agree has said, whether it still counts, and
the words it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.asking import answers_to, still_stands
from storybank.consent.models import AskRequest
from storybank.consent.rules import MUST_AGREE, Answer, StoryState, Use
from storybank.consent.standing import state_of
from storybank.consent.terms import local_date
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place, shortened


class Stands(StrEnum):
    """What an asking has come to."""

    WAITING = "waiting"
    YES = "yes"
    NO = "no"
    PASSED = "passed"
    CHANGED = "changed"
    CALLED_OFF = "called off"


@dataclass(frozen=True)
class Asking:
    """An asking and what it has come to."""

    request: AskRequest
    stands: Stands
    answers: dict[int, Answer]
    """{person id: their last answer}."""
    missing: tuple[int, ...]
    """The people who must agree and have not answered."""

    @property
    def last_day(self) -> date:
        """The last day, in this country, on which an answer counts."""
        return local_date(self.request.answer_by - timedelta(seconds=1))


def asking(session: Session, request: AskRequest, at: datetime) -> Asking:
    """Where one asking stands at a moment (naive, UTC)."""
    state = state_of(session, request.story_id)
    version = session.scalar(select(Story.current_version).where(Story.id == request.story_id))
    answers = answers_to(session, request.id)
    must = must_agree(state)
    missing = tuple(number for number in must if number not in answers)
    said = {answers[number] for number in must if number in answers}
    if request.cancelled_at is not None:
        stands = Stands.CALLED_OFF
    elif Answer.NO in said:
        stands = Stands.NO
    elif version != request.version or not still_stands(request, state):
        stands = Stands.CHANGED
    elif not missing and state is not None:
        there = any(yes.ask_id == request.id for yes in state.approvals)
        stands = Stands.YES if there else Stands.CHANGED
    else:
        stands = Stands.WAITING if request.answer_by > at else Stands.PASSED
    return Asking(request, stands, answers, missing)


def words(session: Session, use: Use, request: AskRequest) -> Excerpt | None:
    """The very words that were asked about, whole or shortened; None where they may not be seen
    by this use, or are not the same any more. For those who see the whole: its storyteller, and
    whoever keeps it."""
    place = Place(request.story_id, request.version, request.start, request.end)
    found = next(iter(reading.excerpts(session, use, [place])), None)
    if found is not None and request.kept:
        found = replace(found, words=shortened(found.words, found.start, request.kept))
    return found if found and reading.sha256_of(found.words) == request.sha256 else None


def must_agree(state: StoryState | None) -> tuple[int, ...]:
    """The people whose yes it takes, the first teller first."""
    if state is None:
        return ()
    others = sorted(number for number, part in state.parties.items() if part in MUST_AGREE)
    return tuple(dict.fromkeys((state.person_id, *others)))
