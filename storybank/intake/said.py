"""What was said in a recording, piece by piece, laid into paragraphs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from storybank.stories.canon import Part, Run

PAUSE = 3.0
"""Seconds of silence after which another paragraph begins."""
LONG = 800
"""Code points after which a paragraph ends with its sentence."""
ENDLESS = 2_400
"""Code points after which one ends with its piece, where nothing says where sentences end."""

_ENDS = re.compile(r"[.?!\u2026][\"'\u201d\u2019)\]]*$")


class Said(NamedTuple):
    """What one person says in one caption, or in one line of a transcript."""

    who: str
    words: str
    ms: int | None
    """When it begins; None for a second voice of one caption."""
    pause: float
    """Seconds of silence before it."""
    line: bool = False
    """Whether it is a line of its own: "- Yes." """


def paragraphs(said: Sequence[Said]) -> Iterator[Part]:
    """Yield a paragraph for each turn of a speaker, or for less of it where it is long."""
    named = any(one.who for one in said)
    runs: list[Run] = []
    who, length = "", 0
    for one in said:
        if runs and (one.who != who or one.line or _ends(runs, length, one.pause, named)):
            yield Part("p", runs, speaker=who)
            runs, length = [], 0
        runs.append(Run(f" {one.words}" if runs else one.words, ms=one.ms))
        who, length = one.who, length + len(one.words)
    if runs:
        yield Part("p", runs, speaker=who)


def _ends(runs: list[Run], length: int, pause: float, named: bool) -> bool:
    sentence = _ENDS.search(runs[-1].text[-8:]) is not None
    if pause > PAUSE:
        return sentence or not named or length > LONG
    return length > ENDLESS or (length > LONG and sentence)
