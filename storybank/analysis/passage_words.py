"""What a query asks of the words of stories. They come through the door, are looked at, and gone.

How much may be read for one question is bounded, and said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import islice

from sqlalchemy.orm import Session

from storybank.analysis.query import And, Distance, Node, Not, Or, Unit, Words, children
from storybank.analysis.sweeping import Edition, Stretch, Stretches
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotReady
from storybank.search import query as search
from storybank.search.index import Finds
from storybank.search.kinds import stem
from storybank.search.passages import Finder
from storybank.stories import masking, reading
from storybank.stories.rules import MASK, Place
from storybank.stories.sentences import sentences

MOST_PASSAGES = 6_000
MOST_STORIES = 3_000
MOST_LETTERS = 30_000_000
BEFORE, AFTER = 60, 16
"""Letters around a gap that decide whether a sentence ends in it."""

TOO_MANY = (
    "That is too much to read for these words. Narrow it down first: by a code, or a fact such as "
    "country: or year:."
)


def holding(
    session: Session, use: Use, found: Stretches, asked: Node, index: Finds | None
) -> Stretches:
    """Those of these stretches whose own words are as asked: with a word, a phrase, a beginning.

    ``asked`` speaks of words only. Raises BadInput where there are too many to read.
    """
    found = _in_stories(found, _may_hold(asked, found, index))
    places = {
        Place(*edition, one.start, one.end) for edition, some in found.items() for one in some
    }
    if len(places) > MOST_PASSAGES:
        raise BadInput(TOO_MANY)
    fits = {
        excerpt.place: _fits(asked, [stem(word) for word in words])
        for excerpt in reading.excerpts(session, use, sorted(places))
        for words in [search.words_in(excerpt.words)]
    }
    kept = {
        edition: [one for one in some if fits.get(Place(*edition, one.start, one.end))]
        for edition, some in found.items()
    }
    return {edition: some for edition, some in kept.items() if some}


def places_of(
    session: Session, use: Use, asked: Node, story_ids: Collection[int], index: Finds | None
) -> Stretches:
    """Where these words stand in these stories.

    ``asked`` is a word, a phrase or a beginning, or several with OR. Raises BadInput for any
    other, and where there are too many stories to read.
    """
    if not isinstance(asked, Words) and not (
        isinstance(asked, Or) and all(isinstance(part, Words) for part in asked.parts)
    ):
        raise BadInput("Beside NEAR and the like put one word or phrase, or several with OR.")
    among = _found_by(index, asked, story_ids)
    if len(among) > MOST_STORIES:
        raise BadInput(TOO_MANY)
    finder = Finder(_as_search(asked), stem)
    found: dict[Edition, list[Stretch]] = {}

    def spots(text: str) -> list[tuple[int, int]]:
        return [(spot.start, spot.end) for spot in finder.found(text)]

    for story_id, excerpts in reading.fragments(session, use, among, spots).items():
        for one in excerpts:
            found.setdefault((story_id, one.version), []).append(Stretch(one.start, one.end))
    return found


def no_longer(session: Session, use: Use, gaps: Collection[Place], far: Distance) -> set[Place]:
    """Those of these gaps that hold no more words, or sentence starts, than that.

    What is kept back from the use holds no words, and is a sentence by itself.
    """
    wide = {
        gap: Place(gap.story_id, gap.version, max(0, gap.start - BEFORE), gap.end + AFTER)
        if far.unit is Unit.SENTENCES
        else gap
        for gap in gaps
    }
    if sum(place.length for place in wide.values()) > MOST_LETTERS:
        raise BadInput(TOO_MANY)
    texts = masked_text(session, use, set(wide.values()))
    found = set()
    for gap, place in wide.items():
        text = texts.get(place)
        if text is None:
            continue
        if far.unit is Unit.WORDS:
            short = next(islice(search.WORD.finditer(text), far.number, None), None) is None
        else:
            first, last = gap.start - place.start, gap.end - place.start
            short = _sentence_starts(text, first, last) <= far.number
        if short:
            found.add(gap)
    return found


def _sentence_starts(text: str, start: int, end: int) -> int:
    """How many sentences begin after the letter before ``start``, up to ``end`` itself."""
    lines = [_Line(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    return sum(start <= first <= end for first, _ in sentences(text, lines) if first > 0)


class _Line:
    """One paragraph of a piece of text."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


def masked_text(session: Session, use: Use, places: Collection[Place]) -> dict[Place, str]:
    """The text at these places, what is kept back masked; a place may reach beyond the story."""
    closed = masking.closed_parts(session, use, {place.story_id for place in places})
    pieces = {
        place: list(_beside(place, closed.get((place.story_id, place.version), ())))
        for place in places
    }
    wanted = {piece for some in pieces.values() for piece in some}
    # An excerpt ends where its story does: it is known again by where it begins.
    words: dict[tuple[int, int, int], str] = {}
    for one in reading.excerpts(session, use, wanted):
        begins = (one.story_id, one.version, one.start)
        words[begins] = max(words.get(begins, ""), one.words, key=len)
    found: dict[Place, str] = {}
    for place, some in pieces.items():
        text, at = "", place.start
        for piece in some:
            there = words.get((piece.story_id, piece.version, piece.start))
            if there is None:
                break
            text += MASK * (piece.start - at) + there[: piece.length]
            at = piece.end
            if len(there) < piece.length:
                found[place] = text
                break
        else:
            found[place] = text + MASK * (place.end - at)
    return found


def _beside(place: Place, closed: Iterable[tuple[int, int]]) -> Iterable[Place]:
    """The open parts of a place."""
    at = place.start
    for start, end in masking.merged(closed):
        if at < min(start, place.end):
            yield Place(place.story_id, place.version, at, min(start, place.end))
        at = max(at, end)
    if at < place.end:
        yield Place(place.story_id, place.version, at, place.end)


def _fits(asked: Node, stems: list[str]) -> bool:
    match asked:
        case And(parts):
            return all(_fits(part, stems) for part in parts)
        case Or(parts):
            return any(_fits(part, stems) for part in parts)
        case Not(part):
            return not _fits(part, stems)
        case Words(search.Word(text)):
            return stem(text) in stems
        case Words(search.Fuzzy(text)):
            return any(search.alike(one, stem(text)) for one in stems)
        case Words(search.Prefix(start)):
            return any(one.startswith(start) for one in stems)
        case Words(search.Phrase(words)):
            wanted = [stem(word) for word in words]
            many = len(wanted)
            return any(stems[at : at + many] == wanted for at in range(len(stems) - many + 1))
    return False


def _may_hold(asked: Node, found: Stretches, index: Finds | None) -> Collection[int]:
    """The stories of these stretches that may have such words at all."""
    story_ids = {story_id for story_id, _ in found}
    if any(isinstance(part, Not) for part in _every(asked)):
        return story_ids
    return _found_by(index, asked, story_ids)


def _found_by(index: Finds | None, asked: Node, story_ids: Collection[int]) -> Collection[int]:
    """Those of these stories that the index finds; all of them where it cannot be asked."""
    if index is None:
        return story_ids
    try:
        matches = index.find(_as_search(asked), story_ids)
    except (NotReady, BadInput):
        return story_ids
    return matches.scores.keys() if matches.complete else story_ids


def _as_search(asked: Node) -> search.Node:
    """The same for the search index: words with AND and OR."""
    match asked:
        case Words(leaf):
            return leaf
        case And(parts):
            return search.And(tuple(map(_as_search, parts)))
        case Or(parts):
            return search.Or(tuple(map(_as_search, parts)))
    raise ValueError("not words")


def _every(node: Node) -> Iterable[Node]:
    yield node
    for part in children(node):
        yield from _every(part)


def _in_stories(found: Stretches, story_ids: Collection[int]) -> Stretches:
    return {edition: some for edition, some in found.items() if edition[0] in story_ids}
