"""A recording followed by the words: which of them are said when, and how a page shows that.

Times of a transcript are in milliseconds of its own clock; a recording may begin earlier or later
on that clock, so its own seconds are worked out here. Drawing only adds tags, as ``drawing`` does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from storybank.errors import BadInput
from storybank.stories.canon import Block, Time
from storybank.stories.drawing import tag_of, words
from storybank.stories.reading import StoryText
from storybank.stories.speaking import Stretches

A_DAY = 24 * 60 * 60 * 1000
"""In milliseconds: no recording lasts longer."""
NO_TIME = "Write a time as hours, minutes and seconds, for example 0:00:30, or leave 0:00:00."
_CLOCK = re.compile(r"([-\u2212]?)(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?")


@dataclass(frozen=True)
class Line:
    """A block of the story as a page shows it, and when it begins to be said in the recording,
    in seconds; None where no time is known of it."""

    element: Markup
    seconds: float | None

    @property
    def t(self) -> str:
        """The seconds as an address and a script take them: "751.5"."""
        return short(self.seconds or 0)

    @property
    def clock(self) -> str:
        """The time as people read it: "0:12:31"."""
        return clock(self.seconds or 0)


def lines(story: StoryText, from_ms: int) -> list[Line]:
    """Every block of a story that was let out, with its time in a recording that begins when the
    transcript's clock is at ``from_ms``."""
    times = sorted(story.times, key=lambda time: time.at)
    starts = [time.at for time in times]
    found = []
    for block in story.blocks:
        first, last = (bisect_left(starts, place) for place in (block.start, block.end))
        inside = times[first:last]
        asked = _asked(story.asides, block)
        begins = seconds_of(inside[0], from_ms) if inside else None
        element = Markup("").join(_element(story.text, block, inside, from_ms, asked))
        found.append(Line(element, begins))
    return found


def seconds_of(time: Time, from_ms: int) -> float:
    """Where a recording is then that begins at ``from_ms`` of the words' clock, in seconds."""
    return max(0, time.ms - from_ms) / 1000


def short(seconds: float) -> str:
    """Seconds, to the millisecond, with no more digits than that takes: "4.5", "12"."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def clock(seconds: float) -> str:
    """Seconds as hours, minutes and seconds: "1:02:03"."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def offset(typed: str) -> int:
    """What the transcript's clock says when a recording begins, in milliseconds, from what was
    typed: where in the recording the transcript's 0:00:00 lies. Nothing typed is 0.

    Raises BadInput for what is no time, or more than a day.
    """
    if not typed.strip():
        return 0
    told = _CLOCK.fullmatch(typed.strip())
    if told is None or int(told[3]) > 59 or int(told[4]) > 59:
        raise BadInput(NO_TIME)
    whole = (int(told[2] or 0) * 60 + int(told[3])) * 60 + int(told[4])
    ms = whole * 1000 + int((told[5] or "0").ljust(3, "0"))
    if ms > A_DAY:
        raise BadInput(NO_TIME)
    return ms if told[1] else -ms


def typed_offset(from_ms: int) -> str:
    """The same offset as somebody would type it."""
    return ("-" if from_ms > 0 else "") + clock(abs(from_ms) / 1000)


def _asked(asides: Stretches, block: Block) -> str:
    """Attributes that say an interviewer says a block, as every page of a story has them."""
    last = bisect_right(asides, block.start, key=lambda stretch: stretch[0]) - 1
    if last < 0 or asides[last][1] <= block.start:
        return ""
    return " data-asked" + (" data-who=Interviewer" if asides[last][0] == block.start else "")


def _element(
    text: str, block: Block, times: Sequence[Time], from_ms: int, more: str
) -> Iterator[Markup]:
    """The element of a block; where it holds several times, each stretch can be gone to."""
    tag = "p" if block.kind == "li" else tag_of(block)
    kind = " class=li" if block.kind == "li" else ""
    yield Markup(f"<{tag}{kind} data-s={block.start}{more}>")
    cuts = [block.start, *(time.at for time in times[1:]), block.end]
    for number, (start, end) in enumerate(zip(cuts, cuts[1:], strict=False)):
        said = words(text[start:end])
        if len(times) > 1 and start < end:
            at = short(seconds_of(times[number], from_ms))
            said = Markup("<span data-at={}>{}</span>").format(at, said)
        yield said
    yield Markup(f"</{tag}>")
