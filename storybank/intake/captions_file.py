"""Captions with times (.vtt, .srt, .sbv): who spoke when. Runs in the child.

One paragraph for each turn of a speaker, as captions name them, or else for each stretch without
a pause; a long one ends with a sentence. When each caption begins is kept beside the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import webvtt

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.caption_words import Piece, lines_left, pieces
from storybank.intake.said import Said, paragraphs
from storybank.stories.canon import Canon, Note, Time, from_blocks

LOST = "Some lines have no time that can be read, so they were left out: see what was dropped."
MOST_CUES = 40_000
"""A day and a night of talk; more would take longer to read than a child may."""
MOST_MS = 1_000_000_000
"""The last moment of a recording that is kept: after eleven days."""

_NAMED = re.compile(
    r"(?:>{2,3}\s*)?(?:\[([^\W_][^\]:\n]{0,58})\]:?|([^\W_][^:\n]{0,59}):)\s+(?=\S)"
)
_TIMED = re.compile(r"\s*(?:\S{1,40}\n)?(?:\d{1,3}:)?\d\d:\d\d\.\d{3}[ \t]*-->")
_NUMBERED = re.compile(r"\s*\d+[ \t]*\n")
_COMMA = re.compile(r"(\d\d:\d\d),(\d{1,3})(?=[ \t]*(?:-->|\n))")
_ABOUT = re.compile(r"(?i)(?:confidence|duration|language|recognizability)\b")


def read_captions(data: bytes, kind: str) -> Canon:
    """Return the canon of captions; ``kind`` is vtt, srt or sbv, ``data`` in UTF-8.

    Comments of the file and lines without a good time are its notes. Raises BadInput where there
    are no captions.
    """
    if data.count(b"-->") > MOST_CUES:
        raise BadInput(rules.TOO_LONG)
    source, kind = _whole(data.decode(), kind)
    try:
        found = webvtt.from_buffer(BytesIO(source.lstrip().encode()), format=kind)
        cues = found.captions
    except MemoryError:
        raise
    except Exception as broken:  # the library raises many kinds on a bent file
        raise BadInput(rules.BAD_CAPTIONS) from broken
    canon = from_blocks(paragraphs(list(_said(cues))))
    lost = lines_left(source, [line for cue in cues for line in cue.lines]) if kind != "sbv" else []
    dropped = [Note("dropped", line) for line in lost]
    canon = replace(canon, notes=(*_comments(found, cues, canon.times), *dropped))
    return canon.with_warnings([LOST] if dropped else [])


def _whole(source: str, kind: str) -> tuple[str, str]:
    """What the library asks for: a first line, or numbers, that some programs leave out."""
    if kind == "srt" and not _NUMBERED.match(source):
        source, kind = _COMMA.sub(r"\1.\2", source), "vtt"
    if kind == "vtt" and _TIMED.match(source):
        source = f"WEBVTT\n\n{source}"
    return source, kind


def _said(cues: Sequence[Any]) -> Iterator[Said]:
    """What is said in each caption, without what captions that roll say again."""
    heard = [pieces(cue.raw_text) for cue in cues]
    names = _names(heard)
    rolls = _rolls(heard)
    end, last, who = 0.0, "", ""
    for cue, said in zip(cues, heard, strict=True):
        start = cue.start_time.in_milliseconds()
        ms = start if start <= MOST_MS else None
        silence = start / 1000 - end
        end = cue.end_time.in_milliseconds() / 1000
        for piece in said:
            words = piece.words
            if rolls and words == last:
                continue
            last = words
            label = None if piece.voice else _NAMED.match(words)
            if label and _name(label) in names:
                who, words = _name(label), words[label.end() :]
            elif piece.voice or not names:
                who = piece.voice
            yield Said(who, words, ms, silence, piece.line)
            ms, silence = None, 0.0


def _names(heard: list[list[Piece]]) -> set[str]:
    """What is taken for names of speakers at the beginning of captions: "Name: words".

    Words before a colon are names where most captions begin so, and chance in a few; or where the
    first does, and two or more come again.
    """
    labels = [_NAMED.match(said[0].words) if said else None for said in heard]
    counts = Counter(_name(label) for label in labels if label)
    if any(piece.voice for said in heard for piece in said):
        return set()
    if counts.total() * 2 > len(heard):
        return set(counts)
    again = {name for name, count in counts.items() if count > 1 and len(name.split()) <= 4}
    return again if labels and labels[0] and len(again) > 1 else set()


def _name(label: re.Match[str]) -> str:
    return " ".join((label[1] or label[2]).split())


def _rolls(heard: list[list[Piece]]) -> bool:
    """Whether captions say the line before again, as those do that roll up a screen."""
    pairs = [(a[-1].words, b[0].words, len(b)) for a, b in pairwise(heard) if a and b]
    again = sum(before == after and count > 1 for before, after, count in pairs)
    return again * 4 > len(pairs)


def _comments(found: Any, cues: Sequence[Any], times: Sequence[Time]) -> Iterator[Note]:
    """The file's own comments, at the place of the caption that each stands before."""
    places = {time.ms: time.at for time in reversed(times)}
    for cue in cues:
        for words in cue.comments:
            if not _ABOUT.match(words.strip()):
                at = places.get(cue.start_time.in_milliseconds())
                yield Note("comment", words.strip(), start=at, end=at)
    for words in (*found.header_comments, *found.footer_comments):
        if not _ABOUT.match(words.strip()):
            yield Note("comment", words.strip())
