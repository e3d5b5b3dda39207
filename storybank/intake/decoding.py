"""From bytes to text: which encoding a file is in, by evidence or by how it reads."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.likeness import likeness

GUESSED = "The encoding was guessed (%s): check accents, quotes and pound signs."
MIXED = "The file mixes encodings: check accents, quotes and pound signs."
CUT_SHORT = "The file ends in the middle of a character, which was left out."

NAMES = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16-le": "Unicode (UTF-16)",
    "utf-16-be": "Unicode (UTF-16)",
    "utf-32-le": "Unicode (UTF-32)",
    "utf-32-be": "Unicode (UTF-32)",
    "cp1252": "Windows",
    "cp1250": "Windows, central Europe",
    "cp1251": "Windows, Cyrillic",
    "cp1253": "Windows, Greek",
    "cp1255": "Windows, Hebrew",
    "cp1256": "Windows, Arabic",
    "mac_roman": "Macintosh",
    "latin-1": "Latin 1",
}
"""What people call the encodings that text comes in."""

SAMPLE_SHOWN = 300
"""Code points of a text that show how one encoding reads it."""

_GUESSES = ("cp1252", "mac_roman", "cp1250", "cp1255", "cp1251", "cp1253", "cp1256")
_OTHERS = ("utf-8", *_GUESSES, "latin-1")
_OFFERED = ("utf-8", "cp1252", "mac_roman", "cp1250", "latin-1")
"""Encodings that are shown whatever they make of a file; others where the words look right."""
_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 262_144
_CONTROLS = bytes(code for code in range(32) if code not in b"\0\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f")
_HALF_PAIR = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_BEYOND = re.compile(r"[^\x00-\x7f]")


class Decoded(NamedTuple):
    """Text as it was in the file, the codec that read it, and what to tell about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


class Alternative(NamedTuple):
    """One way to read a file: a codec of Python, what people call it, and how the text begins."""

    codec: str
    name: str
    sample: str
    """At most 300 code points round the first that are read one way or another."""


def alternatives(data: bytes) -> list[Alternative]:
    """Return the ways in which a text file may be read without loss, the likeliest first.

    Those that read it alike are named once; a file with a byte order mark has no other way, and
    one that mixes encodings has none without loss.
    """
    sure = encoding_by_evidence(data[:_SAMPLE])
    texts: dict[str, str] = {}
    for codec in (sure,) if sure else _OTHERS:
        text = _without_loss(data, codec)
        if text is not None and text not in texts.values():
            texts[codec] = text
    if "utf-8" in texts and texts["utf-8"].isascii():
        texts = {"utf-8": texts["utf-8"]}
    like = {codec: likeness(text[:_SAMPLE]) for codec, text in texts.items()}
    best = sorted(texts, key=lambda codec: -like[codec])
    best.sort(key=lambda codec: codec != "utf-8")  # nothing is good UTF-8 by chance
    best = [codec for codec in best if sure or codec in _OFFERED or like[codec] > 0]
    return [Alternative(codec, NAMES[codec], _shown(texts[codec])) for codec in best]


def decode_as(data: bytes, codec: str) -> Decoded:
    """Return the text of a file in an encoding that somebody chose: a codec of `NAMES`.

    Raises BadInput where the bytes cannot be read so.
    """
    text = _without_loss(data, codec) if codec in NAMES else None
    if text is None:
        raise BadInput("The file cannot be read in this encoding. Choose another.")
    return Decoded(text, codec)


def _without_loss(data: bytes, codec: str) -> str | None:
    for mark, marked in _BOMS:
        if marked == codec and data.startswith(mark):
            data = data[len(mark) :]
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _shown(text: str) -> str:
    first = _BEYOND.search(text)
    start = max(0, first.start() - SAMPLE_SHOWN // 2) if first else 0
    return text[start : start + SAMPLE_SHOWN]


def decode(data: bytes) -> Decoded:
    """Return the text of a file. Raises BadInput where the bytes are not text at all."""
    encoding = encoding_by_evidence(data[:_SAMPLE])
    if encoding is not None:
        return _decode_wide(data, encoding)
    if _looks_binary(data[:_SAMPLE]):
        raise BadInput(rules.NOT_TEXT)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        return Decoded(data.decode("utf-8", "storybank-mixed"), "utf-8", (MIXED,))
    read = {codec: data[:_SAMPLE].decode(codec, "replace") for codec in _GUESSES}
    encoding = max(_GUESSES, key=lambda codec: likeness(read[codec]))  # the first of equals
    if encoding == "cp1252":  # its five unused bytes mean what Latin-1 says, as in a browser
        return Decoded(data.decode("cp1252", "storybank-mixed"), encoding, _guess(encoding))
    return Decoded(data.decode(encoding, "replace"), encoding, _guess(encoding))


def decode_page(data: bytes) -> Decoded:
    """The text of a web page: by evidence, else UTF-8 where it is good, else as the page says."""
    if encoding_by_evidence(data[:_SAMPLE]) is None:
        try:
            return Decoded(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
        said = _CHARSET.search(data[:8_192])
        if said:
            try:
                name = codecs.lookup(said[1].decode("ascii")).name
                return Decoded(data.decode(name), name)
            except (LookupError, UnicodeError):
                pass
    return decode(data)


def encoding_by_evidence(data: bytes) -> str | None:
    """Return the codec that a byte order mark or the pattern of NULs gives away, if any."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    if b"\0" not in data or len(data) < 4:
        return None
    quarters = [data[place::4].count(0) * 4 / len(data) for place in range(4)]
    if min(quarters[2:]) > 0.9 and quarters[0] < 0.1:
        return "utf-32-le"
    if min(quarters[:2]) > 0.9 and quarters[3] < 0.1:
        return "utf-32-be"
    # A space is a NUL and 0x20: Latin text has a NUL in every other byte, others often.
    even, odd = data[0::2], data[1::2]
    for high, low, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        common = sorted((high.count(code) for code in set(high)), reverse=True)[:2]
        if high.count(0) * 20 > len(high) and sum(common) * 10 > len(high) * 9 and 0 not in low:
            return encoding
    return None


def _decode_wide(data: bytes, encoding: str) -> Decoded:
    for mark, marked in _BOMS:
        if marked == encoding and data.startswith(mark):
            data = data[len(mark) :]
    if encoding == "utf-8":
        try:
            return Decoded(data.decode("utf-8"), encoding)
        except UnicodeDecodeError:
            return Decoded(data.decode("utf-8", "storybank-mixed"), encoding, (MIXED,))
    unit = 4 if encoding.startswith("utf-32") else 2
    spare = len(data) % unit
    warnings = (CUT_SHORT,) if spare else ()
    whole = data[: len(data) - spare]
    if unit == 4:
        return Decoded(whole.decode(encoding, "replace"), encoding, warnings)
    return Decoded(whole.decode(encoding, "surrogatepass"), encoding, warnings)


def _looks_binary(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(2, len(sample) // 100) or sample.count(0) * 3 > len(sample)


def _mostly_utf8(data: bytes) -> bool:
    """Say whether at least half of what is not ASCII is good UTF-8, or was meant to be."""
    beyond = len(data) - len(data.decode("ascii", "ignore"))
    read = data.decode("utf-8", "ignore")
    good = len(read.encode()) - (len(data) - beyond)
    meant = 3 * sum(1 for _ in _HALF_PAIR.finditer(data))
    return (good + meant) * 2 >= beyond


def _guess(encoding: str) -> tuple[str, ...]:
    return (GUESSED % NAMES[encoding],)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as the Windows code page; half a pair of surrogates is lost."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    at = error.start
    if _HALF_PAIR.match(error.object, at):
        return error.object[at : at + 3].decode("utf-8", "surrogatepass"), at + 3
    encoding = "cp1252" if error.encoding == "utf-8" else "latin-1"
    return error.object[at : error.end].decode(encoding, "replace"), error.end


codecs.register_error("storybank-mixed", _as_windows)
