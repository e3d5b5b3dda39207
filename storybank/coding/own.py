"""A coding of one's own, held while it is changed: nobody else can change it in between."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.check_models import CodingCheck
from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.stories.models import Story
from storybank.stories.rules import Place

CHANGED = "This coding has changed since you opened it. Look at it again, then try once more."


def coder_of(use: Use) -> int:
    """The account of the person who codes. Raises Refused for anybody who may not."""
    if use.purpose is not Purpose.STUDY or use.actor.account_id is None:
        raise Refused("Only a researcher who is signed in can code.")
    return use.actor.account_id


def hold_story(session: Session, story_id: int) -> None:
    """Wait until nobody else is changing this story or what is coded on it; then it is ours
    until the end of the transaction. To be called before anything on it is read."""
    session.execute(
        select(Story.id).where(Story.id == story_id).with_for_update(key_share=True)
    ).all()


def held(session: Session, use: Use, coding_id: int, seen: Place | None = None) -> Coding:
    """One of the person's own codings, to be changed; ``seen`` is where they saw it.

    Raises NotFound where it is not there for this use or was taken off; Refused for another
    person's; Conflict where it stands elsewhere by now.
    """
    coder = coder_of(use)
    story_id = session.scalar(select(Coding.story_id).where(Coding.id == coding_id))
    if story_id is None:
        raise NotFound("That coding is not there.")
    hold_story(session, story_id)
    coding = session.scalar(
        select(Coding)
        .where(Coding.id == coding_id, permits(use, Coding.story_id, Coding))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if coding is None:
        raise NotFound("That coding is not there.")
    if coding.coder_id != coder:
        raise Refused("Only the person who put a code on can change it.")
    if coding.removed_at is not None:
        raise NotFound("That coding was taken off.")
    if coding.version != _current(session, story_id) or seen not in (None, place_of(coding)):
        raise Conflict(CHANGED)
    return coding


def check_unanswered(session: Session, *codings: Coding) -> None:
    """Raises BadInput where a storyteller said something to one of these: it was about exactly
    these words."""
    ids = [coding.id for coding in codings]
    said = select(sa.func.count()).where(CodingCheck.coding_id.in_(ids))
    if session.scalar(said):
        raise BadInput(
            "The storyteller has answered for this coding as it stands. "
            "Leave it, and put the code on other words anew."
        )


def place_of(coding: Coding) -> Place:
    return Place(coding.story_id, coding.version, coding.start, coding.end)


def _current(session: Session, story_id: int) -> int:
    return session.scalars(select(Story.current_version).where(Story.id == story_id)).one()
