"""Suggesting anew for stories: read them, propose, and keep what is new. Three steps, so that
nobody waits for the second: it needs no transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.models import Coding
from storybank.db import slices
from storybank.stories import masking, reading
from storybank.stories.canon import sentences
from storybank.stories.models import Story, StoryVersion
from storybank.stories.speaking import Spoken, Stretches, spoken
from storybank.suggest.models import Suggestion, waits
from storybank.suggest.sample_models import NotNow
from storybank.suggest.standing import machine_use
from storybank.suggest.suggester import Proposal, SuggestInput
from storybank.undoing.models import Act

AT_ONCE = 2_000_000
"""How many letters of stories are held in memory at once, if one story alone is not longer."""


@dataclass(frozen=True)
class Text:
    """A story let out for suggesting; ``edition`` tells what was masked in it from other masks."""

    story_id: int
    version: int
    edition: int
    given: SuggestInput
    asides: Stretches = ()


def in_reach(
    session: Session, story_ids: Sequence[int], most: int = AT_ONCE
) -> Iterator[list[int]]:
    """The stories in groups of so many letters."""
    for ids in slices(story_ids):
        group: list[int] = []
        letters = 0
        for story_id, length in session.execute(
            select(Story.id, StoryVersion.length)
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .where(Story.id.in_(ids))
            .order_by(Story.id)
        ).all():
            if group and letters + length > most:
                yield group
                group, letters = [], 0
            group.append(story_id)
            letters += length
        if group:
            yield group


def texts(session: Session, story_ids: Sequence[int]) -> list[Text]:
    """Those of these stories that may be studied now, kept-back parts masked."""
    use = machine_use()
    editions = masking.editions(session, use, story_ids)
    return [
        Text(
            text.story_id,
            text.version,
            editions[text.story_id],
            SuggestInput(text.text, sentences(text.text, text.blocks)),
            text.asides,
        )
        for text in reading.stories(session, use, story_ids)
    ]


def still_so(session: Session, read: Sequence[Text]) -> set[int]:
    """Of stories that were read before, those that may be studied now and read the same."""
    use = machine_use()
    ids = [text.story_id for text in read]
    allowed = reading.permitted_among(session, use, ids)
    versions = dict(
        session.execute(select(Story.id, Story.current_version).where(Story.id.in_(ids))).all()
    )
    editions = masking.editions(session, use, ids)
    return {
        text.story_id
        for text in read
        if text.story_id in allowed
        and versions[text.story_id] == text.version
        and editions[text.story_id] == text.edition
    }


def keep(
    session: Session,
    found: Sequence[tuple[Text, Sequence[Proposal]]],
    made_by: str,
    model_id: int | None = None,
) -> None:
    """Let the open suggestions of these stories be those proposed, none of them on an
    interviewer's words; answered ones stay."""
    stories = sorted({text.story_id for text, _ in found})
    kept, coded = _kept(session, stories), _coded(session, stories)
    for text, proposals in found:
        there = coded.get((text.story_id, text.version), {})
        for one in proposals:
            if any(a < one.end and one.start < b for a, b in there.get(one.code_id, ())):
                continue  # somebody has put it on, or on some of these words
            if spoken(text.asides, one.start, one.end) is Spoken.INTERVIEWER:
                continue
            key = (text.story_id, text.version, one.start, one.end, one.code_id)
            row, is_open = kept.pop(key, (None, False))
            if row is None:
                row = Suggestion(
                    story_id=text.story_id, version=text.version, start=one.start, end=one.end,
                    code_id=one.code_id,
                )  # fmt: skip
                session.add(row)
                _say(row, one, made_by, model_id)
            elif is_open:
                _say(row, one, made_by, model_id)
    delete(session, {row.id for row, is_open in kept.values() if is_open})
    session.flush()


def _coded(
    session: Session, story_ids: Sequence[int]
) -> dict[tuple[int, int], dict[int, list[tuple[int, int]]]]:
    """By story and version, and by code, where people have put it on."""
    found: dict[tuple[int, int], dict[int, list[tuple[int, int]]]] = {}
    for ids in slices(story_ids):
        rows = session.execute(
            select(Coding.story_id, Coding.version, Coding.code_id, Coding.start, Coding.end).where(
                Coding.story_id.in_(ids), Coding.removed_at.is_(None)
            )
        )
        for story_id, version, code, start, end in rows:
            found.setdefault((story_id, version), {}).setdefault(code, []).append((start, end))
    return found


Key = tuple[int, int, int, int, int]
Kept = dict[Key, tuple[Suggestion, bool]]
"""By story, version, start, end and code: a suggestion, and whether it waits."""


def _kept(session: Session, story_ids: Sequence[int]) -> Kept:
    found: Kept = {}
    for ids in slices(story_ids):
        rows = session.execute(select(Suggestion, waits()).where(Suggestion.story_id.in_(ids)))
        for row, is_open in rows:
            key = (row.story_id, row.version, row.start, row.end, row.code_id)
            found[key] = row, bool(is_open)
    return found


def _say(row: Suggestion, one: Proposal, made_by: str, model_id: int | None) -> None:
    """Let an open suggestion be this one; when nothing but its model is new, its day stays."""
    model = model_id if one.learned else None
    because = [list(place) for place in one.because]
    says = (because, list(one.cue_ids), one.check_meaning, one.score, one.chance, one.rank)
    was = (row.because, row.cue_ids, row.check_meaning, row.score, row.chance, row.rank)
    if was != says or row.model_id != model:
        row.because, row.cue_ids, row.check_meaning, row.score, row.chance, row.rank = says
        row.made_by, row.made_at, row.model_id = made_by, now(), model


def take_away(session: Session, story_ids: Sequence[int]) -> None:
    """Delete what is open on these stories; of what was answered, forget which words led to it."""
    for ids in slices(story_ids):
        these = Suggestion.story_id.in_(ids)
        delete(session, set(session.scalars(select(Suggestion.id).where(these, waits()))))
        session.execute(sa.update(Suggestion).where(these).values(cue_ids=[], because=[]))


def delete(session: Session, suggestion_ids: set[int]) -> None:
    for ids in slices(sorted(suggestion_ids)):
        # A coding that was undone may still say that a suggestion led to it.
        for table in (Coding, Act):
            session.execute(
                sa.update(table).where(table.suggestion_id.in_(ids)).values(suggestion_id=None)
            )
        session.execute(sa.delete(NotNow).where(NotNow.suggestion_id.in_(ids)))
        session.execute(sa.delete(Suggestion).where(Suggestion.id.in_(ids)))


def take_back(session: Session, model_id: int) -> None:
    """Delete every open suggestion that a model had a say in, however many."""
    ids = select(Suggestion.id).where(Suggestion.model_id == model_id, waits())
    delete(session, set(session.scalars(ids)))
