"""What was replaced in a story, and the sealed words: who opened them, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.details.models import OriginalOpened, ReplacedDetail
from storybank.details.rules import Kind, clean_reason
from storybank.errors import Refused
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.allowed import may
from storybank.stories.models import Story
from storybank.stories.rules import Place


@dataclass(frozen=True)
class Stands:
    """A thing of a story that other words stand for; lives for one request."""

    ids: tuple[int, ...]
    kind: Kind
    said: str
    """What stands there now."""
    at: datetime
    by: str
    was_version: int

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Opened:
    """Somebody opened what was sealed."""

    at: datetime
    by: str
    reason: str


def replaced(session: Session, use: Use, story_id: int) -> list[Stands]:
    """What is replaced in the story as it stands, thing by thing in order of place; nothing
    where the use does not allow the story."""
    rows = session.execute(
        select(ReplacedDetail, Account.name)
        .join(Story, Story.id == ReplacedDetail.story_id)
        .join(Account, Account.id == ReplacedDetail.made_by)
        .where(
            ReplacedDetail.story_id == story_id,
            ReplacedDetail.version == Story.current_version,
            permits(use, ReplacedDetail.story_id),
        )
        .order_by(ReplacedDetail.start)
    ).all()
    places = [Place(story_id, row.version, row.start, row.end) for row, _ in rows]
    says = {one.place: one.words for one in reading.excerpts(session, use, places)}
    found: dict[tuple[str, str, int], list[tuple[ReplacedDetail, str]]] = {}
    for (row, name), place in zip(rows, places, strict=True):
        key = (row.kind, says.get(place, ""), row.was_version)
        found.setdefault(key, []).append((row, name))
    return [
        Stands(
            tuple(row.id for row, _ in some), Kind(kind), said, some[0][0].made_at, some[0][1],
            was_version,
        )
        for (kind, said, was_version), some in found.items()
    ]  # fmt: skip


def openings(session: Session, story_id: int) -> list[Opened]:
    """Who opened sealed words of a story, the latest first."""
    rows = session.execute(
        select(OriginalOpened.at, Account.name, OriginalOpened.reason)
        .join(Account, Account.id == OriginalOpened.account_id)
        .where(OriginalOpened.story_id == story_id)
        .order_by(OriginalOpened.id.desc())
    )
    return [Opened(*row) for row in rows]


def open_original(session: Session, use: Use, story_id: int, version: int, reason: str) -> str:
    """The sealed words of a version; who opened them and why is written down first.

    Raises BadInput without a reason, Refused for a use that does not keep stories, NotFound
    where nothing is sealed.
    """
    said = clean_reason(reason)
    if use.actor.account_id is None or not may(session, use, story_id):
        raise Refused("Only a steward can open what was sealed.")
    words = reading.original(session, use, story_id, version)
    session.add(
        OriginalOpened(
            story_id=story_id,
            version=version,
            account_id=use.actor.account_id,
            reason=said,
            at=now(),
        )  # fmt: skip
    )
    session.flush()
    return words


def versions(stands: Collection[Stands]) -> list[int]:
    """The versions that are sealed and still needed, the first one first."""
    return sorted({one.was_version for one in stands})
