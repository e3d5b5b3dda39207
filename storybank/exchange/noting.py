"""Writing down that parts of stories left in a file, for their storytellers to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import StoryStanding, UseRecord
from storybank.consent.rules import NameStyle, Use
from storybank.db import slices
from storybank.exchange.choosing import Choice
from storybank.exchange.outgoing import Chosen, choose, lengths
from storybank.stories.rules import TEAM_ONLY

FILE = "file"
PLACES = {
    "csv": "Codings as a table",
    "xlsx": "Codings as a workbook",
    "docx": "Codings as a document",
    "html": "Codings as a web page",
    "json": "Codings for other programs",
}
"""What a storyteller is told that their words went into, by the form of the file."""


def note_codings(session: Session, use: Use) -> None:
    """Note that every coding this use allows goes into a table now."""
    note(session, choose(session, use, Choice()), "csv")


def note(session: Session, chosen: Chosen, form: str, context: int = 0) -> None:
    """Note, for each story with codings in it, that a file of this form is made now.

    One record a story, from the first coded letter to the last and ``context`` letters round
    them. Written before the file is: a story that is stopped while it is on its way does not
    leave any more, and is told of a use that did not come to be.
    """
    rows = list(_records(session, chosen, PLACES[form], context))
    if rows:
        session.execute(sa.insert(UseRecord), rows)


def _records(session: Session, chosen: Chosen, place: str, context: int) -> Iterator[Any]:
    use = chosen.use
    styles = _styles(session, chosen)
    length = lengths(session, {story_id for story_id, _ in chosen.stories}) if context else {}
    for (story_id, version), (start, end) in chosen.stories.items():
        last = min(end + context, length.get((story_id, version), end))
        yield {
            "story_id": story_id, "version": version,
            "start": max(0, start - context), "end": last,
            "use": use.purpose.value, "medium": FILE, "place": place,
            "reference": f"codings-{use.actor.account_id}",
            "name_style": styles.get(story_id, NameStyle.NONE.value), "copies": 1,
            "made_by_account_id": use.actor.account_id, "at": use.at,
        }  # fmt: skip


def _styles(session: Session, chosen: Chosen) -> Mapping[int, str]:
    """The kind of name that stands beside the words; the team sees a code, which is no name."""
    if chosen.use.purpose in TEAM_ONLY:
        return {}
    found: dict[int, str] = {}
    for ids in slices({story_id for story_id, _ in chosen.stories}):
        rows = session.execute(
            select(StoryStanding.story_id, StoryStanding.name_style).where(
                StoryStanding.story_id.in_(ids)
            )
        )
        found.update(rows.tuples().all())
    return found
