"""The door: the only way out for words. Every function takes a ``Use`` and asks the rule anew.

What the use does not allow is simply not there: missing and withheld look the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.consent.models import StoryStanding
from storybank.consent.permits import permits
from storybank.consent.rules import WHOLE_STORY, NameStyle, Use
from storybank.errors import NotFound, Refused
from storybank.stories.allowed import (
    attributes_of,
    external_ids,
    hidden,
    may,
    permitted,
    permitted_ids,
    slices,
)
from storybank.stories.canon import Block, Mark, blocks_from, marks_from
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import MAX_PART, Place, attribution
from storybank.stories.words import StoryWords, UngovernedRead, guard_words

__all__ = [
    "Excerpt", "StoryText", "Title", "UngovernedRead", "attributes_of", "excerpts", "external_ids",
    "fragments", "guard_words", "hidden", "may", "permitted", "permitted_ids", "stories",
    "story", "titles",
]  # fmt: skip


@dataclass(frozen=True)
class Title:
    """What a story is called, and the name to show beside it for this use."""

    story_id: int
    title: str
    attribution: str


@dataclass(frozen=True)
class Excerpt:
    """Words let out for one use; lives for one request. ``start``/``end`` in code points."""

    story_id: int
    version: int
    start: int
    end: int
    words: str
    title: str
    attribution: str

    @property
    def place(self) -> Place:
        return Place(self.story_id, self.version, self.start, self.end)


@dataclass(frozen=True)
class StoryText:
    """A whole story let out for one use."""

    story_id: int
    external_id: str | None
    version: int
    title: str
    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    sha256: str
    word_count: int
    attribution: str
    attributes: dict[str, str]


def story(session: Session, use: Use, story_id: int) -> StoryText:
    """One whole story.

    Raises Refused where the purpose allows short parts only; NotFound where the story is not
    there for this use.
    """
    found = stories(session, use, [story_id])
    if not found:
        raise NotFound("There is no such story here.")
    return found[0]


def stories(session: Session, use: Use, story_ids: Collection[int]) -> list[StoryText]:
    """These stories whole, those that the use allows, in the order asked for.

    Raises Refused where the purpose allows short parts only.
    """
    _check_whole(use)
    found: dict[int, StoryText] = {}
    for ids in slices(story_ids):
        attributes = attributes_of(session, ids)
        text = aliased(StoryWords)
        rows = session.execute(
            _titles(use)
            .add_columns(
                text.body,
                StoryVersion.blocks,
                StoryVersion.marks,
                StoryVersion.sha256,
                StoryVersion.word_count,
            )
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .join(text, _words_of(text, "text", Story.current_version))
            .where(Story.id.in_(ids)),
            execution_options={"use": use},
        )
        for row in rows:
            head = _title(use, row)
            found[row.id] = StoryText(
                story_id=row.id,
                external_id=row.external_id,
                version=row.current_version,
                title=head.title,
                text=row[7],
                blocks=blocks_from(row.blocks),
                marks=marks_from(row.marks),
                sha256=row.sha256,
                word_count=row.word_count,
                attribution=head.attribution,
                attributes=attributes.get(row.id, {}),
            )
    return [found[story_id] for story_id in story_ids if story_id in found]


def titles(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, Title]:
    """Titles and names of these stories, those that the use allows."""
    found: dict[int, Title] = {}
    for ids in slices(story_ids):
        rows = session.execute(
            _titles(use).where(Story.id.in_(ids)), execution_options={"use": use}
        )
        found.update((row.id, _title(use, row)) for row in rows)
    return found


def excerpts(session: Session, use: Use, places: Iterable[Place]) -> list[Excerpt]:
    """The words at these places, in order; a place the use does not allow is left out."""
    places = list(places)
    texts = _texts(session, use, {(place.story_id, place.version) for place in places})
    heads = titles(session, use, {place.story_id for place in places})
    return [
        _excerpt(use, heads[place.story_id], place, texts[place.story_id, place.version])
        for place in places
        if place.story_id in heads and (place.story_id, place.version) in texts
    ]


def fragments(
    session: Session,
    use: Use,
    story_ids: Collection[int],
    find: Callable[[str], list[tuple[int, int]]],
) -> dict[int, list[Excerpt]]:
    """Short parts of these stories, chosen by ``find(text) -> [(start, end)]``."""
    versions = dict(
        session.execute(
            select(Story.id, Story.current_version).where(Story.id.in_(list(story_ids)))
        ).all()
    )
    texts = _texts(session, use, set(versions.items()))
    heads = titles(session, use, versions)
    return {
        story_id: [
            _excerpt(use, heads[story_id], Place(story_id, version, start, end), text)
            for start, end in find(text)
        ]
        for (story_id, version), text in texts.items()
        if story_id in heads
    }


def _check_whole(use: Use) -> None:
    if use.purpose not in WHOLE_STORY:
        raise Refused("Only short parts of a story may be shown here.")


def _words_of(table: Any, kind: str, ref: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.story_id == Story.id, table.kind == kind, table.ref == ref)


def _titles(use: Use) -> sa.Select[*tuple[Any, ...]]:
    title, name = aliased(StoryWords), aliased(StoryWords)
    return (
        select(
            Story.id,
            Story.person_id,
            Story.external_id,
            Story.current_version,
            title.body.label("title"),
            StoryStanding.name_style,
            name.body.label("name"),
        )
        .join(StoryStanding, StoryStanding.story_id == Story.id)
        .join(title, _words_of(title, "title", Story.current_version))
        .outerjoin(name, _words_of(name, "name", StoryStanding.name_ref))
        .where(permits(use, Story.id))
    )


def _title(use: Use, row: Any) -> Title:
    style = NameStyle(row.name_style)
    shown = attribution(use.purpose, style, row.name, f"ST-{row.person_id:04d}")
    return Title(row.id, row.title, shown)


def _texts(
    session: Session, use: Use, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for ids in slices({story_id for story_id, _ in wanted}):
        rows = session.execute(
            select(StoryWords.story_id, StoryWords.ref, StoryWords.body).where(
                StoryWords.story_id.in_(ids),
                StoryWords.kind == "text",
                permits(use, StoryWords.story_id),
            ),
            execution_options={"use": use},
        )
        found.update(((row[0], row[1]), row[2]) for row in rows if (row[0], row[1]) in wanted)
    return found


def _excerpt(use: Use, head: Title, place: Place, text: str) -> Excerpt:
    end = min(place.end, len(text))
    if use.purpose not in WHOLE_STORY:
        end = min(end, place.start + MAX_PART)
    return Excerpt(
        place.story_id, place.version, place.start, end, text[place.start : end],
        head.title, head.attribution,
    )  # fmt: skip
