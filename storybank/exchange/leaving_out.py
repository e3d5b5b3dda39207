"""How many codings do not go into a file, and for which kinds of reasons: nothing of what they are.

What was stopped, paused, held, kept back or deleted is in no count (``consent.rules.COUNTED``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import COUNTED, Reason, Span, StoryState, Use, explain
from storybank.consent.standing import states


def left_out(
    session: Session, use: Use, wanted: Sequence[sa.ColumnElement[bool]]
) -> Counter[Reason]:
    """{reason: codings} of those wanted that the use does not allow.

    What others made on stories that the person is to code blind is not counted: it is allowed,
    and only waits.
    """
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end, sa.func.count())
        .where(Coding.removed_at.is_(None), ~permits(use, Coding.story_id, Coding), *wanted)
        .group_by(Coding.story_id, Coding.version, Coding.start, Coding.end)
    ).all()
    standing = states(session, {row[0] for row in rows})
    whole = {story_id: explain(state, use).reasons for story_id, state in standing.items()}
    counts: Counter[Reason] = Counter()
    for story_id, version, start, end, count in rows:
        if story_id in standing:
            reasons = whole[story_id] or _of_part(
                standing[story_id], use, Span(version, start, end)
            )
            if reasons and set(reasons) <= COUNTED:
                counts[reasons[0]] += count
    return counts


def _of_part(state: StoryState, use: Use, span: Span) -> tuple[Reason, ...]:
    return explain(state, use, span).reasons
