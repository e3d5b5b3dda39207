"""What a page of results offers to narrow it by, and for which other uses it can be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flask import url_for

from storybank.consent.purposes import CLAIMS
from storybank.consent.rules import Purpose, Use
from storybank.search.asked import Wanted
from storybank.search.facets import Count
from storybank.search.query import Narrow

SEARCHED = {
    Purpose.STUDY: "For study",
    Purpose.REUSE: "For other research",
    Purpose.KEEP: "Stories we keep",
    Purpose.MEMBERS: "For members",
    Purpose.WORKSHOP: "For workshops",
    Purpose.DECIDE: "For decisions",
    Purpose.TEACH: "For teaching",
    Purpose.PUBLIC: "For anyone",
}
"""The uses that can be searched for, and what their pages are called."""

HEADINGS = {
    "family": "Family",
    "code": "Code",
    "role": "Role",
    "country": "Country",
    "year": "Year",
    "age_group": "Age group",
    "condition": "Condition",
    "by": "Coded by",
    "has": "Has",
}
SHOWN_AT_FIRST = 8


@dataclass(frozen=True)
class Choice:
    """One thing to narrow by: a link that adds it, or takes it away again."""

    name: str
    href: str
    stories: int | None = None
    chosen: bool = False


@dataclass
class Facet:
    """Things of one kind to narrow by, the first few and the others."""

    heading: str
    first: list[Choice] = field(default_factory=list)
    others: list[Choice] = field(default_factory=list)

    def add(self, choice: Choice) -> None:
        (self.first if len(self.first) < SHOWN_AT_FIRST else self.others).append(choice)


def href(use: Use, asked: Wanted) -> str:
    return url_for("search.results", purpose=use.purpose.value, **asked.args)


def chosen(use: Use, asked: Wanted, counts: list[Count]) -> list[tuple[str, Choice]]:
    """What the page is narrowed by now, each with the address of the page without it."""
    names = {(count.field, count.value): count.name for count in counts}
    return [
        (
            HEADINGS[one.field],
            Choice(names.get((one.field, one.value), one.value), href(use, asked.without(one))),
        )
        for one in asked.filters
    ]


def facets(use: Use, asked: Wanted, counts: list[Count]) -> list[Facet]:
    """What the page can be narrowed by, kind by kind."""
    kinds: dict[str, Facet] = {}
    for count in counts:
        one = Narrow(count.field, count.value)
        chosen = one in asked.filters
        after = asked.without(one) if chosen else asked.with_(one)
        kind = kinds.setdefault(count.field, Facet(HEADINGS[count.field]))
        kind.add(Choice(count.name, href(use, after), count.stories, chosen))
    return list(kinds.values())


def purposes(use: Use, asked: Wanted) -> list[tuple[str, str, bool]]:
    """The uses this person may search for: (name, address, whether it is this page)."""
    may = {purpose for role in use.actor.roles for purpose in CLAIMS.get(role, frozenset())}
    return [
        (
            name,
            url_for("search.results", purpose=purpose.value, q=asked.text or None),
            purpose is use.purpose,
        )
        for purpose, name in SEARCHED.items()
        if purpose in may
    ]


def respelt(asked: Wanted, typed: str, better: str) -> Wanted:
    words = re.compile(rf"\b{re.escape(typed)}\b", re.IGNORECASE)
    return replace(asked, text=words.sub(better, asked.text))
