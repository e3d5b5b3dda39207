"""Words as XML can hold them, letter for letter."""

from __future__ import annotations

import re

_UNHEARD = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def text(words: str) -> str:
    """``words`` between two tags. What XML cannot hold becomes U+FFFD, one for one, so that every
    place stays where it was; a return is written as a number, or readers would make it a line
    end."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "\r" in escaped:
        escaped = escaped.replace("\r", "&#13;")
    return _UNHEARD.sub("\ufffd", escaped)


def heard(words: str) -> str:
    """``words`` as libraries take them that refuse what XML cannot hold, one for one. No return."""
    return _UNHEARD.sub("\ufffd", words.replace("\r", "\ufffd"))


def value(words: str) -> str:
    """``words`` within quotation marks."""
    return text(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def cell(words: str) -> str:
    """``words`` as a workbook holds them: what looks like Excel's own ``_x000D_`` is not."""
    return text(_LOOKS_ESCAPED.sub("_x005F_", words) if "_x" in words else words)
