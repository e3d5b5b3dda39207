"""Answers to suggestions: a person confirms, changes or declines; nothing happens without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.models import Code, Cue
from storybank.coding import service as coding
from storybank.coding.acts import UNDOERS as CODING_ACTS
from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.suggest.cards import SuggestionCard
from storybank.suggest.derivative import Suggestions
from storybank.suggest.models import CHANGED, CONFIRMED, DECLINED, Suggestion, waits
from storybank.suggest.reading import (
    Order,
    Queue,
    count_by_code,
    count_by_story,
    queue,
    waiting,
)
from storybank.undoing import service as undoing

__all__ = [
    "Order", "Queue", "SuggestionCard", "as_json", "change", "confirm", "count_by_code",
    "count_by_story", "decline", "queue", "refresh", "reopen", "undo", "waiting",
]  # fmt: skip


def confirm(session: Session, use: Use, suggestion_id: int) -> list[Coding]:
    """Put the suggested code on the suggested sentence, in the name of the person asking.

    Raises NotFound where the use does not allow the story, Conflict where somebody has answered
    already or the story has changed, Refused for anybody who may not code.
    """
    suggestion = _answer(session, use, suggestion_id, CONFIRMED)
    return coding.apply(
        session, use, _place(suggestion), [suggestion.code_id], suggestion_id=suggestion.id
    )


def change(
    session: Session,
    use: Use,
    suggestion_id: int,
    code_ids: Sequence[int],
    start: int | None = None,
    end: int | None = None,
) -> list[Coding]:
    """Put other codes on, or on other words of the same story (code points), instead.

    Raises as ``confirm`` does, and BadInput without a code.
    """
    if not code_ids:
        raise BadInput("Choose a code first.")
    suggestion = _answer(session, use, suggestion_id, CHANGED)
    place = _place(suggestion)
    place = Place(
        place.story_id,
        place.version,
        place.start if start is None else start,
        place.end if end is None else end,
    )
    return coding.apply(session, use, place, code_ids, suggestion_id=suggestion.id)


def decline(session: Session, use: Use, suggestion_id: int) -> None:
    """Say that the code does not fit; it is not suggested again for this sentence.

    Raises as ``confirm`` does.
    """
    _answer(session, use, suggestion_id, DECLINED)


def undo(session: Session, use: Use, suggestion_id: int) -> None:
    """Take one's own answer back: the suggestion waits again, and the coding it made is off.

    Raises NotFound where the use does not allow the story, Refused for another person's answer.
    """
    suggestion = _see(session, use, suggestion_id)
    if suggestion.answer is None:
        return
    if suggestion.answered_by != use.actor.account_id:
        raise Refused("Only the person who answered can take the answer back.")
    last = undoing.last(session, use)
    if last is not None and last.suggestion_id == suggestion.id:
        # What it was told to forget it is not told again: the act itself is taken back.
        undoing.undo(session, use, CODING_ACTS)
        reopen(session, suggestion.id)
        return
    made = session.scalars(
        select(Coding.id).where(
            Coding.suggestion_id == suggestion.id,
            Coding.coder_id == use.actor.account_id,
            Coding.removed_at.is_(None),
        )
    ).all()
    for coding_id in made:
        coding.remove(session, use, coding_id)
    reopen(session, suggestion.id)


def reopen(session: Session, suggestion_id: int) -> None:
    """Let a suggestion wait again; for whoever took away the coding it led to."""
    session.execute(
        sa.update(Suggestion)
        .where(Suggestion.id == suggestion_id)
        .values(answer=None, answered_by=None, answered_at=None)
    )


def refresh(session: Session, story_ids: Collection[int] | None = None) -> None:
    """Suggest anew for these stories, or for all, where that is allowed."""
    if story_ids is None:
        story_ids = session.scalars(select(Story.id)).all()
    Suggestions().reconcile(session, story_ids)


def as_json(session: Session, story_ids: Collection[int] | None = None) -> list[dict[str, Any]]:
    """What waits, as places and names: no words of a story, only the codebook's own phrases.

    A list of ``{story, external_id, code, start, end, cues, check_meaning}`` in order of place.
    """
    use = Use.claim(MACHINE, Purpose.SUGGEST, now())
    rows = (
        select(Suggestion, Code.key, Story.external_id)
        .join(Code, Code.id == Suggestion.code_id)
        .join(Story, Story.id == Suggestion.story_id)
        .where(
            waits(),
            Suggestion.version == Story.current_version,
            permits(use, Suggestion.story_id, Suggestion),
        )
        .order_by(Suggestion.story_id, Suggestion.start, Code.position, Suggestion.id)
    )
    if story_ids is not None:
        rows = rows.where(Suggestion.story_id.in_(list(story_ids)))
    phrases = {cue: phrase for cue, phrase in session.execute(select(Cue.id, Cue.phrase))}
    return [
        {
            "story": suggestion.story_id,
            "external_id": external_id,
            "code": key,
            "start": suggestion.start,
            "end": suggestion.end,
            "cues": [phrases[cue] for cue in suggestion.cue_ids if cue in phrases],
            "check_meaning": suggestion.check_meaning,
        }
        for suggestion, key, external_id in session.execute(rows)
    ]


def _see(session: Session, use: Use, suggestion_id: int) -> Suggestion:
    """A suggestion the use allows, as it stands in the database."""
    if use.purpose is not Purpose.STUDY or use.actor.account_id is None:
        raise Refused("Only a researcher who is signed in can answer suggestions.")
    suggestion = session.get(Suggestion, suggestion_id, populate_existing=True)
    if suggestion is None or not reading.may(session, use, suggestion.story_id):
        raise NotFound("That suggestion is not there. It may have been taken away.")
    return suggestion


def _answer(session: Session, use: Use, suggestion_id: int, answer: str) -> Suggestion:
    """Write an answer down. Of two people answering at once, one comes too late."""
    suggestion = _see(session, use, suggestion_id)
    written = session.execute(
        sa.update(Suggestion)
        .where(Suggestion.id == suggestion_id, waits())
        .values(answer=answer, answered_by=use.actor.account_id, answered_at=now()),
        execution_options={"synchronize_session": False},
    )
    session.refresh(suggestion)
    if written.rowcount == 0 and (  # type: ignore[attr-defined]
        (suggestion.answer, suggestion.answered_by) != (answer, use.actor.account_id)
    ):
        raise Conflict("Somebody has answered this suggestion already. Load the page again.")
    return suggestion  # written now, or sent twice by the same person


def _place(suggestion: Suggestion) -> Place:
    return Place(suggestion.story_id, suggestion.version, suggestion.start, suggestion.end)
