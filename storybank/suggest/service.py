"""Answers to suggestions: a person confirms, changes, declines or puts off; nothing happens
without one. Each answer is an act that can be undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.codebook.models import Code, Cue
from storybank.coding import reading as codings_of
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.suggest import acts, standing, switch
from storybank.suggest.acts import Given
from storybank.suggest.cards import SuggestionCard
from storybank.suggest.lots import tomorrow
from storybank.suggest.models import (
    CHANGED,
    CONFIRMED,
    DECLINED,
    QUEUE,
    Suggestion,
    waits,
)
from storybank.suggest.promising import promise_fit
from storybank.suggest.queues import Order, Queue, queue
from storybank.suggest.reading import count_by_code, count_by_story, waiting
from storybank.undoing import service as undoing
from storybank.undoing.models import Act

__all__ = [
    "Order", "Queue", "SuggestionCard", "as_json", "change", "confirm", "count_by_code",
    "count_by_story", "decline", "give", "not_now", "queue", "reopen", "undo",
    "waiting",
]  # fmt: skip

LAST_ACTS = 50
"""How far back one's own answer is looked for, to take it back as an act."""


def confirm(
    session: Session, use: Use, suggestion_id: int, where: str = QUEUE, drawn: bool = False
) -> list[Coding]:
    """Put the suggested code on the suggested sentence, in the name of the person asking.

    ``where`` they answered: desk, queue or bulk; ``drawn``: the lot had fallen on it.

    Raises NotFound where the use does not allow the story, or what made it stands no more, or
    the person does not want to see any; Conflict where somebody has answered already or the
    story has changed; Refused for anybody who may not code.
    """
    given, made = give(session, use, suggestion_id, CONFIRMED, where, drawn)
    _note(session, use, suggestion_id, given)
    return made


def change(
    session: Session,
    use: Use,
    suggestion_id: int,
    code_ids: Sequence[int],
    start: int | None = None,
    end: int | None = None,
    where: str = QUEUE,
    drawn: bool = False,
) -> list[Coding]:
    """Put other codes on, or on other words of the same story (code points), instead.

    Raises as ``confirm`` does, and BadInput without a code.
    """
    if not code_ids:
        raise BadInput("Choose a code first.")
    given, made = give(
        session, use, suggestion_id, CHANGED, where, drawn, code_ids, (start, end)
    )  # fmt: skip
    _note(session, use, suggestion_id, given)
    return made


def decline(
    session: Session, use: Use, suggestion_id: int, where: str = QUEUE, drawn: bool = False
) -> None:
    """Say that the code does not fit; it is not suggested again for this sentence.

    Raises as ``confirm`` does.
    """
    given, _ = give(session, use, suggestion_id, DECLINED, where, drawn)
    _note(session, use, suggestion_id, given)


def not_now(session: Session, use: Use, suggestion_id: int) -> None:
    """Show it to the person asking no more before tomorrow; it waits for everybody else.

    Raises NotFound as ``confirm`` does.
    """
    suggestion = _see(session, use, suggestion_id)
    until = tomorrow(now())
    acts.put_off(session, _account(use), suggestion_id, until)
    acts.note(session, use, {suggestion.story_id}, put_off=[suggestion_id], until=until)


def give(
    session: Session,
    use: Use,
    suggestion_id: int,
    answer: str,
    where: str,
    drawn: bool,
    code_ids: Sequence[int] = (),
    ends: tuple[int | None, int | None] = (None, None),
) -> tuple[Given | None, list[Coding]]:
    """Answer one without noting the act: what there is to note, and the codings that stand for
    it. Nothing to note where the same person had given this answer before."""
    suggestion, written = _answer(session, use, suggestion_id, answer, where, drawn)
    if answer == DECLINED:
        promise_fit(session)
        return (Given(suggestion.id, answer, where, drawn, []) if written else None), []
    start, end = ends
    place = Place(
        suggestion.story_id,
        suggestion.version,
        suggestion.start if start is None else start,
        suggestion.end if end is None else end,
    )
    before = codings_of.last_number(session)
    made = coding.apply(
        session, use, place, code_ids or [suggestion.code_id], suggestion_id=suggestion.id,
        noted=False,
    )  # fmt: skip
    new = [one.id for one in made if one.id > before]
    if new:
        events.publish(session, events.Coded(suggestion.story_id))
    else:
        promise_fit(session)
    return (Given(suggestion.id, answer, where, drawn, new) if written or new else None), made


def undo(session: Session, use: Use, suggestion_id: int) -> None:
    """Take one's own answer back: the suggestion waits again, and the coding it made is off.

    Raises NotFound where the use does not allow the story, Refused for another person's answer.
    """
    suggestion = _of_story(session, use, suggestion_id)
    act = _own_act(session, use, suggestion_id)
    if act is not None:
        # What it was told to forget it is not told again: the act itself is taken back.
        acts.UNDOERS[act.kind].undo(session, use, act)
        act.undone_at = now()
        session.flush()
        return
    if suggestion.answer is None:
        return
    if suggestion.answered_by != use.actor.account_id:
        raise Refused("Only the person who answered can take the answer back.")
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
    promise_fit(session)


def reopen(session: Session, suggestion_id: int) -> None:
    """Let a suggestion wait again; for whoever took away the coding it led to."""
    session.execute(
        sa.update(Suggestion)
        .where(Suggestion.id == suggestion_id)
        .values(answer=None, answered_by=None, answered_at=None, answered_in=None, drawn=False)
    )


def as_json(session: Session, story_ids: Collection[int] | None = None) -> list[dict[str, Any]]:
    """What waits, as places and names: no words of a story, only the codebook's own phrases.

    A list of ``{story, external_id, code, start, end, chance, cues, check_meaning}`` in
    order of place; ``chance`` is null where no figure can be given.
    """
    use = standing.machine_use()
    rows = (
        select(Suggestion, Code.key, Story.external_id)
        .join(Code, Code.id == Suggestion.code_id)
        .join(Story, Story.id == Suggestion.story_id)
        .where(
            waits(),
            Suggestion.version == Story.current_version,
            permits(use, Suggestion.story_id, Suggestion),
            standing.holds(session),
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
            "chance": suggestion.chance,
            "cues": [phrases[cue] for cue in suggestion.cue_ids if cue in phrases],
            "check_meaning": suggestion.check_meaning,
        }
        for suggestion, key, external_id in session.execute(rows)
    ]


def _note(session: Session, use: Use, suggestion_id: int, given: Given | None) -> None:
    if given is not None:
        story_id = session.get_one(Suggestion, suggestion_id).story_id
        acts.note(session, use, {story_id}, [given])


def _own_act(session: Session, use: Use, suggestion_id: int) -> Act | None:
    """The act by which this person answered this one alone, or put it off."""
    for act in undoing.recent(session, use, LAST_ACTS):
        if act.kind == acts.ANSWER:
            answers = [one["suggestion"] for one in act.detail["answers"]]
            if [*answers, *act.detail["put_off"]] == [suggestion_id]:
                return act
    return None


def _of_story(session: Session, use: Use, suggestion_id: int) -> Suggestion:
    """A suggestion on a story that the use allows, as it stands in the database."""
    _account(use)
    suggestion = session.get(Suggestion, suggestion_id, populate_existing=True)
    if suggestion is None or not reading.may(session, use, suggestion.story_id):
        raise NotFound("That suggestion is not there. It may have been taken away.")
    return suggestion


def _see(session: Session, use: Use, suggestion_id: int) -> Suggestion:
    """One that may be answered: it is shown to this person, and what made it stands."""
    suggestion = _of_story(session, use, suggestion_id)
    there = select(Suggestion.id).where(
        Suggestion.id == suggestion_id,
        standing.holds(session),
        switch.shown(session, use, Suggestion.story_id),
    )
    if session.scalar(there) is None:
        raise NotFound("That suggestion is not there. It may have been taken away.")
    return suggestion


def _account(use: Use) -> int:
    if use.purpose is not Purpose.STUDY or use.actor.account_id is None:
        raise Refused("Only a researcher who is signed in can answer suggestions.")
    return use.actor.account_id


def _answer(
    session: Session, use: Use, suggestion_id: int, answer: str, where: str, drawn: bool
) -> tuple[Suggestion, bool]:
    """Write an answer down, and say whether it is new. Of two people answering at once, one
    comes too late. Its chance stays as it was shown."""
    suggestion = _see(session, use, suggestion_id)
    written = session.execute(
        sa.update(Suggestion)
        .where(Suggestion.id == suggestion_id, waits())
        .values(
            answer=answer, answered_by=use.actor.account_id, answered_at=now(),
            answered_in=where, drawn=drawn, rank=suggestion.rank or _rank(session, suggestion),
        ),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
    session.refresh(suggestion)
    new = written.rowcount > 0  # type: ignore[attr-defined]
    if not new and ((suggestion.answer, suggestion.answered_by) != (answer, use.actor.account_id)):
        raise Conflict("Somebody has answered this suggestion already. Load the page again.")
    return suggestion, new  # not new: sent twice by the same person


def _rank(session: Session, one: Suggestion) -> int:
    """Its place among all suggestions for the same words, 1 the strongest."""
    stronger = sa.or_(
        Suggestion.score > one.score,
        sa.and_(Suggestion.score == one.score, Suggestion.id < one.id),
    )
    same = (
        Suggestion.story_id == one.story_id, Suggestion.version == one.version,
        Suggestion.start == one.start, Suggestion.end == one.end,
    )  # fmt: skip
    return 1 + (session.scalar(select(sa.func.count()).where(*same, stronger)) or 0)
