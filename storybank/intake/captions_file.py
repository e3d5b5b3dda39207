"""Captions with times (.vtt, .srt, .sbv): who spoke when, as paragraphs. Runs in the child.

One paragraph for each turn of a speaker, as captions name them, or else for each stretch without
a pause. Names of speakers begin their paragraph, as in a typed transcript; times are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import webvtt

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.stories.canon import Canon, Part, Run, from_blocks

TIMES_LEFT = "Times were left out."
MOST_CUES = 40_000
"""A day and a night of talk; more would take longer to read than a child may."""
PAUSE = 3.0
"""Seconds of silence after which another paragraph begins, where nobody says who speaks."""

_NAMED = re.compile(r"([^\W\d_][^:\n]{0,59}):\s+(?=\S)")


def read_captions(data: bytes, kind: str) -> Canon:
    """Return the canon of captions; ``kind`` is vtt, srt or sbv, ``data`` in UTF-8.

    Raises BadInput where there are none.
    """
    if data.count(b"-->") > MOST_CUES:
        raise BadInput(rules.TOO_LONG)
    try:
        cues = webvtt.from_buffer(BytesIO(data), format=kind).captions
    except MemoryError:
        raise
    except Exception as broken:  # the library raises many kinds on a bent file
        raise BadInput(rules.BAD_CAPTIONS) from broken
    canon = from_blocks(Part("p", [Run(words)]) for words in _turns(cues))
    return canon.with_warnings([TIMES_LEFT])


def _turns(cues: list[Any]) -> Iterator[str]:
    """Each turn as "Name: words", or the words alone."""
    names = [_NAMED.match(cue.text) for cue in cues]
    # A colon after a few words is a name where it stands in most captions, and chance in a few.
    spoken = sum(name is not None for name in names) * 2 > len(cues)
    said: list[str] = []
    who, end = "", 0.0
    for cue, name in zip(cues, names, strict=True):
        voice, words = cue.voice or "", " ".join(cue.text.split())
        if not voice and spoken and name:
            voice, words = name[1].strip(), words[len(name[0]) :] if words else ""
        another = voice != who if (voice or spoken) else cue.start_in_seconds - end > PAUSE
        if said and another and (voice or not spoken):
            yield _turn(who, said)
            said = []
        who = voice or who
        end = cue.end_in_seconds
        if words and (not said or said[-1] != words):
            said.append(words)
    if said:
        yield _turn(who, said)


def _turn(who: str, said: list[str]) -> str:
    return f"{who}: {' '.join(said)}" if who else " ".join(said)
