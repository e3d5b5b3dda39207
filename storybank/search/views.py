"""The search page: one view for all uses; the address says which use this page is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, request, url_for
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.purposes import CLAIMS
from storybank.consent.rules import Purpose, Use
from storybank.search import service
from storybank.search.facets import SEES_CODES, SEES_FACTS, Count
from storybank.search.language import MAX_LETTERS
from storybank.search.query import FIELDS, Narrow
from storybank.search.service import Found, Hit

bp = Blueprint(
    "search",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/search/assets",
)

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
}
MOST_FILTERS = 16
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


@bp.get("/search/<purpose>")
@uses(*SEARCHED, arg="purpose")
def results(use: Use, purpose: str) -> str:
    """Stories that fit, with the words that made them fit; the newest where nothing is asked."""
    asked = request.args.get("q", "")
    filters = _filters()
    found = service.search(
        web.session(),
        current_app.extensions["storybank"].index,
        use,
        asked,
        page=request.args.get("page", 1, type=int),
        filters=filters,
    )
    return web.render(
        "search/results.html",
        use=use,
        asked=asked[: 4 * MAX_LETTERS],
        max_letters=MAX_LETTERS,
        found=found,
        filters=filters,
        chosen=_chosen(use, asked, filters, found.facets),
        facets=_facets(use, asked, filters, found.facets),
        page_args={"purpose": purpose, "q": asked or None, **_args(filters)},
        purposes=_purposes(use, asked),
        sees_codes=use.purpose in SEES_CODES,
        sees_facts=use.purpose in SEES_FACTS,
        where_to_read=lambda hit: _where_to_read(use, hit),
        marked=marked,
        empty=_why_empty(asked, filters, found),
    )


def marked(words: str, places: tuple[tuple[int, int], ...]) -> Markup:
    """Words as safe HTML, with ``<mark>`` around each place (code points, in order)."""
    pieces, last = Markup(), 0
    for start, end in places:
        pieces += escape(words[last:start])
        pieces += Markup('<mark class="hit">{}</mark>').format(words[start:end])
        last = end
    return pieces + escape(words[last:])


def _filters() -> tuple[Narrow, ...]:
    """What the address narrows by: ``?code=EN-PEER&country=Wales``."""
    given = [
        Narrow(name, value.strip()[:100])
        for name in FIELDS
        for value in request.args.getlist(name)
        if value.strip()
    ]
    return tuple(dict.fromkeys(given))[:MOST_FILTERS]


def _args(filters: tuple[Narrow, ...]) -> dict[str, list[str]]:
    args: dict[str, list[str]] = {}
    for one in filters:
        args.setdefault(one.field, []).append(one.value)
    return args


def _href(use: Use, asked: str, filters: tuple[Narrow, ...]) -> str:
    return url_for("search.results", purpose=use.purpose.value, q=asked or None, **_args(filters))  # type: ignore[arg-type]


def _without(filters: tuple[Narrow, ...], one: Narrow) -> tuple[Narrow, ...]:
    return tuple(other for other in filters if other != one)


def _chosen(
    use: Use, asked: str, filters: tuple[Narrow, ...], counts: list[Count]
) -> list[tuple[str, Choice]]:
    """What the page is narrowed by now, each with the address of the page without it."""
    names = {(count.field, count.value): count.name for count in counts}
    return [
        (
            HEADINGS[one.field],
            Choice(
                names.get((one.field, one.value), one.value),
                _href(use, asked, _without(filters, one)),
            ),
        )
        for one in filters
    ]


def _facets(use: Use, asked: str, filters: tuple[Narrow, ...], counts: list[Count]) -> list[Facet]:
    """What the page can be narrowed by, kind by kind."""
    kinds: dict[str, Facet] = {}
    for count in counts:
        one = Narrow(count.field, count.value)
        chosen = one in filters
        after = _without(filters, one) if chosen else (*filters, one)
        kind = kinds.setdefault(count.field, Facet(HEADINGS[count.field]))
        kind.add(Choice(count.name, _href(use, asked, after), count.stories, chosen))
    return list(kinds.values())


def _purposes(use: Use, asked: str) -> list[tuple[str, str, bool]]:
    """The uses this person may search for: (name, address, whether it is this page)."""
    may = {purpose for role in use.actor.roles for purpose in CLAIMS.get(role, frozenset())}
    return [
        (
            name,
            url_for("search.results", purpose=purpose.value, q=asked or None),
            purpose is use.purpose,
        )
        for purpose, name in SEARCHED.items()
        if purpose in may
    ]


def _where_to_read(use: Use, hit: Hit) -> str | None:
    """The page on which this use reads the whole story; None where short parts are all there is."""
    at: dict[str, Any] = {"story_id": hit.story_id}
    if use.purpose is Purpose.STUDY:
        if hit.excerpts:
            at["at"] = hit.excerpts[0].excerpt.start
        endpoint = "coding.desk"
    elif use.purpose in (Purpose.KEEP, Purpose.MEMBERS, Purpose.REUSE):
        at["purpose"] = use.purpose.value
        endpoint = "stories.read"
    else:
        return None
    try:
        return url_for(endpoint, **at)
    except BuildError:
        return None


def _why_empty(asked: str, filters: tuple[Narrow, ...], found: Found) -> str | None:
    """What to do where nothing is shown; None where something is."""
    if found.hits or not found.ready:
        return None
    if filters:
        return "Take away one of the things you narrowed by, or use fewer words."
    if asked.strip():
        return "Try fewer words, another word for the same thing, or the first letters and a star."
    return "There is no story here that may be used in this way yet."
