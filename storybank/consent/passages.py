"""Parts of a story that its teller keeps back, and the reading back of what was written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storybank.consent.answers import Kind, Mark
from storybank.consent.deciding import check_may_decide, check_may_stop, how_said
from storybank.consent.doing import do
from storybank.consent.evidence import Proof, demand
from storybank.consent.folding import Span
from storybank.consent.models import Receipt
from storybank.consent.recording import How, Said
from storybank.errors import BadInput
from storybank.people.rules import Actor

TELLERS = (Mark.LEAVE_OUT, Mark.ASK_FIRST)


def mark_passage(
    session: Session, by: Actor, story_id: int, person_id: int, span: Span, mark: Mark,
    channel: str, *, how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Keep a part back: it can only narrow, so it needs no evidence.

    The caller has checked that the part lies within the text. Raises BadInput for a mark that
    is not the teller's to set.
    """
    check_may_stop(session, by, story_id, person_id)
    if mark not in TELLERS or not 0 <= span.start < span.end:
        raise BadInput("Choose a part of the story, and what to do with it.")
    said = Said(Kind.MARKED, span=span, more={"mark": mark.value})
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, said, how, at=at)


def unmark_passage(
    session: Session, by: Actor, story_id: int, person_id: int, span: Span, proof: Proof | None,
    channel: str, *, how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Take a mark back: the part follows the story's other answers again.

    Raises Refused without evidence, for this gives something.
    """
    check_may_decide(session, by, story_id, person_id)
    demand(proof, "To take a mark back needs evidence. Say how the storyteller asked for it.")
    said = Said(Kind.UNMARKED, span=span)
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, said, how, at=at, proof=proof)


def transcribed(
    session: Session, by: Actor, story_id: int, person_id: int, version: int, length: int,
    channel: str, *, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Note that this version was written down by somebody else: it waits to be read back.

    ``length`` in code points.
    """
    check_may_stop(session, by, story_id, person_id)
    said = Said(Kind.TRANSCRIBED, span=Span(version, 0, length))
    return do(session, by, story_id, person_id, said, How(channel), at=at)


def confirm_read_back(
    session: Session, by: Actor, story_id: int, person_id: int, version: int, length: int,
    proof: Proof | None, channel: str, *, how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """The teller has checked what was written down, and says that it is right.

    Raises Refused without evidence.
    """
    check_may_decide(session, by, story_id, person_id)
    demand(proof, "Say how the storyteller checked the words, and who was there.")
    said = Said(Kind.READ_BACK, span=Span(version, 0, length))
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, said, how, at=at, proof=proof)
