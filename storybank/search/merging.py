"""Several shelves made into one, without the documents that are to be left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storybank.search.arrays import Array
from storybank.search.inverting import Shelf, Standing, places_in, vocabulary, words_of
from storybank.search.kinds import FORMS, Kind


def merged(kind: Kind, shelves: Sequence[Shelf], kept: Sequence[Array]) -> dict[str, Array]:
    """One shelf of several; ``kept`` says for each which documents to take. Words that stand in
    none of these are gone."""
    every = [words_of(shelf) for shelf in shelves]
    words = sorted(set().union(*every))
    rank = {word: number for number, word in enumerate(words)}
    ranks = [np.fromiter(map(rank.__getitem__, some), np.int64, len(some)) for some in every]
    made: dict[str, Array] = {}
    for name in kind.columns:
        made[name] = np.concatenate(
            [shelf[name][keep] for shelf, keep in zip(shelves, kept, strict=True)]
        )
    numbers, base = [], 0
    for keep in kept:
        numbers.append(np.cumsum(keep) - 1 + base)
        base += int(keep.sum())
    used = np.zeros(len(words), bool)
    spoken = {}
    for name in (*kind.fields, FORMS):
        parts = [
            _spoken(shelf, kind, name, keep) for shelf, keep in zip(shelves, kept, strict=True)
        ]
        said = np.concatenate([rank[one[0]] for rank, one in zip(ranks, parts, strict=True)])
        docs = np.concatenate([number[one[1]] for number, one in zip(numbers, parts, strict=True)])
        used[said] = True
        spoken[name] = said, docs, np.concatenate([one[2] for one in parts])
    left = np.cumsum(used) - 1
    made |= vocabulary([word for word, use in zip(words, used.tolist(), strict=True) if use])
    standing = Standing()
    for name, (said, docs, places) in spoken.items():
        lengths = np.concatenate(
            [shelf[f"{name}.lengths"][keep] for shelf, keep in zip(shelves, kept, strict=True)]
        ).astype(np.int64)
        begins = np.cumsum(lengths + 1) - lengths - 1
        standing.take(made, name, lengths, left[said], docs, places + begins[docs])
    return made | standing.arrays()


def _spoken(shelf: Shelf, kind: Kind, name: str, keep: Array) -> tuple[Array, Array, Array]:
    """The words of one field of a shelf as they stand, in the documents to keep: number of the
    word, document, place in it."""
    docs = shelf[f"{name}.docs"].astype(np.int64)
    starts = shelf[f"{name}.starts"].astype(np.int64)
    words = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    stay = keep[docs]
    if name == FORMS:
        return words[stay], docs[stay], np.zeros(int(stay.sum()), np.int64)
    times = shelf[f"{name}.times"].astype(np.int64)
    places = places_in(shelf, kind, name)[np.repeat(stay, times)]
    times = times[stay]
    return np.repeat(words[stay], times), np.repeat(docs[stay], times), places
