"""Drawing a sentence by lot: every sentence of every story a person may study is as likely.

A story has a place in the lot for each ``A_PLACE`` letters, whatever it says; a place is drawn;
where the story has a sentence of that number it is the one, and where it has none, or one that is
not to be drawn, another place is. So no story need be read that the lot does not fall on, and
long sentences come no oftener than short ones (rejection sampling: von Neumann 1951).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.stories.canon import sentences
from storybank.stories.models import Story, StoryVersion
from storybank.stories.reading import StoryText
from storybank.stories.rules import MASK, Place
from storybank.stories.speaking import Spoken, spoken
from storybank.suggest.sample_models import SampledPassage

A_PLACE = 20
"""Letters for each place in the lot. A story with more sentences than places is drawn too seldom:
sentences would have to be shorter than this one after another."""
TRIES = 500
MOST_READ = 40
"""How many stories one draw reads at most."""


def draw(session: Session, use: Use, chance: Random) -> Place | None:
    """A sentence that the person asking has not coded, and that was not drawn for them before.

    None where the lot fell on none: they have coded nearly everything, or there is no story.
    """
    stories = session.execute(
        select(Story.id, Story.current_version, StoryVersion.length)
        .join(
            StoryVersion,
            sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
        )
        .where(permits(use, Story.id))
        .order_by(Story.id)
    ).all()
    ends = list(accumulate(length // A_PLACE + 1 for _, _, length in stories))
    read: dict[int, Sequence[tuple[int, int] | None]] = {}
    for _ in range(TRIES if stories else 0):
        lot = chance.randrange(ends[-1])
        at = bisect_right(ends, lot)
        story_id, version, _ = stories[at]
        if story_id not in read and len(read) == MOST_READ:
            break
        if story_id not in read:
            read[story_id] = _free(session, use, story_id)
        number = lot - (ends[at - 1] if at else 0)
        stretch = read[story_id][number] if number < len(read[story_id]) else None
        if stretch is not None:
            return Place(story_id, version, *stretch)
    versions = {story_id: version for story_id, version, _ in stories}
    left = [Place(one, versions[one], *at) for one, all_ in read.items() for at in all_ if at]
    return chance.choice(left) if left else None


def _free(session: Session, use: Use, story_id: int) -> list[tuple[int, int] | None]:
    """The sentences of a story by their number; None for one that is not to be drawn."""
    for text in reading.stories(session, use, [story_id]):
        return _untouched(session, use, text)
    return []


def _untouched(session: Session, use: Use, text: StoryText) -> list[tuple[int, int] | None]:
    who = use.actor.account_id
    taken = session.execute(
        sa.union_all(
            select(Coding.start, Coding.end).where(
                Coding.story_id == text.story_id, Coding.version == text.version,
                Coding.coder_id == who, Coding.removed_at.is_(None),
            ),
            select(SampledPassage.start, SampledPassage.end).where(
                SampledPassage.story_id == text.story_id, SampledPassage.version == text.version,
                SampledPassage.account_id == who,
            ),
        )
    ).all()  # fmt: skip
    heads = [(block.start, block.end) for block in text.blocks if block.kind == "h"]

    def free(start: int, end: int) -> bool:
        words = text.text[start:end]
        if MASK in words or not any(letter.isalnum() for letter in words):
            return False
        if spoken(text.asides, start, end) is Spoken.INTERVIEWER:
            return False
        return not any(first < end and start < last for first, last in (*taken, *heads))

    return [at if free(*at) else None for at in sentences(text.text, text.blocks)]
