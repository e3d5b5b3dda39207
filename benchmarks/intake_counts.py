"""Captions and encodings counted from the files themselves, sharing nothing with the readers."""

from __future__ import annotations

import re
from itertools import takewhile, zip_longest
from typing import NamedTuple

_VTT = re.compile(
    r"^(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})[ \t]*-->[ \t]*(?:\d+:)?\d\d:\d\d[.,]\d{3}", re.M
)
_SBV = re.compile(r"^(\d+):(\d\d):(\d\d)\.(\d{3}),\d", re.M)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_NAMED = re.compile(r"^([A-Z][^:\n<>]{1,40}): \S")
_MARKS = ("\ufffd", "\u00c3\u00a9", "\u00e2\u20ac", "\u00c2\u00a0", "\u00c3\u00bc")
"""What stands in a text that was read in another encoding than it was written in."""


class Cues(NamedTuple):
    """When the captions of one file begin, in milliseconds, and who is named in them."""

    times: list[int]
    speakers: set[str]


def own_cues(data: bytes, ending: str) -> Cues | None:
    """The captions of a file that have words; None where it is no file of captions."""
    if ending not in (".vtt", ".srt", ".sbv"):
        return None
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    pattern = _SBV if ending == ".sbv" else _VTT
    times: list[int] = []
    names: list[str] = []
    said, before = 0, ""
    rolls = re.search(r"<\d\d:\d\d", text) is not None  # a line is said word by word, then whole
    starts = list(pattern.finditer(text))
    for found, after in zip_longest(starts, starts[1:]):
        lines = text[found.end() : after.start() if after else None].split("\n")[1:]
        words = "\n".join(takewhile(str.strip, lines))
        bare = " ".join(re.sub(r"<[^>]*>", "", words).split())
        if not bare or (rolls and bare == before):
            continue
        before = bare
        hours, minutes, seconds, ms = (int(figures or 0) for figures in found.groups())
        times.append(((hours * 60 + minutes) * 60 + seconds) * 1000 + ms)
        said += 1
        names += _VOICE.findall(words)
        names += [] if "<v" in words else _NAMED.findall(words)
    voices = "<v" in text
    return Cues(times, set(map(str.strip, names)) if voices or len(names) * 2 > said else set())


def encoding_is_right(data: bytes, codec: str) -> bool:
    """Whether a codec reads all of a file, and nothing in it looks read in a wrong one.

    A file that is good UTF-8 must be read as that.
    """
    try:
        text = data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        good = True
    else:
        good = b"\0" in data or codec.lower().replace("-", "_") in ("utf_8", "utf_8_sig", "ascii")
    return good and not any(mark in text for mark in _MARKS)
