"""Standing: the current answers, folded from events and kept as rows for the SQL rule to read.

It is a cache. Dropping it and rebuilding gives the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import (
    ConsentChoice,
    ConsentEvent,
    NotForStanding,
    StoryStanding,
    UseStanding,
)
from storybank.consent.rules import (
    Answer,
    Choice,
    Happening,
    Kind,
    NameStyle,
    Purpose,
    StoryState,
    audience_key,
    fold,
)


def happenings(session: Session, story_id: int) -> Iterator[Happening]:
    """A story's events as the rule reads them, in order."""
    rows = session.scalars(
        select(ConsentEvent).where(ConsentEvent.story_id == story_id).order_by(ConsentEvent.seq)
    ).all()
    choices: dict[str, dict[Purpose, Answer]] = {row.id: {} for row in rows}
    for event_id, use, answer in session.execute(
        select(ConsentChoice.event_id, ConsentChoice.use, ConsentChoice.answer).where(
            ConsentChoice.event_id.in_(list(choices))
        )
    ):
        choices[event_id][Purpose(use)] = Answer(answer)
    for row in rows:
        yield Happening(
            seq=row.seq,
            kind=Kind(row.kind),
            choices=choices[row.id],
            since=row.effective_from,
            until=row.valid_until,
            name_style=NameStyle(row.name_style) if row.name_style else None,
            name_ref=row.name_ref,
            not_for=None if row.not_for is None else tuple(row.not_for),
        )


def save_standing(session: Session, story_id: int, state: StoryState) -> None:
    """Write a folded state over whatever stood there."""
    for table in (UseStanding, NotForStanding, StoryStanding):
        session.execute(sa.delete(table).where(table.story_id == story_id))
    session.execute(
        sa.insert(StoryStanding).values(
            story_id=story_id,
            person_id=state.person_id,
            name_style=state.name_style.value,
            name_ref=state.name_ref,
            last_seq=state.last_seq,
        )
    )
    uses = [
        {
            "story_id": story_id,
            "use": use.value,
            "answer": choice.answer.value,
            "effective_from": choice.since,
            "valid_until": choice.until,
        }
        for use, choice in state.choices.items()
    ]
    if uses:
        session.execute(sa.insert(UseStanding), uses)
    labels = {audience_key(label): label for label in state.not_for}
    if labels:
        session.execute(
            sa.insert(NotForStanding),
            [
                {"story_id": story_id, "key": key, "position": place, "label": label}
                for place, (key, label) in enumerate(labels.items())
            ],
        )


def states(session: Session, story_ids: Collection[int]) -> dict[int, StoryState]:
    """The standing of these stories as states; a story without one is left out."""
    found: dict[int, StoryState] = {}
    ids = list(story_ids)
    for start in range(0, len(ids), 500):
        found.update(_some_states(session, ids[start : start + 500]))
    return found


def _some_states(session: Session, ids: list[int]) -> dict[int, StoryState]:
    choices: dict[int, dict[Purpose, Choice]] = {}
    for row in session.scalars(select(UseStanding).where(UseStanding.story_id.in_(ids))):
        choices.setdefault(row.story_id, {})[Purpose(row.use)] = Choice(
            Answer(row.answer), row.effective_from, row.valid_until
        )
    labels: dict[int, list[str]] = {}
    for story_id, label in session.execute(
        select(NotForStanding.story_id, NotForStanding.label)
        .where(NotForStanding.story_id.in_(ids))
        .order_by(NotForStanding.story_id, NotForStanding.position)
    ):
        labels.setdefault(story_id, []).append(label)
    return {
        row.story_id: StoryState(
            person_id=row.person_id,
            choices=choices.get(row.story_id, {}),
            name_style=NameStyle(row.name_style),
            name_ref=row.name_ref,
            not_for=tuple(labels.get(row.story_id, ())),
            last_seq=row.last_seq,
        )
        for row in session.scalars(select(StoryStanding).where(StoryStanding.story_id.in_(ids)))
    }


def state_of(session: Session, story_id: int) -> StoryState | None:
    return states(session, [story_id]).get(story_id)


def rebuild(session: Session) -> int:
    """Drop every standing and fold all events again; return how many stories there were."""
    for table in (UseStanding, NotForStanding, StoryStanding):
        session.execute(sa.delete(table))
    owners = session.execute(
        select(ConsentEvent.story_id, sa.func.min(ConsentEvent.person_id)).group_by(
            ConsentEvent.story_id
        )
    ).all()
    for story_id, person_id in owners:
        save_standing(session, story_id, fold(person_id, happenings(session, story_id)))
    return len(owners)
