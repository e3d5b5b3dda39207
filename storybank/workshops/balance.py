"""Whose voices a pack holds, and what they speak about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.coding.models import Coding
from storybank.db import slices
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.workshops.cards import Card, PackView

NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Balance:
    """How a pack is spread. It says how many tellers there are, never which cards are whose:
    somebody who told two stories may have given a name to one of them only."""

    passages: int
    tellers: int
    most: int
    """The most passages that come from one teller."""
    families: tuple[tuple[str, int], ...]
    """Families in the codebook's order, each with the passages that stand under it."""
    roles: tuple[tuple[str, int], ...] = ()
    """What storytellers are, as far as this use may be told, each with its passages. Never beside
    their places: the two together could tell who somebody is."""
    places: tuple[tuple[str, int], ...] = ()

    @property
    def one_sided(self) -> bool:
        """One teller has more than one passage, and more than a quarter of all."""
        return self.most > 1 and self.most * 4 > self.passages


def balance(session: Session, view: PackView) -> Balance:
    """How this pack is spread over tellers and families of codes.

    A passage under codes of two families counts under both.
    """
    story_ids = {card.excerpt.story_id for card in view.cards}
    person = tellers(session, story_ids)
    voices = Counter(person[card.excerpt.story_id] for card in view.cards)
    code_families = {code.id: code.family_name for code in codebook.codes_by_id(session).values()}
    codings = _codings(session, story_ids)
    spoken = Counter(
        family
        for card in view.cards
        for family in {code_families[code_id] for code_id in _codes(card, codings)}
    )
    return Balance(
        len(view.cards), len(voices), max(voices.values(), default=0),
        tuple((name, spoken[name]) for name in dict.fromkeys(code_families.values())
              if spoken[name]),
        _facts(session, view, "role"), _facts(session, view, "country"),
    )  # fmt: skip


def _facts(session: Session, view: PackView, name: str) -> tuple[tuple[str, int], ...]:
    """How many passages come from storytellers of whom this is known, the most first; those of
    whom it is not known, or may not be told, the last."""
    told = reading.attributes_of(session, view.use, {card.excerpt.story_id for card in view.cards})
    counts = Counter(told.get(card.excerpt.story_id, {}).get(name, "") for card in view.cards)
    unknown = counts.pop("", 0)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0].casefold()))
    return (*rows, *([(NOT_KNOWN, unknown)] if unknown else []))


def tellers(session: Session, story_ids: Collection[int]) -> dict[int, int]:
    """Whose story each is: {story id: person id}."""
    found: dict[int, int] = {}
    for ids in slices(sorted(story_ids)):
        rows = session.execute(select(Story.id, Story.person_id).where(Story.id.in_(ids)))
        found.update((story_id, person_id) for story_id, person_id in rows)
    return found


def _codings(session: Session, story_ids: Collection[int]) -> list[tuple[Place, int]]:
    # Only stories whose cards came through the door are asked about.
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id).where(
            Coding.story_id.in_(sorted(story_ids)), Coding.removed_at.is_(None)
        )
    )
    return [(Place(*row[:4]), row[4]) for row in rows]


def _codes(card: Card, codings: list[tuple[Place, int]]) -> set[int]:
    """The code it was drawn under, and those that stand on all of it now."""
    here = card.excerpt.place
    found = {
        code_id
        for place, code_id in codings
        if (place.story_id, place.version) == (here.story_id, here.version)
        and place.start <= here.start
        and place.end >= here.end
    }
    return found | ({card.code_id} if card.code_id else set())
