"""Who speaks and when, as people write interviews down: "Anna:", "Q:", "[00:01:02] Anna:", a name
in bold letters at the start of a paragraph. Pure; no letter of the text changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from storybank.stories.canon import Block, Canon, Mark, Time, Turn
from storybank.stories.rules import MASK, Speaks

SEEN = 2
"""How often a name must begin a paragraph to be taken for one."""
LONGEST = 30
"""The longest name, in code points."""
_MOST_WORDS = 4
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_BOXED = rf"[\[(]{_CLOCK}[\])]"
_GAP = r"[ \t]{0,8}"
_LABEL = re.compile(
    rf"(?:(?:{_BOXED}|{_CLOCK}){_GAP}[-\u2013]?{_GAP})?"
    rf"(?P<name>[^\W\d_][^:\n\[{MASK}]{{0,{LONGEST - 1}}}?)"
    rf"(?:{_GAP}{_BOXED}{_GAP}:?|[ \t]?:(?:{_GAP}{_BOXED})?|(?<=\b[QA])\.)(?=\s|$)"
)
_TIMED = re.compile(rf"(?:[^:\n\[(]{{0,{LONGEST}}}:?{_GAP})?[\[(]({_CLOCK})[\])]|({_CLOCK})(?=\s)")
_NUMBERED = re.compile(r"[ .]{0,3}\d{1,3}\.?$")

ASKS = frozenset(
    "i int interviewer intervieweur interviewerin q question researcher moderator mod facilitator "
    "chair enquêteur entrevistador entrevistadora intervistatore ankieter ankieterka cyfwelydd "
    "holwr fragesteller".split()
)
"""Names that say that somebody asks. Those after them are what the people they ask are called."""
ANSWERS = frozenset("a answer p participant respondent interviewee".split())
BESIDE = frozenset("translator interpreter note notetaker observer transcriber".split())
_ASKING, _TURNS, _LITTLE, _SELDOM = 0.6, 3, 0.4, 0.25


class Label(NamedTuple):
    """``name`` as it is compared; ``end``: where the label ends in the text, in code points."""

    name: str
    end: int


def labels(text: str, blocks: Sequence[Block], marks: Sequence[Mark] = ()) -> dict[int, Label]:
    """{position of a block: the label it begins with}, of names that come more than once."""
    found: dict[int, Label] = {}
    for position, block in enumerate(blocks):
        label = _LABEL.match(text, block.start, block.end) if block.kind != "h" else None
        if label and len(label["name"].split()) <= _MOST_WORDS:
            found[position] = Label(name_of(label["name"]), label.end())
    names = {label.name for label in found.values()}
    if not {"q", "a"} <= names:  # "A." alone is the first of a list.
        found = {at: one for at, one in found.items() if text[one.end - 1] != "."}
    counts = Counter(label.name for label in found.values())
    found = {at: one for at, one in found.items() if counts[one.name] >= SEEN}
    return found or _bold(text, blocks, marks)


def name_of(label: str) -> str:
    """A label as names are compared: no times, brackets or numbers of questions, small letters."""
    bare = re.sub(_BOXED, " ", label)
    bare = re.sub(rf"^{_GAP}{_CLOCK}{_GAP}[-\u2013]?", " ", bare)
    bare = " ".join(bare.casefold().strip(" \t\n:.-\u2013").split())
    plain = _NUMBERED.sub("", bare)
    return plain if plain in ("q", "a", "question", "answer") else bare


def turns_of(canon: Canon) -> Canon:
    """The same text with turns and times where its file told none and its letters do."""
    turns = canon.turns or tuple(_turns(canon))
    return Canon(
        canon.text, canon.blocks, canon.marks, canon.warnings, canon.title, turns,
        canon.times or tuple(_times(canon)), canon.notes,
    )  # fmt: skip


def names_of(text: str, turns: Sequence[Turn]) -> dict[int, str]:
    """{number of a speaker: their name as it stands at their first turn}, "" where none does."""
    names: dict[int, str] = {}
    for turn in turns:
        if not names.get(turn.speaker):
            label = re.sub(_BOXED, " ", text[turn.start : turn.said])
            label = re.sub(rf"^{_GAP}{_CLOCK}{_GAP}[-\u2013]?", " ", label)
            names[turn.speaker] = " ".join(label.split()).rstrip(":. ")
    return names


def likely_roles(canon: Canon) -> dict[int, Speaks]:
    """Who is likely to ask and who to tell, by number; nobody where it can not be told.

    By what they are called, or by who asks most of the time and says little.
    """
    names = {n: name_of(name) for n, name in names_of(canon.text, canon.turns).items()}
    plain = {n: _NUMBERED.sub("", name).strip() for n, name in names.items()}
    asking = {n for n, name in plain.items() if name in ASKS}
    if not asking:
        told = set(plain.values()) & ANSWERS
        asking = {n for n, name in plain.items() if name == "r" and told}
    asking = asking or _who_asks(canon)
    if not asking:
        return {}
    return {
        n: Speaks.INTERVIEWER
        if n in asking
        else Speaks.OTHER
        if plain[n] in BESIDE
        else Speaks.TELLER
        for n in sorted(plain)
    }


def _bold(text: str, blocks: Sequence[Block], marks: Sequence[Mark]) -> dict[int, Label]:
    """Names in bold letters without a colon, where two people or more are named so in turn."""
    at = {block.start: position for position, block in enumerate(blocks) if block.kind != "h"}
    found = {}
    for mark in marks:
        position = at.get(mark.start)
        words = text[mark.start : mark.end]
        if position is None or mark.kind != "strong" or mark.end >= blocks[position].end:
            continue
        if len(words) <= LONGEST and 0 < len(words.split()) <= _MOST_WORDS:
            found[position] = Label(name_of(words), mark.end)
    counts = Counter(label.name for label in found.values())
    found = {at: one for at, one in found.items() if counts[one.name] >= SEEN and one.name}
    return found if len({one.name for one in found.values()}) > 1 else {}


def _turns(canon: Canon) -> list[Turn]:
    """A turn from each label up to the next or to a heading. Where one name alone is written,
    what follows in other paragraphs is somebody else's answer."""
    found = dict(sorted(labels(canon.text, canon.blocks, canon.marks).items()))
    numbers: dict[str, int] = {}
    for one in found.values():
        numbers.setdefault(one.name, len(numbers) + 1)
    turns: list[Turn] = []
    going_on = False
    for position, block in enumerate(canon.blocks):
        label = found.get(position)
        if label is not None:
            said = min(_after(canon.text, label.end), block.end)
            turns.append(Turn(block.start, block.end, said, numbers[label.name]))
            going_on = len(numbers) > 1
        elif block.kind == "h":
            going_on = False
        elif going_on:
            last = turns[-1]
            turns[-1] = Turn(last.start, block.end, last.said, last.speaker)
    return turns


def _after(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t":
        place += 1
    return place


def _times(canon: Canon) -> list[Time]:
    """When paragraphs begin that say so first; none where those times do not go up."""
    times = []
    for block in canon.blocks:
        found = _TIMED.match(canon.text, block.start, block.end)
        if found and block.kind != "h":
            times.append(Time(block.start, _ms(found[1] or found[2])))
    rising = all(a.ms <= b.ms for a, b in zip(times, times[1:], strict=False))
    return times if rising and len(times) >= SEEN and canon.turns + tuple(_turns(canon)) else []


def _ms(clock: str) -> int:
    whole, _, rest = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(rest.ljust(3, "0") or 0)


def _who_asks(canon: Canon) -> set[int]:
    """The one person whose turns are mostly short questions, among people who seldom ask."""
    turns: Counter[int] = Counter()
    asked: Counter[int] = Counter()
    words: Counter[int] = Counter()
    for turn in canon.turns:
        said = canon.text[turn.said : turn.end].rstrip("\"'\u2019\u201d) \n")
        turns[turn.speaker] += 1
        asked[turn.speaker] += said.endswith(("?", "\u037e", "\u061f"))
        words[turn.speaker] += len(said.split())
    shares: Mapping[int, float] = {n: asked[n] / turns[n] for n in turns}
    likely = {
        n
        for n in turns
        if shares[n] >= _ASKING
        and turns[n] >= _TURNS
        and words[n] <= _LITTLE * words.total()
        and all(shares[other] <= _SELDOM for other in turns if other != n)
    }
    return likely if len(turns) > 1 else set()
