"""The page of results: one view for all uses; the address says which use this page is for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import current_app, request, url_for
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import NotFound
from storybank.people.rules import Role
from storybank.search import saved, service
from storybank.search.asked import Wanted, wanted
from storybank.search.choices import SEARCHED, chosen, facets, href, purposes, respelt
from storybank.search.glossary import GLOSSARY
from storybank.search.language import MAX_LETTERS
from storybank.search.meanings import HAS
from storybank.search.ordering import may_collapse
from storybank.search.results import EACH, SORTS, TELLER, Found, Hit, Passage
from storybank.search.sights import SEES_CODES, SEES_FACTS, SEES_WORK
from storybank.stories.rules import Place

for_a_use = uses(*SEARCHED, arg="purpose")

_PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})")


@for_a_use
def results(use: Use, purpose: str) -> str:
    """Stories that fit, with the words that made them fit; the newest where nothing is asked."""
    asked = wanted(request.args, request.args.items(multi=True))
    session = web.session()
    index = current_app.extensions["storybank"].index.at(session)
    found = service.search(
        session, index, use, asked.text, page=asked.page, filters=asked.filters,
        sort=asked.sort, each=asked.each, same=asked.same,
    )  # fmt: skip
    mine = saved.names(session, use) if may_save(use) else {}
    # Each kept search is asked anew to know what is new: on the page where a search begins.
    news = saved.cards(session, index, use) if mine and not asked.line else []
    return web.render(
        "search/results.html",
        use=use,
        asked=asked,
        typed=asked.text[: 4 * MAX_LETTERS],
        max_letters=MAX_LETTERS,
        found=found,
        chosen=chosen(use, asked, found.facets),
        facets=facets(use, asked, found.facets),
        page_args={"purpose": purpose, **asked.args},
        purposes=purposes(use, asked),
        sorts=SORTS,
        eaches={name: said for name, said in EACH.items() if name != TELLER or may_collapse(use)},
        exact=href(use, replace(asked, same=False)) if found.same else None,
        wide=href(use, replace(asked, same=True)) if found.same else None,
        spelt=[(better, href(use, respelt(asked, typed, better)))
               for typed, better in found.spelling],
        saved=mine,
        news=[card for card in news if card.new],
        kept=mine.get(asked.line),
        may_save=may_save(use) and found.ready and bool(asked.line),
        empty=_why_empty(asked, found),
        **about_hits(use),
    )  # fmt: skip


@for_a_use
def like(use: Use, purpose: str, place: str) -> str:
    """More like one passage: other stories that share telling words with it."""
    at = _PLACE.fullmatch(place)
    if at is None:
        raise NotFound("That passage is not here.")
    page = request.args.get("page", 1, type=int)
    passage, found = service.like(
        web.session(),
        current_app.extensions["storybank"].index.at(web.session()),
        use,
        Place(*map(int, at.groups())),
        page=page,
    )
    return web.render(
        "search/like.html",
        use=use,
        passage=passage,
        found=found,
        page_args={"purpose": purpose, "place": place},
        **about_hits(use),
    )


def about_hits(use: Use) -> dict[str, Any]:
    """What the template of one result needs."""
    return {
        "marked": marked,
        "where_to_read": lambda hit: _where_to_read(use, hit),
        "ways_on": lambda passage: ways_on(use, passage),
        "sees_codes": use.purpose in SEES_CODES,
        "sees_facts": use.purpose in SEES_FACTS,
        "sees_work": use.purpose in SEES_WORK,
        "glossary": GLOSSARY,
        "has_words": HAS,
    }


def may_save(use: Use) -> bool:
    """Somebody with work here may keep searches; storytellers' own pages keep none."""
    return use.actor.account_id is not None and bool(use.actor.roles - {Role.STORYTELLER})


def marked(words: str, places: tuple[tuple[int, int], ...]) -> Markup:
    """Words as safe HTML, with ``<mark>`` around each place (code points, in order)."""
    pieces, last = Markup(), 0
    for start, end in places:
        pieces += escape(words[last:start])
        pieces += Markup('<mark class="hit">{}</mark>').format(words[start:end])
        last = end
    return pieces + escape(words[last:])


def ways_on(use: Use, passage: Passage) -> list[tuple[str, str]]:
    """What can be done with a passage from here: (what a link says, its address)."""
    one, ways = passage.place, []
    ways.append(
        ("More like this", url_for("search.like", purpose=use.purpose.value, place=passage.name))
    )
    if use.purpose is Purpose.STUDY:
        at = {"story": one.story_id, "version": one.version, "start": one.start, "end": one.end}
        ways += _way("Put a code on it", "coding.desk", story_id=one.story_id, at=one.start)
        ways += _way("Write a memo", "memos.new", **at)
    elif use.purpose in (Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH) and passage.coded:
        ways += _way("Add to a pack", "workshops.add", purpose=use.purpose.value,
                     place=passage.name)  # fmt: skip
    return ways


def _way(said: str, endpoint: str, **args: Any) -> list[tuple[str, str]]:
    if endpoint not in current_app.view_functions:
        return []
    return [(said, url_for(endpoint, **args))]


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


def _why_empty(asked: Wanted, found: Found) -> str | None:
    """What to do where nothing is shown; None where something is."""
    if found.hits or not found.ready:
        return None
    if asked.filters:
        return "Take away one of the things you narrowed by, or use fewer words."
    if asked.text.strip():
        return "Try fewer words, another word for the same thing, or the first letters and a star."
    return "There is no story here that may be used in this way yet."
