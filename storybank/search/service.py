"""One search, for one use. The database decides what may be found; the index only proposes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from storybank.codebook.service import CodeCard
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotReady
from storybank.search import facets
from storybank.search.facets import Coded, Count
from storybank.search.index import Finds, Matches
from storybank.search.language import parse
from storybank.search.passages import Finder, clipped
from storybank.search.query import Narrow
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

PER_PAGE = 20
PASSAGES = 2
CODED_WORDS = 60
"""The most words of a coded passage that a list shows."""


@dataclass(frozen=True)
class Passage:
    """Words let out for this search. ``marks`` are places within ``excerpt.words``."""

    excerpt: Excerpt
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def cut_before(self) -> bool:
        """Does it seem to begin inside a sentence?"""
        return self.excerpt.start > 0 and self.excerpt.words[:1].islower()

    @property
    def cut_after(self) -> bool:
        """Does it seem to end inside a sentence?"""
        return self.excerpt.words.rstrip("\"'\u2019\u201d)")[-1:].isalnum()


@dataclass(frozen=True)
class Hit:
    """One story found. ``score`` is 0 where no words were looked for."""

    story_id: int
    external_id: str | None
    title: str
    title_marks: tuple[tuple[int, int], ...]
    attribution: str
    score: float
    excerpts: tuple[Passage, ...]
    attributes: dict[str, str]
    codes: tuple[CodeCard, ...]


@dataclass(frozen=True)
class Found:
    """One page of what was found, and counts over all of it."""

    understood: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    per_page: int = PER_PAGE
    facets: list[Count] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    """Sentences about what was not understood, or cannot be found just now."""
    ready: bool = True
    """False while the index is being prepared: then only stories without words can be listed."""

    @property
    def note(self) -> str:
        return " ".join(self.notes)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


def search(
    session: Session,
    index: Finds,
    use: Use,
    text: str,
    page: int = 1,
    per_page: int = PER_PAGE,
    filters: Sequence[Narrow] = (),
) -> Found:
    """Find stories that ``use`` allows. Never raises over what was typed.

    Without words it lists the newest stories that fit ``filters``.
    """
    asked = parse(text)
    if asked.refused:
        return Found("Nothing was searched.", notes=asked.left_out)
    narrow = tuple(dict.fromkeys((*asked.narrow, *filters)))
    asked = replace(asked, narrow=narrow)
    cards = facets.codes_seen(session, use)
    stories, sentences = facets.narrowed(session, use, narrow, cards)
    notes = (*asked.left_out, *sentences)
    if asked.tree is None and asked.left_out and not narrow:
        return Found("Nothing was searched.", notes=notes)
    if asked.tree is None:
        newest = stories.order_by(Story.taken_in_at.desc(), Story.id.desc())
        matches = Matches(dict.fromkeys(session.scalars(newest), 0.0))
    else:
        try:
            # The set is asked for anew by each search: there is no cache of permissions to forget.
            matches = index.find(asked.tree, set(session.scalars(stories)))
        except BadInput as problem:
            return Found("Nothing was searched.", notes=(*notes, problem.sentence))
        except NotReady:
            preparing = "Search is being prepared. Try again in a few minutes."
            return Found(asked.understood, notes=(*notes, preparing), ready=False)
    if not matches.complete:
        notes = (*notes, "That was too much to find all of. Use fewer or rarer words.")
    ids = list(matches.scores)
    last = max(1, -(-len(ids) // per_page))
    page = min(max(page, 1), last)
    shown = ids[(page - 1) * per_page : page * per_page]
    coded = facets.places(session, use, shown, narrow, cards)
    hits = _hits(session, use, shown, matches, Finder(asked.tree, index.stem), coded)
    counts = facets.counts(session, use, ids, cards)
    return Found(asked.understood, hits, len(ids), page, per_page, counts, notes)


def _hits(
    session: Session,
    use: Use,
    story_ids: Collection[int],
    matches: Matches,
    finder: Finder,
    coded: Coded,
) -> list[Hit]:
    titles = reading.titles(session, use, story_ids)
    outside = reading.external_ids(session, use, story_ids)
    seen = use.purpose in facets.SEES_FACTS
    facts = reading.attributes_of(session, use, titles) if seen else {}
    if finder.node is None:
        words = _coded_passages(session, use, titles, coded)
        missing = [story_id for story_id in titles if story_id not in words]
        words |= reading.fragments(session, use, missing, finder.passages)
    else:
        words = reading.fragments(session, use, titles, finder.passages)
    return [
        Hit(
            story_id=story_id,
            external_id=outside.get(story_id),
            title=titles[story_id].title,
            title_marks=finder.marks(titles[story_id].title),
            attribution=titles[story_id].attribution,
            score=matches.scores[story_id],
            excerpts=tuple(
                Passage(excerpt, finder.marks(excerpt.words)) for excerpt in words.get(story_id, ())
            ),
            attributes=facts.get(story_id, {}),
            codes=tuple(dict.fromkeys(card for _, card in coded.get(story_id, ()))),
        )
        for story_id in story_ids
        if story_id in titles
    ]


def _coded_passages(
    session: Session,
    use: Use,
    story_ids: Collection[int],
    coded: Coded,
) -> dict[int, list[Excerpt]]:
    """The first coded passages of each story, cut to a length that suits a list."""
    every: list[Place] = []
    for story_id in story_ids:
        apart: list[Place] = []
        for place, _ in coded.get(story_id, ()):
            if all(place.end <= other.start or place.start >= other.end for other in apart):
                apart.append(place)
        every += sorted(apart[:PASSAGES])
    found: dict[int, list[Excerpt]] = {}
    for excerpt in reading.excerpts(session, use, every):
        end = clipped(excerpt.words, 0, len(excerpt.words), CODED_WORDS)
        short = replace(excerpt, end=excerpt.start + end, words=excerpt.words[:end])
        found.setdefault(excerpt.story_id, []).append(short)
    return found


def as_json(found: Found) -> list[dict[str, Any]]:
    """What ``storybank search --json`` prints."""
    return [
        {
            "story": hit.story_id,
            "external_id": hit.external_id,
            "score": round(hit.score, 4),
            "excerpts": [passage.excerpt.words for passage in hit.excerpts],
        }
        for hit in found.hits
    ]
