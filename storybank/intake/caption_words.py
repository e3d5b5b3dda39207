"""The words of one caption without its marks, and lines that belong to no caption. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from typing import NamedTuple

_TAG = re.compile(r"<[^\s<>][^<>]*>|<>|\{\\[^{}\n]{0,80}\}")
_VOICE = re.compile(r"(?i)<(/?)v(?:\.[^\s<>]*)?(?:\s+([^<>]*))?>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_OWN_LINE = re.compile(r"(?:>{2,3}|[-\u2013\u2014]\s)\s*(?=\S)")
_BLANK = re.compile(r"\n[ \t]*\n")
_BESIDE = re.compile(r"\ufeff?(?:WEBVTT|NOTE|STYLE|REGION)\b")


class Piece(NamedTuple):
    """Words of one voice in one caption; ``voice`` is "" where no tag names it."""

    voice: str
    words: str
    line: bool
    """Whether it begins with a dash or ">>", as another speaker's words do."""


def pieces(raw: str) -> list[Piece]:
    """Return what a caption says without its tags: a piece for each line, or each voice in it."""
    found: list[Piece] = []
    voice = ""
    for line in raw.split("\n"):
        own = _OWN_LINE.match(_TAG.sub("", line)) is not None
        at = 0
        for tag in (*_VOICE.finditer(line), None):
            words = _plain(line[at : tag.start() if tag else None])
            if words:
                found.append(Piece(voice, words, own))
                own = False
            if tag is not None:
                at = tag.end()
                voice = "" if tag[1] else _plain(tag[2] or "")
    return found


def _plain(words: str) -> str:
    bare = _TAG.sub("", words)
    return " ".join(_ENTITY.sub(lambda entity: unescape(entity[0]), bare).split())


def lines_left(source: str, kept: Iterable[str]) -> list[str]:
    """Return the lines with words that stand in a file and in none of its captions' lines.

    Times, what numbers or names a caption, and the file's own comments and styles are no words.
    """
    rest = Counter(line.strip() for line in kept)
    left: list[str] = []
    for block in _BLANK.split(source):
        lines = [line.strip() for line in block.strip().split("\n")]
        if _BESIDE.match(lines[0]):
            continue
        timed = [place for place, line in enumerate(lines) if "-->" in line]
        beside = {place - 1 for place in timed if place == 1 or lines[place - 1].isdigit()}
        if lines[0].isdigit():
            beside.add(0)
        for place, line in enumerate(lines):
            if rest[line] > 0:
                rest[line] -= 1
            elif place not in beside and "-->" not in line and any(map(str.isalpha, line)):
                left.append(line)
    return left
