"""From bytes to text: what kind of file it is by its content, and which encoding it is in."""

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from storybank.errors import BadInput
from storybank.intake import rules

GUESSED = "The encoding was guessed (%s): check accents, quotes and pound signs."
MIXED = "The file mixes encodings: check accents, quotes and pound signs."
CUT_SHORT = "The file ends in the middle of a character, which was left out."

_NAMES = {"cp1252": "Windows", "mac_roman": "Macintosh", "utf_8": "UTF-8", "utf_16": "UTF-16"}
_XML = rb"(?:\xef\xbb\xbf)?\s{0,200}<\?xml\b"
_KINDS = (
    (re.compile(rb"[\0-\x20]{0,64}%PDF-"), "pdf"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}\{\\rtf"), "rtf"),
    (re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT\b"), "vtt"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:\d+[ \t]*\r?\n)?"
                rb"\d{1,2}:\d\d:\d\d,\d{1,3}[ \t]*-->"), "srt"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\d{1,2}:\d\d:\d\d\.\d{3},\d{1,2}:\d\d:\d\d\.\d{3}\s"), "sbv"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?"
                rb"(?:<!--.{0,2000}?-->\s*)?"
                rb"(?:<!doctype\s+html|<html|<head|<body)\b", re.I | re.S), "html"),
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
_LIKELY = ["utf_8", "utf_16", "cp1252", "mac_roman"]


class Decoded(NamedTuple):
    """Text as it was in the file, the codec that read it, and what to tell about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def kind_of(data: bytes) -> str | None:
    """What a file with one story in it is, where its beginning gives it away: pdf, rtf, vtt, srt,
    sbv, html, eaf or odt (in one piece)."""
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
    best = from_bytes(data[:_SAMPLE], cp_isolation=_LIKELY).best()
    encoding = best.encoding if best is not None else "cp1252"
    if encoding in ("utf_8", "utf_16"):  # tried above, so only the sample looked like it
        encoding = "cp1252"
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
    return good * 2 >= beyond or bool(_HALF_PAIR.search(data))


def _guess(encoding: str) -> tuple[str, ...]:
    return (GUESSED % _NAMES.get(encoding, encoding),)


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
