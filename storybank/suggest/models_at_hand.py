"""Asking what was learnt, from a page: no page loads what learning needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Cue
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.suggest.models import Suggestion


@dataclass(frozen=True)
class Why:
    """What led to a suggestion: places in its story (code points), and the codebook's phrases."""

    words: tuple[Place, ...]
    cues: tuple[str, ...]


def chances(session: Session, use: Use, places: Collection[Place]) -> dict[Place, dict[int, float]]:
    """For each place that the use allows, how likely each code applies, by its number.

    Empty where nothing was learnt that may be used now.
    """
    return {}


def why(session: Session, use: Use, suggestion_id: int) -> Why | None:
    """What led to a suggestion; None where it is not there for this use."""
    row = session.get(Suggestion, suggestion_id)
    if row is None or not reading.may(session, use, row.story_id):
        return None
    phrases = {
        cue: phrase
        for cue, phrase in session.execute(
            select(Cue.id, Cue.phrase).where(Cue.id.in_(row.cue_ids))
        )
    }
    return Why(
        tuple(Place(row.story_id, row.version, start, end) for start, end in row.because),
        tuple(phrases[cue] for cue in row.cue_ids if cue in phrases),
    )
