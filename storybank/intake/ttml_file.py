"""Captions in XML (.ttml, .dfxp): who spoke when, as paragraphs. Runs in the child."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.captions_file import MOST_CUES
from storybank.intake.said import Said, paragraphs
from storybank.stories.canon import Canon, from_blocks

_CLOCK = re.compile(r"(\d{1,4}):(\d\d):(\d\d)(?:\.(\d{1,3})\d*|:(\d{1,3}))?")
_OFFSET = re.compile(r"(\d{1,9})(?:\.(\d{1,3})\d*)?(h|m|s|ms|f|t)")
_IN_MS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1_000.0, "ms": 1.0}


def read_ttml(data: bytes) -> Canon:
    """Return the canon of captions in XML: a paragraph a turn, with the time of each caption.

    Raises BadInput for a file that is damaged, is none, or has too many.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise BadInput(rules.DAMAGED) from broken
    if _name(root) != "tt":
        raise BadInput(rules.XML)
    cues = [one for one in root.iter() if _name(one) == "p"]
    if len(cues) > MOST_CUES:
        raise BadInput(rules.TOO_LONG)
    return from_blocks(paragraphs(list(_said(root, cues))))


def _said(root: Element, cues: list[Element]) -> Iterator[Said]:
    people = _people(root)
    rates = {_name_of(key): value for key, value in root.attrib.items()}
    end = 0
    for cue in cues:
        begin = _ms(cue.get("begin", ""), rates)
        words = " ".join("".join(_words(cue)).split())
        if words:
            who = next((people.get(agent, agent) for agent in _agents(cue)), "")
            pause = (begin - end) / 1000 if begin is not None else 0.0
            yield Said(who, words, begin, pause)
        end = _ms(cue.get("end", ""), rates) or begin or end


def _words(cue: Element) -> Iterator[str]:
    for one in cue.iter():
        if _name(one) == "br":
            yield " "
        elif _name(one) in ("p", "span"):
            yield one.text or ""
        if one is not cue:
            yield one.tail or ""


def _people(root: Element) -> dict[str, str]:
    """What the people who speak are called, by their ids."""
    found = {}
    for agent in root.iter():
        if _name(agent) == "agent":
            ids = [value for key, value in agent.attrib.items() if _name_of(key) == "id"]
            name = " ".join("".join(agent.itertext()).split())
            found.update({one: name for one in ids if name})
    return found


def _agents(cue: Element) -> Iterator[str]:
    for one in cue.iter():
        for key, value in one.attrib.items():
            if _name_of(key) == "agent":
                yield from value.split()[:1]


def _ms(time: str, rates: Mapping[str, str]) -> int | None:
    """Milliseconds of a time as TTML writes it, with frames and ticks; None for none."""
    clock = _CLOCK.fullmatch(time.strip())
    if clock:
        whole = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
        part = int(clock[4].ljust(3, "0")) if clock[4] else 0
        frames = int(clock[5]) * 1000 / _rate(rates, "frameRate", 30) if clock[5] else 0.0
        return whole * 1000 + part + round(frames)
    offset = _OFFSET.fullmatch(time.strip())
    if not offset:
        return None
    count = float(f"{offset[1]}.{offset[2] or 0}")
    if offset[3] == "f":
        return round(count * 1000 / _rate(rates, "frameRate", 30))
    if offset[3] == "t":
        return round(count * 1000 / _rate(rates, "tickRate", 1))
    return round(count * _IN_MS[offset[3]])


def _rate(rates: Mapping[str, str], name: str, usual: int) -> int:
    said = rates.get(name, "")
    return max(int(said), 1) if said.isdecimal() and len(said) < 10 else usual


def _name(element: Element) -> str:
    return _name_of(element.tag) if isinstance(element.tag, str) else ""


def _name_of(key: str) -> str:
    return key.rpartition("}")[2]
