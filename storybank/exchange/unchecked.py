"""Whether somebody checked for personal details what is about to leave in a file."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.db import slices
from storybank.details.leaving import Leaving, counted, unanswered
from storybank.details.models import Detail
from storybank.exchange.outgoing import Chosen


def leaving(session: Session, chosen: Chosen) -> Leaving:
    """How many of the chosen codings are from unchecked stories, and the likely details in them."""
    wanted, met = set(chosen.ids), set[int]()
    for ids in slices(sorted(chosen.by_story)):
        rows = session.execute(
            select(Detail.id, Coding.id)
            .join(
                Coding,
                sa.and_(
                    Coding.story_id == Detail.story_id,
                    Coding.version == Detail.version,
                    Coding.start < Detail.end,
                    Coding.end > Detail.start,
                ),
            )
            .where(Detail.story_id.in_(ids), unanswered(), Coding.removed_at.is_(None))
        )
        met.update(detail for detail, coding in rows if coding in wanted)
    return counted(session, chosen.by_story, len(met))
