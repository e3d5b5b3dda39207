"""Passages on a theme for one workshop: many voices, from many roles and places.

The use that is given carries the workshop's audience, so what is found may be shown there. Only
coded passages are found: these are what a pack may hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.service import CodeCard
from storybank.coding.models import Coding
from storybank.coding.seeing import counted, seen
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.search import sights
from storybank.search.evidence import Searches
from storybank.search.passages import Finder
from storybank.search.results import Passage
from storybank.search.service import evidence_for
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import MAX_PART, Place

A_PAGE = 12
MOST_STORIES = 400
MOST_PASSAGES = 1_500
"""How much is read to choose from."""
OF_ONE_TELLER = 2
"""The most passages of one storyteller that are offered: nobody's voice fills the list."""
SAME_VOICE, SAME_ROLE, SAME_PLACE = 1.0, 0.25, 0.25
"""What a passage loses for each that was chosen before it from the same storyteller; from the
same role and the same country it loses at most so much, by their share of what was chosen."""
WORDS_A_MINUTE = 160
"""A slow, clear reading pace aloud."""


@dataclass(frozen=True)
class Offered:
    """A passage that may go into the workshop's pack."""

    passage: Passage
    facts: dict[str, str]

    @property
    def words(self) -> int:
        return len(self.passage.excerpt.words.split())

    @property
    def seconds(self) -> int:
        """How long it takes to read aloud."""
        return max(1, round(self.words * 60 / WORDS_A_MINUTE))


@dataclass(frozen=True)
class ForWorkshop:
    """One page of passages, storytellers taking turns."""

    understood: str
    notes: tuple[str, ...]
    offered: tuple[Offered, ...] = ()
    total: int = 0
    page: int = 1
    more_of_the_same: bool = False
    """There are more, by storytellers who have their share in the list."""
    uncoded: int = 0
    """Stories with the words in which no coded passage has them."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // A_PAGE))

    @property
    def minutes(self) -> int:
        return max(1, round(sum(one.seconds for one in self.offered) / 60))


@dataclass(frozen=True)
class _Candidate:
    place: Place
    passage: Passage
    worth: float
    """From 0 to 1."""
    voice: Hashable
    role: str
    country: str


def for_workshop(
    session: Session,
    index: Searches,
    use: Use,
    text: str,
    page: int = 1,
    *,
    longest: int = 0,
    same: bool = True,
) -> ForWorkshop:
    """Coded passages that fit what was typed and that this use allows; never raises over it.

    ``longest`` is the most words one may have; 0 is no limit.
    """
    found, tree, wanted = evidence_for(session, index, use, text, same)
    if not found.story_ids:
        return ForWorkshop(found.understood, found.notes)
    ids = found.story_ids[:MOST_STORIES]
    finder = Finder(tree, index.stem)
    candidates, having = _candidates(session, use, ids, finder, wanted, longest)
    turns = _in_turns(candidates)
    page = min(max(page, 1), max(1, -(-len(turns) // A_PAGE)))
    facts = reading.attributes_of(session, use, {one.place.story_id for one in turns})
    offered = tuple(
        Offered(one.passage, facts.get(one.place.story_id, {}))
        for one in turns[(page - 1) * A_PAGE : page * A_PAGE]
    )
    return ForWorkshop(
        found.understood, found.notes, offered, len(turns), page, len(turns) < len(candidates),
        len(set(ids) - having) if tree else 0,
    )  # fmt: skip


def _candidates(
    session: Session,
    use: Use,
    story_ids: Sequence[int],
    finder: Finder,
    wanted: set[int],
    longest: int,
) -> tuple[list[_Candidate], set[int]]:
    cards = sights.codes_seen(session, use)
    on: dict[Place, list[CodeCard]] = {}
    rank = {story_id: number for number, story_id in enumerate(story_ids)}
    for ids in slices(story_ids):
        rows = session.execute(
            select(Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id)
            .where(Coding.story_id.in_(ids), counted(), seen(use))
            .order_by(Coding.start, Coding.id)
        )
        for story_id, version, start, end, code_id in rows:
            place = Place(story_id, version, start, min(end, start + MAX_PART))
            on.setdefault(place, []).append(cards[code_id])
    places = [
        place for place, tags in on.items() if not wanted or any(t.id in wanted for t in tags)
    ]
    places.sort(key=lambda place: (rank[place.story_id], place.start))
    excerpts = reading.excerpts(session, use, places[:MOST_PASSAGES])
    whose = {
        story_id: person_id
        for ids in slices({excerpt.story_id for excerpt in excerpts})
        for story_id, person_id in session.execute(
            select(Story.id, Story.person_id).where(Story.id.in_(ids))
        )
    }
    facts = reading.attributes_of(session, use, list(whose))
    found, having = [], set()
    for excerpt in excerpts:
        spots = finder.found(excerpt.words)
        if finder.node and not spots:
            continue
        having.add(excerpt.story_id)
        if longest and len(excerpt.words.split()) > longest:
            continue
        tags = tuple(dict.fromkeys(on.get(excerpt.place, ())))
        shown = Passage(excerpt, finder.marks(excerpt.words), tags, excerpt.place)
        told = facts.get(excerpt.story_id, {})
        found.append(
            _Candidate(
                excerpt.place, shown,
                _worth(len({spot.leaf for spot in spots}), rank[excerpt.story_id], len(story_ids)),
                whose[excerpt.story_id], told.get("role", ""), told.get("country", ""),
            )
        )  # fmt: skip
    return _apart(found), having


def _worth(leaves: int, rank: int, of: int) -> float:
    return (1 - 0.5**leaves if leaves else 0.5) * (1 - 0.5 * rank / max(1, of))


def _apart(found: list[_Candidate]) -> list[_Candidate]:
    """Those that share no words with a better one of the same story."""
    kept: dict[tuple[int, int], list[_Candidate]] = {}
    for one in sorted(found, key=lambda one: -one.worth):
        there = kept.setdefault((one.place.story_id, one.place.version), [])
        if all(one.place.end <= o.place.start or o.place.end <= one.place.start for o in there):
            there.append(one)
    return [one for some in kept.values() for one in some]


def _in_turns(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The best first, each weighed against the voices, roles and places before it."""
    left = sorted(candidates, key=lambda one: (-one.worth, one.place))
    voices: Counter[Hashable] = Counter()
    roles: Counter[str] = Counter()
    places: Counter[str] = Counter()
    chosen: list[_Candidate] = []
    while left:
        many = max(1, len(chosen))

        def weighed(one: _Candidate, many: int = many) -> float:
            return (
                one.worth
                - SAME_VOICE * voices[one.voice]
                - SAME_ROLE * (roles[one.role] / many if one.role else 0)
                - SAME_PLACE * (places[one.country] / many if one.country else 0)
            )

        best = max(left, key=weighed)
        chosen.append(best)
        voices[best.voice] += 1
        roles[best.role] += 1
        places[best.country] += 1
        left = [
            one for one in left
            if one is not best and voices[one.voice] < OF_ONE_TELLER
        ]  # fmt: skip
    return chosen
