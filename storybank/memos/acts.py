"""What researchers did with memos, as acts that can be undone and done again.

Details hold numbers and the team's own words. An act about a memo on a story is an act in that
story, and goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.memos import naming
from storybank.memos.models import Memo, MemoLink
from storybank.memos.reading import place_of
from storybank.memos.rules import Kind
from storybank.stories import reading
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

WRITE, EDIT, REMOVE, SETTLE = "memo write", "memo edit", "memo remove", "memo settle"
LINK = "memo link"
STAYS = "Somebody changed the memo since, so it stays as it is."


def note(session: Session, use: Use, kind: str, memo: Memo, **detail: Any) -> Act:
    """Write down what was done with a memo."""
    return undoing.note(session, use, kind, {"memo": memo.id, **detail}, story_id=memo.story_id)


def snapshot(memo: Memo) -> dict[str, str]:
    """The words of a memo, as an act remembers them."""
    return {"title": memo.title, "body": memo.body}


def find(session: Session, act: Act) -> Memo | None:
    return session.get(Memo, act.detail["memo"], with_for_update=True, populate_existing=True)


def done(memo: Memo, sentence: str) -> Done:
    place = place_of(memo)
    return Done(sentence, memo.story_id, (place,) if place else ())


def _gone(act: Act) -> Done:
    return Done("That memo is not there any more.", act.story_id)


@dataclass(frozen=True)
class Written:
    """A memo that was written, or (``off``) taken away. Answers by others stay either way: a
    thread says that the memo it began with was taken away. One that somebody else changed since
    it was written is not taken away."""

    off: bool = False

    def says(self, act: Act) -> str:
        what = "an answer" if act.detail.get("answer") else "a memo"
        return f"{what} {'taken away' if self.off else 'written'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=self.off)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=not self.off)

    def _set(self, session: Session, act: Act, standing: bool) -> Done:
        memo = find(session, act)
        if memo is None:
            return _gone(act)
        if (memo.removed_at is None) == standing:
            return done(memo, "The memo was so already.")
        if not standing and memo.changed_by not in (None, act.account_id):
            return done(memo, STAYS)
        memo.removed_at = None if standing else now()
        session.flush()
        return done(memo, "Memo put back." if standing else "Memo taken away.")


@dataclass(frozen=True)
class Edited:
    """The words of a memo were changed: put back only where nobody changed them since."""

    def says(self, act: Act) -> str:
        return "a memo changed"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["after"], act.detail["before"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["before"], act.detail["after"])

    def _set(
        self, session: Session, act: Act, there: Mapping[str, str], wanted: Mapping[str, str]
    ) -> Done:
        memo = find(session, act)
        if memo is None or memo.removed_at is not None:
            return _gone(act)
        if snapshot(memo) != there:
            return done(memo, STAYS)
        memo.title, memo.body = wanted["title"], wanted["body"]
        memo.changed_at = now()
        if memo.account_id != act.account_id:
            memo.changed_by = act.account_id
        session.flush()
        naming.note_named(session, memo)
        return done(memo, "The memo's words are put back.")


@dataclass(frozen=True)
class Settled:
    """A thread was called settled, or (``detail["open"]``) opened again."""

    def says(self, act: Act) -> str:
        return "a discussion opened again" if act.detail["open"] else "a discussion settled"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["open"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, not act.detail["open"])

    def _set(self, session: Session, act: Act, settled: bool) -> Done:
        memo = find(session, act)
        if memo is None:
            return _gone(act)
        if (memo.settled_at is not None) != settled:
            memo.settled_at = now() if settled else None
            memo.settled_by = act.account_id if settled else None
            session.flush()
        return done(memo, "The discussion is settled." if settled else "The discussion is open.")


@dataclass(frozen=True)
class Linked:
    """A link was put on a memo, or (``detail["off"]``) taken off."""

    def says(self, act: Act) -> str:
        return f"a link {'taken off' if act.detail['off'] else 'put on'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, act.detail["off"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, not act.detail["off"])

    def _set(self, session: Session, use: Use, act: Act, on: bool) -> Done:
        memo, to = find(session, act), act.detail["to"]
        if memo is None:
            return _gone(act)
        there = session.scalars(select(MemoLink).filter_by(memo_id=memo.id, **to)).all()
        if not on:
            for link in there:
                session.delete(link)
        elif not there and leads_somewhere(session, use, to):
            session.add(MemoLink(memo_id=memo.id, **to))
        session.flush()
        return done(memo, "Link put on." if on else "Link taken off.")


def leads_somewhere(session: Session, use: Use, to: Mapping[str, int]) -> bool:
    """Is what a link leads to still there? Codes are never deleted."""
    if "to_story_id" in to:
        return reading.may(session, use, to["to_story_id"])
    return "to_memo_id" not in to or session.get(Memo, to["to_memo_id"]) is not None


def is_shared(memo: Memo) -> bool:
    """May every researcher change it? See ``Kind.shared``."""
    return Kind(memo.kind).shared and memo.answers_id is None


UNDOERS: dict[str, undoing.Undoer] = {
    WRITE: Written(), REMOVE: Written(off=True), EDIT: Edited(), SETTLE: Settled(), LINK: Linked(),
}  # fmt: skip
