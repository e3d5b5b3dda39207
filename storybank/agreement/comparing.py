"""A story with the codings of several coders beside it, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from storybank.agreement.differences import Passage, passages
from storybank.agreement.gathering import CodedStory, Mark
from storybank.coding.rules import Span, segments
from storybank.stories import drawing
from storybank.stories.reading import StoryText

LONGEST_QUOTE = 60
"""How much of a passage is quoted beside its code, in code points."""
TAGS = {"p": "p", "q": "blockquote", "li": "p"}


@dataclass(frozen=True)
class Beside:
    """A code that one coder put on a passage which begins in a paragraph."""

    mark: Mark
    passage: Passage
    begins: str
    """The first words of it."""

    @property
    def how(self) -> str:
        """same, ends or alone: what the other coders did there."""
        if self.passage.off:
            return "alone"
        return "same" if self.passage.same_ends else "ends"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the page: its words, and each coder's codes beside it."""

    number: int
    element: Markup
    beside: Mapping[int, Sequence[Beside]]
    differs: bool
    """Some passage that begins here is not every coder's."""


def paragraphs(
    text: StoryText, story: CodedStory, only: Iterable[int] | None = None
) -> list[Paragraph]:
    """The whole story, or only the paragraphs at these positions.

    Words on which the coders differ are in ``mark class=sb-differ``, those that all gave the
    same codes in ``mark class=sb-agree``.
    """
    spans = [Span(mark.id, mark.start, mark.end, "") for mark in story.marks]
    marks = {mark.id: mark for mark in story.marks}
    beside = [
        Beside(mark, one, quote(text.text, mark)) for one in passages(story) for mark in one.marks
    ]
    wanted = range(len(text.blocks)) if only is None else sorted(only)
    pieces = segments(text.blocks, spans)
    found = []
    for number in wanted:
        block = text.blocks[number]
        inside = "".join(
            _piece(text.text, piece.start, piece.end, [marks[s.id] for s in piece.spans], story)
            for piece in pieces[number]
        )
        here = [one for one in beside if block.start <= one.mark.start < block.end]
        by_coder = {
            coder: [one for one in here if one.mark.coder == coder] for coder in story.coders
        }
        name = f"h{min(block.level + 2, 6)}" if block.kind == "h" else TAGS[block.kind]
        element = Markup(f"<{name} dir=auto>{inside}</{name}>")  # escaped in _piece
        differs = any(one.how == "alone" for one in here)
        found.append(Paragraph(number + 1, element, by_coder, differs))
    return found


def around(text: StoryText, start: int, end: int) -> list[int]:
    """The positions of the paragraphs a passage lies in, with one before and one after."""
    inside = [
        number
        for number, block in enumerate(text.blocks)
        if block.start < end and block.end > start
    ]
    first, last = max(0, inside[0] - 1), min(len(text.blocks) - 1, inside[-1] + 1)
    return list(range(first, last + 1))


def quote(text: str, mark: Mark) -> str:
    """The first words of a passage."""
    words = " ".join(text[mark.start : mark.end].split())
    if len(words) <= LONGEST_QUOTE:
        return words
    return words[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "\u2026"


def _piece(text: str, start: int, end: int, on: Sequence[Mark], story: CodedStory) -> str:
    words = str(drawing.words(text[start:end]))
    if not on:
        return words
    codes = {coder: frozenset(m.code for m in on if m.coder == coder) for coder in story.coders}
    kind = "sb-agree" if len(set(codes.values())) == 1 else "sb-differ"
    return f"<mark class={kind}>{words}</mark>"
