"""Suggestions as a keeper of copies: they follow what the storyteller allows, by comparing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.canon import sentences
from storybank.stories.models import Story, StoryVersion
from storybank.stories.reading import StoryText
from storybank.suggest.cue_phrases import Cues, codebook_name, cue_phrases
from storybank.suggest.models import Suggestion, waits
from storybank.suggest.sample_models import NotNow
from storybank.suggest.suggester import Proposal, Suggester, SuggestInput
from storybank.undoing.models import Act

AT_ONCE = 2_000_000
"""How many letters of stories are held in memory at once, if one story alone is not longer."""

SLICE = 500
"""How many ids go into one IN list."""

MakeSuggester = Callable[[Cues, str], Suggester]


@lru_cache(maxsize=1)
def with_spacy(cues: Cues, name: str) -> Suggester:
    """The cue phrases matched by spaCy; made anew only when the codebook has changed."""
    # Imported when there is work: spaCy takes about a second to load, and no page needs it.
    from storybank.suggest.spacy_suggester import SpacySuggester

    return SpacySuggester(cues, name)


class Suggestions:
    """Keeps open suggestions for the stories that may be studied, and for no others."""

    name = "suggestions"

    def __init__(self, make: MakeSuggester = with_spacy) -> None:
        self._make = make

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Suggest anew for these stories where the door allows it; elsewhere take away.

        What a person answered stays as a record of places. Running it twice changes nothing.
        """
        for some in _in_reach(session, sorted(set(story_ids))):
            self._reconcile(session, some)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Stories that may not be studied now and still have open suggestions."""
        rows = session.execute(
            select(Suggestion.story_id, sa.func.count())
            .where(waits(), ~permits(_use(), Suggestion.story_id, Suggestion))
            .group_by(Suggestion.story_id)
            .order_by(Suggestion.story_id)
        )
        for story_id, count in rows:
            yield story_id, f"suggestions: story {story_id} has {count} open"

    def _reconcile(self, session: Session, story_ids: list[int]) -> None:
        texts = reading.stories(session, _use(), story_ids)
        allowed = {text.story_id for text in texts}
        _take_away(session, [story_id for story_id in story_ids if story_id not in allowed])
        if not texts:
            return
        suggester = self._make(cue_phrases(session), codebook_name(session))
        given = (SuggestInput(text.text, sentences(text.text, text.blocks)) for text in texts)
        kept = _kept(session, allowed)
        for text, proposals in zip(texts, suggester.propose(given), strict=True):
            _renew_all(session, text, proposals, kept, suggester.name)
        _delete(session, {row.id for row, is_open in kept.values() if is_open})
        session.flush()


def _in_reach(session: Session, story_ids: list[int]) -> Iterator[list[int]]:
    """The stories in groups that fit into memory."""
    for first in range(0, len(story_ids), SLICE):
        group: list[int] = []
        letters = 0
        for story_id, length in session.execute(
            select(Story.id, StoryVersion.length)
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .where(Story.id.in_(story_ids[first : first + SLICE]))
            .order_by(Story.id)
        ).all():
            if group and letters + length > AT_ONCE:
                yield group
                group, letters = [], 0
            group.append(story_id)
            letters += length
        if group:
            yield group


def _use() -> Use:
    return Use.claim(MACHINE, Purpose.SUGGEST, now())


Key = tuple[int, int, int, int, int]
Kept = dict[Key, tuple[Suggestion, bool]]
"""By story, version, start, end and code: a suggestion, and whether it waits."""


def _kept(session: Session, story_ids: Collection[int]) -> Kept:
    rows = session.execute(
        select(Suggestion, waits()).where(Suggestion.story_id.in_(list(story_ids)))
    )
    return {
        (row.story_id, row.version, row.start, row.end, row.code_id): (row, bool(is_open))
        for row, is_open in rows
    }


def _renew_all(
    session: Session, text: StoryText, proposals: Sequence[Proposal], kept: Kept, made_by: str
) -> None:
    """Keep what was proposed for one story, and take it out of ``kept``."""
    for proposal in proposals:
        key = (text.story_id, text.version, proposal.start, proposal.end, proposal.code_id)
        row, is_open = kept.pop(key, (None, False))
        if row is None:
            session.add(_row(text, proposal, made_by))
        elif is_open:
            _renew(row, proposal, made_by)


def _row(text: StoryText, proposal: Proposal, made_by: str) -> Suggestion:
    return Suggestion(
        story_id=text.story_id,
        version=text.version,
        start=proposal.start,
        end=proposal.end,
        code_id=proposal.code_id,
        because=[list(place) for place in proposal.because],
        cue_ids=list(proposal.cue_ids),
        check_meaning=proposal.check_meaning,
        score=proposal.score,
        made_by=made_by,
        made_at=now(),
    )


def _renew(row: Suggestion, proposal: Proposal, made_by: str) -> None:
    because = [list(place) for place in proposal.because]
    cue_ids = list(proposal.cue_ids)
    now_says = (because, cue_ids, proposal.check_meaning, proposal.score)
    if (row.because, row.cue_ids, row.check_meaning, row.score) != now_says:
        row.because, row.cue_ids, row.check_meaning, row.score = now_says
        row.made_by, row.made_at = made_by, now()


def _take_away(session: Session, story_ids: list[int]) -> None:
    """Delete what is open; of what was answered, forget which words led to it."""
    if not story_ids:
        return
    these = Suggestion.story_id.in_(story_ids)
    _delete(session, set(session.scalars(select(Suggestion.id).where(these, waits()))))
    session.execute(sa.update(Suggestion).where(these).values(cue_ids=[], because=[]))


def _delete(session: Session, suggestion_ids: set[int]) -> None:
    every = sorted(suggestion_ids)
    for first in range(0, len(every), SLICE):
        ids = every[first : first + SLICE]
        # A coding that was undone may still say that a suggestion led to it.
        for table in (Coding, Act):
            session.execute(
                sa.update(table).where(table.suggestion_id.in_(ids)).values(suggestion_id=None)
            )
        session.execute(sa.delete(NotNow).where(NotNow.suggestion_id.in_(ids)))
        session.execute(sa.delete(Suggestion).where(Suggestion.id.in_(ids)))
