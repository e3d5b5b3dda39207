"""What waits for an answer, in one story and in all: cards, places and counts.

Everything asks the door anew, so a stop is true here before any job has run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.models import Cue
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.stories import reading
from storybank.stories.reading import StoryText
from storybank.suggest.cards import Behind, SuggestionCard, Told
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.models import Suggestion
from storybank.suggest.opening import Clauses, check, open_to, visible

IN_STORY = (
    Suggestion.story_id, Suggestion.version, Suggestion.start, Suggestion.end,
    sa.func.coalesce(Suggestion.rank, 99), Suggestion.code_id,
)  # fmt: skip
"""The order of a story; of codes for the same words the likeliest first."""


@dataclass(frozen=True)
class Offer:
    """A suggestion as the desk holds it beside a story: a place, a code and no words."""

    id: int
    start: int
    end: int
    code_id: int
    check_meaning: bool


def waiting(session: Session, use: Use, story_id: int) -> list[SuggestionCard]:
    """Every open suggestion of one story, in order of place.

    Raises NotFound where the use does not allow the story.
    """
    check(use)
    text = reading.story(session, use, story_id)
    rows = session.scalars(
        select(Suggestion)
        .where(*open_to(session, use), Suggestion.story_id == story_id)
        .order_by(*IN_STORY)
    ).all()
    return cards_of(session, [text], rows)


def offers(session: Session, use: Use, story_id: int) -> list[Offer]:
    """The same as places, for a page that has the words already."""
    rows = session.execute(
        select(
            Suggestion.id, Suggestion.start, Suggestion.end, Suggestion.code_id,
            Suggestion.check_meaning,
        )
        .where(*open_to(session, use), Suggestion.story_id == story_id)
        .order_by(*IN_STORY)
    )  # fmt: skip
    return [Offer(*row) for row in rows]


def one(session: Session, use: Use, suggestion_id: int) -> SuggestionCard:
    """One open suggestion, put off or not. Raises NotFound where it is not there for this use."""
    row = session.scalar(
        select(Suggestion).where(*visible(session, use), Suggestion.id == suggestion_id)
    )
    if row is None:
        raise NotFound("That suggestion is not there. It may be answered, or taken away.")
    return cards_of(session, [reading.story(session, use, row.story_id)], [row])[0]


def count_by_code(session: Session, use: Use, where: Clauses | None = None) -> dict[int, int]:
    """How many wait for each code, in stories the use allows; codes without any are left out.
    ``where`` is what ``open_to`` gave, for whoever asks more by it."""
    rows = session.execute(
        select(Suggestion.code_id, sa.func.count())
        .where(*(open_to(session, use) if where is None else where))
        .group_by(Suggestion.code_id)
    )
    return {code_id: count for code_id, count in rows}


def count_by_story(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, int]:
    """How many wait in each of these stories that the use allows."""
    rows = session.execute(
        select(Suggestion.story_id, sa.func.count())
        .where(*open_to(session, use), Suggestion.story_id.in_(list(story_ids)))
        .group_by(Suggestion.story_id)
    )
    return {story_id: count for story_id, count in rows}


def cards_of(
    session: Session,
    texts: Sequence[StoryText],
    rows: Sequence[Suggestion],
    drawn: Callable[[int], bool] = lambda number: False,
) -> list[SuggestionCard]:
    """Cards for suggestions whose texts were let out; ``drawn`` says on which the lot fell."""
    codes = codebook.codes_by_id(session)
    behind = _behind(session, rows)
    told = {text.story_id: Told(text, behind) for text in texts}
    return [
        told[row.story_id].card(codes[row.code_id], row, drawn(row.id))
        for row in rows
        if row.story_id in told
    ]


def _behind(session: Session, rows: Sequence[Suggestion]) -> Behind:
    cues = {cue for row in rows for cue in row.cue_ids}
    models = {row.model_id for row in rows if row.model_id is not None}
    phrases = session.execute(select(Cue.id, Cue.phrase).where(Cue.id.in_(sorted(cues))))
    learnt = session.scalars(select(LearnedModel).where(LearnedModel.id.in_(sorted(models))))
    return Behind(
        {number: phrase for number, phrase in phrases}, {model.id: model for model in learnt}
    )
