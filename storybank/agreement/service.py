"""Rounds: who codes which stories, blind or in the open; finishing, and closing a round."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement.rules import (
    MAX_NAME,
    MAX_NOTE,
    Pick,
    clean_coders,
    clean_words,
    picked,
)
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.coding.seeing import seen
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.errors import NotFound, Refused
from storybank.people.models import Account, AccountRole
from storybank.people.rules import Role
from storybank.stories.models import Story
from storybank.undoing import service as undoing

MAKE, FINISH, CLOSE = "round", "finish", "close round"
SEEN_SINCE = (
    "Everybody could see the codes on its stories since this round was closed, so nobody can "
    "code blind in it. Start a new round for what is left."
)


@dataclass(frozen=True)
class Progress:
    """A round with how far everybody is, on stories the use allows."""

    id: int
    name: str
    note: str
    blind: bool
    made_by: str
    made_at: datetime
    closed_at: datetime | None
    coders: dict[int, str]
    done: dict[int, dict[int, datetime | None]] = field(default_factory=dict)
    """{story id: {coder's account id: when they finished}}."""

    @property
    def given(self) -> int:
        return sum(len(row) for row in self.done.values())

    @property
    def finished(self) -> int:
        return sum(at is not None for row in self.done.values() for at in row.values())

    def of(self, coder: int) -> tuple[int, int]:
        """How many stories a coder finished, of how many."""
        own = [row[coder] for row in self.done.values() if coder in row]
        return sum(at is not None for at in own), len(own)


@dataclass(frozen=True)
class Task:
    """One story that somebody is asked to code."""

    round_id: int
    round: str
    blind: bool
    story_id: int
    finished_at: datetime | None
    mine: int
    """How many codings the coder has on it."""


def coders(session: Session) -> dict[int, str]:
    """{account id: name} of everybody who may code, by name."""
    rows = session.execute(
        select(Account.id, Account.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.RESEARCHER.value, Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return {number: name for number, name in rows}


def make(
    session: Session,
    use: Use,
    name: str,
    coder_ids: Collection[int],
    pick: Pick,
    *,
    note: str = "",
    blind: bool = True,
    numbers: str = "",
    n: int = 0,
    seed: int = 0,
) -> CodingRound:
    """Make a round and give each coder each of its stories.

    Raises BadInput where a name, a coder or a story is missing.
    """
    named = clean_words(name, MAX_NAME, "a name for the round")
    said = clean_words(note, MAX_NOTE, "the note", needed=False)
    chosen = clean_coders(coder_ids, coders(session))
    story_ids = picked(studied(session, use), pick, numbers=numbers, n=n, seed=seed)
    made = give(session, use, named, said, blind, chosen, story_ids)
    detail = {
        "round": made.id, "name": named, "note": said, "blind": blind, "coders": chosen,
        "stories": story_ids,
    }  # fmt: skip
    undoing.note(session, use, MAKE, detail)
    return made


def give(
    session: Session,
    use: Use,
    name: str,
    note: str,
    blind: bool,
    coder_ids: Collection[int],
    story_ids: Collection[int],
) -> CodingRound:
    """Write a round down, with an assignment for each coder and story."""
    made = CodingRound(
        name=name, note=note, blind=blind, made_by=_account(use), made_at=now(), closed_at=None
    )
    session.add(made)
    session.flush()
    session.execute(
        sa.insert(Assignment),
        [
            {
                "round_id": made.id, "story_id": story_id, "account_id": coder,
                "given_at": made.made_at, "finished_at": None,
            }
            for story_id in story_ids
            for coder in coder_ids
        ],
    )  # fmt: skip
    return made


def rounds(session: Session, use: Use) -> list[Progress]:
    """Every round, the newest first."""
    ids = session.scalars(select(CodingRound.id).order_by(CodingRound.id.desc())).all()
    return [progress(session, use, number) for number in ids]


def progress(session: Session, use: Use, round_id: int) -> Progress:
    """Raises NotFound where there is no such round."""
    row = session.execute(
        select(CodingRound, Account.name)
        .join(Account, Account.id == CodingRound.made_by)
        .where(CodingRound.id == round_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such round.")
    one, made_by = row
    found = Progress(one.id, one.name, one.note, one.blind, made_by, one.made_at, one.closed_at, {})
    rows = session.execute(
        select(Assignment.story_id, Assignment.account_id, Assignment.finished_at, Account.name)
        .join(Account, Account.id == Assignment.account_id)
        .where(
            Assignment.round_id == round_id,
            permits(use, Assignment.story_id),
        )
        .order_by(Account.name, Account.id, Assignment.story_id)
    )
    for story_id, account_id, finished_at, name in rows:
        found.coders[account_id] = name
        found.done.setdefault(story_id, {})[account_id] = finished_at
    return found


def tasks(session: Session, use: Use, done: bool = False) -> list[Task]:
    """What the person asking is to code in open rounds, or (``done``) has finished in them."""
    mine = (
        select(sa.func.count())
        .where(
            Coding.story_id == Assignment.story_id,
            Coding.coder_id == Assignment.account_id,
            Coding.version == Story.current_version,
            seen(use),
        )
        .correlate(Assignment, Story)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            CodingRound.id, CodingRound.name, CodingRound.blind, Assignment.story_id,
            Assignment.finished_at, mine,
        )
        .join(Assignment, Assignment.round_id == CodingRound.id)
        .join(Story, Story.id == Assignment.story_id)
        .where(
            Assignment.account_id == use.actor.account_id,
            CodingRound.closed_at.is_(None),
            Assignment.finished_at.is_not(None) if done else Assignment.finished_at.is_(None),
            permits(use, Assignment.story_id),
        )
        .order_by(CodingRound.id, Assignment.story_id)
    )  # fmt: skip
    return [Task(*row) for row in rows]


def finish(session: Session, use: Use, round_id: int, story_id: int) -> Assignment:
    """Say that one has coded a story, also where no code fitted.

    Raises NotFound where it was not asked of this person, Refused in a closed round.
    """
    given = _given(session, use, round_id, story_id)
    if given.finished_at is None:
        given.finished_at = now()
        session.flush()
        _note(session, use, given, finished=True)
    return given


def reopen(session: Session, use: Use, round_id: int, story_id: int) -> Assignment:
    """Go back to coding a story.

    Raises Refused where it was to be coded blind and others' codings could be seen since.
    """
    given = _given(session, use, round_id, story_id)
    if given.finished_at is not None:
        if not may_reopen(session, given):
            raise Refused(
                "You could see the others' codes since you finished, so this story cannot be "
                "coded blind again. What you coded until then counts."
            )
        given.finished_at = None
        session.flush()
        _note(session, use, given, finished=False)
    return given


def may_reopen(session: Session, given: Assignment) -> bool:
    """Was nothing of the others' to be seen since it was finished?"""
    one = session.get(CodingRound, given.round_id)
    if one is None or not one.blind:
        return True
    others = select(Coding.id).where(
        Coding.story_id == given.story_id,
        Coding.coder_id != given.account_id,
        sa.or_(Coding.removed_at.is_(None), Coding.removed_at > given.finished_at),
    )
    return session.scalar(others.limit(1)) is None


def close(session: Session, use: Use, round_id: int, closed: bool = True) -> CodingRound:
    """End a round, or (``closed`` False) open it again; what was coded stays.

    Raises NotFound where it is not there; Refused for somebody who is still to code blind in it,
    and to open one again in which nobody can code blind any more.
    """
    one = session.get(CodingRound, round_id, with_for_update=True)
    if one is None:
        raise NotFound("There is no such round.")
    if (one.closed_at is not None) == closed:
        return one
    if closed and one.blind and _still_blind(session, use, round_id):
        raise Refused(
            "You still have stories to code blind in this round. Finish them, or ask a "
            "colleague who codes none of it to close it."
        )
    if not closed and not may_open(session, one):
        raise Refused(SEEN_SINCE)
    set_closed(session, one, closed)
    undoing.note(session, use, CLOSE, {"round": round_id, "name": one.name, "closed": closed})
    return one


def may_open(session: Session, one: CodingRound) -> bool:
    """Can those who had not finished in a closed round still code blind? While it was closed
    everybody could see what others had coded on their stories."""
    if not one.blind:
        return True
    seen_since = (
        select(Assignment.story_id)
        .join(Coding, Coding.story_id == Assignment.story_id)
        .where(
            Assignment.round_id == one.id,
            Assignment.finished_at.is_(None),
            Coding.coder_id != Assignment.account_id,
            sa.or_(Coding.removed_at.is_(None), Coding.removed_at > one.closed_at),
        )
    )
    return session.scalar(seen_since.limit(1)) is None


def set_closed(session: Session, one: CodingRound, closed: bool) -> None:
    one.closed_at = now() if closed else None
    session.flush()


def _note(session: Session, use: Use, given: Assignment, finished: bool) -> None:
    detail = {"round": given.round_id, "story": given.story_id, "finished": finished}
    undoing.note(session, use, FINISH, detail, story_id=given.story_id)


def _still_blind(session: Session, use: Use, round_id: int) -> bool:
    return bool(
        session.scalar(
            select(sa.func.count()).where(
                Assignment.round_id == round_id,
                Assignment.account_id == use.actor.account_id,
                Assignment.finished_at.is_(None),
                permits(use, Assignment.story_id),
            )
        )
    )


def _given(session: Session, use: Use, round_id: int, story_id: int) -> Assignment:
    given = session.scalars(
        select(Assignment)
        .where(
            Assignment.round_id == round_id,
            Assignment.story_id == story_id,
            Assignment.account_id == _account(use),
            permits(use, Assignment.story_id),
        )
        .with_for_update(of=Assignment)
    ).one_or_none()
    if given is None:
        raise NotFound("That story was not given to you to code.")
    one = session.get(CodingRound, round_id)
    if one is None or one.closed_at is not None:
        raise Refused("This round is closed. Nothing is to be finished in it any more.")
    return given


def studied(session: Session, use: Use, among: Collection[int] | None = None) -> list[int]:
    """The stories the use allows, or those of them that are ``among`` these; by number."""
    query = select(Story.id).where(permits(use, Story.id)).order_by(Story.id)
    wanted = None if among is None else set(among)
    return [number for number in session.scalars(query) if wanted is None or number in wanted]


def _account(use: Use) -> int:
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    return use.actor.account_id
