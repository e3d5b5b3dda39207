"""The consent rule, once, as SQL: the same clause answers "this one?" and "which ones?".

``rules.explain`` says the same with reasons; tests/consent/test_twins.py holds them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storybank.consent.models import NotForStanding, StoryStanding, UseStanding
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.rules import Answer, Use

StoryId = sa.ColumnElement[int]


def permits(use: Use, story_id: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """A clause that holds exactly where ``use`` is allowed of the story ``story_id``."""
    if use.purpose is Purpose.OWN:
        # An alias, so that a statement which reads standings itself is not mistaken for this one.
        owner = sa.orm.aliased(StoryStanding)
        return sa.exists().where(owner.story_id == story_id, owner.person_id == use.actor.person_id)
    if use.purpose is Purpose.TAKE_IN:
        return sa.false()
    if use.purpose is Purpose.INDEX:
        wanted = [purpose.value for purpose in EIGHT]
        return sa.and_(_yes(story_id, [Purpose.KEEP], use.at), _yes(story_id, wanted, use.at))
    purpose = Purpose.STUDY if use.purpose is Purpose.SUGGEST else use.purpose
    clause = _yes(story_id, [Purpose.KEEP], use.at)
    if purpose is not Purpose.KEEP:
        clause = sa.and_(clause, _yes(story_id, [purpose], use.at))
    if use.audience:
        clause = sa.and_(
            clause,
            ~sa.exists().where(
                NotForStanding.story_id == story_id, NotForStanding.key.in_(sorted(use.audience))
            ),
        )
    return clause


def _yes(
    story_id: sa.SQLColumnExpression[int], uses: Sequence[str], at: datetime
) -> sa.ColumnElement[bool]:
    """One of these uses has a yes that has begun and has not run out.

    The moment is compared here, in the rule itself, so that no missed job keeps a use alive.
    """
    standing = sa.orm.aliased(UseStanding)
    return sa.exists().where(
        standing.story_id == story_id,
        standing.use.in_([str(use) for use in uses]),
        standing.answer == Answer.YES.value,
        sa.or_(standing.effective_from.is_(None), standing.effective_from <= at),
        sa.or_(standing.valid_until.is_(None), standing.valid_until > at),
    )
