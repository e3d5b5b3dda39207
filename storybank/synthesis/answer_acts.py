"""What was done to the collective answer, as acts that can be undone and done again.

Each changes only what still stands as the act left it; what others did since stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.meetings import state
from storybank.synthesis import evidence, recommending, signing, supporting, writing
from storybank.synthesis.answer_rules import Kind, Part
from storybank.synthesis.models import (
    Evidence,
    Recommendation,
    RecommendationText,
    SignOff,
    Support,
    SupportVote,
)
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done
from storybank.workshops.models import Workshop

SINCE = "Somebody changed it since, so it stays as it is."
CLOSED = "The workshop is closed, or gone, so its answer stays as it is."


def closed(session: Session, workshop_id: int) -> bool:
    """May this workshop's answer not be changed any more?"""
    workshop = session.get(Workshop, workshop_id, with_for_update=True, populate_existing=True)
    return workshop is None or workshop.status == "closed"


class OfPart:
    """A part of the synthesis was written anew."""

    def says(self, act: Act) -> str:
        return f"“{Part(act.detail['part']).heading}” written anew"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, "before", "after", "It says what it said before.")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, "after", "before", "Your words are back.")

    def _set(self, session: Session, use: Use, act: Act, to: str, over: str, sentence: str) -> Done:
        detail = act.detail
        if closed(session, detail["workshop"]):
            return Done(CLOSED)
        part = Part(detail["part"])
        done = writing.put(session, use, detail["workshop"], part, detail[to], over=detail[over])
        return Done(sentence if done else SINCE)


@dataclass(frozen=True)
class Standing:
    """One was made, withdrawn or brought back: it stands after that, or (``out``) it does not."""

    words: str
    out: bool = False

    def says(self, act: Act) -> str:
        return self.words

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, out=not self.out)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, out=self.out)

    def _set(self, session: Session, act: Act, out: bool) -> Done:
        found = session.get(Recommendation, act.detail["recommendation"])
        if found is None or closed(session, found.workshop_id):
            return Done(CLOSED)
        moved = recommending.take_out if out else recommending.put_back
        if not moved(session, found):
            return Done(SINCE)
        return Done(f"The {found.kind} is {'taken out' if out else 'back'}.")


class Reworded:
    """One was worded anew. Nobody may have answered the new words yet: then they go without a
    trace, and what people said to the old ones counts again."""

    def says(self, act: Act) -> str:
        return "another wording"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._word(session, use, act, act.detail["before"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._word(session, use, act, act.detail["after"])

    def _word(self, session: Session, use: Use, act: Act, words: Sequence[str]) -> Done:
        found = session.get(Recommendation, act.detail["recommendation"])
        if found is None or closed(session, found.workshop_id):
            return Done(CLOSED)
        last, *older = recommending.history(session, found.id)
        if last.n != act.detail["n"] or found.removed_at is not None:
            return Done(SINCE)
        if older and [older[0].text, older[0].why] == list(words) and _unanswered(session, last):
            session.delete(last)
            session.flush()
            state.changed(session, found.workshop_id)
            act.detail = act.detail | {"n": older[0].n}
            return Done("The wording before is back, with all that people said to it.")
        made = recommending.word(session, use, found, *words)
        act.detail = act.detail | {"n": made.n}
        return Done("The wording before is back. Ask people about it once more.")


class Ordered:
    """Those of a kind were put in another order."""

    def says(self, act: Act) -> str:
        return f"another order of {act.detail['kind']}s"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "before", "after")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "after", "before")

    def _set(self, session: Session, act: Act, to: str, over: str) -> Done:
        detail = act.detail
        if closed(session, detail["workshop"]):
            return Done(CLOSED)
        there = recommending.standing(session, detail["workshop"], Kind(detail["kind"]))
        if [one.id for one in there] != detail[over]:
            return Done(SINCE)
        by_id = {one.id: one for one in there}
        recommending.renumber(session, [by_id[number] for number in detail[to]])
        return Done("They are in the order of before.")


class Evidenced:
    """What one stands on was said anew."""

    def says(self, act: Act) -> str:
        return "other evidence"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, back=act.detail["taken"], away=act.detail["put"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, back=act.detail["put"], away=act.detail["taken"])

    def _set(self, session: Session, act: Act, back: Sequence[int], away: Sequence[int]) -> Done:
        found = session.get(Recommendation, act.detail["recommendation"])
        if found is None or closed(session, found.workshop_id):
            return Done(CLOSED)
        there = {(link.cluster_id, link.pack_item_id) for link in evidence.links(session, found.id)}
        rows = session.scalars(select(Evidence).where(Evidence.id.in_([*back, *away]))).all()
        for link in rows:
            if link.id in away and link.removed_at is None:
                link.removed_at = now()
            elif link.id in back and (link.cluster_id, link.pack_item_id) not in there:
                link.removed_at = None
        session.flush()
        return Done("The evidence is as it was before.")


class Supported:
    """Figures were written down for a group."""

    def says(self, act: Act) -> str:
        return "figures of a group"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, "before", "after")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, "after", "before")

    def _set(self, session: Session, use: Use, act: Act, to: str, over: str) -> Done:
        detail = act.detail
        text = session.get(RecommendationText, detail["text"])
        if text is None:
            return Done(SINCE)
        found = session.get_one(Recommendation, text.recommendation_id)  # a wording has one
        if closed(session, found.workshop_id):
            return Done(CLOSED)
        if supporting.written(session, text.id, detail["group"]) != detail[over]:
            return Done(SINCE)
        supporting.put(session, use, text.id, detail["group"], detail[to])
        return Done("The figures are as they were before.")


@dataclass(frozen=True)
class Signed:
    """A group's agreement was written down, or (``off``) taken back."""

    off: bool = False

    def says(self, act: Act) -> str:
        return "agreement of a group taken back" if self.off else "agreement of a group"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, off=not self.off)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, off=self.off)

    def _set(self, session: Session, act: Act, off: bool) -> Done:
        row = session.get(SignOff, act.detail["sign"])
        text = session.get(RecommendationText, row.text_id) if row else None
        if row is None or text is None:
            return Done(SINCE)
        found = session.get_one(Recommendation, text.recommendation_id)  # a wording has one
        if closed(session, found.workshop_id):
            return Done(CLOSED)
        if not off and row.group_id in signing.signed(session, [text.id])[text.id].group_ids:
            return Done(SINCE)
        row.removed_at = (row.removed_at or now()) if off else None
        session.flush()
        return Done("The agreement is taken back." if off else "The agreement stands again.")


def _unanswered(session: Session, text: RecommendationText) -> bool:
    """Has nobody said anything to these words yet?"""
    return not any(
        session.scalar(select(table.id).where(table.text_id == text.id).limit(1))
        for table in (SignOff, Support, SupportVote)
    )


UNDOERS: dict[str, undoing.Undoer] = {
    writing.PART: OfPart(),
    recommending.ADD: Standing("a new one for the list"),
    recommending.WITHDRAW: Standing("one withdrawn", out=True),
    recommending.BRING_BACK: Standing("one brought back"),
    recommending.REWORD: Reworded(),
    recommending.MOVE: Ordered(),
    evidence.KIND: Evidenced(),
    supporting.KIND: Supported(),
    signing.SIGN: Signed(),
    signing.UNSIGN: Signed(off=True),
}
