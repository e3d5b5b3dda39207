"""What a page of results was asked for, and how its address says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from storybank.search.query import FIELDS, Narrow
from storybank.search.results import BEST, EACH, SORTS, STORY

MOST_FILTERS = 16
EXACT = "no"
"""What ``same`` says in an address where words that mean the same are not looked for."""


@dataclass(frozen=True)
class Wanted:
    """A page of results as its address asks for it."""

    text: str = ""
    filters: tuple[Narrow, ...] = ()
    sort: str = BEST
    each: str = STORY
    same: bool = True
    page: int = field(default=1, compare=False)

    @property
    def args(self) -> dict[str, Any]:
        """The same as parts of an address, without the page; what is usual is left out."""
        said: dict[str, Any] = {"q": self.text or None}
        for one in self.filters:
            said.setdefault(one.field, []).append(one.value)
        if self.sort != BEST:
            said["sort"] = self.sort
        if self.each != STORY:
            said["each"] = self.each
        if not self.same:
            said["same"] = EXACT
        return {name: value for name, value in said.items() if value is not None}

    @property
    def line(self) -> str:
        """What was typed and what was ticked, as one search to type."""
        return " ".join(filter(None, [self.text.strip(), *(one.line for one in self.filters)]))

    def with_(self, one: Narrow) -> Wanted:
        return replace(self, filters=(*self.filters, one))

    def without(self, one: Narrow) -> Wanted:
        return replace(self, filters=tuple(other for other in self.filters if other != one))


def wanted(sent: Mapping[str, str], every: Iterable[tuple[str, str]]) -> Wanted:
    """What an address asks for. ``every`` are all its parts; what makes no sense is passed over."""
    every = list(every)
    filters = [
        Narrow(name, value.strip()[:100])
        for field_name in FIELDS
        for name, value in every
        if name == field_name and value.strip()
    ]
    page = sent.get("page", "")
    return Wanted(
        sent.get("q", ""),
        tuple(dict.fromkeys(filters))[:MOST_FILTERS],
        sent.get("sort", BEST) if sent.get("sort") in SORTS else BEST,
        sent.get("each", STORY) if sent.get("each") in EACH else STORY,
        sent.get("same") != EXACT,
        int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
    )
