"""What is known of the details of stories: lists of stories, and one story with its mentions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import StoryStanding
from storybank.consent.rules import NameStyle, Purpose, Use
from storybank.db import slices
from storybank.details.finding import things
from storybank.details.models import Detail, DetailsCheck, DetailsLook, ReplacedDetail
from storybank.details.rules import NUMBERED, Answer, Kind, Tier, neutral
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import StoryText
from storybank.stories.rules import MASK

AROUND = 40
"""How many letters of the story are shown round a mention."""


@dataclass(frozen=True)
class Mention:
    """One mention with its words, as it is let out; lives for one request."""

    id: int
    start: int
    end: int
    words: str
    before: str
    after: str
    answer: Answer | None
    instead: str
    tier: Tier
    by_hand: bool


@dataclass(frozen=True)
class Thing:
    """A person, place or number of a story, with every mention of it."""

    number: int
    words: str
    kind: Kind
    tier: Tier
    mentions: tuple[Mention, ...]
    proposal: str
    shown_name: bool
    """It has a part of the name that the storyteller chose to be shown with."""

    @property
    def waiting(self) -> int:
        return sum(one.answer is None for one in self.mentions)

    @property
    def answer(self) -> Answer | None:
        """What was answered, where every mention has the same answer."""
        first = self.mentions[0].answer
        return first if all(one.answer is first for one in self.mentions) else None


@dataclass(frozen=True)
class Replaced:
    """Other words stand here now; how many mentions of one thing."""

    kind: Kind
    number: int
    count: int


@dataclass(frozen=True)
class State:
    """How far a story has been looked through, as it stands now."""

    look: DetailsLook | None
    looked: bool
    """The house has looked through this version."""
    looking: bool
    checked: DetailsCheck | None
    checked_by: str
    before: bool
    """A person signed for an earlier version: the words changed since."""


@dataclass(frozen=True)
class Page:
    """One story for a person who checks it."""

    story: StoryText
    state: State
    things: tuple[Thing, ...]
    replaced: tuple[ReplacedDetail, ...]
    name_style: NameStyle

    def of(self, tier: Tier) -> list[Thing]:
        return [thing for thing in self.things if thing.tier is tier]

    @property
    def waiting(self) -> int:
        """Likely mentions without an answer."""
        return sum(thing.waiting for thing in self.things if thing.tier is Tier.LIKELY)

    @property
    def to_replace(self) -> int:
        return sum(one.answer is Answer.REPLACE for thing in self.things for one in thing.mentions)

    @property
    def keeps_name(self) -> bool:
        return self.name_style is not NameStyle.NONE


@dataclass(frozen=True)
class Row:
    """A story in the list of stories."""

    story_id: int
    title: str
    state: State
    likely: int
    """Likely mentions without an answer."""


def page(session: Session, use: Use, story_id: int) -> Page:
    """A story with its mentions. Raises NotFound where the use does not allow it."""
    story = reading.story(session, use, story_id)
    rows = rows_of(session, story_id, story.version)
    style = session.scalar(
        select(StoryStanding.name_style).where(StoryStanding.story_id == story_id)
    )
    name_style = NameStyle(style or NameStyle.NONE.value)
    replaced = tuple(
        session.scalars(
            select(ReplacedDetail)
            .where(ReplacedDetail.story_id == story_id, ReplacedDetail.version == story.version)
            .order_by(ReplacedDetail.start)
        )
    )
    known = use.purpose is Purpose.KEEP and name_style is not NameStyle.NONE
    return Page(
        story,
        states(session, [story_id])[story_id],
        _things(story, rows, replaced, story.attribution if known else ""),
        replaced,
        name_style,
    )


def rows_of(session: Session, story_id: int, version: int) -> list[Detail]:
    """Every mention of one version, in order of place."""
    return list(
        session.scalars(
            select(Detail)
            .where(Detail.story_id == story_id, Detail.version == version)
            .order_by(Detail.start, Detail.end)
        )
    )


def states(session: Session, story_ids: Collection[int]) -> dict[int, State]:
    """How far each of these stories is, for ids that came through the door."""
    found: dict[int, State] = {}
    for ids in slices(story_ids):
        versions = dict(
            session.execute(select(Story.id, Story.current_version).where(Story.id.in_(ids))).all()
        )
        looks = {
            row.story_id: row
            for row in session.scalars(select(DetailsLook).where(DetailsLook.story_id.in_(ids)))
        }
        checks: dict[int, tuple[DetailsCheck, str]] = {}
        rows = session.execute(
            select(DetailsCheck, Account.name)
            .join(Account, Account.id == DetailsCheck.account_id)
            .where(DetailsCheck.story_id.in_(ids), DetailsCheck.taken_back_at.is_(None))
            .order_by(DetailsCheck.id)
        )
        for check, name in rows:
            checks[check.story_id] = (check, name)
        for story_id, version in versions.items():
            look, (last, by) = looks.get(story_id), checks.get(story_id, (None, ""))
            stands = last is not None and last.version == version
            found[story_id] = State(
                look,
                bool(look and look.done_at and look.version == version),
                bool(look and look.done_at is None),
                last if stands else None,
                by if stands else "",
                last is not None and not stands,
            )
    return found


def listed(session: Session, use: Use) -> list[Row]:
    """Every story that the use allows: those to be checked first, then by number."""
    ids = sorted(reading.permitted_ids(session, use))
    heads, every = reading.titles(session, use, ids), states(session, ids)
    open_ones = dict(
        session.execute(
            select(Detail.story_id, sa.func.count())
            .join(
                Story,
                sa.and_(Story.id == Detail.story_id, Story.current_version == Detail.version),
            )
            .where(Detail.answer.is_(None), Detail.tier == Tier.LIKELY.value)
            .group_by(Detail.story_id)
        ).all()
    )
    rows = [
        Row(number, heads[number].title, every[number], open_ones.get(number, 0))
        for number in ids
        if number in heads
    ]
    return sorted(rows, key=lambda row: (row.state.checked is not None, row.story_id))


def _things(
    story: StoryText, rows: list[Detail], replaced: Collection[ReplacedDetail], name: str
) -> tuple[Thing, ...]:
    by_thing: dict[int, list[Detail]] = {}
    for row in rows:
        if MASK not in story.text[row.start : row.end]:
            by_thing.setdefault(row.thing, []).append(row)
    shown = {word for word in name.casefold().split() if len(word) > 1}
    next_number = {
        kind: max((one.number for one in replaced if one.kind == kind.value), default=0)
        for kind in Kind
    }
    found = []
    # What is likely has the first numbers: names are counted as a reader will meet them.
    for number, some in sorted(by_thing.items(), key=lambda one: not _likely(one[1])):
        longest = max(some, key=lambda row: row.end - row.start)
        words = story.text[longest.start : longest.end]
        kind = Kind(longest.kind)
        if kind in NUMBERED:
            next_number[kind] += 1
        said = {word for word in words.casefold().replace(".", " ").split() if len(word) > 1}
        tier = Tier.LIKELY if _likely(some) else Tier.POSSIBLE
        mentions = tuple(_mention(story.text, row) for row in some)
        given = next((one.instead for one in mentions if one.instead), "")
        proposal = given or neutral(kind, next_number[kind], words)
        found.append(Thing(number, words, kind, tier, mentions, proposal, bool(said & shown)))
    return tuple(found)


def _likely(rows: Collection[Detail]) -> bool:
    return any(row.tier == Tier.LIKELY.value for row in rows)


def _mention(text: str, row: Detail) -> Mention:
    before = text[max(0, row.start - AROUND) : row.start].rpartition("\n")[2]
    after = text[row.end : row.end + AROUND].partition("\n")[0]
    return Mention(
        row.id, row.start, row.end, text[row.start : row.end],
        before if row.start <= AROUND else before.partition(" ")[2] or before,
        after.rpartition(" ")[0] or after,
        Answer(row.answer) if row.answer else None, row.instead, Tier(row.tier), row.by_hand,
    )  # fmt: skip


__all__ = [
    "Mention", "Page", "Replaced", "Row", "State", "Thing", "listed", "page", "rows_of", "states",
    "things",
]  # fmt: skip
