"""What a search finds in the index that PostgreSQL keeps, among what is allowed.

PostgreSQL says where words, phrases and beginnings stand; who may be found, how rare a word is
among those and what follows for a whole search is worked out here. It ranks every document it
finds, so it takes far longer than the arrays do over common words: it is there to be there.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storybank.search.kinds import Kind, stem
from storybank.search.postgres_schema import quoted
from storybank.search.postgres_tables import FORM, MORE, PART, lexeme
from storybank.search.query import And, Fuzzy, Near, Node, Not, Or, Phrase, Prefix, Word, alike

Scores = dict[int, float]

BOOSTS = {"title": 2.0}
MOST_PLACES = 300_000
"""How many lists of places one search may read to see what is near what."""
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789" + "".join(
    letter for letter in map(chr, range(0xDF, 0x180)) if letter.islower()
)
BLOCK = 128
"""Letters of other scripts are tried among so many neighbours of those in the word."""


class TooMuch(Exception):
    """The search would look at more than it may."""


class Finding:
    """One search over documents of one kind."""

    def __init__(
        self, connection: Connection, schema: str, kind: Kind, allow: Collection[int]
    ) -> None:
        self.connection = connection
        self.kind = kind
        self.allow = allow if isinstance(allow, set | frozenset | dict) else frozenset(allow)
        self.table = f"{quoted(schema)}.{kind.name}"
        self._everybody: set[int] | None = None

    @property
    def everybody(self) -> set[int]:
        """All that are held and allowed."""
        if self._everybody is None:
            key = quoted(self.kind.columns[0])
            held = self.connection.scalars(sa.text(f"SELECT {key} FROM {self.table}"))
            self._everybody = {number for number in held if number in self.allow}
        return self._everybody

    def node(self, node: Node) -> Scores:
        """Every document allowed that matches, with its score. Raises TooMuch."""
        match node:
            case Word(text):
                return self._asked(lexeme(stem(text)))
            case Phrase(words):
                return self._phrase([stem(word) for word in words])
            case Prefix(start):
                begins = f"{lexeme(start)}:* | {lexeme(FORM + start)}:*"
                return self._asked(begins, level=True)
            case Fuzzy(text):
                near = self._there(map(lexeme, nearly(stem(text))))
                return self._asked(" | ".join(near), level=True) if near else {}
            case Near(first, second, words):
                return self._near(first, second, words)
            case Or(parts):
                return _added(self.node(part) for part in parts)
            case And(parts):
                return self._all(parts)
            case Not():
                return self._all((node,))
        raise TypeError(node)

    def _asked(self, question: str, *, level: bool = False) -> Scores:
        """Where a question in PostgreSQL's words holds in one part or more."""
        rank = "1.0" if level else "10 * sum(ts_rank(words, asked))"
        rows = self.connection.execute(
            sa.text(
                f"SELECT id, field, {rank} FROM {self.table}_part, CAST(:asked AS tsquery) asked"
                " WHERE words @@ asked GROUP BY id, field"
            ),
            {"asked": question},
        )
        fields: dict[int, Scores] = defaultdict(dict)
        for number, field, score in rows:
            if number in self.allow:
                fields[field][number] = float(score)
        return _added(
            {
                number: score * self._weight(field, len(some), level)
                for number, score in some.items()
            }
            for field, some in fields.items()
        )

    def _there(self, lexemes: Iterable[str]) -> list[str]:
        """Those of many that stand anywhere: to ask for all of them at once takes far longer."""
        return list(
            self.connection.scalars(
                sa.text(
                    "SELECT one FROM unnest(CAST(:every AS text[])) one WHERE EXISTS"
                    f" (SELECT 1 FROM {self.table}_part WHERE words @@ CAST(one AS tsquery))"
                ),
                {"every": list(lexemes)},
            )
        )

    def _weight(self, field: int, holders: int, level: bool) -> float:
        boost = BOOSTS.get(self.kind.fields[field], 1.0)
        return boost if level else boost * (math.log(len(self.allow) / (holders + 1)) + 1)

    def _phrase(self, words: Sequence[str]) -> Scores:
        # A longer one than a part has room for is looked for piece by piece.
        pieces = [words[at : at + MORE + 1] for at in range(0, max(1, len(words) - MORE), MORE)]
        found = [self._asked(" <-> ".join(map(lexeme, piece))) for piece in pieces]
        return found[0] if len(found) == 1 else _shared(found)

    def _all(self, parts: Iterable[Node]) -> Scores:
        found, unwanted = [], []
        for part in parts:
            if isinstance(part, Not):
                unwanted.append(part.part)
            else:
                found.append(self.node(part))
                if not found[-1]:
                    return {}
        left = _shared(found) if found else dict.fromkeys(self.everybody, 1.0)
        for part in unwanted:
            gone = self.node(part)
            left = {number: score for number, score in left.items() if number not in gone}
        return left

    def _near(self, first: Word | Phrase, second: Word | Phrase, apart: int) -> Scores:
        one, other = (
            [stem(word) for word in (part.words if isinstance(part, Phrase) else (part.text,))]
            for part in (first, second)
        )
        there = self._all((first, second))
        close: dict[int, Scores] = defaultdict(dict)
        for (number, field), places in self._places([*one, *other], list(there)).items():
            if _close(_runs(places, one), len(one), _runs(places, other), len(other), apart):
                close[field][number] = 1.0
        return _added(
            {number: self._weight(field, len(some), False) for number in some}
            for field, some in close.items()
        )

    def _places(
        self, words: Collection[str], ids: Sequence[int]
    ) -> dict[tuple[int, int], dict[str, set[int]]]:
        """Where these words stand in each field of these documents, counted in words."""
        rows = self.connection.execute(
            sa.text(
                f"SELECT id, field, part, lexeme, positions FROM {self.table}_part,"
                " LATERAL unnest(words) WHERE words @@ CAST(:asked AS tsquery)"
                " AND id = ANY(:ids) AND lexeme = ANY(:words) LIMIT :most"
            ),
            {"asked": " | ".join(map(lexeme, words)), "ids": ids, "words": list(words),
             "most": MOST_PLACES},
        ).all()  # fmt: skip
        if len(rows) >= MOST_PLACES:
            raise TooMuch
        found: dict[tuple[int, int], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for number, field, part, word, places in rows:
            found[number, field][word].update(part * PART + place for place in places)
        return found


def _runs(places: dict[str, set[int]], words: Sequence[str]) -> list[int]:
    """Where these words stand one after the other."""
    return sorted(
        place
        for place in places.get(words[0], ())
        if all(place + n in places.get(word, ()) for n, word in enumerate(words))
    )


def _close(left: list[int], one: int, right: list[int], other: int, apart: int) -> bool:
    """Has one of these at most so many words between itself and one of those?"""
    for start in left:
        low = bisect_left(right, start - other - apart)
        for place in right[low:]:
            if place - (start + one) > apart:
                break
            if place >= start + one or place + other <= start:
                return True
    return False


def _added(some: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for one in some:
        for number, score in one.items():
            total[number] = total.get(number, 0.0) + score
    return total


def _shared(some: Sequence[Scores]) -> Scores:
    first, *others = sorted(some, key=len)
    return {
        number: score + sum(one[number] for one in others)
        for number, score in first.items()
        if all(number in one for one in others)
    }


def nearly(word: str) -> list[str]:
    """The words that ``alike`` takes for this one, spelt with the letters of its script."""
    made: dict[str, Any] = {word: None}
    others = {
        chr(code)
        for letter in word
        if letter not in LETTERS
        for code in range(ord(letter) // BLOCK * BLOCK, ord(letter) // BLOCK * BLOCK + BLOCK)
        if unicodedata.category(chr(code))[0] in "LN"
    }
    letters = [*LETTERS, *sorted(others)]
    for at in range(2, len(word) + 1):
        head, tail = word[:at], word[at:]
        made |= dict.fromkeys(head + letter + tail for letter in letters)
        if tail:
            made[head + tail[1:]] = None
            made |= dict.fromkeys(head + letter + tail[1:] for letter in letters)
            made[head + tail[1::-1] + tail[2:]] = None
    return [other for other in made if alike(word, other)]
