"""Asking a query over codings: which passages, in which stories, this use may see.

What a query means:

- A *passage* is what a coding stands on. ``code:`` and ``family:`` choose the codings with one
  of these codes; nothing else is chosen from than codings that ``seen`` lets this use see.
- ``A AND B`` (or side by side) is the words that both stand on: for each passage of A and each of
  B that share a letter, the stretch they share. ``A OR B`` is the passages of either. ``A AND NOT
  B`` is the passages of A that share no letter with any of B.
- A *condition* (a fact, ``by:``, ``flag:``, ``has:``, ``use:``, and whatever AND, OR and NOT make
  of these) narrows every code within the same brackets. Words of the story narrow the passages
  that the brackets find: they must stand in the passage. Where words and other conditions are
  joined by OR, they speak of each coding.
- With no code in the brackets, the conditions choose among all codings; so does NOT alone.
- ``A near B`` and its like are the passages of A, whole, that stand so to another passage of B
  in the same story: one without a coding in common. NEAR: they share a letter, or at most so many
  words (characters, sentences) stand between them; sentences are counted by how many begin after
  the last letter of the first up to the first letter of the second. FOLLOWED BY: B begins at
  or after the end of A; AFTER: B ends at or before the beginning. WITHIN: no letter of A is
  outside B. CONTAINING: no letter of B is outside A. IN STORY WITH: anywhere. NOT before any of
  them: to no passage of B. Beside these, words stand for the places where they are written; where
  no code says in which stories, conditions on stories do, and conditions on codings are refused.
- A gap is never taken as short where it is wider than 100 letters for each word allowed, or 2,000
  for each sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis import passage_words, sweeping
from storybank.analysis.conditions import clause
from storybank.analysis.language import parse
from storybank.analysis.query import (
    CODES,
    And,
    Beside,
    Distance,
    Has,
    Node,
    Not,
    Or,
    children,
    finds_passages,
    leaves,
    only_words,
)
from storybank.analysis.sweeping import Edition, Stretch, Stretches, TooMany
from storybank.coding.models import Coding
from storybank.coding.seeing import seen_throughout as seen
from storybank.consent.rules import Use
from storybank.errors import BadInput, Refused
from storybank.search.facets import SEES_CODES
from storybank.search.index import Finds
from storybank.search.meanings import codes_meant
from storybank.stories.models import Story
from storybank.stories.reading import permitted
from storybank.stories.rules import Place

Row = Any
MOST = 200_000
"""The most passages that one question may find."""


@dataclass(frozen=True)
class Passage:
    """A place that was found, and the numbers of the codings that made it one, in order.

    Where only words were looked for beside a code, there are none.
    """

    place: Place
    coding_ids: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """What a query found: passages by place, and their stories, both in order."""

    line: str
    """The query as it was understood."""
    passages: list[Passage]

    @property
    def story_ids(self) -> list[int]:
        return list(dict.fromkeys(passage.place.story_id for passage in self.passages))

    @property
    def coding_ids(self) -> set[int]:
        return {number for passage in self.passages for number in passage.coding_ids}


def matching(session: Session, use: Use, line: str, index: Finds | None = None) -> Found:
    """What this line finds for this use. ``index`` makes looking for words faster.

    Raises BadInput where the line cannot be understood, names what is not there, or finds too
    much; Refused for a use that may not see codes.
    """
    if use.purpose not in SEES_CODES:
        raise Refused("Codes are not shown for this use.")
    node = parse(line)
    found = _Asking(session, use, index, node).ask(node, ())
    at: dict[tuple[int, int, int, int], tuple[int, ...]] = {}
    for (story_id, version), some in found.items():
        for start, end, codings in some:
            key = (story_id, version, start, end)
            before = at.get(key)
            at[key] = codings if before is None else tuple(sorted({*before, *codings}))
    return Found(str(node), [Passage(Place(*key), at[key]) for key in sorted(at)])


class _Asking:
    """One question, for one use."""

    def __init__(self, session: Session, use: Use, index: Finds | None, node: Node) -> None:
        self.session, self.use, self.index = session, use, index
        self.seen = seen(use)
        self.codes = {
            leaf: codes_meant(session, leaf.field, leaf.values)
            for leaf in set(leaves(node))
            if isinstance(leaf, Has) and leaf.field in CODES
        }
        self.read: dict[tuple[bool, tuple[Node, ...]], Sequence[Row]] = {}

    def ask(self, node: Node, narrowed: tuple[Node, ...]) -> Stretches:
        """What a part finds, where these conditions narrow every code in it."""
        match node:
            case Or(parts) if finds_passages(node):
                return sweeping.union([self.ask(part, narrowed) for part in parts])
            case Beside():
                return self._beside(node, narrowed)
            case Has(field) if field in CODES:
                return self._codings(node, narrowed)
            case And(parts):
                return self._all_of(parts, narrowed)
        return self._all_of((node,), narrowed)

    def _all_of(self, parts: tuple[Node, ...], narrowed: tuple[Node, ...]) -> Stretches:
        wanted = [part for part in parts if finds_passages(part) and not isinstance(part, Not)]
        unwanted = [part.part for part in parts if isinstance(part, Not) and finds_passages(part)]
        others = [part for part in parts if not finds_passages(part)]
        words = [part for part in others if only_words(part)]
        narrowed += tuple(part for part in others if not only_words(part))
        every = [self.ask(part, narrowed) for part in wanted] or [self._codings(None, narrowed)]
        try:
            found = reduce(lambda left, right: sweeping.intersection(left, right, MOST), every)
        except TooMany:
            raise BadInput(
                "That finds too many passages to look at. Ask for fewer codes."
            ) from None
        for part in unwanted:
            found = sweeping.without(found, self.ask(part, narrowed))
        for part in words:
            found = passage_words.holding(self.session, self.use, found, part, self.index)
        return found

    def _beside(self, node: Beside, narrowed: tuple[Node, ...]) -> Stretches:
        left, right = (
            None if only_words(side) else self.ask(side, narrowed)
            for side in (node.left, node.right)
        )
        # Words stand for their places: read only where there is something for them to be beside.
        if left is None:
            left = self._written(node.left, None if node.without else right, narrowed)
        if right is None:
            right = self._written(node.right, left, narrowed)

        def measure(gaps: Collection[Place], far: Distance) -> Collection[Place]:
            return passage_words.no_longer(self.session, self.use, gaps, far)

        return sweeping.beside(left, right, node.how, node.distance, measure, none=node.without)

    def _written(
        self, asked: Node, among: Stretches | None, narrowed: tuple[Node, ...]
    ) -> Stretches:
        if among is not None:
            stories = {story_id for story_id, _ in among}
        else:
            # No code says where to look, so what is said of stories has to.
            if any(map(_names_words, narrowed)):
                raise BadInput("Put a code beside these words: what stands there is of codings.")
            rules = [clause(self.session, self.use, part, Story) for part in narrowed]
            stories = set(self.session.scalars(permitted(self.use).where(*rules)))
        return passage_words.places_of(self.session, self.use, asked, stories, self.index)

    def _codings(self, codes: Has | None, narrowed: tuple[Node, ...]) -> Stretches:
        """The passages of codings with these codes (of all, where None), each by itself."""
        rows = self._rows(None if codes is None else set().union(*self.codes.values()), narrowed)
        wanted = None if codes is None else self.codes[codes]
        found: dict[Edition, list[Stretch]] = {}
        for story_id, version, start, end, number, code_id in rows:
            if wanted is None or code_id in wanted:
                found.setdefault((story_id, version), []).append(Stretch(start, end, (number,)))
        return reduce(self._fitting, filter(_names_words, narrowed), found)

    def _rows(self, code_ids: set[int] | None, narrowed: tuple[Node, ...]) -> Sequence[Row]:
        """Codings with any of these codes: read once for all codes that are narrowed alike."""
        key = (code_ids is None, narrowed)
        if key not in self.read:
            rules = [
                clause(self.session, self.use, part) for part in narrowed if not _names_words(part)
            ]
            if code_ids is not None:
                rules.append(Coding.code_id.in_(code_ids))
            self.read[key] = self.session.execute(
                select(
                    Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.id,
                    Coding.code_id,
                ).where(self.seen, *rules)
            ).all()  # fmt: skip
        return self.read[key]

    def _fitting(self, found: Stretches, asked: Node) -> Stretches:
        """Those of these codings that a condition with words among others holds for."""
        match asked:
            case _ if only_words(asked):
                return passage_words.holding(self.session, self.use, found, asked, self.index)
            case And(parts):
                return reduce(self._fitting, parts, found)
            case Or(parts):
                return sweeping.union([self._fitting(found, part) for part in parts])
            case Not(part):
                out = self._fitting(found, part)
                return sweeping.less(found, out)
        numbers = {number for some in found.values() for one in some for number in one.codings}
        fits = set(
            self.session.scalars(
                select(Coding.id).where(self.seen, clause(self.session, self.use, asked))
            )
        )
        return {
            edition: kept
            for edition, some in found.items()
            if (kept := [one for one in some if one.codings[0] in fits & numbers])
        }


def _names_words(node: Node) -> bool:
    return only_words(node) or any(map(_names_words, children(node)))
