"""One page of what a query found: the words with a little around them, and counts over all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.passage_words import masked_text
from storybank.analysis.queries import Found, Passage
from storybank.codebook.service import CodeCard
from storybank.coding import reading as codings_of
from storybank.coding.showing import Shelf
from storybank.consent.rules import Use
from storybank.people.rules import code_of
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import MASK, Place

A_PAGE = 20
AROUND = 140
"""Letters shown before and after a passage."""
LONGEST = 700
"""Letters shown of a passage."""
MOST_COUNTED = 40
LEFT_OUT = "[a part is left out]"
_KEPT_BACK = re.compile(f"{MASK}+")


@dataclass(frozen=True)
class Tag:
    """A code on a passage, and who put it there."""

    code: CodeCard
    style: str
    coders: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A passage in its story. ``before`` and ``after`` are the words around it."""

    place: Place
    before: str
    words: str
    after: str
    cut: bool
    title: str
    attribution: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True)
class Counted:
    """How many of the passages are in one story, or of one teller."""

    name: str
    passages: int
    story_id: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of what was found, and counts over all of it."""

    found: Found
    shown: Sequence[Shown]
    page: int
    pages: int
    by_story: Sequence[Counted]
    by_teller: Sequence[Counted]
    stories: int
    tellers: int

    @property
    def total(self) -> int:
        return len(self.found.passages)


def page_of(session: Session, use: Use, found: Found, shelf: Shelf, page: int) -> Page:
    """The passages on this page (the nearest there is), with words that the use allows now."""
    pages = max(1, -(-len(found.passages) // A_PAGE))
    page = min(max(1, page), pages)
    some = found.passages[(page - 1) * A_PAGE : page * A_PAGE]
    in_story = Counter(passage.place.story_id for passage in found.passages)
    whose = _tellers(session, in_story)
    of_teller: Counter[int] = Counter()
    for story_id, many in in_story.items():
        of_teller[whose[story_id]] += many
    most = in_story.most_common(MOST_COUNTED)
    titles = reading.titles(session, use, [story_id for story_id, _ in most])
    return Page(
        found, _shown(session, use, some, shelf), page, pages,
        [Counted(titles[n].title, many, n) for n, many in most if n in titles],
        [Counted(code_of(n), many) for n, many in of_teller.most_common(MOST_COUNTED)],
        len(in_story), len(of_teller),
    )  # fmt: skip


def _tellers(session: Session, story_ids: Counter[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    ids = sorted(story_ids)
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(Story.id, Story.person_id).where(Story.id.in_(ids[start : start + 500]))
        )
        found.update({story_id: person_id for story_id, person_id in rows})
    return found


def _shown(session: Session, use: Use, passages: Sequence[Passage], shelf: Shelf) -> list[Shown]:
    excerpts = {
        excerpt.place: excerpt
        for excerpt in reading.excerpts(session, use, [passage.place for passage in passages])
    }
    wide = {
        place: Place(
            place.story_id, place.version, max(0, place.start - AROUND), place.end + AROUND
        )
        for place in excerpts
    }
    around = masked_text(session, use, set(wide.values()))
    numbers = [number for passage in passages for number in passage.coding_ids]
    cards = {card.id: card for card in codings_of.with_ids(session, use, numbers)}
    found = []
    for passage in passages:
        excerpt = excerpts.get(passage.place)
        if excerpt is None:
            continue
        place = passage.place
        text, first = around.get(wide[place], ""), wide[place].start
        before = _last_words(text[: place.start - first], first)
        after = _first_words(text[place.end - first :]) if text else ""
        words = excerpt.words
        cut = len(words) > LONGEST
        if cut:
            words, after = words[:LONGEST].rsplit(" ", 1)[0], ""
        tags = _tags([cards[n] for n in passage.coding_ids if n in cards], shelf)
        found.append(
            Shown(place, before, words, after, cut, excerpt.title, excerpt.attribution, tags)
        )
    return found


def _tags(cards: Sequence[codings_of.CodingCard], shelf: Shelf) -> tuple[Tag, ...]:
    coders: dict[int, list[str]] = {}
    for card in cards:
        names = coders.setdefault(card.code_id, [])
        name = "you" if card.mine else card.coder
        if name not in names:
            names.append(name)
    return tuple(
        Tag(shelf.codes[number], shelf.style(number), tuple(names))
        for number, names in coders.items()
    )


def _last_words(text: str, first: int) -> str:
    """The end of a text from the beginning of a word on, within its paragraph."""
    line = text.rsplit("\n", 1)[-1]
    cut = len(line) == len(text) and first > 0
    return _KEPT_BACK.sub(LEFT_OUT, f"\u2026 {line.partition(' ')[2]}" if cut else line)


def _first_words(text: str) -> str:
    """The beginning of a text to the end of a word, within its paragraph."""
    line = text.split("\n", 1)[0]
    cut = len(line) == AROUND
    return _KEPT_BACK.sub(LEFT_OUT, f"{line.rpartition(' ')[0]} \u2026" if cut else line)
