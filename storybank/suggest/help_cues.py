"""Cue phrases by what people answered where they were found: which do well, which mislead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Cue
from storybank.consent.rules import Use
from storybank.suggest.evidence import answered, was_right
from storybank.suggest.models import Suggestion
from storybank.suggest.shares import Share, of_stories

POOR = 0.5
"""A cue misleads where even the upper end of its interval is below this."""


@dataclass(frozen=True)
class CueFound:
    """A phrase of the codebook and how suggestions fared that it led to."""

    id: int
    code: int
    phrase: str
    share: Share

    @property
    def misleads(self) -> bool:
        return self.share.told and self.share.high < POOR


def cues(
    session: Session, use: Use, ends: Mapping[int, int], code_ids: Collection[int] = ()
) -> list[CueFound]:
    """Every cue phrase with an answer, of all codes or some: the worst first."""
    rows = select(Suggestion.story_id, Suggestion.cue_ids, was_right()).where(answered(use))
    if code_ids:
        rows = rows.where(Suggestion.code_id.in_(sorted(code_ids)))
    counts: dict[int, dict[int, list[int]]] = {}
    for story, found, right in session.execute(rows):
        for cue in found:
            cell = counts.setdefault(cue, {}).setdefault(story, [0, 0])
            cell[0] += bool(right)
            cell[1] += 1
    phrases = {
        number: (ends.get(code, code), phrase)
        for number, code, phrase in session.execute(select(Cue.id, Cue.code_id, Cue.phrase))
    }
    made = [
        CueFound(cue, *phrases[cue], of_stories((right, of) for right, of in by_story.values()))
        for cue, by_story in counts.items()
        if cue in phrases
    ]
    return sorted(made, key=lambda one: (not one.share.told, one.share.value or 0, one.id))
