"""Codings on their way out: chosen once, and let through the door slice by slice."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.codebook.models import Code, Family
from storybank.codebook.service import CodeCard
from storybank.coding import checks
from storybank.coding.models import Coding, CodingFlag
from storybank.coding.seeing import seen, seen_throughout
from storybank.consent.rules import WHOLE_STORY, Reason, Use
from storybank.db import slices as in_slices
from storybank.exchange.choosing import BY_CODE, Choice, clauses
from storybank.exchange.leaving_out import left_out
from storybank.exchange.terms import Terms, terms_of
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.models import Story, StoryVersion
from storybank.stories.reading import Excerpt
from storybank.stories.rules import MAX_PART, Place

SLICE = 2000
"""How many codings are asked for at once: between two slices the door is asked anew."""


@dataclass(frozen=True)
class Going:
    """A coding with its words, as it is let out; lives for one request."""

    id: int
    excerpt: Excerpt
    code: CodeCard
    coder_id: int
    coder: str
    made_at: datetime
    suggested: bool
    to_check: bool
    flags: Mapping[str, str]
    says: str
    """What the storyteller said to the code, in the words of the button."""
    external_id: str
    terms: Terms
    let_out_at: datetime
    before: str = ""
    after: str = ""
    """The words round it, where they were asked for."""


@dataclass(frozen=True)
class Chosen:
    """What is to go into a file: which codings, in order, and what was left out of it."""

    use: Use
    choice: Choice
    ids: array[int]
    stories: Mapping[tuple[int, int], tuple[int, int]]
    """{(story id, version): the first coded letter, and past the last}, in code points."""
    letters: int = 0
    """How long all passages are together, in code points."""
    left_out: Counter[Reason] = field(default_factory=Counter)
    by_story: Counter[int] = field(default_factory=Counter)
    """{story id: how many of its codings}"""

    @property
    def codings(self) -> int:
        return len(self.ids)

    @property
    def story_count(self) -> int:
        return len({story_id for story_id, _ in self.stories})


def choose(
    session: Session, use: Use, choice: Choice, among: Collection[int] | None = None
) -> Chosen:
    """Codings by this choice that the use allows now; ``among`` are those that a query found.

    Raises NotFound where the codebook has no such code.
    """
    wanted = clauses(session, choice)
    query = select(Coding.id, Coding.story_id, Coding.version, Coding.start, Coding.end).where(
        seen_throughout(use), *wanted
    )
    order = [Coding.story_id, Coding.start, Coding.end, Coding.id]
    if choice.order == BY_CODE:
        query = query.join(Code, Code.id == Coding.code_id)
        query = query.join(Family, Family.id == Code.family_id)
        order = [Family.position, Code.position, Code.id, *order]
    rows = session.execute(query.order_by(*order).execution_options(yield_per=5000))
    ids, letters, by_story = array("q"), 0, Counter[int]()
    bounds: dict[tuple[int, int], tuple[int, int]] = {}
    keep = None if among is None else set(among)
    for number, story_id, version, start, end in rows:
        if keep is None or number in keep:
            ids.append(number)
            letters += end - start
            by_story[story_id] += 1
            first, last = bounds.get((story_id, version), (start, end))
            bounds[story_id, version] = (min(first, start), max(last, end))
    # A query looks only among what may be seen, so it cannot say what it left out.
    apart = left_out(session, use, wanted) if keep is None else Counter[Reason]()
    return Chosen(use, choice, ids, bounds, letters, apart, by_story)


def slices(session: Session, chosen: Chosen, context: int = 0) -> Iterator[list[Going]]:
    """The chosen codings with their words, those that the use allows when their turn comes.

    ``context`` letters round each passage come with it. Whoever takes these ends the reading
    transaction between two slices, so that the next one sees what was stopped meanwhile.
    """
    codes: dict[int, CodeCard] = {}
    for start in range(0, len(chosen.ids), SLICE):
        fresh = replace(chosen.use, at=now())
        some = chosen.ids[start : start + SLICE].tolist()
        yield _let_out(session, fresh, some, codes, context)


def _let_out(
    session: Session, use: Use, ids: list[int], codes: dict[int, CodeCard], context: int
) -> list[Going]:
    rows = {
        row[0]: row
        for row in session.execute(
            select(
                Coding.id, Coding.story_id, Coding.version, Coding.start, Coding.end,
                Coding.code_id, Coding.coder_id, Account.name, Coding.made_at,
                Coding.suggestion_id, Coding.to_check, Story.external_id,
            )
            .join(Account, Account.id == Coding.coder_id)
            .join(Story, Story.id == Coding.story_id)
            .where(Coding.id.in_(ids), seen(use))
        )
    }  # fmt: skip
    if not codes.keys() >= {row[5] for row in rows.values()}:
        codes.update(codebook.codes_by_id(session))  # One was made since the file was begun.
    places = {number: _short(use, Place(*row[1:5])) for number, row in rows.items()}
    round_it = _around(session, places.values(), context) if context else {}
    wanted = [*places.values(), *(place for both in round_it.values() for place in both)]
    words = {
        (one.story_id, one.version, one.start, one.end): one
        for one in reading.excerpts(session, use, dict.fromkeys(wanted))
    }
    stories = {place.story_id for place in places.values()}
    terms, flags = terms_of(session, use, stories), _flags(session, ids)
    says = checks.said_to(session, ids)
    found = []
    for number in ids:
        place = places.get(number)
        excerpt = words.get(_key(place)) if place else None
        if place is None or excerpt is None:
            continue
        code_id, coder_id, coder, made_at, suggestion, to_check, outside = rows[number][5:]
        around = [words.get(_key(at)) for at in round_it.get(place, ())]
        found.append(
            Going(
                number, excerpt, codes[code_id], coder_id, coder, made_at,
                suggestion is not None, to_check, flags.get(number, {}),
                says[number].sentence if number in says else "", outside or "",
                terms[place.story_id], use.at, *(one.words if one else "" for one in around),
            )
        )  # fmt: skip
    return found


def _key(place: Place) -> tuple[int, int, int, int]:
    # Quicker to look things up by than the place itself: there are many.
    return place.story_id, place.version, place.start, place.end


def _short(use: Use, place: Place) -> Place:
    """As much of a passage as this use may show."""
    if use.purpose in WHOLE_STORY:
        return place
    return replace(place, end=min(place.end, place.start + MAX_PART))


def _around(
    session: Session, places: Collection[Place], context: int
) -> dict[Place, tuple[Place, Place]]:
    length = lengths(session, {place.story_id for place in places})
    return {
        one: (
            replace(one, start=max(0, one.start - context), end=one.start),
            replace(
                one,
                start=one.end,
                end=min(one.end + context, length[one.story_id, one.version]),
            ),
        )
        for one in places
    }


def lengths(session: Session, story_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """{(story id, version): how long it is}, in code points."""
    found: dict[tuple[int, int], int] = {}
    for ids in in_slices(story_ids):
        rows = session.execute(
            select(StoryVersion.story_id, StoryVersion.n, StoryVersion.length).where(
                StoryVersion.story_id.in_(ids)
            )
        )
        found.update(((story_id, version), letters) for story_id, version, letters in rows)
    return found


def _flags(session: Session, ids: list[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = session.execute(
        select(CodingFlag.coding_id, CodingFlag.name, CodingFlag.value)
        .where(CodingFlag.coding_id.in_(ids))
        .order_by(CodingFlag.name)
    )
    for number, name, value in rows:
        found.setdefault(number, {})[name] = value
    return found
