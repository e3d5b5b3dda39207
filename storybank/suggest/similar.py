"""Passages with the same code that are most like a suggested one: why it may fit, in the words of
stories the asker may see, under codings they may see."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.seeing import counted, seen
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.suggest.models import Suggestion
from storybank.suggest.opening import visible

LOOKED_AT = 200
"""The newest codings with the code; no page looks at more."""
LONGEST = 600
"""How much of a passage counts, in code points."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = re.compile(r"(?:ings?|ed|ies|es|s|ly|er|e|y)$")
_PLAIN = frozenset(
    "the and that was were with for but not had have has this they them their there then than "
    "what when which who you your our she her his him its are been being very just all any some "
    "from into out about would could can did does".split()
)


@dataclass(frozen=True)
class Alike:
    """A passage somebody put the code on, and how like it is: 0 to 1."""

    excerpt: Excerpt
    likeness: float


def similar(session: Session, use: Use, suggestion_id: int, limit: int = 3) -> list[Alike]:
    """The passages with the suggested code that share most of its rarer words, likest first.

    Raises NotFound where the suggestion is not there for this use.
    """
    row = session.scalar(
        select(Suggestion).where(*visible(session, use), Suggestion.id == suggestion_id)
    )
    if row is None:
        raise NotFound("That suggestion is not there. It may be answered, or taken away.")
    asked = Place(row.story_id, row.version, row.start, row.end)
    own = reading.excerpts(session, use, [asked])
    others = _passages(session, use, row)
    if not own or not others:
        return []
    excerpts = reading.excerpts(session, use, others)
    likeness = likenesses(own[0].words, [one.words[:LONGEST] for one in excerpts])
    found = [Alike(one, like) for one, like in zip(excerpts, likeness, strict=True) if like > 0]
    return sorted(found, key=lambda one: (-one.likeness, one.excerpt.place))[:limit]


def likenesses(words: str, others: Sequence[str]) -> list[float]:
    """For each of ``others``, the cosine of its words with ``words``; rarer words count more."""
    own, bags = set(stems(words)), [set(stems(other)) for other in others]
    held_by = Counter(stem for bag in bags for stem in bag)
    weight = {
        stem: math.log(1 + len(bags) / count) ** 2 if (count := held_by[stem]) else 1.0
        for stem in own.union(*bags)
    }
    size = _size(own, weight)
    return [
        sum(weight[stem] for stem in own & bag) / (size * _size(bag, weight) or 1.0) for bag in bags
    ]


def stems(text: str) -> Iterable[str]:
    """The words that say something, without their endings: rough, and the same for both sides."""
    for word in _WORD.findall(text.casefold()):
        if word not in _PLAIN:
            stem = _ENDINGS.sub("", word)
            yield stem if len(stem) >= 3 else word


def _size(bag: set[str], weight: dict[str, float]) -> float:
    return math.sqrt(sum(weight[stem] for stem in bag))


def _passages(session: Session, use: Use, row: Suggestion) -> list[Place]:
    """Where the code stands in other words, newest first, for codings this person may see."""
    here = sa.and_(Coding.story_id == row.story_id, Coding.start < row.end, Coding.end > row.start)
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end)
        .join(Story, sa.and_(Story.id == Coding.story_id, Story.current_version == Coding.version))
        .where(Coding.code_id == row.code_id, counted(), seen(use), ~here)
        .order_by(Coding.id.desc())
        .limit(LOOKED_AT)
    )
    return list(dict.fromkeys(Place(*one) for one in rows))
