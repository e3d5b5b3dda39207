"""Suggestions as a keeper of copies: they follow what the storyteller allows, by comparing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.models import Code, Codebook, Cue
from storybank.codebook.service import NEAR_MISS
from storybank.coding.models import Coding, CodingAct
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.canon import sentences
from storybank.stories.reading import StoryText
from storybank.suggest.models import Suggestion, waits
from storybank.suggest.suggester import CuePhrase, Proposal, Suggester, SuggestInput

AT_ONCE = 50
"""How many stories are held in memory at once."""

SLICE = 500
"""How many ids go into one IN list."""

Cues = tuple[CuePhrase, ...]
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
        wanted = sorted(set(story_ids))
        for first in range(0, len(wanted), AT_ONCE):
            self._reconcile(session, wanted[first : first + AT_ONCE])

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Stories that may not be studied now and still have open suggestions."""
        rows = session.execute(
            select(Suggestion.story_id, sa.func.count())
            .where(waits(), Suggestion.story_id.not_in(reading.permitted(_use())))
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
        suggester = self._make(_cues(session), _name(session))
        given = (SuggestInput(text.text, sentences(text.text, text.blocks)) for text in texts)
        for text, proposals in zip(texts, suggester.propose(given), strict=True):
            _keep(session, text, proposals, suggester.name)


def _use() -> Use:
    return Use.claim(MACHINE, Purpose.SUGGEST, now())


def _cues(session: Session) -> Cues:
    rows = session.execute(
        select(Cue.id, Cue.code_id, Cue.phrase, Cue.kind)
        .join(Code, Code.id == Cue.code_id)
        .where(Code.retired_at.is_(None))
        .order_by(Cue.id)
    )
    return tuple(
        CuePhrase(cue_id, code_id, phrase, kind == NEAR_MISS)
        for cue_id, code_id, phrase, kind in rows
    )


def _name(session: Session) -> str:
    codebook = session.scalars(select(Codebook).order_by(Codebook.id).limit(1)).first()
    if codebook is None:
        return "cue phrases"
    return f"cue phrases of {codebook.key}"[:79] + f" {codebook.version}"


def _keep(session: Session, text: StoryText, proposals: Sequence[Proposal], made_by: str) -> None:
    """Make the open suggestions of one story equal to what was proposed."""
    kept = {
        (row.version, row.start, row.end, row.code_id): row
        for row in session.scalars(select(Suggestion).where(Suggestion.story_id == text.story_id))
    }
    open_ids = set(
        session.scalars(select(Suggestion.id).where(Suggestion.story_id == text.story_id, waits()))
    )
    for proposal in proposals:
        key = (text.version, proposal.start, proposal.end, proposal.code_id)
        row = kept.get(key)
        if row is None:
            session.add(_row(text, proposal, made_by))
        elif row.id in open_ids:
            open_ids.discard(row.id)
            _renew(row, proposal, made_by)
    session.flush()
    _delete(session, open_ids)


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
        for table in (Coding, CodingAct):
            session.execute(
                sa.update(table).where(table.suggestion_id.in_(ids)).values(suggestion_id=None)
            )
        session.execute(sa.delete(Suggestion).where(Suggestion.id.in_(ids)))
