"""The loss report of an arrival: what was not carried, in sentences, with counts and places.

It quotes nothing: a place is "source 3", "code 12" or "memo 4" of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storybank.exchange.came import MOST_PLACES, Came, Loss

SAYS = {
    "no words": "The words of a source are not in the file.",
    "words not readable": "The words of a source could not be read, or are too long.",
    "codings without words": "Codings on a source whose words did not come.",
    "rich text only": "A source came as a Word file without its plain text; its words were taken "
    "from that, and places found by how they fit.",
    "characters": "A source or note held characters that cannot be seen or kept; they were left "
    "out, and places moved with the rest.",
    "places unknown": "The places in a source could not be followed to the words we keep.",
    "place outside": "A place lies outside its source, or is no place at all.",
    "place without letters": "A place holds no letters.",
    "place without code": "A place had no code and no note, and was left out.",
    "words differ": "A coding whose words are not the ones that stand there.",
    "widened": "A place began or ended in the middle of a letter, and was widened to whole ones.",
    "place on a page": "Codings on a part of a PDF page that could not be found in its words.",
    "place in media": "Codings on a part of a picture, or on a time in sound or film.",
    "picture itself": "A picture was left out; what is written about it came if it was there.",
    "pdf itself": "A PDF was left out; its plain words came if they were there.",
    "sound itself": "A sound was left out; its transcript came if it was there.",
    "film itself": "A film was left out; its transcript came if it was there.",
    "second transcript": "A second transcript of one recording was left out.",
    "source without guid": "A source without a number of its own (GUID), or with one used before.",
    "coding without guid": "A coding without a number of its own (GUID), or with one used before.",
    "code without guid": "A code without a number of its own (GUID).",
    "user without guid": "A user without a number of their own (GUID).",
    "note without guid": "A memo without a number of its own (GUID).",
    "code without name": "A code without a name.",
    "coding without code": "A coding whose code is not in the file.",
    "name cut": "A name was too long and was cut.",
    "name quotes": "The name of a code quoted a story, so the code was given a number instead.",
    "description quotes": "What was written about a code quoted a story, and was left out.",
    "note without words": "A memo held no words.",
    "note cut": "A memo was too long and was cut.",
    "note on several": "A memo stood on several things; it was kept on the first.",
    "note without place": "A memo stood on something that did not come.",
    "codings on memo": "Codings on the words of a memo.",
    "variable": "A variable that stories have no place for.",
    "value": "A value of such a variable, or one that is too long.",
    "case": "A case that said nothing stories have a place for.",
    "case link": "What a case said of single codes or places.",
    "set": "A set of codes or sources.",
    "link": "A link between two things.",
    "graph": "A drawing (graph).",
    "description": "What was written about the project as a whole.",
    "element": "Something that the standard does not name.",
    "same twice": "The same code by the same coder on the same words, a second time.",
    "story deleted": "A story that was deleted here. It does not come in again.",
    "story changed": "Codings on a story that is here with other words now.",
    "story refused": "A source that could not be taken in as a story.",
    "heading": "A heading over codes inside other codes came as a code.",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One kind of loss as a page shows it."""

    says: str
    count: int
    where: tuple[str, ...]
    """Such as "sources 1 to 4"; nothing where it is of the project as a whole."""


def report(came: Came, stories: list[dict[str, int]], made: Mapping[str, Any]) -> dict[str, Any]:
    """The report as it is kept: numbers and kinds."""
    return {
        "counts": came.counts,
        "losses": [[loss.kind, loss.count, loss.where] for loss in came.losses],
        "stories": stories,
        "made": dict(made),
    }


def lines(kept: Mapping[str, Any]) -> list[Line]:
    """The losses of a kept report, as sentences, the largest first."""
    found = [Loss(*row) for row in kept.get("losses", [])]
    return [
        Line(SAYS.get(loss.kind, SAYS["element"]), loss.count, tuple(_places(loss.where)))
        for loss in sorted(found, key=lambda loss: -loss.count)
    ]


def _places(where: list[str]) -> list[str]:
    """Places in a few words: runs of numbers as one, and "and more" where not all are named."""
    numbers: dict[str, list[int]] = {}
    for place in where:
        word, _, number = place.rpartition(" ")
        numbers.setdefault(word, []).append(int(number))
    said = []
    for word, some in numbers.items():
        for first, last in as_ranges(some):
            said.append(f"{word}s {first} to {last}" if last > first else f"{word} {first}")
    return [*said, "and more"] if len(where) >= MOST_PLACES else said


def as_ranges(numbers: list[int]) -> list[list[int]]:
    """Numbers as [first, last] of each unbroken run."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def from_ranges(ranges: list[list[int]]) -> list[int]:
    """The inverse of ``as_ranges``."""
    return [number for first, last in ranges for number in range(first, last + 1)]
