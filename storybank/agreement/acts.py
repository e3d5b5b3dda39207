"""What is undone and done again of coding together: rounds, finishing, decisions."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement import service
from storybank.agreement.models import Adjudication
from storybank.clock import now
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

DECIDE = "decide"


@dataclass(frozen=True)
class Making:
    """A round that was made. It goes again while nobody has finished anything in it."""

    def says(self, act: Act) -> str:
        return f"round \u201c{act.detail['name']}\u201d made"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        number = act.detail["round"]
        one = session.get(CodingRound, number, with_for_update=True)
        if one is None:
            return Done("The round is gone already.")
        used = [
            session.scalar(select(Assignment.story_id).where(
                Assignment.round_id == number, Assignment.finished_at.is_not(None)).limit(1)),
            session.scalar(select(Adjudication.id).where(
                Adjudication.round_id == number).limit(1)),
        ]  # fmt: skip
        if any(found is not None for found in used):
            return Done(
                f"The round \u201c{one.name}\u201d stays, for stories are finished in it. "
                "You can close it."
            )
        session.execute(
            sa.delete(Assignment).where(Assignment.round_id == number),
            execution_options={"synchronize_session": False},
        )
        session.delete(one)
        session.flush()
        return Done(f"The round \u201c{one.name}\u201d taken away.")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        said = act.detail
        if session.get(CodingRound, said["round"]) is not None:
            return Done(f"The round \u201c{said['name']}\u201d is there.")
        there = set(service.coders(session)) & set(said["coders"])
        stories = service.studied(session, use, said["stories"])
        if not there or not stories:
            return Done("Its coders or stories are not there any more, so there is no round.")
        made = service.give(
            session, use, said["name"], said["note"], said["blind"], sorted(there), stories
        )
        act.detail = {**said, "round": made.id}
        return Done(f"The round \u201c{made.name}\u201d made again.")


@dataclass(frozen=True)
class Finishing:
    """A story that was finished, or opened again."""

    def says(self, act: Act) -> str:
        return "a story finished" if act.detail["finished"] else "a story opened again"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, not act.detail["finished"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["finished"])

    def _set(self, session: Session, act: Act, finished: bool) -> Done:
        key = (act.detail["round"], act.detail["story"], act.account_id)
        given = session.get(Assignment, key, with_for_update=True)
        if given is None:
            return Done("That story is not yours to code any more.", act.story_id)
        if finished == (given.finished_at is not None):
            return Done("The story is as it was.", act.story_id)
        if not finished and not service.may_reopen(session, given):
            return Done(
                "The story stays finished, for you could see the others' codes since.",
                act.story_id,
            )
        given.finished_at = now() if finished else None
        session.flush()
        return Done("The story is finished." if finished else "The story is open.", act.story_id)


@dataclass(frozen=True)
class Closing:
    """A round that was closed, or opened again."""

    def says(self, act: Act) -> str:
        said = "closed" if act.detail["closed"] else "opened again"
        return f"round \u201c{act.detail['name']}\u201d {said}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, not act.detail["closed"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["closed"])

    def _set(self, session: Session, act: Act, closed: bool) -> Done:
        one = session.get(CodingRound, act.detail["round"], with_for_update=True)
        if one is None:
            return Done("The round is not there any more.")
        if not closed and one.closed_at is not None and not service.may_open(session, one):
            return Done(service.SEEN_SINCE)
        if (one.closed_at is not None) != closed:
            service.set_closed(session, one, closed)
        return Done(f"The round \u201c{one.name}\u201d is {'closed' if closed else 'open'}.")


@dataclass(frozen=True)
class Deciding:
    """A decision between coders. Taken back it stays written down, as one that was."""

    def says(self, act: Act) -> str:
        return "a decision between coders"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, standing=False)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, standing=True)

    def _set(self, session: Session, use: Use, act: Act, standing: bool) -> Done:
        one = session.scalars(
            select(Adjudication)
            .where(
                Adjudication.id == act.detail["decision"],
                Adjudication.account_id == act.account_id,
                permits(use, Adjudication.story_id, Adjudication),
            )
            .with_for_update(of=Adjudication)
        ).one_or_none()
        if one is None:
            return Done("That decision is not there any more.")
        if standing and self._newer(session, one):
            return Done("It was decided anew since, and that stands.")
        if standing == (one.taken_back_at is not None):
            one.taken_back_at = None if standing else now()
            session.flush()
        place = Place(one.story_id, one.version, one.start, one.end)
        said = "The decision stands again." if standing else "The decision is taken back."
        return Done(said, one.story_id, (place,))

    def _newer(self, session: Session, one: Adjudication) -> bool:
        same = select(Adjudication.id).where(
            Adjudication.id > one.id,
            Adjudication.story_id == one.story_id,
            Adjudication.version == one.version,
            Adjudication.code_id == one.code_id,
            Adjudication.start < one.end,
            Adjudication.end > one.start,
            Adjudication.taken_back_at.is_(None),
        )
        return session.scalar(same.limit(1)) is not None


UNDOERS: dict[str, undoing.Undoer] = {
    service.MAKE: Making(),
    service.FINISH: Finishing(),
    service.CLOSE: Closing(),
    DECIDE: Deciding(),
}
