"""Merging codes: every coding goes along, none is lost, and a merge can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.codebook import merging
from storybank.codebook import service as codebook
from storybank.codebook.acts import STAYS
from storybank.codebook.following import Followers
from storybank.codebook.models import Code, CodebookChange
from storybank.coding.models import Coding, CodingFlag, CountedApart
from storybank.coding.recoding_models import CarriedCoding
from storybank.coding.seeing import seen
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.errors import Conflict
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

MERGE_CODES = "merge codes"
QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True)
class Merged:
    """What a merge did, of the codings the use may see: how many went along, and how many became
    one with a coding that was there."""

    change_id: int
    carried: int
    joined: int


def merge(
    session: Session, use: Use, key: str, into: str, why: str, followers: Followers
) -> Merged:
    """Merge a code into another. Where a coder had both on the same words, the two become one.

    Codings that were taken off go along too, so that undoing puts none on a code out of use.
    Raises BadInput, NotFound, Conflict as ``merging.merge`` does.
    """
    old, new = (codebook.code(session, one) for one in (key, into))
    change = merging.merge(session, use, old.id, new.id, why)
    moved = _move(session, change, followers)
    says = f"“{old.name}” merged into “{new.name}”"
    undoing.note(session, use, MERGE_CODES, {"change": change.id, "says": says, **moved})
    return merged(session, use, change.id)


def merged(session: Session, use: Use, change_id: int) -> Merged:
    """What became of the codings of one merge or split, of those the use may see now."""
    found = dict.fromkeys((False, True), 0)
    # Of two that became one, the one that stands is asked for.
    rows = session.execute(
        select(CarriedCoding.joined_id.is_not(None), sa.func.count())
        .join(
            Coding, Coding.id == sa.func.coalesce(CarriedCoding.joined_id, CarriedCoding.coding_id)
        )
        .where(CarriedCoding.change_id == change_id, CarriedCoding.stood, seen(use))
        .group_by(CarriedCoding.joined_id.is_not(None))
    )
    for joined, count in rows:
        found[bool(joined)] = count
    return Merged(change_id, found[False], found[True])


def _move(session: Session, change: CodebookChange, followers: Followers) -> dict[str, Any]:
    """Move all that points to the merged code; what undoing needs, as numbers."""
    old, new = change.code_id or 0, int(change.detail["into"])
    flags: list[list[Any]] = []
    # Whoever split a coding in two while we waited for it has made one more: look again.
    while carry(session, change, old, new, flags):
        pass
    _count_together(session, old, new)
    moved = {name: one.follow(session, old, new) for name, one in followers.items()}
    session.expire_all()
    return {"flags": flags, "followers": moved}


def carry(
    session: Session, change: CodebookChange, old: int, new: int, flags: list[list[Any]]
) -> int:
    """Give every coding of one code the other; how many. ``flags`` collects those that a coding
    got from the one that joined it."""
    rows = session.execute(
        select(Coding.id, Coding.version, Coding.start, Coding.end, Coding.removed_at)
        .where(Coding.code_id == old)
        .order_by(Coding.id)
        .with_for_update()
    ).all()
    if not rows:
        return 0
    twins = _twins(session, old, new)
    session.execute(
        sa.insert(CarriedCoding),
        [
            {
                "change_id": change.id, "coding_id": row.id, "from_code_id": old,
                "to_code_id": new, "stood": row.removed_at is None,
                "joined_id": twins.get(row.id), "version": row.version, "start": row.start,
                "end": row.end,
            }
            for row in rows
        ],
    )  # fmt: skip
    flags += _give_flags(session, twins)
    for removed, ids in ((False, [row.id for row in rows]), (True, list(twins))):
        values: dict[str, Any] = {"removed_at": change.at} if removed else {"code_id": new}
        for some in slices(ids):
            session.execute(
                sa.update(Coding).where(Coding.id.in_(some)).values(values),
                execution_options=QUIETLY,
            )
    return len(rows)


def _twins(session: Session, old: int, new: int) -> dict[int, int]:
    """{coding: the one that its coder has with the other code on the same words}."""
    one, other = aliased(Coding), aliased(Coding)
    rows = session.execute(
        select(one.id, sa.func.min(other.id))
        .join(
            other,
            sa.and_(
                other.story_id == one.story_id, other.version == one.version,
                other.start == one.start, other.end == one.end,
                other.coder_id == one.coder_id, other.code_id == new, other.removed_at.is_(None),
            ),
        )
        .where(one.code_id == old, one.removed_at.is_(None))
        .group_by(one.id)
    )  # fmt: skip
    return {coding: twin for coding, twin in rows}


def _give_flags(session: Session, twins: dict[int, int]) -> list[list[Any]]:
    """A coding that another joins gets the flags it has not; [[coding, name], ...]."""
    given = []
    for some in slices(twins):
        rows = session.scalars(select(CodingFlag).where(CodingFlag.coding_id.in_(some))).all()
        for flag in rows:
            twin = twins[flag.coding_id]
            if session.get(CodingFlag, (twin, flag.name)) is None:
                session.add(CodingFlag(coding_id=twin, name=flag.name, value=flag.value))
                session.flush()
                given.append([twin, flag.name])
    return given


def _count_together(session: Session, old: int, new: int) -> None:
    """The number kept of codings on deleted stories is the new code's from now on. It says of no
    coding, so undoing leaves it there."""
    apart = session.get(CountedApart, old)
    if apart is not None:
        there = session.get(CountedApart, new)
        if there is None:
            session.add(CountedApart(code_id=new, n=apart.n))
        else:
            there.n += apart.n
        session.delete(apart)
        session.flush()


class Merging:
    """A merge taken back, and made again."""

    def __init__(self, followers: Followers) -> None:
        self._followers = followers

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        change = session.get_one(CodebookChange, act.detail["change"])
        old, new = change.code_id or 0, int(change.detail["into"])
        if not merging.unmerge(session, use, change):
            return Done(STAYS)
        back, stayed = self._back(session, use, change, old, new)
        for name, moved in act.detail.get("followers", {}).items():
            if name in self._followers:
                self._followers[name].back(session, old, new, moved)
        for coding_id, name in act.detail.get("flags", ()):
            session.execute(
                sa.delete(CodingFlag).where(
                    CodingFlag.coding_id == coding_id, CodingFlag.name == name
                )
            )
        session.expire_all()
        names = {code.id: code.name for code in session.scalars(
            select(Code).where(Code.id.in_([old, new])))}  # fmt: skip
        said = f"“{names[old]}” is a code again. {_codings(back)} came back to it."
        if stayed:
            said += f" {_codings(stayed)} stayed: somebody changed them since."
        return Done(said)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        change = session.get_one(CodebookChange, act.detail["change"])
        try:
            again = merging.merge(
                session, use, change.code_id or 0, int(change.detail["into"]), change.why,
                again=True,
            )  # fmt: skip
        except Conflict:
            return Done(STAYS)
        moved = _move(session, again, self._followers)
        act.detail = {**act.detail, "change": again.id, **moved}
        session.flush()
        return Done(f"{self.says(act)}.")

    def _back(
        self, session: Session, use: Use, change: CodebookChange, old: int, new: int
    ) -> tuple[int, int]:
        """Bring back what nobody changed since: (how many came back, how many stayed), of those
        that stood then and the use may see."""
        before = merged(session, use, change.id)
        for joined in (False, True):
            unchanged = select(CarriedCoding.coding_id).join(
                Coding, Coding.id == CarriedCoding.coding_id
            ).where(
                CarriedCoding.change_id == change.id, Coding.code_id == new,
                CarriedCoding.joined_id.is_not(None) if joined
                else CarriedCoding.joined_id.is_(None),
                Coding.removed_at == change.at if joined
                else Coding.removed_at.is_(None) == CarriedCoding.stood,
                sa.or_(
                    Coding.version != CarriedCoding.version,
                    sa.and_(Coding.start == CarriedCoding.start, Coding.end == CarriedCoding.end),
                ),
            )  # fmt: skip
            ids = list(session.scalars(unchanged))
            values: dict[str, Any] = {"code_id": old} | ({"removed_at": None} if joined else {})
            for some in slices(ids):
                session.execute(
                    sa.update(Coding).where(Coding.id.in_(some)).values(values),
                    execution_options=QUIETLY,
                )
        of_it = sa.exists().where(
            CarriedCoding.change_id == change.id, CarriedCoding.coding_id == Coding.id
        )
        back = session.scalar(
            select(sa.func.count()).select_from(Coding).where(
                of_it, Coding.code_id == old, seen(use)
            )
        )  # fmt: skip
        return back or 0, max(0, before.carried + before.joined - (back or 0))


def _codings(count: int) -> str:
    return "1 coding" if count == 1 else f"{count:,} codings"


def undoers(followers: Followers) -> dict[str, undoing.Undoer]:
    """How a merge is taken back, with what else follows codes."""
    return {MERGE_CODES: Merging(followers)}
