"""How matched phrases become suggestions: which win, which are cancelled, which need care.

Pure: places are Unicode code points, end exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST = 2_000
"""A "sentence" longer than this has no full stops to go by, and is taken in pieces."""

WINDOW = 6
"""How many words before a cue a "not" is looked for."""

NEGATORS = frozenset(
    "not n't nt never no none nobody nothing neither nor without hardly barely scarcely rarely "
    "seldom cannot refused refuse refuses failed fail fails denied unable lacked lacking".split()
)
NEGATING_PAIRS = frozenset(
    {("instead", "of"), ("lack", "of"), ("absence", "of"), ("rather", "than"), ("far", "from")}
)
NOT_A_NO = frozenset(
    {("not", word) for word in ("only", "just", "least", "simply", "merely", "long")}
    | {("n't", word) for word in ("only", "just", "long")}
    | {("no", word) for word in ("doubt", "wonder", "matter")}
    | {("never", "mind")}
)
"""Pairs that look like a "no" and say yes: "not only did they...", "no wonder..."."""

STOPS = frozenset(
    ', ; : . ! ? ... \u2026 \u2014 \u2013 - -- ( ) [ ] / " \u201c \u201d \u00ab \u00bb'.split()
)
NEW_CLAUSE = frozenset(
    "but because although though while when whenever until till unless whereas if".split()
)
"""These always begin a clause. The next ones do so only before a subject."""
JOINS = frozenset("and so then yet since before after once".split())
EITHER = frozenset({"or", "nor"})
PRONOUNS = frozenset("i you he she it we they there someone somebody everyone everybody".split())
SUBJECTS = PRONOUNS | frozenset("this that these those my your his her its our their the".split())

_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032\u00b4\uff07`"), "'")
_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")
_SPACES = re.compile("(?<= ) +")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the codebook found in a text."""

    start: int
    end: int
    code_id: int
    cue_id: int
    near_miss: bool = False
    doubtful: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why one code may fit one sentence: where the words stand, which cues, how sure."""

    code_id: int
    because: tuple[tuple[int, int], ...]
    cue_ids: tuple[int, ...]
    check_meaning: bool
    score: float


def plain_letters(text: str) -> tuple[str, Callable[[int], int]]:
    """``text`` as phrases are looked for in it, and the way back to places in ``text``.

    Small letters, straight apostrophes, one space for many, and a space for a hyphen inside a
    word.
    """
    small = text.lower()
    if len(small) != len(text):  # One letter can have two small ones: leave that one as it is.
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    same_length = _HYPHEN.sub(" ", small.translate(_APOSTROPHES))
    cut = [(spaces.start(), spaces.end()) for spaces in _SPACES.finditer(same_length)]
    if not cut:
        return same_length, lambda place: place
    froms, lost, gone = [], [], 0
    for start, end in cut:
        froms.append(start - gone)
        gone += end - start
        lost.append(gone)

    def back(place: int) -> int:
        earlier = bisect_right(froms, place)
        return place + (lost[earlier - 1] if earlier else 0)

    return _SPACES.sub("", same_length), back


def in_pieces(text: str, sentences: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sentences, those without an end in sight cut at a space into shorter pieces."""
    for start, end in sentences:
        while end - start > LONGEST:
            space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
            cut = space + 1 if space > 0 else start + LONGEST
            yield start, cut
            start = cut
        yield start, end


def is_negated(before: Sequence[str], first: str) -> bool:
    """Does a "not" or its like stand a few words before a cue, in the same clause?

    ``before`` are the words and stops of the sentence so far, in small letters; ``first`` is
    the first word of the cue.
    """
    following = first
    for back, word in enumerate(reversed(before[-WINDOW:])):
        if word in STOPS or word in NEW_CLAUSE:
            return False
        if following in (SUBJECTS if word in JOINS else PRONOUNS if word in EITHER else ()):
            return False
        if (word, following) in NEGATING_PAIRS:
            return True
        # "Not just for show" is a no; "not just the papers early" is none.
        if word in NEGATORS and (back == 0 or (word, following) not in NOT_A_NO):
            return True
        following = word
    return False


def reasons(hits: Sequence[Hit]) -> list[Reasons]:
    """What the hits in one sentence suggest: one for each code, in order of place."""
    found: dict[int, list[Hit]] = {}
    for hit in sorted(_longest(_meant(hits)), key=lambda hit: (hit.start, hit.end)):
        found.setdefault(hit.code_id, []).append(hit)
    return [_weigh(code_id, kept) for code_id, kept in found.items()]


def _meant(hits: Sequence[Hit]) -> list[Hit]:
    """The cues that no near miss covers.

    A near miss of another code says what the words are not about only where it is longer than
    the cue: both may list the very same phrase.
    """
    misses = [hit for hit in hits if hit.near_miss]
    return [
        cue
        for cue in hits
        if not cue.near_miss
        and not any(
            miss.start <= cue.start
            and cue.end <= miss.end
            and (miss.code_id == cue.code_id or miss.length > cue.length)
            for miss in misses
        )
    ]


def _longest(cues: Iterable[Hit]) -> list[Hit]:
    """The cues that overlap no longer one. Of two as long as each other, both stay."""
    kept: list[Hit] = []
    for cue in sorted(cues, key=lambda hit: -hit.length):
        if not any(
            other.length > cue.length and other.start < cue.end and cue.start < other.end
            for other in kept
        ):
            kept.append(cue)
    return kept


def _weigh(code_id: int, hits: list[Hit]) -> Reasons:
    because: list[tuple[int, int]] = []
    for hit in hits:
        if because and hit.start < because[-1][1]:
            because[-1] = (because[-1][0], max(because[-1][1], hit.end))
        else:
            because.append((hit.start, hit.end))
    doubtful = [hit for hit in hits if hit.doubtful]
    return Reasons(
        code_id=code_id,
        because=tuple(because),
        cue_ids=tuple(dict.fromkeys(hit.cue_id for hit in hits)),
        check_meaning=bool(doubtful),
        score=float(len(because) if not doubtful else 0),
    )
