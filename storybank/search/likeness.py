"""Stories that share many of some words: for long questions, and for more like a passage.

Everything is asked of the index about stories that the use allows, and of nothing else: how rare
a word is, is counted among those.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping

from storybank.search.index import Finds, Matches
from storybank.search.query import Word, words_in

TERMS = 24
"""How many words of a text are looked for."""
HEAD, STRESS = 2.0, 1.6
"""See ``telling`` and ``alike``; chosen by benchmarks/search/ranking.py, on the same comments that
it reports on."""

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


def telling(text: str, index: Finds, headed: bool = False) -> dict[str, float]:
    """The words of a text that may say what it is about, and how much each weighs; those that
    weigh most first, each stem once.

    A word weighs the square root of how often it is said. Where the text is ``headed``, as a code
    with its name is, the words of its first sentence weigh twice that.
    """
    said: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for word in words_in(text):
        if word not in COMMON and len(word) > 2 and not word.isdigit():
            stem = index.stem(word)
            said[stem] += 1
            spelt.setdefault(stem, word)
    first = text.partition(". ")[0] if headed else ""
    head = {index.stem(word) for word in words_in(first)}
    weights = {
        spelt[stem]: math.sqrt(many) * (HEAD if stem in head else 1) for stem, many in said.items()
    }
    return dict(sorted(weights.items(), key=lambda pair: -pair[1]))


def alike(
    index: Finds,
    words: Mapping[str, float],
    allow: Collection[int],
    coverage: bool = False,
    fewest: int = 1,
) -> Matches:
    """Stories with many of these words, the rarer the better; best first.

    For each word the index scores a story (BM25, among the stories allowed). The score of a story
    is the sum over the words of weight * score ** STRESS: a word that a story is about outweighs
    several that it only mentions. With ``coverage`` it is multiplied by the share of the words
    that the story has, each weighed by log(1 + (N - n + .5) / (n + .5)): N stories are allowed,
    n of them have the word. Stories with fewer than ``fewest`` of the words are left out.
    """
    if not allow or not words:
        return Matches({})
    looked = {word: index.find(Word(word), allow) for word in list(words)[:TERMS]}
    many = len(allow)
    rarity = {
        word: math.log(1 + (many - len(found.scores) + 0.5) / (len(found.scores) + 0.5))
        for word, found in looked.items()
    }
    whole = sum(rarity.values())
    scores: dict[int, float] = {}
    share: dict[int, float] = {}
    having: Counter[int] = Counter()
    for word, found in looked.items():
        having.update(found.scores.keys())
        for story_id, score in found.scores.items():
            scores[story_id] = scores.get(story_id, 0.0) + words[word] * score**STRESS
            share[story_id] = share.get(story_id, 0.0) + rarity[word]
    if coverage and whole:
        scores = {one: score * share[one] / whole for one, score in scores.items()}
    if fewest > 1:
        scores = {one: score for one, score in scores.items() if having[one] >= fewest}
    order = sorted(scores, key=lambda one: (-scores[one], one))
    complete = all(found.complete for found in looked.values())
    return Matches({one: scores[one] for one in order}, complete)
