"""One canonical text cut into several, or several laid one under the other into one.

Pure: every place moves with its words, and who speaks keeps one number in each text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from storybank.errors import BadInput
from storybank.stories.canon import Block, Canon, Mark, Note, Time, Turn

_CLOCK = re.compile(r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?")
OTHER_TIMES = "Times of the later parts were left out: they count from another beginning."


def names(canon: Canon) -> dict[int, str]:
    """Return the label of each speaker, by number, as it stands in the text; "" without one."""
    found: dict[int, str] = {}
    for turn in canon.turns:
        label = _CLOCK.sub(" ", canon.text[turn.start : turn.said])
        label = " ".join(label.split()).strip(":- .")
        found[turn.speaker] = found.get(turn.speaker) or label
    return found


def cut(canon: Canon, places: Iterable[int]) -> list[Canon]:
    """Return the parts of a text, cut where the blocks begin that stand at ``places``.

    Places are code points; none, or the text's beginning alone, leaves it whole. A note without a
    place stays with the first part. Raises BadInput for a place at which no block begins.
    """
    starts = {block.start for block in canon.blocks}
    cuts = sorted(set(places) - {0})
    if not set(cuts) <= starts:
        raise BadInput("Choose the beginning of a paragraph.")
    edges = [0, *cuts, len(canon.text) + 1]
    return [_part(canon, start, end - 1) for start, end in zip(edges, edges[1:], strict=False)]


def people(canon: Canon, start: int, end: int) -> dict[int, int]:
    """Return the number that each speaker of text[start:end] has in that part, by their own."""
    spoken = (turn.speaker for turn in canon.turns if turn.start < end and start < turn.end)
    return {speaker: n for n, speaker in enumerate(dict.fromkeys(spoken), 1)}


def _part(canon: Canon, start: int, end: int) -> Canon:
    there = people(canon, start, end)
    blocks = (
        replace(one, start=one.start - start, end=one.end - start)
        for one in canon.blocks
        if start <= one.start and one.end <= end
    )
    marks = (
        replace(one, start=one.start - start, end=one.end - start)
        for one in canon.marks
        if start <= one.start and one.end <= end
    )
    turns = (
        Turn(
            max(one.start, start) - start, min(one.end, end) - start,
            max(one.said, start) - start, there[one.speaker],
        )
        for one in canon.turns
        if one.start < end and start < one.end
    )  # fmt: skip
    times = (replace(one, at=one.at - start) for one in canon.times if start <= one.at < end)
    return Canon(
        canon.text[start:end], tuple(blocks), tuple(marks), canon.warnings,
        canon.title if start == 0 else None, tuple(turns), tuple(times),
        tuple(_notes(canon.notes, start, end)),
    )  # fmt: skip


def _notes(notes: Iterable[Note], start: int, end: int) -> Iterator[Note]:
    for note in notes:
        if note.start is None:
            if start == 0:
                yield note
        elif start <= note.start <= end:
            last = note.start if note.end is None else min(note.end, end)
            yield replace(note, start=note.start - start, end=last - start)


def joined(parts: Sequence[Canon]) -> Canon:
    """Return one text of several, in order, a new paragraph for each; the first one's title.

    People of the same label are one. What goes on without a label is still said by whoever spoke
    last, as in a text that was `cut` there. Times are kept as long as they go on.
    """
    text, blocks, marks, turns = "", list[Block](), list[Mark](), list[Turn]()
    times, notes, warnings = list[Time](), list[Note](), list[str]()
    known: dict[str, int] = {}
    count = 0
    for part in parts:
        if not part.text:
            continue
        at = len(text) + 1 if text else 0
        text = f"{text}\n{part.text}" if text else part.text
        blocks += (replace(one, start=one.start + at, end=one.end + at) for one in part.blocks)
        marks += (replace(one, start=one.start + at, end=one.end + at) for one in part.marks)
        labels, numbers = names(part), dict[int, int]()
        for turn in part.turns:
            first = turn.start == 0 and turn.said == 0
            goes_on = first and bool(turns) and turns[-1].end == at - 1
            label = labels[turn.speaker]
            n = numbers.get(turn.speaker) or (known.get(label) if label else None)
            if n is None and goes_on:
                n = turns[-1].speaker
            if n is None:
                count += 1
                n = count
            numbers[turn.speaker] = n
            if label:
                known.setdefault(label, n)
            if goes_on and turns[-1].speaker == n:
                turns[-1] = replace(turns[-1], end=turn.end + at)
            else:
                turns.append(Turn(turn.start + at, turn.end + at, turn.said + at, n))
        if part.times and times and part.times[0].ms < times[-1].ms:
            warnings.append(OTHER_TIMES)
        else:
            times += (replace(one, at=one.at + at) for one in part.times)
        notes += (_moved(note, at) for note in part.notes)
        warnings += part.warnings
    told = tuple(dict.fromkeys(warnings))
    title = parts[0].title if parts else None
    return Canon(
        text, tuple(blocks), tuple(marks), told, title, tuple(turns), tuple(times), tuple(notes)
    )


def _moved(note: Note, at: int) -> Note:
    """A note of a part that begins at ``at``."""
    if note.start is None:
        return note
    return replace(note, start=note.start + at, end=None if note.end is None else note.end + at)
