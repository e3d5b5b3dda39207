"""What a steward should know before a story is saved: is it here already, who is named in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.details.finding import found
from storybank.details.rules import Spot
from storybank.intake.language import NAMES, Language, asked
from storybank.people.rules import Actor
from storybank.receiving import reading
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.reading import Read
from storybank.receiving.rules import Outcome
from storybank.stories import reading as stories
from storybank.stories.canon import Canon
from storybank.stories.models import Story, StoryVersion

RUN = 5
"""Words that follow each other and are compared as one."""
ALIKE = 0.5
"""The share of such runs of the shorter text that makes two texts nearly the same."""
MOST_READ = 60
"""The most texts of like length that one look compares."""
SHORTEST = 20
"""Words: shorter texts are often alike by chance."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Alike:
    """A text like the one looked at: a story of the house, or another item of the intake."""

    share: float
    """From 0 to 1; 1 where they are the same to the letter."""
    story_id: int | None = None
    item_id: int | None = None
    n: int | None = None

    @property
    def exact(self) -> bool:
        return self.share == 1


def like_it(
    session: Session, by: Actor, intake: Intake, item: IntakeItem, read: Read
) -> list[Alike]:
    """The same text or id, and nearly the same texts, the likest first; at most ten.

    Compared are stories that a steward may read, and others of the intake, of about the same
    length: at most `MOST_READ` of each.
    """
    exact = [
        Alike(1, story_id=story_id)
        for story_id in session.scalars(
            select(StoryVersion.story_id)
            .join(Story, sa.and_(Story.id == StoryVersion.story_id,
                                 Story.current_version == StoryVersion.n))
            .where(StoryVersion.sha256 == read.canon.sha256)
            .order_by(StoryVersion.story_id)
            .limit(5)
        )
    ]  # fmt: skip
    if read.external_id:
        same = session.scalar(select(Story.id).where(Story.external_id == read.external_id))
        if same is not None and same not in {one.story_id for one in exact}:
            exact.append(Alike(1, story_id=same))
    near = [*_others(session, intake, item, read.canon), *_here(session, by, read.canon)]
    known = {one.story_id for one in exact if one.story_id}
    rest = sorted((one for one in near if one.story_id not in known or one.item_id),
                  key=lambda one: -one.share)  # fmt: skip
    return [*exact, *rest][:10]


def details(canon: Canon) -> list[Spot]:
    """Where likely personal details stand, found by their shapes and capitals alone."""
    blocks = [(block.start, block.end) for block in canon.blocks]
    return [spot for spot in found(canon.text, blocks) if spot.likely]


def counted(spots: Iterable[Spot]) -> list[tuple[str, int]]:
    """How many of each kind there are, in plain words, the most first."""
    return Counter(spot.kind.words for spot in spots).most_common()


def language_of(read: Read) -> Language | None:
    """The language of a text, as a row of its table said or else as its letters tell."""
    if read.language and read.language in NAMES:
        return Language(read.language, NAMES[read.language], True)
    return asked(read.canon.text)


def alike(one: str, other: str) -> float:
    """The share of runs of `RUN` words of the shorter text that the other has too, 0 to 1."""
    first, second = _runs(one), _runs(other)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _runs(text: str) -> set[int]:
    words = _WORD.findall(text.casefold())
    if len(words) < SHORTEST:
        return set()
    return {hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1)}


def _here(session: Session, by: Actor, canon: Canon) -> Iterator[Alike]:
    """Stories of the house like this text; the ones nearest in length are looked at."""
    length = len(canon.text)
    near = session.scalars(
        select(StoryVersion.story_id)
        .join(Story, sa.and_(Story.id == StoryVersion.story_id,
                             Story.current_version == StoryVersion.n))
        .where(StoryVersion.length.between(int(length * 0.8), int(length * 1.25)))
        .order_by(sa.func.abs(StoryVersion.length - length), StoryVersion.story_id)
        .limit(MOST_READ)
    ).all()  # fmt: skip
    if not near:
        return
    use = Use.claim(by, Purpose.KEEP, now())
    for story in stories.stories(session, use, near):
        share = alike(canon.text, story.text)
        if share >= ALIKE:
            yield Alike(min(share, 0.99), story_id=story.story_id)


def _others(session: Session, intake: Intake, item: IntakeItem, canon: Canon) -> Iterator[Alike]:
    """Others of the intake like this text: the ones around it in the list."""
    rows = session.scalars(
        select(IntakeItem)
        .where(
            IntakeItem.intake_id == intake.id, IntakeItem.id != item.id,
            IntakeItem.status.in_((Outcome.READY.value, Outcome.ASKED.value)),
            IntakeItem.read.is_not(None),
        )
        .order_by(sa.func.abs(IntakeItem.n - item.n), IntakeItem.n)
        .limit(MOST_READ)
    ).all()  # fmt: skip
    for other in rows:
        text = reading.of(session, other).canon.text
        share = 1.0 if text == canon.text else min(alike(canon.text, text), 0.99)
        if share >= ALIKE:
            yield Alike(share, item_id=other.id, n=other.n)
