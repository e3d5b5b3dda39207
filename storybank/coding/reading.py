"""What codings there are, for a use: every list and count asks the rule anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.coding.models import Coding, CountedApart
from storybank.coding.rules import MAX_PASSAGE
from storybank.coding.seeing import counted, seen, seen_on, seen_throughout, unveiled
from storybank.consent.answers import Answer, Counting, Reason
from storybank.consent.models import StoryStanding, UseStanding
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.people.models import Account
from storybank.stories.allowed_ids import allowed_ids, among
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import Place

Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class CodingCard:
    """A coding as pages show it."""

    id: int
    place: Place
    code_id: int
    coder_id: int
    coder: str
    mine: bool
    suggested: bool
    to_check: bool = False
    """Its words were corrected since: a coder should look whether the code still fits."""


def on_story(session: Session, use: Use, story_id: int, version: int) -> list[CodingCard]:
    """Every coding on one version of a story, by place, for a use that allows the story."""
    rows = session.execute(
        _cards()
        .where(
            seen_on(use, story_id),
            Coding.version == version,
        )
        .order_by(Coding.start, Coding.end, Coding.id)
    )
    return [_card(use, row) for row in rows]


def with_codes(
    session: Session,
    use: Use,
    code_ids: Collection[int],
    story_ids: Collection[int] | None = None,
) -> list[CodingCard]:
    """Codings with any of these codes that do not lie aside and the use allows; on these stories
    only, where some are given."""
    query = _with_code(_cards(), use, code_ids).where(counted())
    if story_ids is not None:
        query = query.where(Coding.story_id.in_(list(story_ids)))
    return [_card(use, row) for row in session.execute(query)]


def places_with_codes(
    session: Session, use: Use, code_ids: Collection[int], *, permitted: bool = True
) -> list[Place]:
    """The places of the same codings, each once, in order: for those who look through all."""
    query = (
        select(Coding.story_id, Coding.version, Coding.start, Coding.end)
        .where(Coding.code_id.in_(list(code_ids)), counted())
        .where(seen_throughout(use) if permitted else Coding.removed_at.is_(None))
        .distinct()
        .order_by(Coding.story_id, Coding.start, Coding.end)
    )
    return [Place(*row) for row in session.execute(query)]


def with_ids(session: Session, use: Use, coding_ids: Collection[int]) -> list[CodingCard]:
    """These codings, those that stand and the use allows."""
    rows = session.execute(
        _cards().where(
            Coding.id.in_(list(coding_ids)),
            seen(use),
        )
    )
    return [_card(use, row) for row in rows]


def last_number(session: Session) -> int:
    """The number of the newest coding of all: one made after has a higher one. 0 for none."""
    return session.scalar(select(sa.func.max(Coding.id))) or 0


def next_alike(session: Session, card: CodingCard) -> int | None:
    """The same coder's next coding with the same code, near enough to be one passage with it;
    None without."""
    here = card.place
    return session.scalar(
        select(Coding.id)
        .where(
            Coding.story_id == here.story_id,
            Coding.version == here.version,
            Coding.code_id == card.code_id,
            Coding.coder_id == card.coder_id,
            Coding.removed_at.is_(None),
            Coding.id != card.id,
            Coding.start >= here.start,
            Coding.end <= here.start + MAX_PASSAGE,
        )
        .order_by(Coding.start, Coding.end, Coding.id)
        .limit(1)
    )


def count_by_story(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, int]:
    """How many codings each story carries, for stories the use allows."""
    rows = session.execute(
        select(Coding.story_id, sa.func.count())
        .where(
            Coding.story_id.in_(list(story_ids)),
            seen(use),
        )
        .group_by(Coding.story_id)
    )
    return {story_id: count for story_id, count in rows}


def count_by_code(session: Session, use: Use) -> dict[int, tuple[int, int]]:
    """For each code: how many codings and on how many stories, of those the use allows."""
    rows = session.execute(
        select(Coding.code_id, sa.func.count(), sa.func.count(sa.distinct(Coding.story_id)))
        .where(seen_throughout(use))
        .group_by(Coding.code_id)
    )
    return {code_id: (codings, stories) for code_id, codings, stories in rows}


def _with_code(query: Rows, use: Use, code_ids: Collection[int]) -> Rows:
    query = query.where(Coding.code_id.in_(list(code_ids)), seen(use))
    return query.order_by(Coding.story_id, Coding.start, Coding.end, Coding.id)


def _cards() -> Rows:
    # Columns, not objects: a long story has hundreds, and they are only shown.
    return select(
        Coding.id, Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id,
        Coding.coder_id, Account.name, Coding.suggestion_id, Coding.to_check,
    ).join(Account, Account.id == Coding.coder_id)  # fmt: skip


def _card(use: Use, row: Any) -> CodingCard:
    number, story_id, version, start, end, code_id, coder_id, coder, suggestion_id, check = row
    place = Place(story_id, version, start, end)
    mine = coder_id == use.actor.account_id
    suggested = suggestion_id is not None
    return CodingCard(number, place, code_id, coder_id, coder, mine, suggested, check)


@dataclass(frozen=True)
class StoryLine:
    """A story in the list of stories to study: how long, and how much coded by whom."""

    story_id: int
    words: int
    codings: int
    mine: int


def stories_to_study(session: Session, use: Use, story_ids: Sequence[int]) -> list[StoryLine]:
    """These stories, those of them that the use allows, in their order."""
    rows = session.execute(
        select(Story.id, StoryVersion.word_count)
        .join(
            StoryVersion,
            sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
        )
        .where(Story.id.in_(list(story_ids)), permits(use, Story.id))
    )
    words = {story_id: count for story_id, count in rows}
    counts = {
        story_id: (every, mine)
        for story_id, every, mine in session.execute(
            select(Coding.story_id, sa.func.count(), sa.func.sum(_one_if_mine(use)))
            .join(Story, sa.and_(Story.id == Coding.story_id, _stands()))
            .where(Coding.story_id.in_(list(words)), unveiled(use))
            .group_by(Coding.story_id)
        )
    }
    return [
        StoryLine(story_id, words[story_id], *counts.get(story_id, (0, 0)))
        for story_id in story_ids
        if story_id in words
    ]


@dataclass(frozen=True)
class ToStudy:
    """The stories that a use allows, the oldest first; those the person has coded are ``mine``."""

    every: Sequence[int]
    mine: Sequence[int]

    @property
    def not_yet(self) -> int:
        """How many the person has not coded yet."""
        return len(self.every) - len(self.mine)

    def page(self, mine: bool | None, first: int, count: int) -> Sequence[int]:
        """Some of those that are theirs (True), not yet theirs (False), or of all (None)."""
        if mine is None:
            return self.every[first : first + count]
        if mine:
            return self.mine[first : first + count]
        coded = set(self.mine)
        others = (story_id for story_id in self.every if story_id not in coded)
        return list(islice(others, first, first + count))


def to_study(session: Session, use: Use) -> ToStudy:
    """What there is to study, for lists a page at a time."""
    every = allowed_ids(session, use)
    coded = session.scalars(
        select(Coding.story_id)
        .join(Story, sa.and_(Story.id == Coding.story_id, _stands()))
        .where(Coding.coder_id == use.actor.account_id)
        .distinct()
    )
    return ToStudy(every, sorted(n for n in coded if among(every, n)))


def recent_codes(session: Session, use: Use, limit: int = 5) -> list[int]:
    """The codes this person put on last, newest first."""
    last = sa.func.max(Coding.id)
    return list(
        session.scalars(
            select(Coding.code_id)
            .where(Coding.coder_id == use.actor.account_id, Coding.removed_at.is_(None))
            .group_by(Coding.code_id)
            .order_by(last.desc())
            .limit(limit)
        )
    )


def page_with_code(
    session: Session, use: Use, code_id: int, limit: int, offset: int
) -> list[CodingCard]:
    """One page of the codings with this code that the use allows."""
    rows = session.execute(_with_code(_cards(), use, [code_id]).limit(limit).offset(offset))
    return [_card(use, row) for row in rows]


def count_with_code(session: Session, use: Use, code_id: int) -> int:
    """How many codings with this code the use allows."""
    return count_by_code(session, use).get(code_id, (0, 0))[0]


def count_apart(session: Session, code_id: int) -> int:
    """How many codings with this code were on stories that are no longer here, where their
    tellers stopped everything, or deleted the story, and let us keep the number."""
    kept = aliased(UseStanding)
    stopped = session.scalar(
        select(sa.func.count())
        .select_from(Coding)
        .join(StoryStanding, StoryStanding.story_id == Coding.story_id)
        .join(kept, sa.and_(kept.story_id == Coding.story_id, kept.use == Purpose.KEEP.value))
        .where(
            Coding.code_id == code_id,
            Coding.removed_at.is_(None),
            StoryStanding.counting == Counting.NUMBER.value,
            kept.answer == Answer.STOPPED.value,
            sa.or_(StoryStanding.closed.is_(None), StoryStanding.closed == Reason.PAUSED.value),
            # What is on hold is in no count.
            ~StoryStanding.held,
        )
    )
    deleted = session.scalar(select(CountedApart.n).where(CountedApart.code_id == code_id))
    return (stopped or 0) + (deleted or 0)


def _stands() -> sa.ColumnElement[bool]:
    return sa.and_(Coding.removed_at.is_(None), Coding.version == Story.current_version)


def _one_if_mine(use: Use) -> sa.ColumnElement[int]:
    return sa.case((Coding.coder_id == use.actor.account_id, 1), else_=0)
