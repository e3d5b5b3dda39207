"""The codes people put on a story, for its teller to say: that is it, or that is not it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding import checks
from storybank.coding import service as coding
from storybank.coding.checks import Said
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place


@dataclass(frozen=True)
class Label:
    """A code on a passage, whoever put it there, and what its teller said to it."""

    coding_id: int
    code: CodeCard
    said: Said | None


@dataclass(frozen=True)
class Noticed:
    """A passage with the codes on it."""

    excerpt: Excerpt
    labels: tuple[Label, ...]


def codes_on(session: Session, use: Use, story_id: int) -> tuple[reading.StoryText, list[Noticed]]:
    """A story of the person asking, and the codes on it in reading order, each once.

    Raises NotFound when it is not theirs.
    """
    story = reading.story(session, use, story_id)
    cards = coding.on_story(session, use, story_id, story.version)
    said = checks.said_by(session, use, [card.id for card in cards])
    codes = codebook.codes_by_id(session)
    found: dict[Place, dict[int, Label]] = {}
    for card in cards:
        there = found.setdefault(card.place, {}).get(card.code_id)
        answer = said.get(card.id) or (there.said if there else None)
        first = there.coding_id if there else card.id
        found[card.place][card.code_id] = Label(first, codes[card.code_id], answer)
    excerpts = reading.excerpts(session, use, found)
    return story, [Noticed(excerpt, tuple(found[excerpt.place].values())) for excerpt in excerpts]
