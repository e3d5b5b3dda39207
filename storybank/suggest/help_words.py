"""Words that passages of a code have in common and others seldom: a cue worth adding.

They are read at the moment the page is asked for and kept nowhere. Only words that at least three
tellers used are shown, so that they give nobody away; a story that closes takes its words along.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.seeing import counted, seen_throughout
from storybank.consent.rules import Use
from storybank.people import sealing
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.suggest.help_aside import WORDS, Hint
from storybank.suggest.rules import plain_letters
from storybank.suggest.shares import Share, of_stories

MOST, MOST_ELSEWHERE = 200, 400
"""So many passages of the code, and of other codes, are read."""
FACTOR, PRIME = 7_919, 1_000_003
"""They put passages in an order that nobody chose, the same one each time."""
TELLERS, PASSAGES = 3, 3
"""So many tellers and so many passages of the code have the words."""
TIMES, WORTH = 2.0, 1 / 3
"""They are so many times as frequent under the code as elsewhere, and so many of the coded passages
that hold them have the code."""
SHOWN = 10
LONGEST = 3
"""Words in a row."""
LONG = 1_500
"""Of a passage no more than this is read, in code points."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_STOPS = frozenset(
    "a about after all also am an and any are as at be because been before being but by came can "
    "come could did didn't do does don't down even every first for from get go going got had has "
    "have having he her here him his how i i'd i'm i've if in into is it it's its just know like "
    "me more much my no not now of off on one only or other our out over put said say see she so "
    "some something than that that's the their them then there these they they're thing things "
    "this those through time to too told two up us very was wasn't way we we'd we're well went "
    "were what when where which while who why will with would you your".split()
)


@dataclass(frozen=True)
class Phrase:
    """Words in a row, with the evidence for them."""

    words: str
    share: Share
    """Of the coded passages that were read and hold them, how many have the code."""
    tellers: int
    mark: str
    """To put it aside by: tells nothing of the words."""


def phrases(
    session: Session, use: Use, code_ids: Collection[int], known: Iterable[str],
    aside: Collection[Hint],
) -> tuple[list[Phrase], int]:  # fmt: skip
    """Phrases for a code (and codes merged into it) that are not ``known`` as its cues; and how
    many of its passages were read."""
    mine = _places(session, use, Coding.code_id.in_(sorted(code_ids)), MOST)
    every = _places(session, use, Coding.code_id.not_in(sorted(code_ids)), MOST_ELSEWHERE)
    here = set(mine)
    others = [
        place for place in every
        if not any(p.start < place.end and place.start < p.end
                   for p in here if p.story_id == place.story_id)
    ]  # fmt: skip
    tellers = _tellers(session, {place.story_id for place in (*mine, *others)})
    found: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    counts = [0, 0]
    for code, places in ((True, mine), (False, others)):
        for one in reading.excerpts(session, use, places):
            counts[code] += 1
            for gram in set(grams(one.words)):
                found[gram].append((one.story_id, code))
    have = [plain_letters(cue)[0] for cue in known]
    told = []
    for gram, where in found.items():
        right = sum(code for _, code in where)
        whose = {tellers[story] for story, code in where if code}
        if right < max(PASSAGES, WORTH * len(where)) or len(whose) < TELLERS:
            continue
        if any(gram in cue for cue in have):
            continue
        if any(f" {cue} " in f" {gram} " for cue in have):
            continue
        elsewhere = (len(where) - right + 0.5) / (counts[False] + 1)
        if (right + 0.5) / (counts[True] + 1) >= TIMES * elsewhere:
            told.append((gram, where, len(whose)))
    return _best(session, told, aside, min(code_ids)), counts[True]


def grams(words: str) -> Iterator[str]:
    """One to three words in a row in small letters, neither first nor last a small word; none
    across a stop."""
    text = plain_letters(words[:LONG])[0]
    for piece in re.split(r"[^\w' ]+", text):
        row = _WORD.findall(piece)
        for many in range(1, LONGEST + 1):
            for at in range(len(row) - many + 1):
                some = row[at : at + many]
                ends = (some[0], some[-1])
                if not any(word in _STOPS or len(word) < 3 for word in ends):
                    yield " ".join(some)


def _best(
    session: Session,
    told: list[tuple[str, list[tuple[int, bool]], int]],
    aside: Collection[Hint],
    code: int,
) -> list[Phrase]:
    made: list[tuple[float, str, Share, int]] = []
    for gram, where, tellers in told:
        by_story: dict[int, list[int]] = {}
        for story, right in where:
            cell = by_story.setdefault(story, [0, 0])
            cell[0] += right
            cell[1] += 1
        share = of_stories((right, of) for right, of in by_story.values())
        made.append((share.low * len(gram.split()) ** 0.5, gram, share, tellers))
    made.sort(key=lambda one: (-one[0], one[1]))
    kept: list[Phrase] = []
    for _, gram, share, tellers in made:
        # Of words that lie in one another only the better ones.
        if any(gram in one.words or one.words in gram for one in kept):
            continue
        marks = sealing.marks(session, f"{code} {gram}")
        if not any((WORDS, mark) in aside for mark in marks):
            kept.append(Phrase(gram, share, tellers, marks[0]))
        if len(kept) == SHOWN:
            break
    return kept


def _places(session: Session, use: Use, which: sa.ColumnElement[bool], most: int) -> list[Place]:
    """Passages in the present text, each once; a sample by lot where there are very many."""
    lot = (sa.cast(Coding.id, sa.BigInteger) * FACTOR) % PRIME
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end)
        .join(Story, Story.id == Coding.story_id)
        .where(which, Coding.version == Story.current_version, counted(), seen_throughout(use))
        .order_by(lot, Coding.id)
        .limit(2 * most)
    )
    return sorted(islice(dict.fromkeys(Place(*row) for row in rows), most))


def _tellers(session: Session, story_ids: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    every = iter(sorted(story_ids))
    while ids := list(islice(every, 500)):
        rows = session.execute(select(Story.id, Story.person_id).where(Story.id.in_(ids)))
        found.update((number, person) for number, person in rows)
    return found
