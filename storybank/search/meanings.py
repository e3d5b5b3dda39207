"""What the names in a search or a query mean here: codes, families, coders, years, memos.

One definition for the search box and for queries over codings.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code, Family
from storybank.coding.models import Coding
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.memos.models import Memo
from storybank.memos.seeing import seen as seen_memos
from storybank.people.models import Account

Clause = sa.ColumnElement[bool]

HAS = {
    "memo": "a memo on it, or on words of it",
    "suggestion": "the machine had suggested it",
    "check": "its words were corrected since",
}
"""What may stand after ``has:``."""
_RANGE = re.compile(r"([0-9]{1,6})?\.\.([0-9]{1,6})?")


def codes_meant(session: Session, field: str, values: Sequence[str]) -> set[int]:
    """The numbers of the codes that ``code:`` or ``family:`` with these values means.

    A code may be named by its key or its name; with ``+`` the codes under it count too. A code
    that was merged means the one it went to. Raises BadInput where the codebook has no such.
    """
    rows = session.execute(
        select(
            Code.id, Code.key, Code.name, Code.parent_id, Code.merged_into_id,
            Family.key, Family.name,
        ).join(Family, Family.id == Code.family_id)
    ).all()  # fmt: skip
    merged = {row[0]: row[4] for row in rows}
    names: dict[str, set[int]] = {}
    for number, key, name, _, _, family, family_name in rows:
        for said in (key, name) if field == "code" else (family, family_name):
            names.setdefault(said.casefold(), set()).add(number)
    found: set[int] = set()
    for value in values:
        wanted = value.casefold()
        below = field == "code" and wanted.endswith("+") and wanted not in names
        numbers = names.get(wanted.removesuffix("+").strip() if below else wanted)
        if numbers is None:
            near = difflib.get_close_matches(wanted, names, 1)
            hint = f" Did you mean {field}:{_shown(near[0])}?" if near else ""
            raise BadInput(f"The codebook has no {field} \u201c{value}\u201d.{hint}")
        numbers = {_last(number, merged) for number in numbers}
        found |= _with_below(numbers, {r[0]: r[3] for r in rows}) if below else numbers
    return found


def coders_meant(session: Session, use: Use, names: Collection[str]) -> set[int]:
    """Coders by their whole name, a part of it between spaces, their email, or "me".

    Raises BadInput where nobody who coded is called so.
    """
    rows = session.execute(
        select(Account.id, Account.name, Account.email).where(
            Account.id.in_(select(Coding.coder_id).distinct())
        )
    ).all()
    found: set[int] = set()
    for typed in names:
        wanted = typed.casefold()
        if wanted == "me" and use.actor.account_id is not None:
            found.add(use.actor.account_id)
            continue
        fitting = {
            number
            for number, name, email in rows
            if wanted in (name.casefold(), *name.casefold().split(), (email or "").casefold())
        }
        if not fitting:
            raise BadInput(
                f"No coder here is called \u201c{typed}\u201d. For yourself write by:me."
            )
        found |= fitting
    return found


def has(use: Use, typed: str) -> Clause:
    """A condition on ``Coding`` that ``has:`` with this value means.

    Raises BadInput for any other value.
    """
    match typed.casefold():
        case "memo":
            on_words = sa.and_(
                Memo.story_id == Coding.story_id, Memo.version == Coding.version,
                Memo.start < Coding.end, Memo.end > Coding.start,
            )  # fmt: skip
            return sa.exists().where(seen_memos(use), sa.or_(Memo.coding_id == Coding.id, on_words))
        case "suggestion":
            return Coding.suggestion_id.is_not(None)
        case "check":
            return Coding.to_check.is_(True)
    raise BadInput(f"After has: write one of {', '.join(HAS)}.")


def has_memo(use: Use, story_id: Any) -> Clause:
    """A condition on a story: it, or words of it, have a memo that the use may see."""
    return sa.exists().where(Memo.story_id == story_id, seen_memos(use))


def fits(known: str, value: str, name: str) -> bool:
    """Is a fact as asked for: the same whatever its capital letters, or a year in a range?"""
    range_ = _RANGE.fullmatch(value)
    if range_ is None or name != "year":
        return known.casefold() == value.casefold()
    first, last = range_[1], range_[2]
    year = int(known) if known.isascii() and known.isdigit() and len(known) < 7 else None
    return year is not None and int(first or 0) <= year <= int(last or 999_999)


def _last(number: int, merged: dict[int, int | None]) -> int:
    """Where a code's codings are now: through as many merges as there were."""
    for _ in merged:
        after = merged.get(number)
        if after is None:
            break
        number = after
    return number


def _with_below(numbers: set[int], parents: dict[int, int | None]) -> set[int]:
    found = set(numbers)
    while more := {n for n, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _shown(name: str) -> str:
    return f'"{name}"' if " " in name else name
