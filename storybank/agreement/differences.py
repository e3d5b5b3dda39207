"""Where coders differ: passages that some of them put a code on, and others did not anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storybank.agreement.gathering import CodedStory, Mark
from storybank.stories.rules import Place

Key = tuple[int, int, int]
"""(story, start, code): the order in which differences are stepped through."""


@dataclass(frozen=True)
class Passage:
    """One code on a passage: its codings overlap one another, and no others of that code."""

    story: CodedStory
    code: int
    start: int
    end: int
    marks: tuple[Mark, ...]

    @property
    def key(self) -> Key:
        return self.story.id, self.start, self.code

    @property
    def place(self) -> Place:
        return Place(self.story.id, self.story.version, self.start, self.end)

    @property
    def on(self) -> tuple[int, ...]:
        """The coders who put the code on it."""
        there = {mark.coder for mark in self.marks}
        return tuple(coder for coder in self.story.coders if coder in there)

    @property
    def off(self) -> tuple[int, ...]:
        """The coders who did not."""
        there = {mark.coder for mark in self.marks}
        return tuple(coder for coder in self.story.coders if coder not in there)

    @property
    def same_ends(self) -> bool:
        """Did everybody who put it on choose the same words?"""
        return len({(mark.start, mark.end) for mark in self.marks}) == 1


@dataclass(frozen=True)
class Tally:
    """How coders used one code: passages that all have, with the same ends or others, or not."""

    same: int = 0
    ends: int = 0
    alone: Mapping[int, int] | None = None
    """{coder: passages that this coder has and another has not}."""


def passages(story: CodedStory) -> list[Passage]:
    """All passages of a story under their codes, in order of place."""
    by_code: dict[int, list[Mark]] = {}
    for mark in story.marks:
        by_code.setdefault(mark.code, []).append(mark)
    found: list[Passage] = []
    for code, marks in by_code.items():
        group: list[Mark] = []
        for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
            if group and mark.start >= max(one.end for one in group):
                found.append(_passage(story, code, group))
                group = []
            group.append(mark)
        found.append(_passage(story, code, group))
    return sorted(found, key=lambda one: (one.start, one.end, one.code))


def differing(stories: Iterable[CodedStory]) -> list[Passage]:
    """The passages that not every coder of the story has, in the order of their keys."""
    found = [one for story in stories for one in passages(story) if one.off]
    return sorted(found, key=lambda one: one.key)


def tallies(every: Iterable[Passage]) -> dict[int, Tally]:
    """{code: how the coders used it} for some passages."""
    counts: dict[int, tuple[int, int, dict[int, int]]] = {}
    for one in every:
        same, ends, alone = counts.get(one.code, (0, 0, {}))
        if one.off:
            alone = {**alone, **{coder: alone.get(coder, 0) + 1 for coder in one.on}}
        elif one.same_ends:
            same += 1
        else:
            ends += 1
        counts[one.code] = (same, ends, alone)
    return {code: Tally(*row) for code, row in counts.items()}


def _passage(story: CodedStory, code: int, marks: list[Mark]) -> Passage:
    return Passage(
        story, code, min(mark.start for mark in marks), max(mark.end for mark in marks),
        tuple(marks),
    )  # fmt: skip
