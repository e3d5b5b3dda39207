"""What a row of the query builder offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.analysis.conditions import HAS, coders, facts
from storybank.analysis.query import Has
from storybank.codebook import service as codebook
from storybank.consent.rules import EIGHT, Use


@dataclass(frozen=True)
class Group:
    """Choices of one kind: each as it is written in a query, and as it is called."""

    name: str
    choices: tuple[tuple[str, str], ...]


def choices(session: Session, use: Use) -> list[Group]:
    """Everything that may be looked for, kind by kind; empty kinds are left out."""
    families = codebook.families(session)
    codes = codebook.codes_by_id(session)
    above = {getattr(code, "parent_id", None) for code in codes.values()}
    groups = []
    for family in families:
        offered = [(_written("family", family.key), f"{family.name}: any of its codes")]
        for code in family.codes:
            offered.append((_written("code", code.key), code.name))
            if code.id in above:
                below = f"{code.name}, and codes under it"
                offered.append((_written("code", f"{code.key}+"), below))
        groups.append(Group(f"Code: {family.name}", tuple(offered)))
    for name, values in facts(session, use).items():
        if name != "year":
            groups.append(_group(name.replace("_", " ").capitalize(), name, values))
    groups.append(_group("Coded by", "by", coders(session)))
    book = codebook.current(session)
    for flag, values in (book.flags if book else {}).items():
        said = [(_written("flag", f"{flag}={value}"), _plain(value)) for value in values]
        groups.append(Group(f"Flag: {_plain(flag)}", tuple(said)))
    on = [(_written("has", value), said) for value, said in HAS.items()]
    groups.append(Group("Codings that have", tuple(on)))
    may = [(_written("use", purpose.value), f"for {purpose.value}") for purpose in EIGHT]
    groups.append(Group("May also be used", tuple(may)))
    return [group for group in groups if group.choices]


def _group(heading: str, field: str, values: list[str]) -> Group:
    return Group(heading, tuple((_written(field, value), value) for value in values))


def _written(field: str, value: str) -> str:
    return str(Has(field, (value.replace('"', ""),)))


def _plain(name: str) -> str:
    return str(name).replace("_", " ")
