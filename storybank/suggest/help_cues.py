"""Cue phrases by what people answered where they were found: which do well, which mislead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Cue
from storybank.suggest.evidence import Answer
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


def cues(session: Session, answers: Iterable[Answer], ends: Mapping[int, int]) -> list[CueFound]:
    """Every cue phrase with one of these answers (read with their cues): the worst first."""
    counts: dict[int, dict[int, list[int]]] = {}
    for one in answers:
        for cue in one.cues:
            cell = counts.setdefault(cue, {}).setdefault(one.story, [0, 0])
            cell[0] += one.right
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
