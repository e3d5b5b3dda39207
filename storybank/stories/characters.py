"""Characters as every story keeps them: one shape for newlines, spaces and accents, nothing hidden.

Pure and linear: ten million code points take a few seconds, whatever they are.
"""

import re
import unicodedata
from functools import cache

BROKEN = "Broken characters (half of a pair, or not characters at all) were left out."
DAMAGED = "Some characters were already lost before this text came here; \ufffd marks each."
CONTROL = "Control characters, which cannot be seen, were left out."
DIRECTION = "Characters that turn the direction of writing round were left out."
PRIVATE = "Characters that only one font or program understands were left out."
FLOOD = "Long piles of accents on one letter were cut to eight."

MARKS_KEPT = 8

_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_SPACE = re.compile("[\t\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
# The flags of England, Scotland and Wales are spelled with characters nothing else may use.
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in place) + "\U000e007f"
    for place in ("gbeng", "gbsct", "gbwls")
)
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17)
)
# Arabic and Syriac number signs are format characters that can be seen: they stay.
_UNSEEN = (
    "\xad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffc\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_TOLD = {
    BROKEN: f"\ud800-\udfff{_NONCHARACTERS}",
    CONTROL: "\x00-\x08\x0e-\x1f\x7f-\x9f",
    DIRECTION: "\u202a-\u202e\u2066-\u2069",
    PRIVATE: "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd",
}
_DROPPED = tuple((warning, re.compile(f"[{those}]")) for warning, those in _TOLD.items())
_DROPPED_UNTOLD = re.compile(f"({_FLAGS})|[{_UNSEEN}]")
_ANY_DROPPED = re.compile(f"[{''.join(_TOLD.values())}{_UNSEEN}]")
# Where a joiner means nothing: after Latin letters, spaces and what composes into them.
_LATIN = "\x00-\u02ff\u0374\u037e\u0387\u1e00-\u1eff\u1fef\u1ffd\u212a\u212b"
JOINERS = "\u200c\u200d"


@cache
def mark_class() -> str:
    """The body of a regular expression class: every combining mark (categories Mn, Mc, Me)."""
    ranges: list[list[int]] = []
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@cache
def _flood() -> re.Pattern[str]:
    piled = f"[{mark_class()}{JOINERS}]"
    return re.compile(f"({piled}{{{MARKS_KEPT}}}){piled}+")


@cache
def _idle_joiners() -> re.Pattern[str]:
    marks = mark_class()
    return re.compile(f"(?:\\A|[{_LATIN}])[{marks}]*[{JOINERS}][{marks}{JOINERS}]*")


def normalise(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text in its one canonical shape, and a sentence for each loss worth telling.

    Newlines are LF, every space is U+0020, accents are composed (NFC). Characters that cannot
    be seen are dropped; zero-width joiners stay where a script or an emoji needs them. Doing it
    twice changes nothing. Never raises; the sentences hold none of the text.
    """
    warnings = []
    text = _SPACE.sub(" ", _NEWLINE.sub("\n", text))
    if not text.isascii():
        text = _PAIR.sub(_joined, text)
    if _ANY_DROPPED.search(text):
        for warning, dropped in _DROPPED:
            text, count = dropped.subn("", text)
            if count:
                warnings.append(warning)
        text = _DROPPED_UNTOLD.sub(r"\1", text)
    if not text.isascii():
        text, cut = _composed(text)
        if cut:
            warnings.append(FLOOD)
    if "\ufffd" in text:
        warnings.append(DAMAGED)
    return text, tuple(warnings)


def _composed(text: str) -> tuple[str, int]:
    if "\u200c" in text or "\u200d" in text:
        text = _idle_joiners().sub(lambda m: re.sub(f"[{JOINERS}]", "", m[0]), text)
        text = re.sub(f"([{JOINERS}])[{JOINERS}]+", r"\1", text)
    # Composing takes quadratic time on a pile of marks: cut first. It may also take one mark
    # apart into two, so look again.
    text, before = _flood().subn(r"\1", text)
    if unicodedata.is_normalized("NFC", text):
        return text, before
    text, after = _flood().subn(r"\1", unicodedata.normalize("NFC", text))
    return text, before + after


def _joined(pair: re.Match[str]) -> str:
    return chr(0x10000 + (ord(pair[1]) - 0xD800 << 10) + ord(pair[2]) - 0xDC00)


def one_line(text: str) -> str:
    """Return a name or title: canonical characters, every stretch of white space one space."""
    return " ".join(normalise(text)[0].split())
