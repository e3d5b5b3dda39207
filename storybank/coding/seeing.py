"""Which codings somebody may see: those that stand, on words the use allows, and not those that
others made where the person is to code blind. Every list, count and picture asks this."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.consent.standing_models import ApprovalStanding, PartStanding
from storybank.stories.models import Story


def seen(use: Use, coding: Any = Coding) -> sa.ColumnElement[bool]:
    """A clause that holds for the codings this use may see; ``coding`` is the table or an alias."""
    return sa.and_(coding.removed_at.is_(None), allowed(use, coding))


def allowed(use: Use, coding: Any = Coding) -> sa.ColumnElement[bool]:
    """The same for codings that were taken off too; for what stood at an earlier moment."""
    return sa.and_(permits(use, coding.story_id, coding), unveiled(use, coding))


def seen_throughout(use: Use, coding: Any = Coding) -> sa.ColumnElement[bool]:
    """Holds for exactly the codings for which ``seen`` does: for statements that go through the
    whole table, where it takes a third of the time.

    A story of which no part is kept back, and no part agreed to when asked, answers for all its
    codings at once; only the codings on other stories are asked about one by one.
    """
    story, part, yes = aliased(Story), aliased(PartStanding), aliased(ApprovalStanding)
    uneven = sa.union(sa.select(part.story_id), sa.select(yes.story_id))
    even = sa.select(story.id).where(permits(use, story.id), story.id.not_in(uneven))
    # What is added keeps the database from going to the table story by story, out of order.
    here = coding.story_id + 0
    one_by_one = sa.and_(here.in_(uneven), permits(use, coding.story_id, coding))
    conditions = [coding.removed_at.is_(None), sa.or_(here.in_(even), one_by_one)]
    if use.actor.account_id is not None:
        veiled = aliased(Story)
        veils = sa.select(veiled.id).where(blind(use, veiled.id))
        conditions.append(sa.or_(coding.coder_id == use.actor.account_id, here.not_in(veils)))
    return sa.and_(*conditions)


def seen_on(use: Use, story_id: int) -> sa.ColumnElement[bool]:
    """Holds for exactly the codings on this story for which ``seen`` does: the story is asked
    about once, and its codings one by one only where it is uneven."""
    number = sa.literal(story_id)
    part, yes = aliased(PartStanding), aliased(ApprovalStanding)
    uneven = sa.or_(
        sa.exists().where(part.story_id == number), sa.exists().where(yes.story_id == number)
    )
    even = sa.and_(~uneven, permits(use, number))
    one_by_one = sa.and_(uneven, permits(use, Coding.story_id, Coding))
    return sa.and_(
        Coding.story_id == story_id, Coding.removed_at.is_(None), sa.or_(even, one_by_one),
        unveiled(use, story_id=number),
    )  # fmt: skip


def counted(coding: Any = Coding) -> sa.ColumnElement[bool]:
    """A clause that holds for codings that figures are made of, and not for those that lie aside:
    on an interviewer's words, and nobody said on purpose."""
    return sa.not_(coding.aside)


def unveiled(
    use: Use, coding: Any = Coding, story_id: sa.SQLColumnExpression[int] | None = None
) -> sa.ColumnElement[bool]:
    """A clause that holds for codings that are one's own, or on stories one has not still to
    code blind. ``story_id`` is given where all are on one story, which is asked about once."""
    if use.actor.account_id is None:
        return sa.true()
    number = coding.story_id if story_id is None else story_id
    return sa.or_(coding.coder_id == use.actor.account_id, ~blind(use, number))


def blind(use: Use, story_id: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """A clause that holds for stories which the person asking is still to code blind."""
    mine, work = aliased(Assignment), aliased(CodingRound)
    return sa.exists().where(
        mine.account_id == use.actor.account_id,
        mine.story_id == story_id,
        mine.finished_at.is_(None),
        work.id == mine.round_id,
        work.blind,
        work.closed_at.is_(None),
    )
