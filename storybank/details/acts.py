"""Answers about details, as acts that can be undone and done again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.details.models import Detail, DetailsCheck
from storybank.details.rules import ANSWERS, Answer, Tier
from storybank.stories.models import Story
from storybank.undoing.models import Act
from storybank.undoing.service import Done, Undoer

ANSWER, ADD, SIGN = "detail answered", "detail added", "details checked"


class Answered:
    """Mentions that were answered. ``rows``: [id, answer and words before, the same after]."""

    def says(self, act: Act) -> str:
        answer = act.detail.get("answer")
        said = ANSWERS[Answer(answer)].lower() if answer else "no answer"
        return f"{_mentions(len(act.detail['rows']))}: {said}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, before=True)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, before=False)

    def _set(self, session: Session, act: Act, before: bool) -> Done:
        count = 0
        for number, was, was_instead, then, then_instead in act.detail["rows"]:
            old, new = ((then, then_instead), (was, was_instead))
            if not before:
                old, new = new, old
            row = session.get(Detail, number, with_for_update=True)
            if row is None or row.story_id != act.story_id or (row.answer, row.instead) != old:
                continue  # Somebody answered anew since, or its words were replaced.
            row.answer, row.instead = new
            row.answered_by, row.answered_at = (act.account_id, now()) if new[0] else (None, None)
            count += 1
        session.flush()
        said = "as they were" if before else "answered again"
        return Done(f"{_mentions(count)} {said}.", act.story_id)


class Added:
    """Mentions that somebody pointed to. ``rows``: [start, end, thing] in ``version``."""

    def says(self, act: Act) -> str:
        return f"{_mentions(len(act.detail['rows']))} added"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        count = 0
        for start, end, _ in act.detail["rows"]:
            row = _at(session, act, start, end)
            if row is not None and row.by_hand:
                session.delete(row)
                count += 1
        session.flush()
        return Done(f"{_mentions(count)} taken away.", act.story_id)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        current = session.scalar(select(Story.current_version).where(Story.id == act.story_id))
        count = 0
        for start, end, thing in act.detail["rows"]:
            if current != act.detail["version"] or _at(session, act, start, end) is not None:
                continue
            session.add(made_by_hand(act.story_id or 0, act.detail, start, end, thing))
            count += 1
        session.flush()
        return Done(f"{_mentions(count)} added again.", act.story_id)


class Signed:
    """A sign-off. It can be taken back, and given again while the story stands as it was."""

    def says(self, act: Act) -> str:
        return f"Story {act.story_id} checked for personal details"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        self._set(session, act, taken_back=True)
        return Done("The story counts as not checked.", act.story_id)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        self._set(session, act, taken_back=False)
        return Done("The story counts as checked again.", act.story_id)

    def _set(self, session: Session, act: Act, taken_back: bool) -> None:
        session.execute(
            sa.update(DetailsCheck)
            .where(
                DetailsCheck.id == act.detail["check"],
                DetailsCheck.account_id == act.account_id,
                DetailsCheck.taken_back_at.is_(None) == taken_back,
            )
            .values(taken_back_at=now() if taken_back else None)
        )


def made_by_hand(story_id: int, detail: dict[str, Any], start: int, end: int, thing: int) -> Detail:
    """A mention that a person pointed to; ``detail`` says of which version and kind."""
    return Detail(
        story_id=story_id, version=detail["version"], start=start, end=end, kind=detail["kind"],
        tier=Tier.LIKELY.value, thing=thing, by_hand=True, instead="",
    )  # fmt: skip


def _at(session: Session, act: Act, start: int, end: int) -> Detail | None:
    return session.scalars(
        select(Detail).where(
            Detail.story_id == act.story_id,
            Detail.version == act.detail["version"],
            Detail.start == start,
            Detail.end == end,
        )  # fmt: skip
    ).one_or_none()


def _mentions(count: int) -> str:
    return "1 mention" if count == 1 else f"{count} mentions"


UNDOERS: dict[str, Undoer] = {ANSWER: Answered(), ADD: Added(), SIGN: Signed()}
