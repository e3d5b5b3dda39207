"""Codings whose words were corrected since: a coder looks, and says whether the code still fits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.change_acts import FITS
from storybank.coding.models import Coding
from storybank.coding.own import coder_of, hold_story
from storybank.coding.seeing import seen
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.undoing import service as undoing


def still_fits(session: Session, use: Use, coding_id: int) -> Coding:
    """Say that a code still fits the corrected words. Any coder may: it changes nobody's coding.

    Raises NotFound where it is not there for this use; Refused for anybody who may not code.
    """
    coder_of(use)
    story_id = session.scalar(select(Coding.story_id).where(Coding.id == coding_id))
    if story_id is not None:
        hold_story(session, story_id)
    coding = session.scalar(
        select(Coding)
        .where(Coding.id == coding_id, seen(use))
        .execution_options(populate_existing=True)
    )
    if coding is None:
        raise NotFound("That coding is not there.")
    if coding.to_check:
        coding.to_check = False
        session.flush()
        detail = {"coding": coding.id, "version": coding.version}
        undoing.note(session, use, FITS, detail, story_id=coding.story_id)
    return coding
