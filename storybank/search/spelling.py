"""Help with spelling. It offers the codebook's words, the glossary's and very common English ones;
never a word because a story has it. What is offered is tried first, among stories that whoever
asks may see: nobody learns from it what they could not have found by typing it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from storybank.codebook.service import CodeCard
from storybank.consent.reading_age import easy_words
from storybank.search import glossary
from storybank.search.query import Node as Search
from storybank.search.query import Phrase, Word, leaves, words_in

CLOSE = 0.78
"""How alike two words must be: difflib's ratio, from 0 to 1."""
TRIED = 3
"""How many words are tried for each that was found nowhere."""
SHORTEST = 4
HELPED = 4
"""How many words of one search are helped with."""


def better(
    tree: Search, cards: Iterable[CodeCard], finds: Callable[[str], bool]
) -> list[tuple[str, str]]:
    """(word as typed, a word like it that finds something), for words that find nothing.

    ``finds`` says whether a word is in any story that the use allows. ``cards`` are the codes
    that it may see.
    """
    known: Collection[str] | None = None
    offered: list[tuple[str, str]] = []
    missing = 0
    for word in dict.fromkeys(_words(tree)):
        if len(word) < SHORTEST or finds(word):
            continue
        missing += 1
        if missing > HELPED:
            break
        known = _known(cards) if known is None else known
        near = difflib.get_close_matches(word, [w for w in known if w != word], TRIED, CLOSE)
        good = next((other for other in near if finds(other)), None)
        if good is not None:
            offered.append((word, good))
    return offered


def _words(tree: Search) -> Iterable[str]:
    for leaf in leaves(tree):
        if isinstance(leaf, Word):
            yield leaf.text
        elif isinstance(leaf, Phrase):
            yield from leaf.words


def _known(cards: Iterable[CodeCard]) -> list[str]:
    told = (
        text for card in cards for text in (card.name, card.definition, card.include, *card.cues)
    )
    written = {word for text in told for word in words_in(text) if len(word) >= SHORTEST}
    return sorted(written | _always())


@lru_cache(maxsize=1)
def _always() -> frozenset[str]:
    words = glossary.vocabulary() | set(easy_words()) | _OF_CARE
    return frozenset(word for word in words if len(word) >= SHORTEST)


_OF_CARE = frozenset(
    "ambulance anxiety appointment assessment clinic clinical community consultant counselling "
    "dementia depression diagnosis discharge emergency hospital medication medicine meeting "
    "nurse nursing operation outpatient patient pharmacy physiotherapy psychiatric receptionist "
    "referral rehabilitation surgeon surgery symptoms therapist therapy treatment volunteer "
    "waiting wheelchair committee council manager maternity midwife recovery accessible "
    "advocate advocacy disability funding housing interpreter language transport".split()
)
