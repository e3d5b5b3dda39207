"""Stories that share many of some words: for long questions, and for more like a passage.

Everything is asked of the index about stories that the use allows, and of nothing else: how rare
a word is, is counted among those.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence

from storybank.search.index import Finds, Matches
from storybank.search.query import Word, words_in

MOST_TERMS = 16
TERMS = 24
"""How many words of a passage are looked up before the most telling are chosen."""

COMMON = frozenset(
    "a about after again all also am an and any are as at back be because been before being but by "
    "came can come could day did do does doing done down each even every first for from get go "
    "going got had has have having he her here hers him his how i if in into is it its just know "
    "like little long made make many me might more most much must my never no not now of off on "
    "once one only or other our out over own people really right said same say says see she so "
    "some still such t s d ll m re ve take than that the their them then there these they thing "
    "things think this those though through time to too two under up us very want was way we well "
    "went were what when where which while who whom whose why will with would year years you your "
    "yes about against anything around asked away both don done few felt something told until "
    "without yet".split()
)
"""Words that say nothing of what a passage is about. A plain list: it is made from no story."""


def telling(texts: Sequence[str], index: Finds) -> list[str]:
    """The words of a text that may say what it is about, those said most often first; each stem
    once."""
    said: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for text in texts:
        for word in words_in(text):
            if word not in COMMON and len(word) > 2 and not word.isdigit():
                stem = index.stem(word)
                said[stem] += 1
                spelt.setdefault(stem, word)
    return [spelt[stem] for stem, _ in said.most_common()]


def alike(index: Finds, words: Sequence[str], allow: Collection[int]) -> Matches:
    """Stories with many of these words, the rarer the better; best first.

    The score of a story is what the index gives it for each word, added up, times the share of
    the words that it has, each word weighed by log(1 + (N - n + .5) / (n + .5)): N stories are
    allowed, n of them have the word (the weight that BM25 gives a word).
    """
    if not allow or not words:
        return Matches({})
    looked = [(word, index.find(Word(word), allow)) for word in words[:TERMS]]
    many = len(allow)
    weights = {
        word: math.log(1 + (many - len(found.scores) + 0.5) / (len(found.scores) + 0.5))
        for word, found in looked
    }
    best = sorted(looked, key=lambda pair: -weights[pair[0]] if pair[1].scores else 0.0)
    kept = [(word, found) for word, found in best[:MOST_TERMS] if found.scores]
    whole = sum(weights[word] for word, _ in kept)
    scores: dict[int, float] = {}
    share: dict[int, float] = {}
    for word, found in kept:
        for story_id, score in found.scores.items():
            scores[story_id] = scores.get(story_id, 0.0) + score
            share[story_id] = share.get(story_id, 0.0) + weights[word]
    ranked = {one: score * share[one] / whole for one, score in scores.items()} if whole else {}
    order = sorted(ranked, key=lambda one: (-ranked[one], one))
    complete = all(found.complete for _, found in looked)
    return Matches({one: ranked[one] for one in order}, complete)
