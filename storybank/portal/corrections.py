"""Asking for a sentence to be put right: what it should say lies with the words, the rest here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.portal.acting import acts_for
from storybank.portal.parts import CHANGED, Sentence, sentence_at
from storybank.rights import service as rights
from storybank.rights.kinds import Kind
from storybank.rights.models import RightsRequest
from storybank.stories import reading, writing
from storybank.stories.mending import clean_sentence
from storybank.stories.models import StoryCorrection

ASKS = "Please change one sentence of my story. I wrote what it should say beside the story."
"""What stands in the request: no word of the story."""


@dataclass(frozen=True)
class Waiting:
    """A correction that was asked for and not yet made."""

    row: StoryCorrection
    request: RightsRequest
    old: str
    new: str


def ask(
    session: Session, use: Use, story_id: int, version: int, number: int, body: str, *,
    keep_old: bool = False,
) -> StoryCorrection:  # fmt: skip
    """Ask for sentence ``number`` to say ``body``.

    Raises NotFound when the story is not theirs; Conflict when it was changed meanwhile, or this
    sentence waits already; BadInput for nothing, too much, or the same words.
    """
    story = reading.story(session, use, story_id)
    if story.version != version:
        raise Conflict(CHANGED)
    sentence = sentence_at(session, use, story_id, number)
    if clean_sentence(body) == sentence.words:
        raise BadInput("It says that now. Change the words, then send it.")
    if any(_meets(one.row, sentence) for one in waiting(session, use, story_id)):
        raise Conflict("You have asked about this sentence. We will answer you soon.")
    ref = writing.write_correction(session, use, story_id, body)
    teller = consent.person_of(session, story_id)
    of_story = story_id if use.actor.person_id == teller else None
    request = rights.ask(session, use.actor, Kind.CORRECTION, ASKS, of_story)
    row = StoryCorrection(
        story_id=story_id, ref=ref, version=version, start=sentence.start, end=sentence.end,
        person_id=acts_for(session, use, story_id), keep_old=keep_old, request_id=request.id,
        made_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def waiting(session: Session, use: Use, story_id: int) -> list[Waiting]:
    """What was asked of this story and is not answered, in reading order."""
    rows = session.execute(
        select(StoryCorrection, RightsRequest)
        .join(RightsRequest, RightsRequest.id == StoryCorrection.request_id)
        .where(
            StoryCorrection.story_id == story_id,
            StoryCorrection.accepted_at.is_(None),
            RightsRequest.closed_at.is_(None),
        )
        .order_by(StoryCorrection.start)
    ).all()
    if not rows:
        return []
    story = reading.story(session, use, story_id)
    return [
        Waiting(
            row, request,
            story.text[row.start : row.end] if row.version == story.version else "",
            reading.correction(session, use, story_id, row.ref),
        )
        for row, request in rows
    ]  # fmt: skip


def take_back(session: Session, use: Use, story_id: int, ref: int) -> None:
    """Take back what was asked; what it should say is wiped.

    Raises NotFound where there is none that the person asked for.
    """
    found = next((w for w in waiting(session, use, story_id) if w.row.ref == ref), None)
    if found is None or found.request.person_id != use.actor.person_id:
        raise NotFound("That is not here any more.")
    rights.take_back(session, use.actor, found.request.id)
    writing.drop_correction(session, use, story_id, ref)
    session.delete(found.row)
    session.flush()


def _meets(row: StoryCorrection, sentence: Sentence) -> bool:
    return row.start < sentence.end and sentence.start < row.end
