"""Each researcher's own switch: no suggestions, after their own first pass, or beside them.

Whatever lists, counts or shows suggestions to a person asks here, so that what is hidden is
hidden everywhere.
"""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.clock import now
from storybank.coding.round_models import Assignment, CodingRound
from storybank.coding.setting_models import DeskSetting
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.stories import reading
from storybank.suggest.acts import FIRST
from storybank.suggest.sample_models import FirstPass
from storybank.undoing import service as undoing

NAME = "suggestions"
"""The name of the desk's setting."""


class Mode(StrEnum):
    """When somebody sees suggestions."""

    OFF = "off"
    AFTER = "after"
    BESIDE = "beside"

    @property
    def words(self) -> str:
        return MODE_WORDS[self]


MODE_WORDS = {
    Mode.OFF: "Never",
    Mode.AFTER: "After my own first pass",
    Mode.BESIDE: "Beside me, from the start",
}


def chosen(session: Session, use: Use) -> Mode | None:
    """What the person asking chose; None where they leave it to the house."""
    row = session.get(DeskSetting, (use.actor.account_id, NAME))
    return Mode(row.value) if row is not None and row.value in tuple(Mode) else None


def choose(session: Session, use: Use, mode: Mode | None) -> None:
    """Choose for oneself; None leaves it to the house: beside, but after one's own first pass in
    the stories one codes for an open round. Raises Refused for nobody in particular."""
    row = session.get(DeskSetting, (_account(use), NAME))
    if mode is None and row is not None:
        session.delete(row)
    elif mode is not None and row is not None:
        row.value = mode.value
    elif mode is not None:
        session.add(DeskSetting(account_id=_account(use), name=NAME, value=mode.value))
    session.flush()


def mode(session: Session, use: Use, story_id: int) -> Mode:
    """What holds for the person asking, in this story."""
    own = chosen(session, use)
    if own is not None:
        return own
    at_work = select(sa.literal(story_id).in_(_at_work(use, yet=False)))
    return Mode.AFTER if session.scalar(at_work) else Mode.BESIDE


def may_see(session: Session, use: Use, story_id: int) -> bool:
    """May the person asking see suggestions on this story now?"""
    return bool(session.scalar(select(shown(session, use, sa.literal(story_id)))))


def shown(
    session: Session, use: Use, story_id: sa.SQLColumnExpression[int]
) -> sa.ColumnElement[bool]:
    """The same as a clause; for the machine, and anybody without an account, it always holds."""
    if use.actor.account_id is None:
        return sa.true()
    match chosen(session, use):
        case Mode.OFF:
            return story_id < 0  # none; a plain "false" would undo the join beside it
        case Mode.BESIDE:
            return sa.true()
        case Mode.AFTER:
            return story_id.in_(_read(use))
        case None:
            return story_id.not_in(_at_work(use))


def kept_back(session: Session, use: Use) -> bool:
    """Are there stories whose suggestions wait for the person's own first pass?"""
    own = chosen(session, use)
    if own is None:
        return session.scalar(_at_work(use).limit(1)) is not None
    return own is Mode.AFTER


def first_pass_done(session: Session, use: Use, story_id: int) -> bool:
    """Say that one has coded this story once by oneself. True where that is new.

    Raises NotFound where the use does not allow the story.
    """
    account = _account(use)
    if not reading.may(session, use, story_id):
        raise NotFound("There is no such story here.")
    if session.get(FirstPass, (account, story_id)) is not None:
        return False
    done_at = now()
    session.add(FirstPass(account_id=account, story_id=story_id, done_at=done_at))
    session.flush()
    undoing.note(session, use, FIRST, {"done_at": done_at.isoformat()}, story_id=story_id)
    return True


def named(word: str) -> Mode | None:
    """A choice as a form sends it; "house" leaves it to the house. Raises BadInput for others."""
    if word == "house":
        return None
    if word not in tuple(Mode):
        raise BadInput("Choose when you want to see suggestions.")
    return Mode(word)


def _read(use: Use) -> sa.CompoundSelect[int]:
    """Stories that the person said they coded once, or finished in a round."""
    done, finished = aliased(FirstPass), aliased(Assignment)
    account = use.actor.account_id
    return sa.union(
        select(done.story_id).where(done.account_id == account),
        select(finished.story_id).where(
            finished.account_id == account, finished.finished_at.is_not(None)
        ),
    )


def _at_work(use: Use, yet: bool = True) -> sa.Select[int]:
    """Stories that the person is still to code in an open round, blind or not; with ``yet``,
    without those they coded once."""
    mine, work = aliased(Assignment), aliased(CodingRound)
    rows = (
        select(mine.story_id)
        .join(work, work.id == mine.round_id)
        .where(
            mine.account_id == use.actor.account_id,
            mine.finished_at.is_(None),
            work.closed_at.is_(None),
        )
    )
    return rows.where(mine.story_id.not_in(_read(use))) if yet else rows


def _account(use: Use) -> int:
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    return use.actor.account_id
