"""What is open to a person: the one clause that every list, count and page of suggestions asks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.clock import now
from storybank.codebook.models import Code
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.consent.standing_models import ApprovalStanding, PartStanding
from storybank.errors import Refused
from storybank.stories.models import Story
from storybank.suggest import standing, switch
from storybank.suggest.models import Suggestion, waits
from storybank.suggest.sample_models import NotNow

Clauses = tuple[sa.ColumnElement[bool], ...]


def check(use: Use) -> None:
    """Raises Refused for any purpose but study."""
    if use.purpose is not Purpose.STUDY:
        raise Refused("Suggestions are there for studying stories, and for nothing else.")


def open_to(session: Session, use: Use) -> Clauses:
    """What holds for a suggestion that this person may see and answer now: it waits, in the
    present text of a story the use allows, for a code in use; what made it still stands; the
    person's own switch shows it, and they have not put it off."""
    return *visible(session, use), ~_put_off(use)


def visible(session: Session, use: Use) -> Clauses:
    """The same with what the person has put off."""
    check(use)
    story, code = aliased(Story), aliased(Code)
    current = sa.tuple_(Suggestion.story_id, Suggestion.version).in_(
        select(story.id, story.current_version)
    )
    used = Suggestion.code_id.in_(select(code.id).where(code.retired_at.is_(None)))
    return (
        waits(), used, current, _allowed(use), standing.holds(session),
        switch.shown(session, use, Suggestion.story_id),
    )  # fmt: skip


def _allowed(use: Use) -> sa.ColumnElement[bool]:
    """Holds where ``permits`` does: a story of which nothing is kept back answers for all its
    suggestions at once, and only those on other stories are asked about one by one."""
    story, part, yes = aliased(Story), aliased(PartStanding), aliased(ApprovalStanding)
    uneven = sa.union(select(part.story_id), select(yes.story_id))
    even = select(story.id).where(permits(use, story.id), story.id.not_in(uneven))
    one_by_one = sa.and_(
        Suggestion.story_id.in_(uneven), permits(use, Suggestion.story_id, Suggestion)
    )
    return sa.or_(Suggestion.story_id.in_(even), one_by_one)


def _put_off(use: Use) -> sa.ColumnElement[bool]:
    return Suggestion.id.in_(
        select(NotNow.suggestion_id).where(
            NotNow.account_id == use.actor.account_id, NotNow.until > now()
        )
    )
