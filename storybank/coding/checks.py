"""Member checking: storytellers read the codes on their words and say whether that is it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.check_models import CodingCheck
from storybank.coding.models import Coding
from storybank.coding.seeing import seen
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.errors import NotFound, Refused
from storybank.stories.models import Story


class Said(StrEnum):
    """What a storyteller says to a code on their words."""

    YES = "yes"
    NOT_MEANT = "not meant"

    @property
    def sentence(self) -> str:
        """What they said, in the words of the button they pressed."""
        return SENTENCES[self]


SENTENCES = {Said.YES: "Yes, that is it", Said.NOT_MEANT: "That is not what I meant"}


@dataclass(frozen=True)
class Tally:
    """How many codings were said to be it, and how many not; doubles of one coding count once."""

    yes: int
    not_meant: int

    @property
    def any(self) -> bool:
        return bool(self.yes or self.not_meant)


def say(session: Session, use: Use, coding_id: int, answer: Said | None) -> None:
    """A storyteller answers for a code on a passage, whoever put it there; None takes it back.

    Saying it again changes what was said. Raises Refused for anybody else, NotFound where the
    coding is not on a story of theirs, or not there any more.
    """
    if use.purpose is not Purpose.OWN or use.actor.person_id is None:
        raise Refused("Only the storyteller can say this.")
    coding = session.scalar(
        select(Coding).where(
            Coding.id == coding_id, Coding.removed_at.is_(None), permits(use, Coding.story_id)
        )
    )
    if coding is None:
        raise NotFound("That label is not there any more.")
    same = list(session.scalars(_same_as(coding)))
    mine = CodingCheck.person_id == use.actor.person_id
    session.execute(sa.delete(CodingCheck).where(CodingCheck.coding_id.in_(same), mine))
    if answer is not None:
        moment = now()
        session.add_all(
            CodingCheck(
                coding_id=number, person_id=use.actor.person_id, answer=answer.value, at=moment
            )
            for number in same
        )
    session.flush()


def said_by(session: Session, use: Use, coding_ids: Collection[int]) -> dict[int, Said]:
    """{coding id: what the person asking said to it}."""
    mine = CodingCheck.person_id == use.actor.person_id
    return _said(session, coding_ids, mine)


def said_to(session: Session, coding_ids: Collection[int]) -> dict[int, Said]:
    """{coding id: what its storytellers say}; where two differ, that it is not what was meant.

    The caller has asked the door for these codings.
    """
    return _said(session, coding_ids, sa.true())


def said_on_story(session: Session, story_id: int) -> dict[int, Said]:
    """The same for every coding on a story, at once."""
    return _strictest(
        session.execute(
            select(CodingCheck.coding_id, CodingCheck.answer)
            .join(Coding, Coding.id == CodingCheck.coding_id)
            .where(Coding.story_id == story_id)
        )
    )


def tally_of(said: Iterable[Said]) -> Tally:
    """How many of these say that it is it, and how many that it is not."""
    counts = Counter(said)
    return Tally(counts[Said.YES], counts[Said.NOT_MEANT])


def tally(session: Session, use: Use, story_id: int | None = None) -> Tally:
    """How many codings were said to be it, on one story or all, of those the use allows."""
    rows = session.execute(
        select(CodingCheck.coding_id, CodingCheck.answer)
        .join(Coding, Coding.id == CodingCheck.coding_id)
        .where(*_allowed(use, story_id))
    )
    return tally_of(_strictest(rows).values())


def checked(session: Session, use: Use, limit: int, offset: int) -> dict[int, Said]:
    """{coding id: what its storytellers say}, the last answer first: one page of them."""
    last = sa.func.max(CodingCheck.at)
    ids = session.scalars(
        select(CodingCheck.coding_id)
        .join(Coding, Coding.id == CodingCheck.coding_id)
        .where(*_allowed(use, None))
        .group_by(CodingCheck.coding_id)
        .order_by(last.desc(), CodingCheck.coding_id)
        .limit(limit)
        .offset(offset)
    ).all()
    found = said_to(session, ids)
    return {number: found[number] for number in ids}


def erase(session: Session, story_id: int) -> None:
    """Delete all that was said to codes on a story; to be called before the codings go."""
    on_it = select(Coding.id).where(Coding.story_id == story_id)
    session.execute(
        sa.delete(CodingCheck).where(CodingCheck.coding_id.in_(on_it)),
        execution_options={"synchronize_session": False},
    )


def _allowed(use: Use, story_id: int | None) -> list[sa.ColumnElement[bool]]:
    on_it = sa.true() if story_id is None else Coding.story_id == story_id
    # The current version only: what was said to other words is history.
    current = sa.exists().where(
        Story.id == Coding.story_id, Story.current_version == Coding.version
    )
    return [on_it, current, seen(use)]


def _same_as(coding: Coding) -> sa.Select[int]:
    """The ids of every coding with this code on exactly these words: coders are not told apart."""
    return select(Coding.id).where(
        Coding.story_id == coding.story_id,
        Coding.version == coding.version,
        Coding.start == coding.start,
        Coding.end == coding.end,
        Coding.code_id == coding.code_id,
        Coding.removed_at.is_(None),
    )


def _said(
    session: Session, coding_ids: Collection[int], which: sa.ColumnElement[bool]
) -> dict[int, Said]:
    found: dict[int, Said] = {}
    for some in slices(sorted(set(coding_ids))):
        rows = session.execute(
            select(CodingCheck.coding_id, CodingCheck.answer).where(
                CodingCheck.coding_id.in_(some), which
            )
        )
        found.update(_strictest(rows))
    return found


def _strictest(rows: sa.Result[int, str]) -> dict[int, Said]:
    found: dict[int, Said] = {}
    for coding_id, answer in rows:
        if found.get(coding_id) is not Said.NOT_MEANT:
            found[coding_id] = Said(answer)
    return found
