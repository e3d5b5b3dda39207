"""Rich text before its letters are read: what is no text is taken out of it, and signs put in.

striprtf reads letters, and drops what stands beside them and how they look. So notes, heads and
text boxes are cut out first, and one character that no text has (U+FDD0 to U+FDEF) is put where
each stood and where the look of the letters changes. Pictures and settings are cut out, too: to
look at each of their letters takes long. Pure; linear.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LOOKS = 0xFDD0
"""The first of sixteen signs: from here on letters are slanted (1), bold (2), taken out by a
change (4), hidden (8) or some of these."""
NOTE, LIST, HEAD, BAR = "\ufde0", "\ufde1", "\ufde2", "\ufde3"
"""Here stood a note, in their order; this paragraph is in a list, or a heading (its level
follows); an upright bar of the text."""

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-fA-F]{2}|\\.|[{}]|[^\\{}]+|\\", re.S
)
_KINDS = {
    "footnote": "footnote", "annotation": "comment", "shptxt": "box",
    **{f"{place}{page}": "edge" for place in ("header", "footer") for page in ("", "l", "r", "f")},
}  # fmt: skip
_GONE = frozenset((
    "pict", "objdata", "themedata", "datastore", "colorschememapping", "latentstyles", "info",
    "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "bkmkstart", "bkmkend",
    "fldinst", "listpicture", "shprslt", "listtext", "pntext", "xmlnstbl", "pgptbl", "filetbl",
    "nonesttables", "atnid", "stylesheet",
))  # fmt: skip
_KEPT = frozenset(("annotation", "atnauthor", "shptxt", "shpinst", "fonttbl", "shppict"))
_BITS = {"i": 1, "b": 2, "deleted": 4, "v": 8}
_STYLE = re.compile(r"\{\\s(\d{1,4})\b[^{};]*?(?:\{[^{}]*\}[^{};]*?)*\bheading (\d)\s*;", re.I)
_LONGEST_STYLES = 200_000


class Cut(NamedTuple):
    """A stretch of rich text that was cut out: what it is, its source, and who wrote it."""

    kind: str
    source: str
    by: str


class Cleared(NamedTuple):
    """Rich text without what is no text; its notes in their order; and its table of fonts."""

    source: str
    cuts: list[Cut]
    fonts: str


class _Group:
    __slots__ = ("by", "fresh", "kind", "look", "out", "starred")

    def __init__(self, out: list[str] | None, look: int, kind: str = "") -> None:
        self.out, self.look, self.kind = out, look, kind
        self.starred, self.fresh = False, True
        self.by = ""


def cleared(source: str) -> Cleared:
    """Take a rich text file apart, one character a byte. Never raises; a group may stay open."""
    return _Clearing(source).work()


class _Clearing:
    def __init__(self, source: str) -> None:
        self._source = source
        self._main: list[str] = []
        self._cuts: list[Cut] = []
        self._boxes: list[str] = []
        self._fonts, self._by = "", ""
        self._level = 0
        at = source.find("{\\stylesheet")
        styles = source[at : at + _LONGEST_STYLES] if at >= 0 else ""
        self._heads = {number: int(level) for number, level in _STYLE.findall(styles)}

    def work(self) -> Cleared:
        groups = [_Group(self._main, 0)]
        at, end = 0, len(self._source)
        while at < end:
            token = _TOKEN.match(self._source, at)
            if token is None:
                break
            at = token.end()
            words, group = token[0], groups[-1]
            if words == "{":
                groups.append(_Group(group.out, group.look))
                _put(groups[-1], words)
            elif words == "}":
                if len(groups) > 1:
                    self._close(groups)
            elif words == "\\*":
                group.starred = True
            elif token[1] == "bin":
                at += min(int(token[2] or 0), end) if (token[2] or "0")[0] != "-" else 0
            elif token[1]:
                self._word(token, group)
            else:
                group.fresh = group.fresh and not words.strip("\r\n")
                _put(group, _barred(words))
        self._say_boxes()
        return Cleared("".join(self._main), self._cuts, self._fonts)

    def _word(self, token: re.Match[str], group: _Group) -> None:
        name, number = token[1], token[2]
        first, group.fresh = group.fresh, False
        if first and (name in _GONE or name in _KINDS or name in _KEPT or group.starred):
            self._begin(name, group, token[0])
            return
        if name == "ftnalt" and group.kind == "footnote":
            group.kind = "endnote"
        elif name in _BITS or name == "plain":
            bit = _BITS.get(name, 15)
            on = name != "plain" and number != "0"
            look = group.look | bit if on else group.look & ~bit
            if look != group.look:
                group.look = look
                _put(group, token[0] + _sign(chr(LOOKS + look)))
                return
        elif name in ("pard", "s", "outlinelevel"):
            self._set_level(name, number)
        elif name == "par" and group.out is self._main:
            head = _sign(HEAD) + str(min(self._level, 6)) if self._level else ""
            boxes = "".join(f"{box}\\par " for box in self._boxes)
            self._boxes.clear()
            _put(group, f"{head}\\par {boxes}")
            return
        _put(group, token[0])

    def _set_level(self, name: str, number: str | None) -> None:
        if name == "pard":
            self._level = 0
        elif name == "s":
            self._level = self._heads.get(number or "", 0)
        elif number and number.isdecimal() and len(number) < 3 and int(number) < 9:
            self._level = int(number) + 1

    def _begin(self, name: str, group: _Group, words: str) -> None:
        """A group that is no text of its paragraph says so with its first word."""
        group.kind = _KINDS.get(name, name)
        if name in ("listtext", "pntext") and group.out is self._main:
            group.out.append(_sign(LIST))
        if name in _KINDS or name in ("atnauthor", "fonttbl"):
            kept = [words] if name == "fonttbl" else []
            group.out = kept
            group.look = 0
        elif name not in _KEPT or name == "shpinst":
            group.out = None

    def _close(self, groups: list[_Group]) -> None:
        group = groups.pop()
        outer = groups[-1]
        if group.kind in ("footnote", "endnote", "comment", "edge", "box", "atnauthor", "fonttbl"):
            self._end_cut(group, outer)
        if len(groups) == 1:
            self._say_boxes()  # what follows the last brace is not read
        if outer.out is not None:
            outer.out.append("}")
            if outer.look != group.look:
                outer.out.append(_sign(chr(LOOKS + outer.look)))

    def _say_boxes(self) -> None:
        self._main.extend(f"\\par {box}" for box in self._boxes)
        self._boxes.clear()

    def _end_cut(self, group: _Group, outer: _Group) -> None:
        source = "".join(group.out or ())
        if group.kind == "fonttbl":
            self._fonts = f"{{{source}}}"
            _put(outer, source)
        elif group.kind == "atnauthor":
            self._by = source
        elif group.kind == "box":
            self._boxes.append(source)
        else:
            by, self._by = (self._by, "") if group.kind == "comment" else ("", self._by)
            self._cuts.append(Cut(group.kind, source, by))
            _put(outer, _sign(NOTE))


def _put(group: _Group, words: str) -> None:
    if group.out is not None:
        group.out.append(words)


def _barred(words: str) -> str:
    """The bar of a text is not the one that striprtf puts between cells."""
    return words.replace("|", _sign(BAR)) if "|" in words else words


def _sign(character: str) -> str:
    return f"{{\\uc1\\u{ord(character) - 0x10000}?}}"
