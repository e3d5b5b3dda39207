"""Asking what was learnt, from a page: no page loads what learning needs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Cue
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.suggest import answering, model_files, standing
from storybank.suggest.models import Suggestion

_CARRIED = "storybank_learned"
SECONDS = 60
"""The longest that a program is waited for."""


@dataclass(frozen=True)
class AtHand:
    """Where what was learnt is kept, and whether a program of its own is to be asked."""

    folder: Path
    apart: bool


@dataclass(frozen=True)
class Why:
    """What led to a suggestion: places in its story (code points), and the codebook's phrases."""

    words: tuple[Place, ...]
    cues: tuple[str, ...]


def carried(folder: Path, apart: bool) -> dict[str, Any]:
    """What sessions carry so that ``chances`` finds what was learnt. ``apart``: a program of its
    own is asked, so that this process need not load what it takes."""
    return {_CARRIED: AtHand(folder, apart)}


def chances(session: Session, use: Use, places: Collection[Place]) -> dict[Place, dict[int, float]]:
    """For each place that the use allows, how likely each code applies, by its number.

    Empty where nothing was learnt that may be used now. Takes a second where a program is asked.
    """
    at_hand: AtHand | None = session.info.get(_CARRIED)
    model = standing.model_in_use(session)
    if at_hand is None or model is None or not places:
        return {}
    words = {one.place: one.words for one in reading.excerpts(session, use, places)}
    folder = at_hand.folder / str(model.id)
    if not words or not model_files.bring(session, at_hand.folder, model.id):
        return {}
    rows = (_ask if at_hand.apart else answering.answer)(folder, list(words.values()))
    return {
        place: dict(zip(model.code_ids, row, strict=True))
        for place, row in zip(words, rows, strict=False)
    }


def _ask(folder: Path, texts: list[str]) -> list[list[float]]:
    """Words go by a pipe and are kept nowhere."""
    asked = json.dumps({"folder": str(folder), "texts": texts}).encode()
    done = subprocess.run(
        [sys.executable, "-I", answering.__file__],
        input=asked, capture_output=True, timeout=SECONDS, check=False, env={}, cwd="/",
    )  # fmt: skip
    rows: list[list[float]] = json.loads(done.stdout) if done.returncode == 0 else []
    return rows


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
