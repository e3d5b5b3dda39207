"""ELAN transcripts (.eaf): each tier's turns in the order of their times. Runs in the child."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.stories.canon import Canon, Part, Run, from_blocks

TIERS_LEFT = "Tiers that hang on others, such as translations, were left out."


def read_elan(data: bytes) -> Canon:
    """Return the canon of an ELAN file: "Participant: words", a paragraph a turn, with its time.

    Tiers that hang on others (translations, glosses) are left out and said. Raises BadInput for
    a file that is damaged or is none.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise BadInput(rules.DAMAGED) from broken
    if root.tag != "ANNOTATION_DOCUMENT":
        raise BadInput(rules.XML)
    turns = sorted(_turns(root), key=lambda turn: turn[0])
    parts = (Part("p", [Run(said, ms=ms)], speaker=who) for _, ms, who, said in turns)
    left = any(tier.get("PARENT_REF") and "".join(tier.itertext()).strip() for tier in _tiers(root))
    return from_blocks(parts, warnings=[TIERS_LEFT] * left)


def _turns(root: Element) -> Iterator[tuple[int, int | None, str, str]]:
    """(place in time, milliseconds where known, who, words) of each turn with its own time."""
    slots = _slots(root)
    for tier in _tiers(root):
        if tier.get("PARENT_REF"):
            continue
        who = " ".join((tier.get("PARTICIPANT") or tier.get("TIER_ID") or "").split())
        for turn in tier.iter("ALIGNABLE_ANNOTATION"):
            said = " ".join((turn.findtext("ANNOTATION_VALUE") or "").split())
            place, ms = slots.get(turn.get("TIME_SLOT_REF1"), (0, None))
            yield place, ms, who, said


def _tiers(root: Element) -> Iterator[Element]:
    return root.iter("TIER")


def _slots(root: Element) -> dict[str | None, tuple[int, int | None]]:
    """Each slot's place in time and its milliseconds; one without is where the one before is."""
    slots: dict[str | None, tuple[int, int | None]] = {}
    before = 0
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE") or ""
        known = len(value) < 10 and value.isdecimal()
        before = int(value) if known else before
        slots[slot.get("TIME_SLOT_ID")] = (before, before if known else None)
    return slots
