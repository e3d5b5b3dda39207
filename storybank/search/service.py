"""One search, for one use. The database decides what may be found; the index only proposes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound, NotReady
from storybank.search import evidence, facets, glossary, likeness, spelling
from storybank.search.hits import MOST_PASSAGES, PASSAGES, apart, hits
from storybank.search.index import Allowed, Finds, Matches
from storybank.search.language import parse
from storybank.search.ordering import may_collapse, one_of_each, ordered
from storybank.search.passages import Finder
from storybank.search.query import And, Asked, Narrow, Node, Or, Word
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
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

__all__ = [
    "PER_PAGE", "Found", "Hit", "Passage", "as_json", "counts_as_json", "evidence_for", "like",
    "matching", "search",
]  # fmt: skip

NOTHING = "Nothing was searched."
PREPARING = "Search is being prepared. Try again in a few minutes."
TOO_MUCH = "That was too much to find all of. Use fewer or rarer words."
LOOSENED = "No story has all of these words. These have the most of them."
SHARED, MOST_ALIKE = 2, 40
"""How many telling words stories must share to be alike, and how many such stories are shown."""
LOOSEN_FROM = 3
"""With so many words, stories that have only some are better than none."""


@dataclass(frozen=True)
class _Matched:
    """What was asked, and every story that fits, in order."""

    asked: Asked
    tree: Node | None
    cards: facets.Codes
    wanted: set[int]
    matches: Matches
    allowed: Collection[int]
    notes: tuple[str, ...]
    ready: bool = True
    searched: bool = True


def search(
    session: Session,
    index: Finds,
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
    matched = _match(session, index, use, text, filters, same)
    asked, notes = matched.asked, matched.notes
    if not matched.searched:
        return Found(NOTHING, notes=notes)
    if not matched.ready:
        return Found(asked.understood, notes=notes, ready=False)
    ids = ordered(session, list(matched.matches.scores), sort)
    every = tuple(ids)
    if each == TELLER and may_collapse(use):
        ids = one_of_each(session, ids)
    page = min(max(page, 1), max(1, -(-len(ids) // per_page)))
    shown = ids[(page - 1) * per_page : page * per_page]
    coded = facets.places(session, use, shown, matched.wanted, matched.cards)
    most = MOST_PASSAGES if each == PASSAGE else PASSAGES
    finder = Finder(matched.tree, index.stem)
    found = hits(
        session, use, shown, matched.matches.scores, finder, coded, matched.wanted, most
    )  # fmt: skip
    return Found(
        asked.understood,
        apart(found) if each == PASSAGE else found,
        len(ids),
        page,
        per_page,
        facets.counts(session, use, every, matched.cards),
        notes,
        same=glossary.same(asked.tree),
        widened=matched.tree != asked.tree,
        spelling=_spelling(index, matched),
        story_ids=every,
    )


def like(
    session: Session, index: Finds, use: Use, place: Place, page: int = 1, per_page: int = PER_PAGE
) -> tuple[Excerpt, Found]:
    """A passage, and other stories that share telling words with it, the most alike first.

    Raises NotFound where the use does not allow the passage; NotReady without an index.
    """
    asked = reading.excerpts(session, use, [place])
    if not asked:
        raise NotFound("That passage is not here.")
    [passage] = asked
    allowed = reading.permitted_ids(session, use) - {place.story_id}
    words = likeness.telling(passage.words, index)
    matches = likeness.alike(index, words, allowed, fewest=min(SHARED, len(words)))
    ids = list(matches.scores)[:MOST_ALIKE]
    page = min(max(page, 1), max(1, -(-len(ids) // per_page)))
    shown = ids[(page - 1) * per_page : page * per_page]
    cards = facets.codes_seen(session, use)
    coded = facets.places(session, use, shown, set(), cards)
    finder = Finder(Or(tuple(map(Word, list(words)[: likeness.TERMS]))), index.stem)
    found = hits(session, use, shown, matches.scores, finder, coded, set())
    return passage, Found(
        "Stories that share telling words with this passage.",
        found, len(ids), page, per_page, notes=() if matches.complete else (TOO_MUCH,),
    )  # fmt: skip


def matching(
    session: Session, index: Finds, use: Use, text: str, same: bool = True
) -> list[int] | None:
    """The stories that a search finds, in order, and no word of them; None where it cannot be
    asked just now."""
    matched = _match(session, index, use, text, (), same)
    fine = matched.searched and matched.ready
    return list(matched.matches.scores) if fine else None


def evidence_for(
    session: Session, index: Finds, use: Use, text: str, same: bool
) -> tuple[Found, Node | None, set[int]]:
    """The stories that fit, without their words; what is looked for in them, and which codes."""
    matched = _match(session, index, use, text, (), same)
    fine = matched.searched and matched.ready
    said = matched.asked.understood if matched.searched else NOTHING
    ids = tuple(matched.matches.scores) if fine else ()
    found = Found(said, total=len(ids), notes=matched.notes, ready=matched.ready, story_ids=ids)
    return found, matched.tree, matched.wanted


def _match(
    session: Session, index: Finds, use: Use, text: str, filters: Sequence[Narrow], same: bool
) -> _Matched:
    asked = parse(text)
    nothing = _Matched(asked, None, {}, set(), Matches({}), (), asked.left_out, searched=False)
    if asked.refused:
        return nothing
    narrow = tuple(dict.fromkeys((*asked.narrow, *filters)))
    asked = replace(asked, narrow=narrow)
    cards = facets.codes_seen(session, use)
    stories, sentences = facets.narrowed(session, use, narrow, cards)
    notes = (*asked.left_out, *asked.hints, *sentences)
    nothing = replace(nothing, asked=asked, notes=notes)
    if asked.tree is None and asked.left_out and not narrow:
        return nothing
    wanted = facets.wanted_codes(session, use, narrow, cards)
    if asked.tree is None:
        newest = stories.order_by(Story.taken_in_at.desc(), Story.id.desc())
        matches = Matches(dict.fromkeys(session.scalars(newest), 0.0))
        return _Matched(asked, None, cards, wanted, matches, (), notes)
    # The set is asked for anew by each search: there is no cache of permissions to forget.
    allowed = Allowed(session.scalars(stories))
    tree = glossary.widened(asked.tree) if same else asked.tree
    try:
        matches = index.find(tree, allowed)
        loose = None if matches.scores else _loose(asked.tree)
        if loose is not None:
            matches = likeness.alike(index, dict.fromkeys(loose, 1.0), allowed, coverage=True)
            if matches.scores:
                tree, notes = Or(tuple(map(Word, loose))), (*notes, LOOSENED)
        matches = _within(session, use, index, asked, cards, matches)
    except BadInput as problem:
        return replace(nothing, notes=(*notes, problem.sentence))
    except NotReady:
        preparing = (*notes, PREPARING)
        return _Matched(asked, tree, cards, wanted, Matches({}), (), preparing, ready=False)
    if not matches.complete:
        notes = (*notes, TOO_MUCH)
    return _Matched(asked, tree, cards, wanted, matches, allowed, notes)


def _loose(tree: Node) -> list[str] | None:
    """The words of a search that is nothing but several of them."""
    if not isinstance(tree, And) or len(tree.parts) < LOOSEN_FROM:
        return None
    words = [part.text for part in tree.parts if isinstance(part, Word)]
    return words if len(words) == len(tree.parts) else None


def _within(
    session: Session, use: Use, index: Finds, asked: Asked, cards: facets.Codes, matches: Matches
) -> Matches:
    """Those in which what must stand within a code does."""
    for one in asked.within:
        codes = facets.wanted_codes(session, use, [one.narrow], cards)
        kept = evidence.holding(
            session, use, list(matches.scores), codes, one.part, index.stem
        )  # fmt: skip
        left = {story: score for story, score in matches.scores.items() if story in kept}
        matches = replace(matches, scores=left)
    return matches


def _spelling(index: Finds, matched: _Matched) -> tuple[tuple[str, str], ...]:
    """Better spellings, where nothing has all that was typed."""
    tree, allowed = matched.asked.tree, matched.allowed
    if tree is None or not allowed or (matched.matches.scores and LOOSENED not in matched.notes):
        return ()
    return tuple(
        spelling.better(
            tree, matched.cards.values(), lambda word: bool(index.find(Word(word), allowed).scores)
        )
    )
