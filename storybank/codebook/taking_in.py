"""A codebook file taken in by a researcher, as a change that can be undone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.codebook import changes, files, loading
from storybank.codebook.changes import LOAD
from storybank.codebook.changing import follow_cues, note
from storybank.codebook.loading import Added
from storybank.consent.rules import Use


def take_in(session: Session, use: Use, raw: bytes, why: str = "") -> Added:
    """Add what a file has and the codebook has not. Raises BadInput where it is no codebook."""
    changes.editor(use)
    added = loading.add(session, files.read(raw))
    if added.codes or added.families:
        changes.number_anew(session)
        count = len(added.codes)
        said = "1 code" if count == 1 else f"{count} codes"
        change = changes.record(
            session, use, LOAD, why=why, codes=list(added.codes), families=list(added.families)
        )
        note(session, use, change, f"{said} loaded from a file")
        follow_cues(session, ["cues"])
    return added
