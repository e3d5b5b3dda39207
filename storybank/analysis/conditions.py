"""What the names in a query mean here: codes, families, coders, flags and facts, as SQL.

Every clause speaks of the table ``Coding``, of codings that ``seen`` lets through; or, where no
coding is asked about, of ``Story``.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.query import And, Has, Node, Not, Or, leaves
from storybank.codebook.service import current
from storybank.coding.models import Coding, CodingFlag
from storybank.consent.permits import permits
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.errors import BadInput
from storybank.people.models import Account
from storybank.search.meanings import HAS, coders_meant, fits, has
from storybank.stories import reading
from storybank.stories.models import Story, StoryAttribute
from storybank.stories.rules import ATTRIBUTES

__all__ = ["HAS", "clause", "coders", "facts", "unknown"]

Clause = sa.ColumnElement[bool]
StoryId = sa.SQLColumnExpression[int]


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
            return Coding.coder_id.in_(coders_meant(session, use, values))
        case Has("flag", values):
            return sa.or_(*(_flag(session, value) for value in values))
        case Has("has", values):
            return sa.or_(*(has(use, value) for value in values))
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
        if not any(fits(there, value, one.field) for there in known[one.field])
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
    fitting = {one for value in values for one in known if fits(one, value, name)}
    fact = StoryAttribute
    return story_id.in_(
        select(fact.story_id).where(
            fact.name == name, fact.value.in_(fitting), reading.tells(use, fact.name, fact.story_id)
        )
    )


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
