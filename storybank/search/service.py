"""One search, for one use. The database decides what may be found; the index only proposes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.search import census, facets, glossary, likeness, spelling
from storybank.search.evidence import Searches
from storybank.search.hits import MOST_PASSAGES, PASSAGES, apart, hits
from storybank.search.known import known
from storybank.search.matching import NOTHING, TOO_MUCH, Matched, match
from storybank.search.ordering import may_collapse, one_of_each, ordered
from storybank.search.passages import Finder
from storybank.search.query import Narrow, Node, Or, Word
from storybank.search.results import (
    BEST,
    PASSAGE,
    PER_PAGE,
    STORY,
    TELLER,
    Found,
    Hit,
    Passage,
    as_json,
    counts_as_json,
)
from storybank.search.sights import codes_seen, understood
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

__all__ = [
    "PER_PAGE", "Found", "Hit", "Passage", "as_json", "counts_as_json", "evidence_for", "like",
    "matching", "search",
]  # fmt: skip

SHARED, MOST_ALIKE = 2, 40
"""How many telling words stories must share to be alike, and how many such stories are shown."""


def search(
    session: Session,
    index: Searches,
    use: Use,
    text: str,
    page: int = 1,
    per_page: int = PER_PAGE,
    filters: Sequence[Narrow] = (),
    *,
    sort: str = BEST,
    each: str = STORY,
    same: bool = True,
) -> Found:
    """Find stories that ``use`` allows. Never raises over what was typed.

    Without words it lists the newest stories that fit ``filters``. ``same`` looks for words that
    the glossary says mean the same, too.
    """
    matched = match(session, index, use, text, filters, same)
    asked, notes = matched.asked, matched.notes
    if not matched.searched:
        return Found(NOTHING, notes=notes)
    if not matched.ready or matched.known is None:
        return Found(asked.understood, notes=notes, ready=False)
    collapsed = each == TELLER and may_collapse(use)
    total, every = matched.hits.total, []
    if collapsed or sort != BEST:
        every = ordered(session, [one for one, _ in matched.hits.best(0, total)], sort)
        every = one_of_each(session, every) if collapsed else every
        total = len(every)
    page = min(max(page, 1), max(1, -(-total // per_page)))
    first, last = (page - 1) * per_page, page * per_page
    scores = dict(
        matched.hits.best(0, matched.hits.total) if every else matched.hits.best(first, last)
    )
    shown = every[first:last] if every else list(scores)
    coded = facets.places(session, use, shown, matched.wanted, matched.cards)
    most = MOST_PASSAGES if each == PASSAGE else PASSAGES
    finder = Finder(matched.tree, index.stem)
    found = hits(session, use, shown, scores, finder, coded, matched.wanted, most)
    return Found(
        understood(asked, matched.cards),
        apart(found, finder, matched.wanted) if each == PASSAGE else found,
        total,
        page,
        per_page,
        census.counts(session, use, matched.known, matched.hits.ids, matched.cards),
        notes,
        same=glossary.same(asked.tree),
        widened=matched.tree != asked.tree,
        spelling=_spelling(index, matched),
    )


def like(
    session: Session, index: Searches, use: Use, place: Place, page: int = 1,
    per_page: int = PER_PAGE,
) -> tuple[Excerpt, Found]:  # fmt: skip
    """A passage, and other stories that share telling words with it, the most alike first.

    Raises NotFound where the use does not allow the passage; NotReady without an index.
    """
    asked = reading.excerpts(session, use, [place])
    if not asked:
        raise NotFound("That passage is not here.")
    [passage] = asked
    allowed = known(session, use).allowed
    words = likeness.telling(passage.words, index)
    matches = likeness.alike(index, words, allowed, fewest=min(SHARED, len(words)))
    ids = [story_id for story_id in matches.scores if story_id != place.story_id][:MOST_ALIKE]
    page = min(max(page, 1), max(1, -(-len(ids) // per_page)))
    shown = ids[(page - 1) * per_page : page * per_page]
    cards = codes_seen(session, use)
    coded = facets.places(session, use, shown, set(), cards)
    finder = Finder(Or(tuple(map(Word, list(words)[: likeness.TERMS]))), index.stem)
    found = hits(session, use, shown, matches.scores, finder, coded, set())
    return passage, Found(
        "Stories that share telling words with this passage.",
        found, len(ids), page, per_page, notes=() if matches.complete else (TOO_MUCH,),
    )  # fmt: skip


def matching(
    session: Session, index: Searches, use: Use, text: str, same: bool = True
) -> set[int] | None:
    """The stories that a search finds, and no word of them; None where it cannot be asked just
    now."""
    matched = match(session, index, use, text, (), same)
    fine = matched.searched and matched.ready
    return set(matched.hits.ids.tolist()) if fine else None


def evidence_for(
    session: Session, index: Searches, use: Use, text: str, same: bool
) -> tuple[Found, Node | None, set[int]]:
    """The stories that fit, without their words; what is looked for in them, and which codes."""
    matched = match(session, index, use, text, (), same)
    fine = matched.searched and matched.ready
    said = matched.asked.understood if matched.searched else NOTHING
    hits = matched.hits
    ids = tuple(story_id for story_id, _ in hits.best(0, hits.total)) if fine else ()
    found = Found(said, total=len(ids), notes=matched.notes, ready=matched.ready, story_ids=ids)
    return found, matched.tree, matched.wanted


def _spelling(index: Searches, matched: Matched) -> tuple[tuple[str, str], ...]:
    """Better spellings, where nothing has all that was typed."""
    tree, allowed = matched.asked.tree, matched.allowed
    if tree is None or not allowed or (matched.hits.total and not matched.loosened):
        return ()
    return tuple(
        spelling.better(
            tree, matched.cards.values(), lambda word: bool(index.look(Word(word), allowed).total)
        )
    )
