"""The consent rule, once, as SQL: the same clause answers "this one?" and "which ones?".

``rules.explain`` says the same with reasons; tests/consent/test_twins.py holds them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from storybank.consent.answers import Answer, Change, Mark, Variant
from storybank.consent.purposes import EIGHT, OUTSIDE_TEAM, Purpose
from storybank.consent.rules import Use, rule_purpose
from storybank.consent.standing_models import (
    ApprovalStanding,
    NotForStanding,
    PartStanding,
    PartyStanding,
    StoryStanding,
    UseStanding,
)

INSIDE = tuple(purpose for purpose in EIGHT if purpose not in OUTSIDE_TEAM)

StoryId = sa.SQLColumnExpression[int]
Clause = sa.ColumnElement[bool]

# Names of their own for the tables of standings, so that a statement which reads standings itself
# is not mistaken for the rule. Made once: to make them anew took most of the time that a small
# page spent on the rule.
party, story, answered = aliased(PartyStanding), aliased(StoryStanding), aliased(UseStanding)
excluded, part, approval = (
    aliased(NotForStanding), aliased(PartStanding), aliased(ApprovalStanding),
)  # fmt: skip


def permits(use: Use, story_id: StoryId, place: Any = None) -> Clause:
    """A clause that holds exactly where ``use`` is allowed of the story ``story_id``.

    With ``place``, a table or alias with columns ``version``, ``start`` and ``end``, it holds
    where the use is allowed of that very part: not kept back, or approved when asked.
    """
    if use.purpose is Purpose.OWN:
        return sa.exists().where(
            party.story_id == story_id,
            party.person_id == use.actor.person_id,
            party.owns,
            story.story_id == party.story_id,
            sa.or_(story.closed.is_(None), story.closed != "erased"),
        )
    if use.purpose is Purpose.TAKE_IN:
        return sa.false()
    if use.purpose is Purpose.INDEX:
        return _may_be_indexed(use, story_id, place)
    purpose = rule_purpose(use.purpose)
    original = use.variant is Variant.ORIGINAL
    plain = [_standing(use, story_id, changes=(Change.YES,)), _yes(story_id, [purpose], use.at)]
    around = [_yes(story_id, [Purpose.KEEP], use.at)]
    if use.audience:
        around.append(
            ~sa.exists().where(
                excluded.story_id == story_id, excluded.key.in_(sorted(use.audience))
            )
        )
    if place is None:
        return sa.and_(*plain, *around)
    around.append(~_kept_back(use, story_id, place, _masks(use)))
    plain.append(~_kept_back(use, story_id, place, (Mark.ASK_FIRST,)))
    asked = [
        _standing(use, story_id, changes=None if original else (Change.YES, Change.SHOW)),
        _yes(story_id, [purpose], use.at, (Answer.YES, Answer.ASK)),
        _approved(use, story_id, place),
    ]
    return sa.and_(*around, sa.or_(sa.and_(*plain), sa.and_(*asked)))


def _may_be_indexed(use: Use, story_id: StoryId, place: Any) -> Clause:
    inside = _yes(story_id, INSIDE, use.at)
    outside = sa.and_(~story.unchecked, ~story.third, _yes(story_id, sorted(OUTSIDE_TEAM), use.at))
    clause = sa.and_(
        _yes(story_id, [Purpose.KEEP], use.at),
        sa.exists().where(
            story.story_id == story_id,
            story.closed.is_(None),
            ~story.held,
            story.media.contains("|words|"),
            sa.or_(inside, outside),
        ),
    )
    if place is None:
        return clause
    return sa.and_(clause, ~_kept_back(use, story_id, place, tuple(Mark)))


def _standing(use: Use, story_id: StoryId, changes: Sequence[Change] | None) -> Clause:
    """What closes a story as a whole, whatever was answered."""
    held: Clause = ~story.held
    if use.purpose is Purpose.KEEP and use.actor.account_id is not None:
        held = sa.or_(held, story.held_by == use.actor.account_id)
    conditions = [
        story.story_id == story_id,
        story.closed.is_(None),
        held,
        story.media.contains(f"|{use.medium.value}|"),
    ]
    if use.purpose in OUTSIDE_TEAM:
        conditions += [~story.unchecked, ~story.third]
    if use.variant is not Variant.ORIGINAL and changes is not None:
        may = story.shorten if use.variant is Variant.SHORTENED else story.translate
        conditions.append(may.in_([change.value for change in changes]))
    return sa.exists().where(*conditions)


def _yes(
    story_id: StoryId,
    uses: Sequence[str],
    at: datetime,
    answers: Sequence[Answer] = (Answer.YES,),
) -> Clause:
    """One of these uses has a yes that has begun and has not run out.

    The moment is compared here, in the rule itself, so that no missed job keeps a use alive.
    """
    return sa.exists().where(
        answered.story_id == story_id,
        answered.use.in_([str(use) for use in uses]),
        answered.answer.in_([answer.value for answer in answers]),
        sa.or_(answered.effective_from.is_(None), answered.effective_from <= at),
        sa.or_(answered.valid_until.is_(None), answered.valid_until > at),
    )


def masked(use: Use) -> tuple[Mark, ...]:
    """The marks whose parts nobody sees in a whole story let out for this use."""
    if use.purpose is Purpose.OWN:
        return ()
    if use.purpose is Purpose.INDEX:
        return tuple(Mark)
    return (*_masks(use), Mark.ASK_FIRST)


def kept_back_parts(use: Use, story_ids: Sequence[int]) -> sa.Select[int, int, int, int]:
    """(story id, version, start, end) of every part of these stories that is masked."""
    query = sa.select(
        PartStanding.story_id, PartStanding.version, PartStanding.start, PartStanding.end
    ).where(
        PartStanding.story_id.in_(story_ids),
        PartStanding.mark.in_([mark.value for mark in masked(use)]),
    )
    if use.purpose is Purpose.KEEP and use.actor.account_id is not None:
        query = query.where(~_led(PartStanding, use))
    return query


def _led(part: Any, use: Use) -> Clause:
    return sa.and_(part.mark == Mark.HELD.value, part.lead == use.actor.account_id)


def _masks(use: Use) -> tuple[Mark, ...]:
    inside = (Mark.LEAVE_OUT, Mark.HELD)
    return (*inside, Mark.THIRD_PERSON) if use.purpose in OUTSIDE_TEAM else inside


def _kept_back(use: Use, story_id: StoryId, place: Any, marks: Sequence[Mark]) -> Clause:
    """Some part with one of these marks meets the place."""
    conditions = [
        part.story_id == story_id,
        part.version == place.version,
        part.start < place.end,
        part.end > place.start,
        part.mark.in_([mark.value for mark in marks]),
    ]
    if use.purpose is Purpose.KEEP and use.actor.account_id is not None:
        conditions.append(~_led(part, use))
    return sa.exists().where(*conditions)


def _approved(use: Use, story_id: StoryId, place: Any) -> Clause:
    """Everybody who must agree said yes to exactly these words, so shown, at this event."""
    conditions = [
        approval.story_id == story_id,
        approval.version == place.version,
        approval.start == place.start,
        approval.end == place.end,
        approval.use == rule_purpose(use.purpose).value,
        approval.event == use.event,
        approval.audience == use.audience_words,
        approval.variant == use.variant.value,
        story.story_id == approval.story_id,
        story.name_style == approval.name_style,
        story.name_ref == approval.name_ref,
    ]
    if use.variant is not Variant.ORIGINAL:
        conditions.append(approval.sha256 == use.sha256)
    return sa.exists().where(*conditions)
