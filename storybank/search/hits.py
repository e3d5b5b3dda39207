"""Which words of each story on a page to show for a search, and why they are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from storybank.codebook.service import CodeCard
from storybank.consent.rules import Use
from storybank.search import sights
from storybank.search.facets import Coded
from storybank.search.passages import Finder, clipped
from storybank.search.query import leaves, say
from storybank.search.results import Hit, Passage
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

PASSAGES = 2
"""The most passages of one story in a list of stories."""
MOST_PASSAGES = 6
"""The same in a list of passages."""
READ = 30
"""How many coded passages of one story are read to choose from."""
CODED_WORDS = 60
"""The most words of a coded passage that a list shows."""

Tags = Mapping[Place, tuple[CodeCard, ...]]


def hits(
    session: Session,
    use: Use,
    story_ids: Sequence[int],
    scores: Mapping[int, float],
    finder: Finder,
    coded: Coded,
    wanted: Collection[int],
    most: int = PASSAGES,
) -> list[Hit]:
    """What to show of these stories, in this order; those that the use does not allow are not
    there. ``coded`` are their coded passages, ``wanted`` the codes that were asked for."""
    titles = reading.titles(session, use, story_ids)
    outside = reading.external_ids(session, use, story_ids)
    sees_facts = use.purpose in sights.SEES_FACTS
    facts = reading.attributes_of(session, use, titles) if sees_facts else {}
    passages = _passages(session, use, list(titles), finder, coded, wanted, most)
    found = []
    for story_id in story_ids:
        if story_id not in titles:
            continue
        title, shown = titles[story_id].title, tuple(passages.get(story_id, ()))
        codes = tuple(dict.fromkeys(card for _, card in coded.get(story_id, ())))
        texts = (title, *(one.excerpt.words for one in shown))
        found.append(
            Hit(
                story_id=story_id,
                external_id=outside.get(story_id),
                title=title,
                title_marks=finder.marks(title),
                attribution=titles[story_id].attribution,
                score=scores.get(story_id, 0.0),
                excerpts=shown,
                attributes=facts.get(story_id, {}),
                codes=codes,
                why=_why(finder, texts, codes, wanted),
            )
        )
    return found


def apart(found: Sequence[Hit], finder: Finder, wanted: Collection[int]) -> list[Hit]:
    """The same with a result of its own for each passage, and why that passage is there."""
    return [
        replace(
            hit,
            excerpts=(one,),
            attribution=one.excerpt.attribution,
            codes=one.codes,
            why=_why(finder, (one.excerpt.words,), one.codes, wanted) or hit.why,
        )
        for hit in found
        for one in hit.excerpts
    ]


def _why(
    finder: Finder, texts: Iterable[str], codes: Iterable[CodeCard], wanted: Collection[int]
) -> tuple[str, ...]:
    """What of the search stands in these texts, and which of the codes were asked for."""
    there = {spot.leaf for text in texts for spot in finder.found(text)}
    why = [say(leaf) for number, leaf in enumerate(leaves(finder.node)) if number in there]
    why += [f"code {card.name}" for card in codes if card.id in wanted]
    return tuple(dict.fromkeys(why))


def _passages(
    session: Session,
    use: Use,
    story_ids: Sequence[int],
    finder: Finder,
    coded: Coded,
    wanted: Collection[int],
    most: int,
) -> dict[int, list[Passage]]:
    """Coded passages where codes were asked for or no words; then the best of the story."""
    chosen: dict[int, list[Passage]] = {}
    if finder.node is None or wanted or most > PASSAGES:
        chosen = _coded(session, use, story_ids, finder, coded, wanted, most)
    short = [one for one in story_ids if len(chosen.get(one, ())) < _enough(finder, most)]
    for story_id, some in reading.fragments(session, use, short, finder.passages).items():
        there = chosen.setdefault(story_id, [])
        for excerpt in some[:most]:
            if len(there) < most and not any(_meet(excerpt, one.excerpt) for one in there):
                there.append(_shown(excerpt, finder, coded))
    return chosen


def _enough(finder: Finder, most: int) -> int:
    """Where nothing is looked for, the beginning of a story says no more than a coded passage."""
    return 1 if finder.node is None else most


def _coded(
    session: Session,
    use: Use,
    story_ids: Sequence[int],
    finder: Finder,
    coded: Coded,
    wanted: Collection[int],
    most: int,
) -> dict[int, list[Passage]]:
    places: list[Place] = []
    for story_id in story_ids:
        every = coded.get(story_id, ())
        right = [place for place, card in every if not wanted or card.id in wanted]
        others = [] if finder.node else [place for place, card in every]
        places += list(dict.fromkeys([*right, *others]))[:READ]
    read: dict[int, list[Excerpt]] = {}
    for excerpt in reading.excerpts(session, use, places):
        read.setdefault(excerpt.story_id, []).append(excerpt)
    found: dict[int, list[Passage]] = {}
    for story_id, some in read.items():
        spoken = [(len({spot.leaf for spot in finder.found(one.words)}), one) for one in some]
        if finder.node:
            spoken = sorted((pair for pair in spoken if pair[0]), key=lambda pair: -pair[0])
        kept: list[Excerpt] = []
        for _, one in spoken:
            if len(kept) < most and not any(_meet(one, other) for other in kept):
                kept.append(one)
        found[story_id] = [_shown(_cut(one, finder), finder, coded, one.place) for one in
                           sorted(kept, key=lambda one: one.start)]  # fmt: skip
    return {story_id: some for story_id, some in found.items() if some}


def _cut(excerpt: Excerpt, finder: Finder) -> Excerpt:
    """A coded passage cut to a length that suits a list; longer where what was looked for is
    further on."""
    words = CODED_WORDS
    marks = finder.marks(excerpt.words)
    if marks:
        words = max(words, len(excerpt.words[: marks[0][1]].split()) + CODED_WORDS // 2)
    end = clipped(excerpt.words, 0, len(excerpt.words), min(words, 3 * CODED_WORDS))
    return replace(excerpt, end=excerpt.start + end, words=excerpt.words[:end])


def _shown(excerpt: Excerpt, finder: Finder, coded: Coded, whole: Place | None = None) -> Passage:
    tags = [
        card
        for place, card in coded.get(excerpt.story_id, ())
        if place.version == excerpt.version
        and place.start < excerpt.end
        and place.end > excerpt.start
    ]
    return Passage(excerpt, finder.marks(excerpt.words), tuple(dict.fromkeys(tags)), whole)


def _meet(one: Excerpt, other: Excerpt) -> bool:
    return one.version == other.version and one.start < other.end and other.start < one.end
