"""What somebody typed, and every story that fits it among those the use allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import BadInput, NotReady
from storybank.search import evidence, glossary, likeness, narrowing
from storybank.search.evidence import Searches
from storybank.search.index import Allowed, Hits, Matches
from storybank.search.known import Known, known
from storybank.search.language import parse
from storybank.search.picking import picked
from storybank.search.query import And, Asked, Narrow, Node, Or, Word
from storybank.search.sights import Codes, codes_seen
from storybank.stories.models import Story

if TYPE_CHECKING:
    from storybank.search.tallies import Ids

NOTHING = "Nothing was searched."
PREPARING = "Search is being prepared. Try again in a few minutes."
TOO_MUCH = "That was too much to find all of. Use fewer or rarer words."
LOOSENED = "No story has all of these words. These have the most of them."
LOOSEN_FROM = 3
"""With so many words, stories that have only some are better than none."""


class Listed:
    """Hits (``index.Hits``) that were put in order already, best first."""

    def __init__(self, scores: Mapping[int, float], complete: bool = True) -> None:
        self.scores = scores
        self.total = len(scores)
        self.complete = complete

    @property
    def ids(self) -> Ids:
        import numpy as np

        return np.fromiter(self.scores, np.int64, self.total)

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        return list(self.scores.items())[start:end]


@dataclass(frozen=True)
class Matched:
    """What was asked, and what fits."""

    asked: Asked
    tree: Node | None
    """What was looked for: wider than what was asked, where other words mean the same."""
    cards: Codes
    wanted: set[int]
    """The codes that were asked for."""
    hits: Hits
    known: Known | None
    allowed: Allowed
    notes: tuple[str, ...]
    ready: bool = True
    searched: bool = True

    @property
    def loosened(self) -> bool:
        """Stories with only some of the words were taken, for none has all."""
        return LOOSENED in self.notes


def match(
    session: Session, index: Searches, use: Use, text: str, filters: Sequence[Narrow], same: bool
) -> Matched:
    """Never raises over what was typed."""
    asked = parse(text)
    none = Listed({})
    nothing = Matched(asked, None, {}, set(), none, None, Allowed(), asked.left_out, searched=False)
    if asked.refused:
        return nothing
    narrow = tuple(dict.fromkeys((*asked.narrow, *filters)))
    asked = replace(asked, narrow=narrow)
    if asked.tree is None and asked.left_out and not narrow:
        return replace(nothing, asked=asked, notes=(*asked.left_out, *asked.hints))
    cards = codes_seen(session, use)
    there = known(session, use)
    allowed, notes = there.allowed, (*asked.left_out, *asked.hints)
    if narrow:
        allowed, sentences = picked(session, use, narrow, cards, there)
        notes = (*notes, *sentences)
    wanted = narrowing.wanted_codes(session, use, narrow, cards)
    matched = Matched(asked, None, cards, wanted, none, there, allowed, notes)
    if asked.tree is None:
        return replace(matched, hits=_Newest(session, allowed))
    try:
        return _looked(session, index, use, matched, same)
    except BadInput as problem:
        return replace(nothing, asked=asked, notes=(*notes, problem.sentence))
    except NotReady:
        return replace(matched, ready=False, notes=(*notes, PREPARING))


class _Newest:
    """Hits (``index.Hits``) without words, those taken in last first."""

    complete = True

    def __init__(self, session: Session, allowed: Allowed) -> None:
        self.total = len(allowed)
        self._session = session
        self._allowed = allowed

    @property
    def ids(self) -> Ids:
        import numpy as np

        return np.fromiter(self._allowed, np.int64, self.total)

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        order = select(Story.id).order_by(Story.taken_in_at.desc(), Story.id.desc())
        some: list[int] = []
        # No more of the list is fetched than is shown.
        with self._session.scalars(order.execution_options(yield_per=200)) as stories:
            some += islice((one for one in stories if one in self._allowed), start, end)
        return [(story_id, 0.0) for story_id in some]


def _looked(session: Session, index: Searches, use: Use, matched: Matched, same: bool) -> Matched:
    asked, allowed, notes = matched.asked, matched.allowed, matched.notes
    assert asked.tree is not None
    tree = glossary.widened(asked.tree) if same else asked.tree
    hits = index.look(tree, allowed)
    loose = None if hits.total else _loose(asked.tree)
    if loose is not None:
        alike = likeness.alike(index, dict.fromkeys(loose, 1.0), allowed, coverage=True)
        if alike.scores:
            tree, notes = Or(tuple(map(Word, loose))), (*notes, LOOSENED)
        hits = _listed(alike)
    for one in asked.within:
        codes = narrowing.wanted_codes(session, use, [one.narrow], matched.cards)
        scores = dict(hits.best(0, hits.total))
        kept = evidence.holding(session, use, index, list(scores), codes, one.part)
        left = {story: score for story, score in scores.items() if story in kept}
        hits = Listed(left, hits.complete)
    if not hits.complete:
        notes = (*notes, TOO_MUCH)
    return replace(matched, tree=tree, hits=hits, notes=notes)


def _listed(matches: Matches) -> Listed:
    return Listed(matches.scores, matches.complete)


def _loose(tree: Node) -> list[str] | None:
    """The words of a search that is nothing but several of them."""
    if not isinstance(tree, And) or len(tree.parts) < LOOSEN_FROM:
        return None
    words = [part.text for part in tree.parts if isinstance(part, Word)]
    return words if len(words) == len(tree.parts) else None
