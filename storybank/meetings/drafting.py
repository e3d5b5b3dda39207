"""What somebody has begun to write and keeps for later, on a phone without scripts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput
from storybank.meetings import asked
from storybank.meetings.answer_rules import LONGEST, Stance, clean_words
from storybank.meetings.models import AnswerDraft
from storybank.meetings.seats import Seat


def keep(session: Session, seat: Seat, prompt_id: int, text: str, stance: str | None) -> None:
    """Keep what was written to a question so far, in place of what was kept before; nothing
    written is nothing kept.

    Raises NotFound for a question that was not put; BadInput for far too much.
    """
    prompt = asked.questions(session, seat.workshop.id, seat.participant.id).one(prompt_id)
    words = clean_words(text)
    if len(words) > LONGEST:
        raise BadInput(f"Keep it under {LONGEST:,} letters.")
    found = of(session, seat, prompt.id)
    chosen = stance if stance in set(Stance) else None
    if not words and chosen is None:
        if found is not None:
            session.delete(found)
        return
    if found is None:
        found = AnswerDraft(participant_id=seat.participant.id, prompt_id=prompt.id)
        session.add(found)
    found.text, found.stance, found.saved_at = words, chosen, now()
    session.flush()


def of(session: Session, seat: Seat, prompt_id: int) -> AnswerDraft | None:
    """What this person kept of an answer to this question."""
    return session.get(AnswerDraft, (seat.participant.id, prompt_id))
