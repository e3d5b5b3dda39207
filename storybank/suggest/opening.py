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
    code = aliased(Code)
    unused = select(code.id).where(code.retired_at.is_not(None))
    return (
        waits(), Suggestion.code_id.not_in(unused), _allowed(use), standing.holds(session),
        switch.shown(session, use, Suggestion.story_id),
    )  # fmt: skip


def _allowed(use: Use) -> sa.ColumnElement[bool]:
    """Holds in the present text of stories, where ``permits`` does: a story of which nothing is
    kept back answers for all its suggestions at once, and only those on other stories are asked
    about one by one. The stories come first, and each leads to its suggestions."""
    story, part, yes = aliased(Story), aliased(PartStanding), aliased(ApprovalStanding)
    is_uneven = story.id.in_(sa.union(select(part.story_id), select(yes.story_id)))
    stories = (
        select(story.id, story.current_version.label("version"), is_uneven.label("uneven"))
        .where(sa.or_(is_uneven, permits(use, story.id)))
        .subquery()
    )
    return sa.and_(
        Suggestion.story_id == stories.c.id,
        Suggestion.version == stories.c.version,
        sa.or_(~stories.c.uneven, permits(use, Suggestion.story_id, Suggestion)),
    )


def _put_off(use: Use) -> sa.ColumnElement[bool]:
    return Suggestion.id.in_(
        select(NotNow.suggestion_id).where(
            NotNow.account_id == use.actor.account_id, NotNow.until > now()
        )
    )
