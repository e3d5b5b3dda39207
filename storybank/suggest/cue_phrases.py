"""The codebook's cue phrases, as a suggester takes them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code, Codebook, Cue
from storybank.codebook.service import NEAR_MISS
from storybank.suggest.suggester import CuePhrase

Cues = tuple[CuePhrase, ...]


def cue_phrases(session: Session) -> Cues:
    """Every cue and near miss of the codes in use."""
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


def codebook_name(session: Session) -> str:
    """What to call a suggester made from them, in at most 100 letters."""
    codebook = session.scalars(select(Codebook).order_by(Codebook.id).limit(1)).first()
    if codebook is None:
        return "cue phrases"
    return f"cue phrases of {codebook.key}"[:79] + f" {codebook.version}"
