"""What stands beside the words of a document, and where in the text each of it belongs. Pure.

A reader meets a comment or a note among the runs of a paragraph, before their characters are
canonical. So it numbers those runs; the canon tells where each run begins; and what was met is a
note at that place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from storybank.stories.canon import Canon, Note, NoteKind, Run, normalise

CHANGED = "The document has tracked changes: the final text was taken."
NOTES_KEPT = "Comments, footnotes and endnotes are kept beside the text, not in it."
HIDDEN_LEFT = "Hidden text was left out: see what it says."
EDGES_LEFT = "What stands at the top and the foot of pages was left out."
MORE = "There are more notes in it than can be kept. The first are."

MOST_NOTES = 2_000
MOST_WORDS = 5_000
"""Code points of one note that are kept."""


class _Spot(NamedTuple):
    """A run by its number, and whether its end is meant and not its beginning."""

    run: int
    at_end: bool


@dataclass
class _Met:
    kind: NoteKind
    words: str
    by: str
    opens: _Spot | None = None
    closes: _Spot | None = None


@dataclass
class Line:
    """The runs of one paragraph as they are met, and what stands between them."""

    runs: list[Run] = field(default_factory=list)
    met: list[tuple[int, bool, _Met]] = field(default_factory=list)
    """(how many runs stood before it, whether it opens a stretch, what it is)."""

    def put(self, met: _Met | None, opens: bool = False) -> None:
        """Something is met here; None is nothing."""
        if met is not None:
            self.met.append((len(self.runs), opens, met))


class Beside:
    """What one document has beside its words, in the order in which it is met."""

    def __init__(self) -> None:
        self._met: list[_Met] = []
        self._lengths: list[int] = []
        self._full = False

    def add(self, kind: NoteKind, words: str, by: str = "") -> _Met | None:
        """A note to be put into a line; None where it has no words or there are too many."""
        words = normalise(words[: 2 * MOST_WORDS])[0]
        if not words.strip():
            return None
        if len(self._met) >= MOST_NOTES:
            self._full = True
            return None
        if len(words) > MOST_WORDS:
            words = f"{words[: MOST_WORDS - 1]}\u2026"
        met = _Met(kind, words, by)
        self._met.append(met)
        return met

    def again(self, line: Line, kind: NoteKind, words: str, by: str = "") -> None:
        """Put words into a line; those that follow others of their kind at once go on with them."""
        before = line.met[-1] if line.met else None
        if before and before[0] == len(line.runs) and (before[2].kind, before[2].by) == (kind, by):
            before[2].words = f"{before[2].words}{normalise(words)[0]}"[:MOST_WORDS]
        else:
            line.put(self.add(kind, words, by))

    def numbered(self, line: Line) -> list[Run]:
        """The runs of a line, numbered in the place of a time where a note needs them."""
        if not line.met:
            return line.runs
        runs = list(line.runs)
        numbers: list[tuple[int, int]] = []
        for place, run in enumerate(runs):
            words = normalise(run.text)[0].strip()
            if words:
                runs[place] = run._replace(ms=len(self._lengths))
                numbers.append((place, len(self._lengths)))
                self._lengths.append(len(words))
        for place, opens, met in line.met:
            here = bisect_left(numbers, (place, 0))
            before = [_Spot(number, True) for _, number in numbers[max(here - 1, 0) : here]]
            after = [_Spot(number, False) for _, number in numbers[here : here + 1]]
            spots = [*after, *before] if opens else [*before, *after]
            if spots and opens:
                met.opens = spots[0]
            elif spots:
                met.closes = spots[0]
        return runs

    def told(self, canon: Canon) -> Canon:
        """The canon with its notes at their places, instead of the numbers, and what to say."""
        at = {time.ms: time.at for time in canon.times}

        def place(spot: _Spot | None) -> int | None:
            if spot is None or spot.run not in at:
                return None
            return min(at[spot.run] + self._lengths[spot.run] * spot.at_end, len(canon.text))

        notes = []
        for met in self._met:
            end = place(met.closes)
            start = place(met.opens) if met.opens else end
            if start is None or end is None or start > end:
                start = end = start if end is None else end
            notes.append(Note(met.kind, met.words.strip(), met.by, start, end))
        canon = replace(canon, notes=tuple(notes), times=())
        return canon.with_warnings((*canon.warnings, *self._said()))

    def _said(self) -> Iterator[str]:
        kinds = {met.kind for met in self._met}
        if "dropped" in kinds:
            yield CHANGED
        if kinds & {"comment", "footnote", "endnote"}:
            yield NOTES_KEPT
        if "hidden" in kinds:
            yield HIDDEN_LEFT
        if "edge" in kinds:
            yield EDGES_LEFT
        if self._full:
            yield MORE
