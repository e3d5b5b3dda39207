"""How much a text looks as people write, letter by letter beyond ASCII. Pure.

Old files do not say in which encoding they are. Read in the wrong one, a letter with an accent
becomes a sign that nobody puts there: a capital inside a word, a sum sign, a box. So what stands
to the left and to the right of each such letter is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

_LOWER = frozenset("éèêëàâäáãåæçíìîïñóòôöõøúùûüýœßąćęłńśźżčďěňřšťůžŵŷőűăâîșțşţ")
_UNSEEN = range(0x80, 0xA0)
_OPENING = "\u201c\u2018\u00ab\u201e\u201a\u2039"
_CLOSING = "\u201d\u2019\u00bb\u203a"
_OTHER_SCRIPTS, _LATIN_MORE, _LATIN_LAST = "\u0370", "\u1e00", "\u1eff"
"""Greek, and what comes after it but for more Latin letters."""
_MONEY = "\u00a3\u20ac"
_AFTER_FIGURES = "\u00a2\u00b0\u00bd\u00bc\u00be\u00ba\u00aa"
_AT_START = "\u00bf\u00a1"
_PLAIN = "\u2022\u00b7\u00a9\u00ae\u2122"


def likeness(text: str) -> int:
    """Return how likely the characters of a text beyond ASCII are; 0 where there are none.

    Each adds one or two where people write it so, and takes one to three away where they do not.
    """
    if text.isascii():
        return 0
    return sum(
        _like(char, text[place - 1 : place], text[place + 1 : place + 2])
        for place, char in _beyond(text)
    )


def _beyond(text: str) -> Iterable[tuple[int, str]]:
    return ((place, char) for place, char in enumerate(text) if char > "\x7f")


def _like(char: str, before: str, after: str) -> int:
    """How likely a character is between its neighbours."""
    if char.isalpha() and char not in "\u00aa\u00ba\u03c0\u2126\u03a9\u00b5":
        return _letter(char, before, after)
    if ord(char) in _UNSEEN:
        return -3
    if char == "\u2019" and after.isalpha():
        return 2 if before.isalpha() else 1
    if char == "\u00a0":
        return 2 if before and not before.isspace() and not before.isalpha() else 0
    if char in _OPENING:
        return 2 if not before.isalnum() and not after.isspace() else -1
    if char in _CLOSING:
        return 2 if before and not before.isspace() and not after.isalnum() else -1
    if char in "\u2013\u2014":
        return 1 if before.isalpha() and after.isalpha() else 2
    if char == "\u2026":
        return 1
    if char in _MONEY:
        return 2 if after.isdigit() else 0
    if char in _AFTER_FIGURES:
        return 1 if before.isdigit() else -1
    if char in _AT_START:
        return 1 if not before.isalnum() and after.isalpha() else -2
    return 0 if char in _PLAIN else -2


def _letter(char: str, before: str, after: str) -> int:
    if char >= _OTHER_SCRIPTS and not _LATIN_MORE <= char <= _LATIN_LAST:
        return _other_script(char, before, after)
    if char.isupper():
        if before.islower() or before.isdigit():
            return -2
        if before.isupper() and after.islower():
            return -1
        return 1 if (after.isalpha() or before.isupper()) else -1
    if not (before.isalpha() or after.isalpha()):
        return 1 if char in "àáéèíóú" else -1
    if before > "\x7f" and after > "\x7f":
        return -1  # a word of accents alone is in another script
    return 1 if char in _LOWER else -1


def _other_script(char: str, before: str, after: str) -> int:
    """Letters of Greek, Cyrillic, Hebrew or Arabic stand beside their like, never beside ours."""
    if any(other.isascii() and other.isalpha() for other in (before, after)):
        return -2
    if char.isupper() and before.islower():
        return -2
    beside = [other for other in (before, after) if other >= _OTHER_SCRIPTS and other.isalpha()]
    return 1 if beside else -2
