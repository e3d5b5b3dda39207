"""ELAN transcripts (.eaf): each tier's turns in the order of their times. Runs in the child."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.captions_file import TIMES_LEFT
from storybank.stories.canon import Canon, Part, Run, from_blocks


def read_elan(data: bytes) -> Canon:
    """Return the canon of an ELAN file: "Participant: words", a paragraph a turn.

    Tiers that hang on others (translations, glosses) are left out. Raises BadInput for a file
    that is damaged or is none.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise BadInput(rules.DAMAGED) from broken
    if root.tag != "ANNOTATION_DOCUMENT":
        raise BadInput(rules.XML)
    turns = sorted(_turns(root), key=lambda turn: turn[0])
    return from_blocks(
        Part("p", [Run(f"{who}: {said}" if who else said)]) for _, who, said in turns
    ).with_warnings([TIMES_LEFT])


def _turns(root: Element) -> Iterator[tuple[int, str, str]]:
    """(milliseconds, who, words) of each turn with a time of its own."""
    slots = {
        slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE") or 0)
        for slot in root.iter("TIME_SLOT")
        if (slot.get("TIME_VALUE") or "0").isdigit()
    }
    for tier in root.iter("TIER"):
        if tier.get("PARENT_REF"):
            continue
        who = " ".join((tier.get("PARTICIPANT") or tier.get("TIER_ID") or "").split())
        for turn in tier.iter("ALIGNABLE_ANNOTATION"):
            said = turn.findtext("ANNOTATION_VALUE") or ""
            yield slots.get(turn.get("TIME_SLOT_REF1"), 0), who, " ".join(said.split())
