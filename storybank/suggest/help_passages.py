"""Passages no code fits: drawn by lot and found empty, or left bare in stories read to the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment
from storybank.coding.seeing import blind, seen
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.stories.canon import blocks_from
from storybank.stories.models import Story, StoryVersion
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.suggest.evidence import Sample
from storybank.suggest.help_aside import PASSAGE, Hint
from storybank.suggest.models import Suggestion
from storybank.suggest.sample_models import FirstPass

SHOWN = 8
STORIES = 30
"""So many of the stories that were finished last are looked through."""
LONG, SENTENCE = 160, 40
"""A paragraph, or a sentence drawn by lot, that is shorter than this may well have nothing to code;
in code points."""


@dataclass(frozen=True)
class Bare:
    """A passage without a code, with its words let out for one use."""

    excerpt: Excerpt
    by_lot: bool
    quiet: bool
    """The machine would have suggested nothing either."""

    @property
    def key(self) -> str:
        return key_of(self.excerpt.place)


def key_of(place: Place) -> str:
    return f"{place.story_id}-{place.version}-{place.start}-{place.end}"


def bare(
    session: Session, use: Use, samples: Iterable[Sample], aside: Collection[Hint]
) -> list[Bare]:
    """The first ``SHOWN``: those drawn by lot, newest first, then paragraphs in order of story."""
    drawn = {
        Place(one.story, one.version, one.start, one.end): one.heard and not one.suggested
        for one in samples
        if not one.found and one.end - one.start >= SENTENCE
    }
    of_lot = ((place, True, quiet) for place, quiet in reversed(drawn.items()))
    left = ((place, False, True) for place in _paragraphs(session, use))
    some: list[tuple[Place, bool, bool]] = []
    for one in chain(of_lot, left):
        if (PASSAGE, key_of(one[0])) not in aside:
            some.append(one)
        if len(some) == SHOWN:
            break
    words = {one.place: one for one in reading.excerpts(session, use, [one[0] for one in some])}
    return [Bare(words[place], lot, quiet) for place, lot, quiet in some if place in words]


def _paragraphs(session: Session, use: Use) -> list[Place]:
    """Long paragraphs without any coding or suggestion, in stories that somebody has read and
    coded to the end."""
    each = sa.union_all(
        select(Assignment.story_id, Assignment.finished_at.label("at")).where(
            Assignment.finished_at.is_not(None)
        ),
        select(FirstPass.story_id, FirstPass.done_at.label("at")),
    ).subquery()
    finished = (
        select(each.c.story_id, sa.func.max(each.c.at).label("at"))
        .group_by(each.c.story_id)
        .subquery()
    )
    rows = session.execute(
        select(Story.id, Story.current_version, StoryVersion.blocks)
        .join(
            StoryVersion,
            sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
        )
        .join(finished, finished.c.story_id == Story.id)
        .where(permits(use, Story.id), ~blind(use, Story.id))
        .order_by(finished.c.at.desc(), Story.id)
        .limit(STORIES)
    ).all()
    ids = [row.id for row in rows]
    taken: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for table, clause in ((Coding, seen(use)), (Suggestion, sa.true())):
        places = select(table.story_id, table.version, table.start, table.end).where(
            table.story_id.in_(ids), clause
        )
        for story, version, start, end in session.execute(places):
            taken.setdefault((story, version), []).append((start, end))
    found = []
    for story, version, blocks in rows:
        there = taken.get((story, version), ())
        if not there:
            continue  # nobody put any code on it: that says nothing of the codebook
        for block in blocks_from(blocks):
            meets = any(start < block.end and block.start < end for start, end in there)
            if block.kind != "h" and block.end - block.start >= LONG and not meets:
                found.append(Place(story, version, block.start, block.end))
    return found
