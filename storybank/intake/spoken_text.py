"""Typed or exported transcripts with times: text in which each turn says when it was said. Pure.

Zoom, Teams, Otter, Rev and Whisper write the time and the name in a line of their own or before
the words, each in its own way. One way is looked for in the whole file: what looks like a time in
a diary or a timetable does not go up from turn to turn beside names that come again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from storybank.intake.said import Said
from storybank.intake.said import paragraphs as joined
from storybank.stories.canon import Canon, Note, Part, Run, from_blocks
from storybank.stories.paragraphs import paragraphs

TIMES_BESIDE = "The times of the recording were taken out of the words and kept beside them."
FIRST_LINES = 30
"""Lines in which the first turn must begin; a title and who was there may stand before it."""

_TIME = r"\d{1,2}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,7})?"
_NAME = r"(?P<name>[^\W_][^:\[\](){}<>\t\n]{0,59}?)"
_AT = rf"(?P<time>{_TIME})"
_TO = rf"(?:[ \t]{{0,3}}(?:-->|-|\u2013)[ \t]{{0,3}}{_TIME})?"
_GAP = r"[ \t]{0,20}"
_REST = r"(?P<words>.*)"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"[\[(]{_AT}{_TO}[\])]:?{_GAP}(?:{_NAME}:(?:[ \t]{_GAP}|$))?{_REST}",
        rf"{_NAME}:?[ \t]{_GAP}[\[(]{_AT}{_TO}[\])]:?{_GAP}{_REST}",
        rf"{_NAME}[ \t]{_GAP}{_AT}{_GAP}(?P<words>)",
        rf"\[{_NAME}\][ \t]{_GAP}{_AT}{_GAP}{_REST}",
        rf"{_AT}[ \t]{_GAP}(?:From[ \t]{_GAP})?{_NAME}(?:[ \t]to[ \t][^:]{{1,60}})?{_GAP}:"
        rf"(?:[ \t]{_GAP}|$){_REST}",
        rf"{_AT}[ \t]{{0,3}}-->[ \t]{{0,3}}{_TIME}{_GAP}(?P<words>)",
    )
)
_BARE, _ALONE = 4, 5
"""The shape that could be a clock's, so that it says seconds; the one whose name follows."""
_AFTER = re.compile(r"(?P<words>.*?)[ \t]{0,20}#(?P<time>\d\d:\d\d:\d\d)-(?P<tenth>\d)#")
_SHORT = 150
"""Code points: pieces without names that are shorter, most of them, are lines of speech."""
_FOOTER = re.compile(r"(?i)(?:transcribed by )?https?://otter\.ai\S*")


class _Head(NamedTuple):
    line: int
    name: str
    ms: int
    words: str


def read_spoken(text: str) -> Canon | None:
    """Return the canon of a transcript with times, with its turns; None where it is none.

    ``text`` has canonical characters. Names come before the words as "Anna: "; times leave them.
    """
    lines = [line.strip() for line in text.split("\n")]
    if sum(_AFTER.fullmatch(line) is not None for line in lines) > 1:
        return from_blocks(_with_times_after(lines), warnings=[TIMES_BESIDE])
    heads = _heads(lines)
    if not heads:
        return None
    footer = [line for line in lines if _FOOTER.fullmatch(line)]
    lines = ["" if _FOOTER.fullmatch(line) else line for line in lines]
    canon = from_blocks(_parts(lines, heads), warnings=[TIMES_BESIDE])
    return replace(canon, notes=tuple(Note("edge", line) for line in footer))


def _heads(lines: Sequence[str]) -> list[_Head]:
    """Where turns begin, by the shape that most of them have."""
    likely = [(place, line) for place, line in enumerate(lines) if ":" in line[:120]]
    best: list[_Head] = []
    for number, shape in enumerate(_SHAPES):
        heads = [
            head
            for place, line in likely
            if (found := shape.fullmatch(line)) and (head := _head(found, place, lines, number))
        ]
        if len(heads) > len(best) and _true(heads, lines):
            best = heads
    return best


def _head(found: re.Match[str], place: int, lines: Sequence[str], shape: int) -> _Head | None:
    groups = found.groupdict()
    if shape == _BARE and groups["time"].count(":") < 2:
        return None
    name = lines[place + 1] if shape == _ALONE and place + 1 < len(lines) else groups.get("name")
    name = " ".join((name or "").split())
    if len(name) > 60 or len(name.split()) > 5 or (name and name[-1] in ".,;?!"):
        return None
    return _Head(place, name, _ms(groups["time"]), groups["words"])


def _true(heads: Sequence[_Head], lines: Sequence[str]) -> bool:
    """Whether these are turns: more than one, soon, with times that rise and names that return."""
    if len(heads) < 2 or sum(map(bool, lines[: heads[0].line])) > FIRST_LINES:
        return False
    rising = sum(before.ms <= after.ms for before, after in pairwise(heads))
    if rising * 10 < 9 * (len(heads) - 1):
        return False
    names = Counter(head.name for head in heads)
    return len(names) * 2 <= len(heads) or len(heads) < 4 or names[""] > 0


def _ms(time: str) -> int:
    """Milliseconds of "1:02:03.5", "02:03" or "0:0:3.120"."""
    whole, _, part = time.replace(",", ".").partition(".")
    seconds = 0
    for figure in whole.split(":"):
        seconds = seconds * 60 + int(figure)
    return seconds * 1000 + int(part[:3].ljust(3, "0") or 0)


def _parts(lines: Sequence[str], heads: Sequence[_Head]) -> Iterator[Part]:
    """What stands before the first turn, then each turn, a part a paragraph."""
    for words in paragraphs("\n".join(lines[: heads[0].line])):
        yield Part("p", [Run(words)])
    if _whispered(lines, heads):
        yield from joined([Said("", head.words, head.ms, 0.0) for head in heads if head.words])
        return
    ends = [*(head.line for head in heads[1:]), len(lines)]
    for head, end in zip(heads, ends, strict=True):
        after = list(lines[head.line + 1 : end])
        if head.name and not head.words and after[:1] == [head.name]:
            del after[0]
        ms: int | None = head.ms
        for words in paragraphs("\n".join([head.words, *after]).strip("\n")):
            yield Part("p", [Run(words, ms=ms)], speaker=head.name)
            ms = None


def _whispered(lines: Sequence[str], heads: Sequence[_Head]) -> bool:
    """Whether each line is some seconds of speech of nobody in particular."""
    lengths = sorted(len(head.words) for head in heads)
    plain = not any(head.name for head in heads) and all(head.words for head in heads)
    others = sum(map(bool, lines[heads[0].line :])) - len(heads)
    return plain and others == 0 and lengths[len(lengths) // 2] < _SHORT


def _with_times_after(lines: Sequence[str]) -> Iterator[Part]:
    """Paragraphs that say at their end when they ended, which is when the next begins."""
    ms: int | None = 0
    for line in lines:
        found = _AFTER.fullmatch(line)
        yield Part("p", [Run(found["words"] if found else line, ms=ms)])
        ms = _ms(f"{found['time']}.{found['tenth']}") if found else None if line else ms
