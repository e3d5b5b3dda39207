"""What kind of file it is, by its content; how its bytes become text, `decoding` says."""

import re

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.decoding import (
    CUT_SHORT,
    GUESSED,
    MIXED,
    Alternative,
    Decoded,
    alternatives,
    decode,
    decode_as,
    decode_page,
    encoding_by_evidence,
)

__all__ = [
    "CUT_SHORT", "GUESSED", "MIXED", "Alternative", "Decoded", "alternatives", "decode",
    "decode_as", "decode_page", "encoding_by_evidence", "kind_of", "refuse_other_kinds",
]  # fmt: skip

_XML = rb"(?:\xef\xbb\xbf)?\s{0,200}<\?xml\b"
_KINDS = (
    (re.compile(rb"[\0-\x20]{0,64}%PDF-"), "pdf"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}\{\\rtf"), "rtf"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:WEBVTT\b|(?:\d{1,6}[ \t]*\r?\n)?"
                rb"(?:\d{1,3}:)?\d\d:\d\d\.\d{3}[ \t]*-->)"), "vtt"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:\d+[ \t]*\r?\n)?"
                rb"\d{1,2}:\d\d:\d\d,\d{1,3}[ \t]*-->"), "srt"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\d{1,2}:\d\d:\d\d\.\d{3},\d{1,2}:\d\d:\d\d\.\d{3}\s"), "sbv"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?"
                rb"(?:<!--.{0,2000}?-->\s*)?"
                rb"(?:<!doctype\s+html|<html|<head|<body)\b", re.I | re.S), "html"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}>)?(?:\s{0,200}<!.{0,2000}?>)?"
                rb"\s{0,200}<(?:tt:)?tt\s[^>]{0,2000}http://www\.w3\.org/(?:ns/ttml|20\d\d/)",
                re.S), "ttml"),
    (re.compile(_XML + rb".{0,4000}<ANNOTATION_DOCUMENT\b", re.S), "eaf"),
    (re.compile(_XML + rb".{0,4000}<office:document\b", re.S), "odt"),
)  # fmt: skip
_MAGIC = (
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), rules.OLD_WORD),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF....WEBP"), rules.PICTURE),
    (re.compile(rb"ID3[\2-\4]|\xff[\xf2\xf3\xfb]|OggS|fLaC|RIFF....(?:WAVE|AVI )|\0...ftyp"
                rb"|\x1aE\xdf\xa3", re.S), rules.RECORDING),
    (re.compile(rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a|BZh\d1AY|\xfd7zXZ\0|.{257}ustar", re.S),
     rules.ARCHIVE),
    (re.compile(rb"\x7fELF|SQLite format 3\0|\xca\xfe\xba\xbe", re.S), rules.NOT_TEXT),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}<\?xml\b"), rules.XML),
)  # fmt: skip


def kind_of(data: bytes) -> str | None:
    """What a file with one story in it is, where its beginning gives it away: pdf, rtf, vtt, srt,
    sbv, html, ttml, eaf or odt (in one piece)."""
    start = data[:8_192]
    wide = encoding_by_evidence(start)
    if wide is not None and wide != "utf-8":
        start = start.decode(wide, "ignore").lstrip("\ufeff").encode()
    return next((kind for magic, kind in _KINDS if magic.match(start)), None)


def refuse_other_kinds(data: bytes) -> None:
    """Raise BadInput, saying what it is, for bytes that begin like another kind of file."""
    for magic, sentence in _MAGIC:
        if magic.match(data):
            raise BadInput(sentence)
