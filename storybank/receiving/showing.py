"""A text that waits, as a page shows it: paragraph by paragraph, with all that stands beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from markupsafe import Markup

from storybank.details.rules import Spot
from storybank.stories.canon import Block, Canon, Note
from storybank.stories.drawing import tag_of
from storybank.stories.labels import names_of
from storybank.stories.rules import Speaks

A_PAGE = 250
"""Paragraphs on one page."""
NOTE_WORDS = {
    "comment": "Comment",
    "footnote": "Note at the foot",
    "endnote": "Note at the end",
    "dropped": "Taken out by a tracked change",
    "edge": "Left out: head, foot, page number or hyphen",
    "hidden": "Hidden in the file",
}
KINDS = {
    "comment": "Comments",
    "footnote": "Notes at the foot",
    "endnote": "Notes at the end",
    "dropped": "Taken out by tracked changes",
    "edge": "Page heads, feet, numbers and hyphens",
    "hidden": "Words hidden in the file",
}
"""What stands beside a text, in the order pages show it."""
ROLE_WORDS = {
    Speaks.TELLER: "The storyteller",
    Speaks.INTERVIEWER: "An interviewer",
    Speaks.OTHER: "Somebody else",
}
_MOST_BESIDE = 20


@dataclass(frozen=True)
class Shown:
    """One paragraph, heading, list item or quotation."""

    tag: str
    words: Markup
    start: int
    asks: bool
    """An interviewer says it."""
    who: str
    """The label of whoever begins to speak here; empty while the same person goes on."""
    clock: str
    """When a recording is here, as 0:12:31; empty where nobody knows."""
    notes: tuple[Note, ...]
    first: bool
    heads: bool
    """It is a heading, and not the first paragraph."""


@dataclass(frozen=True)
class Person:
    """Somebody who speaks."""

    n: int
    label: str
    turns: int
    words: int
    role: Speaks


def blocks(
    canon: Canon, spots: Sequence[Spot], roles: Mapping[int, Speaks], page: int
) -> list[Shown]:
    """The paragraphs of one page, from 1; all places of ``spots`` are marked in them."""
    first = (page - 1) * A_PAGE
    turns, times = sorted(canon.turns, key=lambda one: one.start), canon.times
    begins = [turn.start for turn in turns]
    whens = [time.at for time in times]
    labels = names_of(canon.text, canon.turns)
    beside = sorted(
        (note for note in canon.notes if note.start is not None), key=lambda one: one.start or 0
    )
    at_note = [note.start or 0 for note in beside]
    shown = []
    for count, block in enumerate(canon.blocks[first : first + A_PAGE], first):
        held = bisect_right(begins, block.start) - 1
        turn = turns[held] if held >= 0 and turns[held].end > block.start else None
        when = bisect_left(whens, block.start)
        timed = when < len(times) and times[when].at < block.end
        after = canon.blocks[count + 1].start if count + 1 < len(canon.blocks) else 1 << 40
        before = block.start if count else -1
        there = beside[bisect_left(at_note, before) : bisect_left(at_note, after)]
        shown.append(
            Shown(
                tag_of(block), _words(canon, block, spots), block.start,
                bool(turn and roles.get(turn.speaker) is Speaks.INTERVIEWER),
                labels.get(turn.speaker, "") if turn and turn.start == block.start else "",
                clock(times[when].ms) if timed else "",
                tuple(there[:_MOST_BESIDE]), count == 0, block.kind == "h" and count > 0,
            )
        )  # fmt: skip
    return shown


def people(canon: Canon, roles: Mapping[int, Speaks]) -> list[Person]:
    """Those who speak, by their numbers, and how much."""
    labels = names_of(canon.text, canon.turns)
    ordered = sorted(canon.turns, key=lambda one: one.speaker)
    found = []
    for n, turns in groupby(ordered, key=lambda one: one.speaker):
        own = list(turns)
        words = sum(len(canon.text[turn.said : turn.end].split()) for turn in own)
        label = labels.get(n) or f"Speaker {n}"
        found.append(Person(n, label, len(own), words, roles.get(n, Speaks.TELLER)))
    return found


def beside(canon: Canon) -> list[tuple[str, list[Note], int]]:
    """What stood beside the text: (kind in words, the first ones, how many), none empty."""
    kinds = {kind: [note for note in canon.notes if note.kind == kind] for kind in KINDS}
    return [
        (KINDS[kind], notes[:_MOST_BESIDE], len(notes)) for kind, notes in kinds.items() if notes
    ]


def clock(ms: int) -> str:
    """Return milliseconds as 0:12:31."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def pages(canon: Canon) -> int:
    """How many pages a text takes."""
    return max(1, -(-len(canon.blocks) // A_PAGE))


def _words(canon: Canon, block: Block, spots: Sequence[Spot]) -> Markup:
    """The words of a block as HTML, what is stressed and what may be a detail marked."""
    inside = [
        (max(one.start, block.start), min(one.end, block.end), one.kind)
        for one in canon.marks
        if one.start < block.end and block.start < one.end
    ]
    at = bisect_left(spots, block.start, key=lambda one: one.start)
    marked = []
    while at < len(spots) and spots[at].start < block.end:
        marked.append((spots[at].start, min(spots[at].end, block.end)))
        at += 1
    edges = {block.start, block.end}
    edges.update(place for start, end, _ in inside for place in (start, end))
    edges.update(place for pair in marked for place in pair)
    cuts, pieces = sorted(edges), []
    for left, right in zip(cuts, cuts[1:], strict=False):
        piece = escape(canon.text[left:right], quote=False)
        for start, end, kind in inside:
            if start <= left and right <= end:
                piece = f"<{kind}>{piece}</{kind}>"
        if any(start <= left and right <= end for start, end in marked):
            piece = f'<mark class="cue">{piece}</mark>'
        pieces.append(piece)
    return Markup("".join(pieces))  # every piece of text in it was escaped
