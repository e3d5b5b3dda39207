"""A house with stories to learn from, and people who answer."""

from __future__ import annotations

import sqlalchemy as sa
from factories import Factory

from storybank import db
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.consent.rules import Purpose
from storybank.people.rules import Role
from storybank.stories.rules import Place
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.models import Suggestion

PEER = "We met others in the same boat on day {}. The bus was late again."
TRAVEL = "The room on floor {} had no lift. Nobody wrote a word of it down."


def make_stories(house, many: int = 8, extra: str = "", first: int = 0) -> list[int]:
    """So many stories by as many people, half about each of two things; one more with ``extra``."""
    texts = [(PEER if at % 2 else TRAVEL).format(at) for at in range(first, first + many)]
    with db.writing(house.sessions) as session:
        a = Factory(session)
        return [a.story(text).id for text in [*texts, *([extra] if extra else [])]]


def code_by_hand(house, story_ids: list[int], keys=("EN-PEER", "BA-JOIN")) -> None:
    """Put a code on the first sentence of each story, one code on every other."""
    with db.writing(house.sessions) as session:
        a = Factory(session)
        use = a.use(Purpose.STUDY)
        ids = {card.key: card.id for card in codebook.codes_by_id(session).values()}
        for at, story_id in enumerate(story_ids):
            key = keys[(at + 1) % 2]
            coding.apply(session, use, Place(story_id, 1, 0, 20), [ids[key]])


def stop(house, story_id: int, *uses: Purpose) -> None:
    with db.writing(house.sessions) as session:
        a = Factory(session)
        from storybank.stories.models import Story

        a.stop(session.get_one(Story, story_id), *(uses or (Purpose.STUDY,)))


def models(house) -> list[LearnedModel]:
    with house.sessions() as session:
        return list(session.scalars(sa.select(LearnedModel).order_by(LearnedModel.id)))


def suggested(house, *where) -> list[Suggestion]:
    with house.sessions() as session:
        return list(session.scalars(sa.select(Suggestion).where(*where).order_by(Suggestion.id)))


def researcher(session):
    return Factory(session).actor(Role.RESEARCHER)
