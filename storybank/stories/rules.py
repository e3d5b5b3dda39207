"""Places in stories, and the name shown beside words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from storybank.consent.rules import NameStyle, Purpose, Span
from storybank.errors import BadInput
from storybank.stories.canon import one_line
from storybank.stories.sentences import MASK as MASK

MAX_PART = 2_000
"""The longest "short part", in code points: about one spoken minute and a half."""

MAX_TITLE = 200
MAX_NAME = 100

ATTRIBUTES = ("role", "country", "year", "age_group", "condition")
"""Facts about a story that may be searched and counted by."""


class Speaks(StrEnum):
    """What somebody who speaks in a story is in it. Only a teller's words are the teller's."""

    TELLER = "teller"
    INTERVIEWER = "interviewer"
    OTHER = "other"


GAP = " [...] "
"""What stands between two parts of a passage where words were left out."""

Kept = Sequence[Sequence[int]]
"""The parts of a passage that stay where it was made shorter: [start, end) in code points of its
version, in order, none touching another."""

TEAM_ONLY = frozenset(
    {Purpose.STUDY, Purpose.REUSE, Purpose.INDEX, Purpose.SUGGEST, Purpose.DETAILS}
)
"""Purposes that see the storyteller's code and never a name."""

NO_NAME = "A storyteller who chose to give no name"


@dataclass(frozen=True, order=True)
class Place:
    """A contiguous stretch of one version: code points, end exclusive."""

    story_id: int
    version: int
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.version, self.start, self.end)

    @property
    def length(self) -> int:
        return self.end - self.start


def shortened(words: str, start: int, kept: Kept) -> str:
    """The parts that stay of a passage whose ``words`` begin at ``start``, as they are shown."""
    return GAP.join(words[first - start : last - start] for first, last in kept)


def attribution(purpose: Purpose, style: NameStyle, name: str | None, code: str) -> str:
    """The name to show for this purpose: exactly as chosen, or the code inside the team."""
    if purpose in TEAM_ONLY:
        return code
    if style is NameStyle.NONE or not name:
        return NO_NAME
    return name


def clean_attributes(given: dict[str, object]) -> dict[str, str]:
    """Known facts only, trimmed; blanks left out.

    Raises BadInput when a value is longer than 100 letters.
    """
    cleaned: dict[str, str] = {}
    for name in ATTRIBUTES:
        value = one_line(str(given.get(name) or ""))
        if len(value) > 100:
            raise BadInput(f"Keep '{name.replace('_', ' ')}' under 100 letters.")
        if value:
            cleaned[name] = value
    return cleaned
