"""Cards: a suggestion together with the words it speaks of, drawn from a text let out for a use."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import itemgetter

from storybank.codebook.service import CodeCard
from storybank.stories.canon import sentences
from storybank.stories.reading import StoryText
from storybank.stories.rules import Place
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.models import Suggestion
from storybank.suggest.sureness import FROM_A_CUE, Learnt, Sureness, sureness

LONGEST_NEIGHBOUR = 300
"""How much of a neighbouring sentence is shown, in code points."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a sentence, and whether they are what led to a suggestion."""

    start: int
    words: str
    because: bool


def cut_at(text: str, start: int, end: int, because: Iterable[Sequence[int]]) -> Iterator[Piece]:
    """``text[start:end]`` in pieces: together they are the whole of it, in order, none empty."""
    at = start
    for first, last in because:
        if at < first:
            yield Piece(at, text[at:first], False)
        if max(at, first) < last:
            yield Piece(max(at, first), text[max(at, first) : last], True)
        at = max(at, last)
    if at < end:
        yield Piece(at, text[at:end], False)


@dataclass(frozen=True)
class SuggestionCard:
    """A suggestion as pages show it, with the words let out for one use."""

    id: int
    place: Place
    title: str
    attribution: str
    code: CodeCard
    before: str
    """The sentence before, in the same paragraph or the one above; may be empty."""
    pieces: tuple[Piece, ...]
    """The sentence, cut where the words that led to the suggestion begin and end."""
    after: str
    check_meaning: bool
    score: float
    sure: Sureness = FROM_A_CUE
    cues: tuple[str, ...] = ()
    """The codebook's phrases that matched."""
    learnt: bool = False
    """It comes from what people answered, not from cue phrases alone."""
    drawn: bool = False
    """The lot fell on it."""
    stamp: str = ""
    """Changes when anything that a person reads before answering does."""

    @property
    def because_places(self) -> list[tuple[int, int]]:
        """Where those words stand, in code points."""
        return [
            (piece.start, piece.start + len(piece.words)) for piece in self.pieces if piece.because
        ]

    @property
    def because(self) -> tuple[str, ...]:
        """The words that led to it, as they stand in the story."""
        return tuple(piece.words for piece in self.pieces if piece.because)


def stamp_of(row: Suggestion) -> str:
    """A few letters that change when what is suggested, or why, or how surely, does."""
    said = [
        row.id, row.version, row.start, row.end, row.code_id, row.because, row.cue_ids,
        row.check_meaning, row.chance, row.model_id,
    ]  # fmt: skip
    return sha256(json.dumps(said).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Behind:
    """What stands behind suggestions: the phrases of the codebook, and what was learnt."""

    phrases: Mapping[int, str] = field(default_factory=dict)
    """By the number of the cue."""
    models: Mapping[int, LearnedModel] = field(default_factory=dict)

    def sure(self, row: Suggestion) -> Sureness:
        model = self.models.get(row.model_id or 0)
        learnt = Learnt.of(model.figures, model.answers, row.code_id) if model else None
        return sureness(row.chance, learnt)


class Told:
    """A text and its sentences; a paragraph, however long, is split once for all its cards."""

    def __init__(self, text: StoryText, behind: Behind | None = None) -> None:
        self.text = text
        self.behind = behind or Behind()
        self._starts = [block.start for block in text.blocks]
        self._split: dict[int, list[tuple[int, int]]] = {}

    def card(self, code: CodeCard, row: Suggestion, drawn: bool = False) -> SuggestionCard:
        """A suggestion of a place in this text, with that place's words and their neighbours."""
        before, after = self._neighbours(row.start, row.end)
        return SuggestionCard(
            id=row.id,
            place=Place(row.story_id, row.version, row.start, row.end),
            title=self.text.title,
            attribution=self.text.attribution,
            code=code,
            before=before,
            pieces=tuple(cut_at(self.text.text, row.start, row.end, row.because)),
            after=after,
            check_meaning=row.check_meaning,
            score=row.score,
            sure=self.behind.sure(row),
            cues=tuple(
                self.behind.phrases[cue] for cue in row.cue_ids if cue in self.behind.phrases
            ),
            learnt=row.model_id is not None,
            drawn=drawn,
            stamp=stamp_of(row),
        )

    def _neighbours(self, start: int, end: int) -> tuple[str, str]:
        """The words just before and just after a sentence: one sentence each, if not too long."""
        text, home = self.text.text, max(0, bisect_right(self._starts, start) - 1)
        before = after = ""
        for position in (home, home - 1):
            places = self._sentences(position)
            count = bisect_left(places, start, key=itemgetter(0))
            if count:
                first, last = places[count - 1]
                before = _last_words(text, first, min(last, start))
                break
        for position in (home, home + 1):
            places = self._sentences(position)
            count = bisect_right(places, end, key=itemgetter(1))
            if count < len(places):
                first, last = places[count]
                after = _first_words(text, max(first, end), last)
                break
        return before, after

    def _sentences(self, position: int) -> list[tuple[int, int]]:
        """The places of the sentences of the block at this position; none where there is none."""
        if not 0 <= position < len(self.text.blocks):
            return []
        if position not in self._split:
            block = self.text.blocks[position]
            self._split[position] = sentences(self.text.text, [block])
        return self._split[position]


def _last_words(text: str, start: int, end: int) -> str:
    words = text[start:end].strip()
    if len(words) <= LONGEST_NEIGHBOUR:
        return words
    return "\u2026 " + words[-LONGEST_NEIGHBOUR:].partition(" ")[2]


def _first_words(text: str, start: int, end: int) -> str:
    words = text[start:end].strip()
    if len(words) <= LONGEST_NEIGHBOUR:
        return words
    return words[:LONGEST_NEIGHBOUR].rpartition(" ")[0] + " \u2026"
