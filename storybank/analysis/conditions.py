"""What the names in a query mean here: codes, families, coders, flags and facts, as SQL.

Every clause speaks of the table ``Coding``, of codings that ``seen`` lets through; or, where no
coding is asked about, of ``Story``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.query import And, Has, Node, Not, Or, leaves
from storybank.codebook.models import Code, Family
from storybank.codebook.service import current
from storybank.coding.models import Coding, CodingFlag
from storybank.consent.permits import permits
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.errors import BadInput
from storybank.memos.models import Memo
from storybank.memos.seeing import seen as seen_memos
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.models import Story, StoryAttribute
from storybank.stories.rules import ATTRIBUTES

Clause = sa.ColumnElement[bool]
StoryId = sa.SQLColumnExpression[int]

HAS = {
    "memo": "a memo on it, or on words of it",
    "suggestion": "the machine had suggested it",
    "check": "its words were corrected since",
}
"""What may stand after ``has:``."""
_RANGE = re.compile(r"([0-9]{1,6})?\.\.([0-9]{1,6})?")


def codes_meant(session: Session, has: Has) -> set[int]:
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
        for said in (key, name) if has.field == "code" else (family, family_name):
            names.setdefault(said.casefold(), set()).add(number)
    found: set[int] = set()
    for value in has.values:
        wanted = value.casefold()
        below = has.field == "code" and wanted.endswith("+") and wanted not in names
        numbers = names.get(wanted.removesuffix("+").strip() if below else wanted)
        if numbers is None:
            near = difflib.get_close_matches(wanted, names, 1)
            hint = f" Did you mean {has.field}:{_shown(near[0])}?" if near else ""
            raise BadInput(f"The codebook has no {has.field} \u201c{value}\u201d.{hint}")
        numbers = {_last(number, merged) for number in numbers}
        found |= _with_below(numbers, {r[0]: r[3] for r in rows}) if below else numbers
    return found


def clause(session: Session, use: Use, node: Node, of: type[Coding | Story] = Coding) -> Clause:
    """A condition on codings, or on stories as wholes, without words of stories in it.

    Raises BadInput for a name or a value that nothing here can have, and for a condition on
    codings where stories are asked about.
    """
    match node:
        case And(parts):
            return sa.and_(*(clause(session, use, part, of) for part in parts))
        case Or(parts):
            return sa.or_(*(clause(session, use, part, of) for part in parts))
        case Not(part):
            return sa.not_(clause(session, use, part, of))
        case Has(field, values) if field in ATTRIBUTES:
            return _fact(session, use, field, values, _story_of(of))
        case Has("use", values):
            return sa.or_(*(_also_for(use, value, of) for value in values))
        case Has(field) if of is not Coding:
            raise BadInput(f"{field}: says something of codings. Put a code beside these words.")
        case Has("by", values):
            return Coding.coder_id.in_(_coders(session, use, values))
        case Has("flag", values):
            return sa.or_(*(_flag(session, value) for value in values))
        case Has("has", values):
            return sa.or_(*(_has(use, value) for value in values))
    raise ValueError("words and codes are no conditions in SQL")


def facts(session: Session, use: Use) -> dict[str, list[str]]:
    """The values that each fact has in stories this use allows, in order."""
    rows = session.execute(
        select(StoryAttribute.name, StoryAttribute.value)
        .where(
            StoryAttribute.story_id.in_(reading.permitted(use)),
            reading.tells(use, StoryAttribute.name, StoryAttribute.story_id),
        )
        .distinct()
        .order_by(StoryAttribute.value)
    )
    found: dict[str, list[str]] = {name: [] for name in ATTRIBUTES}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return found


def unknown(session: Session, use: Use, node: Node) -> list[str]:
    """A sentence for each fact in a query that no story this use allows has."""
    asked = [one for one in leaves(node) if isinstance(one, Has) and one.field in ATTRIBUTES]
    known = facts(session, use) if asked else {}
    return [
        f"No story you may study has {one.field.replace('_', ' ')} \u201c{value}\u201d."
        for one in asked
        for value in one.values
        if not any(_fits(there, value, one.field) for there in known[one.field])
    ]


def coders(session: Session) -> list[str]:
    """The names of everybody who put a code anywhere, in order."""
    return list(
        session.scalars(
            select(Account.name)
            .where(Account.id.in_(select(Coding.coder_id).distinct()))
            .order_by(Account.name)
        )
    )


def _story_of(of: type[Coding | Story]) -> sa.SQLColumnExpression[int]:
    return Coding.story_id if of is Coding else Story.id


def _fact(
    session: Session, use: Use, name: str, values: Iterable[str], story_id: StoryId
) -> Clause:
    known = session.scalars(
        select(StoryAttribute.value).where(StoryAttribute.name == name).distinct()
    ).all()
    fitting = {one for value in values for one in known if _fits(one, value, name)}
    fact = StoryAttribute
    return story_id.in_(
        select(fact.story_id).where(
            fact.name == name, fact.value.in_(fitting), reading.tells(use, fact.name, fact.story_id)
        )
    )


def _fits(known: str, value: str, name: str) -> bool:
    """Is a fact as asked for: the same whatever its capital letters, or a year in a range?"""
    range_ = _RANGE.fullmatch(value)
    if range_ is None or name != "year":
        return known.casefold() == value.casefold()
    first, last = range_[1], range_[2]
    year = int(known) if known.isascii() and known.isdigit() and len(known) < 7 else None
    return year is not None and int(first or 0) <= year <= int(last or 999_999)


def _coders(session: Session, use: Use, names: Collection[str]) -> set[int]:
    """Coders by their whole name, a part of it between spaces, their email, or "me"."""
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


def _flag(session: Session, typed: str) -> Clause:
    """``stance=hoped_for``, or ``stance`` with any value."""
    name, equals, value = (part.strip().casefold() for part in typed.partition("="))
    book = current(session)
    flags = book.flags if book else {}
    known = {one.casefold(): one for one in flags}
    if name not in known:
        names = ", ".join(flags) or "none"
        raise BadInput(f"There is no flag \u201c{name}\u201d. The codebook has: {names}.")
    there = sa.exists().where(CodingFlag.coding_id == Coding.id, CodingFlag.name == known[name])
    if not equals:
        return there
    values = {str(one).casefold(): str(one) for one in flags[known[name]]}
    fitting = values.get(value, values.get(value.replace(" ", "_")))
    if fitting is None:
        has = ", ".join(values.values())
        raise BadInput(f"The flag {known[name]} has no \u201c{value}\u201d. It has: {has}.")
    return there.where(CodingFlag.value == fitting)


def _has(use: Use, typed: str) -> Clause:
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


def _also_for(use: Use, typed: str, of: type[Coding | Story]) -> Clause:
    """The passage (or the story) may be used in another way too, at this moment."""
    try:
        purpose = Purpose(typed.casefold())
    except ValueError:
        purpose = Purpose.OWN
    if purpose not in EIGHT:
        raise BadInput(f"After use: write one of {', '.join(EIGHT)}.")
    other = Use(use.actor, purpose, use.at).before(())
    return permits(other, Story.id) if of is Story else permits(other, Coding.story_id, Coding)


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
