"""The house looks through a story for likely details: promised work, done with nothing held.

Finding names takes a second for each 8,000 words, so no page waits for it and nobody who wants to
write does. Words are read through the door, and only places and kinds are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.details import finding
from storybank.details.models import Detail, DetailsLook, ReplacedDetail
from storybank.details.rules import Kind, Spot, Tier
from storybank.jobs import queue
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import StoryText
from storybank.stories.rules import MASK

LOOK = "details.look"
FORGOTTEN = timedelta(hours=1)
"""After so long somebody may ask anew for a look that did not come."""

Looker = Callable[[str, Sequence[tuple[int, int]]], tuple[list[Spot], bool]]
"""Finds mentions in a text with these blocks; and whether it knew names."""


def ask(session: Session, use: Use, story_ids: Collection[int]) -> int:
    """Promise to look through these stories, those that ``use`` allows; how many."""
    ids = sorted(reading.permitted_among(session, use, story_ids))
    asked = 0
    for story_id in ids:
        version = session.scalar(select(Story.current_version).where(Story.id == story_id)) or 0
        row = session.get(DetailsLook, story_id, with_for_update=True)
        if row is None:
            row = DetailsLook(story_id=story_id, with_names=False, in_title=False)
            session.add(row)
        elif row.done_at is None and now() - row.asked_at < FORGOTTEN:
            continue
        row.version, row.asked_at, row.done_at = version, now(), None
        queue.put(session, LOOK, queue.LATER, story_id=story_id)
        asked += 1
    session.flush()
    return asked


def with_pipeline(text: str, blocks: Sequence[tuple[int, int]]) -> tuple[list[Spot], bool]:
    """By shape, by name and by capital letter, as far as this house can."""
    # Imported when there is work: spaCy and its pipeline take a second, and no page needs them.
    from storybank.details import names

    nlp = names.pipeline()
    if nlp is None:
        return finding.found(text, blocks), False
    words = names.ordinary()
    spots = finding.found(
        text, blocks, lambda parts: names.named(text, parts, nlp), words.__contains__
    )
    return spots, True


def look_through(
    session: Session, jobs: Sequence[dict[str, Any]], find: Looker = with_pipeline
) -> None:
    """Keep the promises, story by story, in a session that is writing when this begins and ends.

    Nothing is held while it looks: others write meanwhile. Killed, it is done again.
    """
    for story_id in sorted({job["story_id"] for job in jobs}):
        session.rollback()
        again = True
        while again:
            again = not _look(session, story_id, find)
    db.begin_writing(session)


def _look(session: Session, story_id: int, find: Looker) -> bool:
    """Look through one story; False where its words changed while the house was at it."""
    found = reading.stories(session, _use(), [story_id])
    session.rollback()
    if not found:
        return True  # Stopped or deleted meanwhile: whoever took it away took this too.
    [story] = found
    spots, with_names = find(story.text, [(block.start, block.end) for block in story.blocks])
    titled, _ = find(story.title, [(0, len(story.title))])
    db.begin_writing(session)
    kept = _keep(session, story, spots)
    row = session.get(DetailsLook, story_id, with_for_update=True)
    if row is not None and kept:
        row.version, row.done_at = story.version, now()
        row.with_names, row.in_title = with_names, any(one.likely for one in titled)
    session.commit()
    return kept


def _keep(session: Session, text: StoryText, spots: list[Spot]) -> bool:
    """Keep what was found, as far as it is true still; False where the story changed meanwhile."""
    again = reading.stories(session, _use(), [text.story_id])
    if not again:
        return True
    [anew] = again
    if anew.version != text.version:
        return False
    here = (Detail.story_id == text.story_id, Detail.version == text.version)
    session.execute(
        sa.delete(Detail).where(
            Detail.story_id == text.story_id,
            Detail.answer.is_(None),
            ~Detail.by_hand,
        ),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    kept = list(session.scalars(select(Detail).where(*here)))
    taken = [(row.start, row.end) for row in kept]
    taken += [
        (row.start, row.end)
        for row in session.scalars(
            select(ReplacedDetail).where(
                ReplacedDetail.story_id == text.story_id, ReplacedDetail.version == text.version
            )
        )
    ]
    for spot in spots:
        hidden = MASK in anew.text[spot.start : spot.end]
        if hidden or any(spot.meets(*place) for place in taken):
            continue
        row = Detail(
            story_id=text.story_id, version=text.version, start=spot.start, end=spot.end,
            kind=spot.kind.value, tier=spot.tier.value, thing=0, by_hand=False, instead="",
        )  # fmt: skip
        session.add(row)
        kept.append(row)
    number(anew.text, kept)
    session.flush()
    return True


def number(text: str, rows: list[Detail]) -> None:
    """Give each mention the number of its thing; mentions of one thing share it."""
    rows.sort(key=lambda row: row.start)
    spots = [spot_of(row) for row in rows]
    for row, thing in zip(rows, finding.things(text, spots), strict=True):
        row.thing = thing


def spot_of(row: Detail) -> Spot:
    return Spot(row.start, row.end, Kind(row.kind), Tier(row.tier))


def _use() -> Use:
    return Use.claim(MACHINE, Purpose.DETAILS, now())
