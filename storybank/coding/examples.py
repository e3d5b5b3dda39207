"""Passages that show what a code means, or what looks like it and is not: places, shown where the
reader's use allows the passage."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import changes
from storybank.codebook.models import CodeExample
from storybank.coding.models import Coding
from storybank.coding.seeing import blind, seen
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

EXAMPLE, NEAR = "example", "near"
MADE, GONE = "example", "no example"
MOST = 12
"""How many a code may have of each kind: more of them explain nothing."""


@dataclass(frozen=True)
class ExampleCard:
    """A passage with what it shows."""

    id: int
    kind: str
    excerpt: Excerpt


def add(session: Session, use: Use, coding_id: int, kind: str = EXAMPLE) -> CodeExample:
    """Make the passage of a coding an example of its code, or of what only looks like it.

    Raises NotFound where the use does not allow the coding, BadInput for too many.
    """
    account = changes.editor(use)
    coding = session.scalars(select(Coding).where(Coding.id == coding_id, seen(use))).one_or_none()
    if coding is None:
        raise NotFound("That coding is not there.")
    kind = NEAR if kind == NEAR else EXAMPLE
    there = list(
        session.scalars(
            select(CodeExample).where(
                CodeExample.code_id == coding.code_id, CodeExample.kind == kind,
                CodeExample.removed_at.is_(None),
            )
        )
    )  # fmt: skip
    place = Place(coding.story_id, coding.version, coding.start, coding.end)
    for one in there:
        if place_of(one) == place:
            return one
    if len(there) >= MOST:
        raise BadInput(f"A code has at most {MOST} of these. Take one out first.")
    example = CodeExample(
        code_id=coding.code_id, kind=kind, story_id=coding.story_id, version=coding.version,
        start=coding.start, end=coding.end, account_id=account, made_at=now(),
    )  # fmt: skip
    session.add(example)
    session.flush()
    undoing.note(session, use, MADE, {"example": example.id}, story_id=coding.story_id)
    return example


def remove(session: Session, use: Use, example_id: int) -> CodeExample:
    """Take an example out. Raises NotFound where the use does not allow it."""
    changes.editor(use)
    example = session.scalars(
        select(CodeExample).where(CodeExample.id == example_id, *_seen(use))
    ).one_or_none()
    if example is None:
        raise NotFound("That example is not there.")
    example.removed_at = now()
    session.flush()
    undoing.note(session, use, GONE, {"example": example.id}, story_id=example.story_id)
    return example


def of_code(session: Session, use: Use, code_id: int) -> list[ExampleCard]:
    """The examples of a code that the use may read, in the order they were made."""
    rows = list(
        session.scalars(
            select(CodeExample)
            .join(Story, Story.id == CodeExample.story_id)
            .where(
                CodeExample.code_id == code_id,
                CodeExample.version == Story.current_version,
                *_seen(use),
            )
            .order_by(CodeExample.kind, CodeExample.id)
        )
    )
    excerpts = reading.excerpts(session, use, [place_of(row) for row in rows])
    words = {excerpt.place: excerpt for excerpt in excerpts}
    return [
        ExampleCard(row.id, row.kind, words[place_of(row)])
        for row in rows
        if place_of(row) in words
    ]


def place_of(example: CodeExample) -> Place:
    return Place(example.story_id, example.version, example.start, example.end)


def _seen(use: Use) -> tuple[sa.ColumnElement[bool], ...]:
    """Not on stories that the person has still to code blind: it would tell them a code."""
    return (
        CodeExample.removed_at.is_(None),
        permits(use, CodeExample.story_id, CodeExample),
        ~blind(use, CodeExample.story_id),
    )


@dataclass(frozen=True)
class Shown:
    """An example that was made, or (``gone``) taken out."""

    gone: bool = False

    def says(self, act: Act) -> str:
        return "an example taken out" if self.gone else "an example added"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, there=self.gone)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, there=not self.gone)

    def _set(self, session: Session, act: Act, there: bool) -> Done:
        example = session.get(CodeExample, act.detail["example"])
        if example is not None and (example.removed_at is None) != there:
            example.removed_at = None if there else now()
            session.flush()
        return Done("The example is there again." if there else "The example is out.")


UNDOERS: dict[str, undoing.Undoer] = {MADE: Shown(), GONE: Shown(gone=True)}
