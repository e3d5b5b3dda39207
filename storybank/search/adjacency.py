"""Where words stand one after the other, or near each other, on one shelf.

A place is the number of a word among all words of the shelf, one field of all documents after the
other, with one number left out between two documents: so nothing runs from one into the next. A row
is a field of a document, numbered in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from storybank.search.arrays import Array
from storybank.search.open_shelf import OpenShelf

FEW = 8
"""So many times fewer places are looked up one by one; else both lists are sorted together, which
today's processors do several numbers at a time."""

Spend = Callable[[int], None]
"""Says how many places are about to be looked at; raises where they are too many."""


def runs(shelf: OpenShelf, words: Sequence[int], spend: Spend) -> Array:
    """The places where these words begin to stand one after the other, in order."""
    order = sorted(
        range(len(words)), key=lambda n: shelf.firsts[words[n] + 1] - shelf.firsts[words[n]]
    )
    # Numbers below 0 come round at the other end, where no word stands.
    found = _places(shelf, words[order[0]]) - np.uint32(order[0])
    spend(len(found))
    for n in order[1:]:
        others = _places(shelf, words[n])
        if not len(found) or not len(others):
            return found[:0]
        spend(len(found) + (len(others) if len(found) * FEW >= len(others) else 0))
        found = _both(found, others, np.uint32(n))
    return found


def near(
    shelf: OpenShelf, first: Sequence[int], second: Sequence[int], apart: int, spend: Spend
) -> Array:
    """The places of runs of ``first`` that have a run of ``second`` with at most ``apart`` words
    between them, before or after, in the same row."""
    left = runs(shelf, first, spend).astype(np.int64)
    right = runs(shelf, second, spend).astype(np.int64)
    if not len(left) or not len(right):
        return left[:0]
    here = rows(shelf, left)
    begins = shelf.begins.astype(np.int64)
    begin, end = begins.take(here), begins.take(here + 1)
    after = left + len(first)
    limit = np.minimum(after + apart + 1, end)
    close = right.searchsorted(after) < right.searchsorted(limit)
    back = right.searchsorted(np.maximum(left - len(second) - apart, begin))
    close |= back < right.searchsorted(left - len(second), "right")
    return left[close]


def rows(shelf: OpenShelf, places: Array) -> Array:
    """In which rows these places are."""
    found: Array = shelf.begins.searchsorted(places.astype(np.uint32, copy=False), "right")
    return found - 1


def _places(shelf: OpenShelf, word: int) -> Array:
    return shelf.places[shelf.firsts[word] : shelf.firsts[word + 1]]


def _both(found: Array, others: Array, apart: np.uint32) -> Array:
    """Those found that have one of the others so many places further on."""
    wanted = found + apart
    if len(found) * FEW < len(others):
        at = others.searchsorted(wanted)
        np.minimum(at, len(others) - 1, out=at)
        return found[others.take(at) == wanted]
    every = np.concatenate((wanted, others))
    every.sort()
    twice = every[1:] == every[:-1]
    return every[1:][twice] - apart
