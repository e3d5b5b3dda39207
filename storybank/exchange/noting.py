"""Writing down that parts of stories left in a file, for their storytellers to see."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.consent.models import UseRecord
from storybank.consent.permits import permits
from storybank.consent.rules import NameStyle, Use

FILE = "file"
PLACE = "Codings as a table"


def note_codings(session: Session, use: Use) -> None:
    """Note, for each story with codings that this use allows, that they go into a file now.

    One record a story, from the first coded letter to the last: in one statement, for there may
    be many thousands. Written before the file is: a story that is stopped while it is on its way
    does not leave any more, and is told of a use that did not come to be.
    """
    places = (
        select(
            Coding.story_id,
            Coding.version,
            sa.func.min(Coding.start),
            sa.func.max(Coding.end),
            *map(
                sa.literal,
                (
                    use.purpose.value, FILE, PLACE, f"codings-{use.actor.account_id}",
                    # The team sees the code of a storyteller and no name.
                    NameStyle.NONE.value, 1,
                ),
            ),
            sa.literal(use.actor.account_id, sa.Integer),
            sa.literal(use.at, sa.DateTime),
        )
        .where(Coding.removed_at.is_(None), permits(use, Coding.story_id, Coding))
        .group_by(Coding.story_id, Coding.version)
    )  # fmt: skip
    columns = (
        "story_id", "version", "start", "end", "use", "medium", "place", "reference",
        "name_style", "copies", "made_by_account_id", "at",
    )  # fmt: skip
    session.execute(sa.insert(UseRecord).from_select(columns, places))
