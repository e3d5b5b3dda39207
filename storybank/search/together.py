"""Documents in which several words stand together, in a way that somebody else decides.

How often each of the words stands there at all is what such a document scores for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from storybank.search import adjacency
from storybank.search.arrays import Array
from storybank.search.open_shelf import OpenShelf, Spread
from storybank.search.scoring import NOTHING, Found, boost, joined, weighed
from storybank.search.seating import Seats

_YES = np.ones(1, bool)


def together(
    seats: Seats, words: Sequence[bytes], fits: Callable[[OpenShelf, Sequence[int]], Array]
) -> Found:
    """The documents allowed with all these words in one field, at places that fit: ``fits`` is
    given a shelf and the numbers of the words on it, and says where."""
    stock = seats.stock
    found: list[tuple[Array, Array]] = []
    numbers = [stock.numbers(word) for word in words]
    for at, (shelf, base) in enumerate(zip(stock.shelves, stock.bases, strict=False)):
        here = [some[at] for some in numbers]
        known = [number for number in here if number is not None]
        if len(known) < len(here):
            continue
        places = fits(shelf, known)
        if not len(places):
            continue
        rows = adjacency.rows(shelf, places)
        if len(rows) > 1:
            rows = rows[np.concatenate((_YES, rows[1:] != rows[:-1]))]
        fields = [_field(seats, n, shelf, base, rows, words, known)
                  for n in range(len(stock.fields))]  # fmt: skip
        fields = [(docs, points) for docs, points in fields if len(docs)]
        if fields:
            found.append(fields[0] if len(fields) == 1 else joined(fields))
    if not found:
        return NOTHING
    docs, points = found[0] if len(found) == 1 else map(np.concatenate, zip(*found, strict=True))
    return Found(docs, lambda: points)


def _field(
    seats: Seats,
    n: int,
    shelf: OpenShelf,
    base: int,
    rows: Array,
    words: Sequence[bytes],
    numbers: Sequence[int],
) -> tuple[Array, Array]:
    """Those of the rows that are of one field: the documents allowed, and what they score for
    all these words."""
    first = n * shelf.many
    start, end = rows.searchsorted((first, first + shelf.many))
    docs = rows[start:end] - first
    if not seats.all and len(docs):
        docs = docs[seats.mask.take(docs + base)]
    if not len(docs):
        return NOTHING.docs, NOTHING.docs
    field = seats.stock.fields[n]
    points = _weighed(seats, field, shelf.fields[field], words, numbers, docs, base)
    return docs + base, points


def _weighed(
    seats: Seats,
    field: str,
    spread: Spread,
    words: Sequence[bytes],
    numbers: Sequence[int],
    docs: Array,
    base: int,
) -> Array:
    """What these documents of a shelf, each of which has all these words, score for them."""
    times = np.empty((len(words), len(docs)), np.float32)
    rarities = np.empty((len(words), 1), np.float32)
    for n, (word, number) in enumerate(zip(words, numbers, strict=True)):
        here = spread.stretch(number, number + 1)
        those = spread.docs[here]
        times[n] = spread.times[here].take(those.searchsorted(docs.astype(those.dtype)))
        rarities[n] = boost(field) * seats.rarity(seats.holders(field, word))
    lengths = seats.damped(field).take(docs + base)
    return weighed(times, lengths, rarities).sum(axis=0)
