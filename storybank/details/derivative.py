"""Likely details as a keeper of copies: they follow what the storyteller allows, by comparing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.details.models import Detail, DetailsLook
from storybank.people.rules import MACHINE
from storybank.stories import reading

QUIETLY = {"synchronize_session": False}


class LikelyDetails:
    """Keeps open suggestions of personal details for stories that are kept, and for no others."""

    name = "likely details"

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Take away what waits where the door is shut, and what lies in a part kept back.

        What a person answered stays as a record of places, without what was to stand there.
        """
        allowed = reading.permitted_among(session, _use(), story_ids)
        for ids in slices(sorted(set(story_ids) - allowed)):
            here = Detail.story_id.in_(ids)
            session.execute(sa.delete(Detail).where(here, waits()), execution_options=QUIETLY)
            session.execute(
                sa.update(Detail).where(here).values(instead=""), execution_options=QUIETLY
            )
            session.execute(
                sa.delete(DetailsLook).where(DetailsLook.story_id.in_(ids)),
                execution_options=QUIETLY,
            )
        for ids in slices(sorted(allowed)):
            kept_back = ~permits(_use(), Detail.story_id, Detail)
            session.execute(
                sa.delete(Detail).where(Detail.story_id.in_(ids), waits(), kept_back),
                execution_options=QUIETLY,
            )
        session.expire_all()

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Stories with suggestions that wait where they may not be kept now."""
        rows = session.execute(
            select(Detail.story_id, sa.func.count())
            .where(waits(), ~permits(_use(), Detail.story_id, Detail))
            .group_by(Detail.story_id)
            .order_by(Detail.story_id)
        )
        for story_id, count in rows:
            yield story_id, f"likely details: story {story_id} has {count} open"


def waits() -> sa.ColumnElement[bool]:
    """A clause that holds where a mention waits for an answer."""
    return Detail.answer.is_(None)


def _use() -> Use:
    return Use.claim(MACHINE, Purpose.DETAILS, now())
