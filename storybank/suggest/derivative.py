"""Suggestions as a keeper of copies: they follow what the storyteller allows, by comparing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.permits import permits
from storybank.db import slices
from storybank.stories import reading, speaking
from storybank.suggest import promising, renewing
from storybank.suggest.cue_phrases import Cues, codebook_name, cue_phrases
from storybank.suggest.models import Suggestion, waits
from storybank.suggest.standing import machine_use
from storybank.suggest.suggester import Suggester

MakeSuggester = Callable[[Cues, str], Suggester]


@lru_cache(maxsize=1)
def with_spacy(cues: Cues, name: str) -> Suggester:
    """The cue phrases matched by spaCy; made anew only when the codebook has changed."""
    # Imported when there is work: spaCy takes about a second to load, and no page needs it.
    from storybank.suggest.spacy_suggester import SpacySuggester

    return SpacySuggester(cues, name)


class Suggestions:
    """Keeps open suggestions for the stories that may be studied, and for no others.

    With ``later`` it takes away at once and promises to suggest; without, it suggests by cue
    phrases here and now.
    """

    name = "suggestions"

    def __init__(self, make: MakeSuggester = with_spacy, later: bool = False) -> None:
        self._make, self._later = make, later

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Suggest anew for these stories where the door allows it; elsewhere take away.

        What a person answered stays as a record of places. Running it twice changes nothing.
        """
        every = sorted(set(story_ids))
        if self._later:
            allowed = reading.permitted_among(session, machine_use(), every)
            renewing.take_away(session, [one for one in every if one not in allowed])
            renewing.delete(session, _kept_back_since(session, sorted(allowed)))
            renewing.delete(session, _asked(session, sorted(allowed)))
            promising.promise_reading(session, sorted(allowed))
            return
        for some in renewing.in_reach(session, every):
            self._reconcile(session, some)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Stories that may not be studied now and still have open suggestions."""
        rows = session.execute(
            select(Suggestion.story_id, sa.func.count())
            .where(waits(), ~permits(machine_use(), Suggestion.story_id, Suggestion))
            .group_by(Suggestion.story_id)
            .order_by(Suggestion.story_id)
        )
        for story_id, count in rows:
            yield story_id, f"suggestions: story {story_id} has {count} open"

    def _reconcile(self, session: Session, story_ids: list[int]) -> None:
        texts = renewing.texts(session, story_ids)
        allowed = {text.story_id for text in texts}
        renewing.take_away(session, [one for one in story_ids if one not in allowed])
        if texts:
            suggester = self._make(cue_phrases(session), codebook_name(session))
            proposed = suggester.propose(text.given for text in texts)
            found = list(zip(texts, proposed, strict=True))
            renewing.keep(session, found, suggester.name)


def _kept_back_since(session: Session, story_ids: list[int]) -> set[int]:
    """Open suggestions on parts of these stories that may not be studied now."""
    found: set[int] = set()
    for ids in slices(story_ids):
        closed = ~permits(machine_use(), Suggestion.story_id, Suggestion)
        rows = select(Suggestion.id).where(Suggestion.story_id.in_(ids), waits(), closed)
        found.update(session.scalars(rows))
    return found


def _asked(session: Session, story_ids: list[int]) -> set[int]:
    """Open suggestions on words that an interviewer says."""
    asked = sorted(speaking.asking(session, story_ids))
    found: set[int] = set()
    for ids in slices(asked):
        rows = session.execute(
            select(
                Suggestion.id, Suggestion.story_id, Suggestion.version, Suggestion.start,
                Suggestion.end,
            ).where(Suggestion.story_id.in_(ids), waits())
        ).all()  # fmt: skip
        asides = speaking.asides(session, {(row.story_id, row.version) for row in rows})
        for number, story_id, version, start, end in rows:
            whose = speaking.spoken(asides.get((story_id, version), ()), start, end)
            if whose is speaking.Spoken.INTERVIEWER:
                found.add(number)
    return found
