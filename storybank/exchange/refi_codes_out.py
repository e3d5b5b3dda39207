"""The codebook as REFI-QDA codes: families as headings, codes under them, children under these."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.cards import CodeCard, cards
from storybank.codebook.models import Family
from storybank.exchange import guids, refi_shape
from storybank.exchange.guids import Guids
from storybank.exchange.refi_rules import CODEBOOK, KEY, PARTS, description, xml_text
from storybank.stories.canon import one_line

ORIGIN = "Storybank"


@dataclass(frozen=True)
class CodesOut:
    """The <Codes> element, and the element of each code by its number."""

    codes: Element
    by_id: dict[int, Element] = field(default_factory=dict)


def codes_element(
    session: Session, known: Guids, space: str, used: Collection[int] = ()
) -> CodesOut:
    """Every code in use, and of the retired those that codings ``used``."""
    made = CodesOut(Element(f"{{{space}}}Codes"))
    families: dict[str, Element] = {}
    colours: dict[str, str] = {}
    every = cards(session)
    there = {card.id: card for card in every}
    shown = [card for card in every if not card.retired or card.id in used]
    for card in shown:
        if not card.own_colour:
            colours.setdefault(card.family, card.colour)
    for family in session.scalars(select(Family).order_by(Family.position, Family.id)):
        heading = families[family.key] = SubElement(
            made.codes, f"{{{space}}}Code",
            {"guid": known.of(guids.FAMILY, family.id), "name": _name(family.name),
             "isCodable": "false"},
        )  # fmt: skip
        if family.key in colours:
            heading.set("color", colours[family.key])
        _describe(heading, space, xml_text(family.question).strip())
    for card in shown:
        element = Element(
            f"{{{space}}}Code",
            {"guid": known.of(guids.CODE, card.id), "name": _name(card.name),
             "isCodable": "true", "color": card.colour},
        )  # fmt: skip
        _describe(element, space, _said(card))
        made.by_id[card.id] = element
    for card in shown:
        parent = there.get(card.parent_id or 0)
        while parent is not None and parent.id not in made.by_id:
            parent = there.get(parent.parent_id or 0)
        above = families[card.family] if parent is None else made.by_id[parent.id]
        above.append(made.by_id[card.id])
    return made


def codebook(session: Session) -> bytes:
    """The codebook as a .qdc file. The caller's transaction may write the house's GUID.

    Raises Misshapen where it would not be as the standard says.
    """
    known = Guids(session, guids.make_house(session), [guids.CODE, guids.FAMILY])
    root = Element(f"{{{CODEBOOK}}}CodeBook", {"origin": ORIGIN})
    root.append(codes_element(session, known, CODEBOOK).codes)
    return as_bytes(root, CODEBOOK)


def as_bytes(root: Element, space: str) -> bytes:
    """The file of a root element, once it was found to be as the standard says."""
    refi_shape.check(root)
    # Some programs want the name space as the default one, which ElementTree cannot write itself.
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{space}}}")
    root.set("xmlns", space)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _said(card: CodeCard) -> str:
    texts = (
        card.include, card.exclude, card.example, card.not_example, "\n".join(card.cues),
        "\n".join(card.near_misses),
    )  # fmt: skip
    return description(card.definition, {**dict(zip(PARTS, texts, strict=True)), KEY: card.key})


def _describe(element: Element, space: str, text: str) -> None:
    if text:
        SubElement(element, f"{{{space}}}Description").text = text


def _name(name: str) -> str:
    return xml_text(one_line(name)) or "Unnamed"
