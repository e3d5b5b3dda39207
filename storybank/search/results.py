"""What a search gives: one page of what was found, and counts over all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from storybank.codebook.service import CodeCard
from storybank.search.facets import Count
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

PER_PAGE = 20

BEST, NEWEST, OLDEST, SHORTEST, LONGEST = "best", "newest", "oldest", "shortest", "longest"
SORTS = {
    BEST: "Best first", NEWEST: "Newest first", OLDEST: "Oldest first",
    SHORTEST: "Shortest first", LONGEST: "Longest first",
}  # fmt: skip
"""In which order results may be asked for. The day is the one on which a story was taken in."""

STORY, TELLER, PASSAGE = "story", "teller", "passage"
EACH = {STORY: "One for each story", TELLER: "One for each storyteller", PASSAGE: "Each passage"}
"""What one result may be."""


@dataclass(frozen=True)
class Passage:
    """Words let out for this search. ``marks`` are places within ``excerpt.words``."""

    excerpt: Excerpt
    marks: tuple[tuple[int, int], ...] = ()
    codes: tuple[CodeCard, ...] = ()
    """Codes that stand on some of these words."""
    whole: Place | None = None
    """The coded passage that these words are, or are the beginning of; None for other words."""

    @property
    def cut_before(self) -> bool:
        """Does it seem to begin inside a sentence?"""
        return self.excerpt.start > 0 and self.excerpt.words[:1].islower()

    @property
    def cut_after(self) -> bool:
        """Does it seem to end inside a sentence?"""
        return self.excerpt.words.rstrip("\"'\u2019\u201d)")[-1:].isalnum()

    @property
    def coded(self) -> bool:
        return self.whole is not None

    @property
    def place(self) -> Place:
        """What to code, to write about, or to put into a pack."""
        return self.whole or self.excerpt.place

    @property
    def name(self) -> str:
        """Its place, as addresses and forms say it: ``12-1-0-60``."""
        one = self.place
        return f"{one.story_id}-{one.version}-{one.start}-{one.end}"


@dataclass(frozen=True)
class Hit:
    """One story found, or a passage of it. ``score`` is 0 where no words were looked for."""

    story_id: int
    external_id: str | None
    title: str
    title_marks: tuple[tuple[int, int], ...]
    attribution: str
    score: float
    excerpts: tuple[Passage, ...]
    attributes: dict[str, str]
    codes: tuple[CodeCard, ...]
    why: tuple[str, ...] = ()
    """What of the search stands in the words shown, and which of the codes asked for it has."""


@dataclass(frozen=True)
class Found:
    """One page of what was found, and counts over all of it."""

    understood: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    """How many stories were found (storytellers, where there is one result for each)."""
    page: int = 1
    per_page: int = PER_PAGE
    facets: list[Count] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    """Sentences about what was not understood, or cannot be found just now."""
    ready: bool = True
    """False while the index is being prepared: then only stories without words can be listed."""
    same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Words of the glossary that were typed, each with others that mean the same."""
    widened: bool = False
    """Those others were looked for too."""
    spelling: tuple[tuple[str, str], ...] = ()
    """(word as typed, a word like it that finds something)."""
    story_ids: tuple[int, ...] = field(default=(), repr=False)
    """Every story found, in order; for this request only."""

    @property
    def note(self) -> str:
        return " ".join(self.notes)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


def as_json(found: Found) -> list[dict[str, Any]]:
    """What ``storybank search --json`` prints."""
    return [
        {
            "story": hit.story_id,
            "external_id": hit.external_id,
            "title": hit.title,
            "attribution": hit.attribution,
            "score": round(hit.score, 4),
            "why": list(hit.why),
            "codes": [code.key for code in hit.codes],
            "facts": hit.attributes,
            "excerpts": [passage.excerpt.words for passage in hit.excerpts],
            "passages": [
                {
                    "version": one.excerpt.version,
                    "start": one.excerpt.start,
                    "end": one.excerpt.end,
                    "words": one.excerpt.words,
                    "marks": [list(mark) for mark in one.marks],
                    "codes": [code.key for code in one.codes],
                    "coded": one.coded,
                    "spoken": one.excerpt.spoken.value,
                }
                for one in hit.excerpts
            ],
        }
        for hit in found.hits
    ]


def counts_as_json(found: Found) -> list[dict[str, Any]]:
    """How many of the stories found carry each code, family and fact."""
    return [
        {"field": one.field, "value": one.value, "name": one.name, "stories": one.stories}
        for one in found.facets
    ]
