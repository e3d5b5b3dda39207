"""What the styles of a Word document say about a paragraph or a run."""

from typing import Any

from docx.oxml.ns import qn

from storybank.intake.symbol_fonts import is_pictures
from storybank.stories.canon import BlockKind

_VAL, _ID = qn("w:val"), qn("w:styleId")
_OFF = ("0", "false", "off", "none")
_DEEPEST_HEADING = 6
_BODY_TEXT_LEVEL = 9
_LONGEST_CHAIN = 20
_Block = tuple[BlockKind, int]


class Styles:
    """Answers for one document; styles are followed to what they are based on."""

    def __init__(self, styles: Any) -> None:
        self._styles = {
            style.get(_ID): style for style in styles.element.iterchildren(qn("w:style"))
        }
        self._blocks: dict[str, _Block] = {}

    def block(self, paragraph: Any) -> _Block:
        """Return the kind and level of a paragraph's block."""
        own = paragraph.find(qn("w:pPr"))
        if own is None:
            return "p", 0
        named = own.find(qn("w:pStyle"))
        styled = self._block_of(named.get(_VAL) if named is not None else None)
        said = _outline(own)
        if said:
            return said
        if styled[0] in ("h", "q"):
            return styled
        return _listed(own) or (styled if own.find(qn("w:numPr")) is None else ("p", 0))

    def look(self, run: Any) -> tuple[bool, bool] | None:
        """Return (emphasised, strong) of a run; None where it is hidden."""
        own = run.find(qn("w:rPr"))
        if own is None:
            return False, False
        named = own.find(qn("w:rStyle"))
        style = named.get(_VAL) if named is not None else None
        if _said(own, "w:vanish", self._hides(style)):
            return None
        name = self._name(style)
        em = name in ("emphasis", "intense emphasis", "subtle emphasis") or _on(own, "w:i")
        return em, name in ("strong", "intense emphasis") or _on(own, "w:b")

    def font(self, run: Any) -> str:
        """The font of a run whose letters are pictures; empty for any other."""
        fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        name = (fonts.get(qn("w:ascii")) or "") if fonts is not None else ""
        return name if is_pictures(name) else ""

    def _hides(self, style_id: str | None) -> bool:
        """Whether a style of letters, or one that it is based on, hides them."""
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(style_id) if style_id else None
            if style is None:
                break
            own = style.find(qn("w:rPr"))
            if own is not None and own.find(qn("w:vanish")) is not None:
                return _on(own, "w:vanish")
            based = style.find(qn("w:basedOn"))
            style_id = based.get(_VAL) if based is not None else None
        return False

    def _name(self, style_id: str | None) -> str:
        style = self._styles.get(style_id)
        named = style.find(qn("w:name")) if style is not None else None
        return (named.get(_VAL) or "").lower() if named is not None else ""

    def _block_of(self, style_id: str | None) -> _Block:
        if style_id is None:
            return "p", 0
        if style_id not in self._blocks:
            self._blocks[style_id] = self._follow(style_id)
        return self._blocks[style_id]

    def _follow(self, style_id: str) -> _Block:
        following: str | None = style_id
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(following)
            if style is None:
                break
            name = self._name(following)
            if name == "title":
                return "h", 1
            if name.startswith("heading ") and name[8:].isdecimal():
                return "h", min(max(int(name[8:9]), 1), _DEEPEST_HEADING)
            if name in ("quote", "intense quote"):
                return "q", 0
            own = style.find(qn("w:pPr"))
            found = own is not None and (_outline(own) or _listed(own))
            if found:
                return found
            based = style.find(qn("w:basedOn"))
            following = based.get(_VAL) if based is not None else None
        return "p", 0


def _outline(properties: Any) -> _Block | None:
    level = _number(properties.find(qn("w:outlineLvl")))
    if level is None or not 0 <= level < _BODY_TEXT_LEVEL:
        return None
    return "h", min(level + 1, _DEEPEST_HEADING)


def _listed(properties: Any) -> _Block | None:
    numbered = properties.find(qn("w:numPr"))
    if numbered is None or not _number(numbered.find(qn("w:numId"))):
        return None
    return "li", min(max(_number(numbered.find(qn("w:ilvl"))) or 0, 0), 8)


def _number(element: Any) -> int | None:
    value = element.get(_VAL) if element is not None else None
    return (
        int(value) if value and value.isascii() and value.isdecimal() and len(value) < 9 else None
    )


def _said(properties: Any, name: str, otherwise: bool) -> bool:
    """Whether a switch is on, where one is there."""
    return otherwise if properties.find(qn(name)) is None else _on(properties, name)


def _on(properties: Any, name: str) -> bool:
    switch = properties.find(qn(name))
    return switch is not None and switch.get(_VAL, "1").lower() not in _OFF
