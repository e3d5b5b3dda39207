"""What people answered, as learning takes it: a passage, and codes that apply to it or do not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from storybank.stories.rules import Place

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Answered:
    """A passage and what people said of it; codes by their number.

    A code that is neither confirmed nor declined was not looked at, or people are even about it;
    where the passage was coded ``in_full``, every other code does not apply.
    """

    place: Place
    text: str
    teller: int
    confirmed: frozenset[int]
    declined: frozenset[int]
    in_full: bool = False


@dataclass
class Said:
    """What each person said of one passage."""

    yes: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By code, who found that it applies."""
    no: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    in_full: dict[int, frozenset[int]] = field(default_factory=dict)
    """Who coded it in full, and with which codes."""

    def outcome(self, codes: Collection[int]) -> tuple[frozenset[int], frozenset[int], bool]:
        """Codes confirmed, codes declined, and whether all others are: by the majority.

        Whoever put a code on and declined it as well has put it on. Where people are even about
        a code, nothing is known of it. Only ``codes`` count.
        """
        for person, found in self.in_full.items():
            for code in found:
                self.yes[code].add(person)
        confirmed: set[int] = set()
        declined: set[int] = set()
        even: set[int] = set()
        for code in codes if self.in_full else {*self.yes, *self.no} & set(codes):
            yes = self.yes.get(code, set())
            against = self.no.get(code, set()) | {
                person for person, found in self.in_full.items() if code not in found
            }
            plus, minus = len(yes), len(against - yes)
            if plus != minus:
                (confirmed if plus > minus else declined).add(code)
            elif plus:
                even.add(code)
        full = bool(self.in_full) and not even
        return frozenset(confirmed), frozenset() if full else frozenset(declined), full


def passage(sentences: Sequence[Stretch], start: int, end: int) -> Stretch:
    """The sentences that ``start`` to ``end`` meets, from the first to the last; those words
    themselves where they meet none."""
    first = bisect_right(sentences, start, key=lambda one: one[1])
    last = bisect_left(sentences, end, key=lambda one: one[0])
    if first >= last:
        return start, end
    return min(start, sentences[first][0]), max(end, sentences[last - 1][1])
