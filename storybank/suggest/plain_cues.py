"""Cue phrases found in a short text at once, by plain comparison of words.

For texts that are no stories and are not kept for suggesting: nothing is stored, and nothing has
to be loaded first. The rules are those of suggestions in stories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from storybank.suggest import rules
from storybank.suggest.denials import denials
from storybank.suggest.phrases import forms, same_words
from storybank.suggest.rules import Hit, Reasons
from storybank.suggest.suggester import CuePhrase

Known = dict[tuple[str, ...], list[tuple[CuePhrase, bool]]]
"""{the words of a phrase: the cues it is a form of, each with whether it denies it}."""

_WORD = re.compile(r"\w+(?:'\w+)*|[,;:()]")
_END = re.compile(r"[.!?\u2026\n]+")


def reasons_in(cues: tuple[CuePhrase, ...], text: str) -> list[Reasons]:
    """Which codes the phrases in a text speak for, sentence by sentence; places are code points
    of ``text``, end exclusive."""
    known, longest = _known(cues)
    plain, back = rules.plain_letters(text)
    found: list[Reasons] = []
    start = 0
    for end in [*(stop.start() for stop in _END.finditer(plain)), len(plain)]:
        words = [(one[0], one.start(), one.end()) for one in _WORD.finditer(plain, start, end)]
        hits = [
            Hit(back(first), back(last), cue.code_id, cue.id, cue.near_miss, doubtful)
            for cue, first, last, doubtful in _matches(known, longest, words)
        ]
        found += rules.reasons(hits)
        start = end
    return found


def _matches(
    known: Known, longest: int, words: list[tuple[str, int, int]]
) -> Iterator[tuple[CuePhrase, int, int, bool]]:
    """Every cue in one sentence: (cue, its first letter, the end of its last, doubtful)."""
    said = tuple(word for word, _, _ in words)
    for at in range(len(said)):
        for size in range(1, min(longest, len(said) - at) + 1):
            for cue, denied in known.get(said[at : at + size], ()):
                before = said[max(0, at - rules.WINDOW) : at]
                doubtful = denied or rules.is_negated(before, said[at])
                yield cue, words[at][1], words[at + size - 1][2], doubtful


@lru_cache(maxsize=2)
def _known(cues: tuple[CuePhrase, ...]) -> tuple[Known, int]:
    """Every form of these phrases, and how many words the longest has. About 15 ms for 350."""
    known: Known = {}
    for cue in cues:
        said = same_words(cue.phrase) if cue.near_miss else forms(cue.phrase)
        denied = frozenset() if cue.near_miss else denials(cue.phrase) - said
        for ways, no in ((said, False), (denied, True)):
            for way in ways:
                known.setdefault(tuple(_WORD.findall(way)), []).append((cue, no))
    known.pop((), None)
    return known, max(map(len, known), default=0)
