"""Deciding between coders: both codings stay as they are, and the decision is kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement.acts import DECIDE
from storybank.agreement.differences import Key, Passage
from storybank.agreement.models import Adjudication
from storybank.agreement.rules import MAX_WHY, clean_words
from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.errors import Conflict, Refused
from storybank.people.models import Account
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.undoing import service as undoing


@dataclass(frozen=True)
class Decision:
    """A decision as pages show it."""

    id: int
    round_id: int | None
    place: Place
    code: int
    applies: bool
    why: str
    by: str
    at: datetime
    taken_back_at: datetime | None


def decide(
    session: Session,
    use: Use,
    passage: Passage,
    applies: bool,
    why: str,
    round_id: int | None = None,
) -> Adjudication:
    """Decide whether a code belongs on a passage where coders differ. What was decided on it
    before is taken back.

    Raises BadInput without a reason, Refused for anybody without an account.
    """
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    reason = clean_words(why, MAX_WHY, "the reason")
    for earlier in _standing(session, passage):
        earlier.taken_back_at = now()
    made = Adjudication(
        round_id=round_id, story_id=passage.story.id, version=passage.story.version,
        start=passage.start, end=passage.end, code_id=passage.code, applies=applies, why=reason,
        coding_ids=[mark.id for mark in passage.marks], account_id=use.actor.account_id, at=now(),
        taken_back_at=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    undoing.note(session, use, DECIDE, {"decision": made.id}, story_id=passage.story.id)
    return made


def at_key(differences: Iterable[Passage], key: Key) -> Passage:
    """Raises Conflict where the coders do not differ there any more."""
    for one in differences:
        if one.key == key:
            return one
    raise Conflict("The coders changed something there meanwhile. Look at it again.")


def decisions(
    session: Session,
    use: Use,
    round_id: int | None = None,
    story_ids: Sequence[int] | None = None,
    standing: bool = True,
) -> list[Decision]:
    """Decisions the use allows, by place: of one round or all; those that stand, or all."""
    query = (
        select(Adjudication, Account.name)
        .join(Account, Account.id == Adjudication.account_id)
        .join(Story, Story.id == Adjudication.story_id)
        .where(permits(use, Adjudication.story_id, Adjudication))
        .order_by(Adjudication.story_id, Adjudication.start, Adjudication.id)
    )
    if round_id is not None:
        query = query.where(Adjudication.round_id == round_id)
    if story_ids is not None:
        query = query.where(Adjudication.story_id.in_(story_ids))
    if standing:
        query = query.where(
            Adjudication.taken_back_at.is_(None), Adjudication.version == Story.current_version
        )
    return [
        Decision(
            one.id, one.round_id, Place(one.story_id, one.version, one.start, one.end),
            one.code_id, one.applies, one.why, name, one.at, one.taken_back_at,
        )
        for one, name in session.execute(query)
    ]  # fmt: skip


def decided(passages: Iterable[Passage], made: Iterable[Decision]) -> dict[Key, Decision]:
    """Which of these passages were decided: by a decision on the same code that meets them."""
    by_story: dict[tuple[int, int, int], list[Decision]] = {}
    for one in made:
        by_story.setdefault((one.place.story_id, one.place.version, one.code), []).append(one)
    found: dict[Key, Decision] = {}
    for passage in passages:
        for one in by_story.get((passage.story.id, passage.story.version, passage.code), ()):
            if one.place.start < passage.end and one.place.end > passage.start:
                found[passage.key] = one
    return found


def _standing(session: Session, passage: Passage) -> list[Adjudication]:
    return list(
        session.scalars(
            select(Adjudication)
            .where(
                Adjudication.story_id == passage.story.id,
                Adjudication.version == passage.story.version,
                Adjudication.code_id == passage.code,
                Adjudication.start < passage.end,
                Adjudication.end > passage.start,
                Adjudication.taken_back_at.is_(None),
            )
            .with_for_update()
        )
    )
