"""The way in for words: a story is written down with its version and its first name to show."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict
from storybank.people.models import Person
from storybank.stories.canon import Canon, one_line
from storybank.stories.models import Story, StoryAttribute, StoryVersion
from storybank.stories.rules import MAX_NAME, MAX_TITLE, clean_attributes
from storybank.stories.words import StoryWords

MAX_TEXT = 2_000_000
"""The longest story taken in, in code points: about 350,000 words."""


def take_in(
    session: Session,
    use: Use,
    canon: Canon,
    title: str,
    *,
    person_id: int | None = None,
    external_id: str | None = None,
    attributes: Mapping[str, object] | None = None,
    name: str | None = None,
    invented: bool = False,
) -> Story:
    """Write a story down. The caller records its consents in the same transaction.

    Raises BadInput for an empty or over-long text; Conflict where the same ``external_id`` or,
    without one, the same text is there already.
    """
    if not canon.text.strip():
        raise BadInput("There are no words in it. Check the file and try again.")
    if len(canon.text) > MAX_TEXT:
        raise BadInput(f"It is too long: over {MAX_TEXT:,} letters. Split it into parts.")
    if external_id is not None:
        external_id = external_id.strip()[:200] or None
    _check_new(session, canon, external_id)
    if person_id is None:
        person = Person(created_at=now())
        session.add(person)
        session.flush()
        person_id = person.id
    story = Story(
        person_id=person_id,
        external_id=external_id,
        current_version=1,
        invented=invented,
        taken_in_at=now(),
        taken_in_by=use.actor.account_id,
    )
    session.add(story)
    session.flush()
    places = canon.to_places()
    session.add(
        StoryVersion(
            story_id=story.id,
            n=1,
            sha256=canon.sha256,
            length=len(canon.text),
            word_count=len(canon.text.split()),
            blocks=places["blocks"],
            marks=places["marks"],
            made_at=now(),
        )
    )
    for fact, value in clean_attributes(dict(attributes or {})).items():
        session.add(StoryAttribute(story_id=story.id, name=fact, value=value))
    session.flush()
    clean_title = one_line(title)[:MAX_TITLE].strip() or "Untitled story"
    _write(session, use, story.id, "title", 1, clean_title)
    _write(session, use, story.id, "text", 1, canon.text)
    if name and name.strip():
        _write(session, use, story.id, "name", 1, _clean_name(name))
    events.publish(session, events.StoryChanged(story.id))
    return story


def write_name(session: Session, use: Use, story_id: int, name: str) -> int:
    """Write a new name to show; the number that consent events point to it by."""
    last = session.scalar(
        select(sa.func.max(StoryWords.ref)).where(
            StoryWords.story_id == story_id, StoryWords.kind == "name"
        ),
        execution_options={"use": use},
    )
    ref = (last or 0) + 1
    _write(session, use, story_id, "name", ref, _clean_name(name))
    return ref


def _clean_name(name: str) -> str:
    cleaned = one_line(name)
    if not cleaned:
        raise BadInput("Write the name to show in letters that can be seen.")
    if len(cleaned) > MAX_NAME:
        raise BadInput(f"Keep the name to show under {MAX_NAME} letters.")
    return cleaned


def _check_new(session: Session, canon: Canon, external_id: str | None) -> None:
    if external_id is not None:
        there = session.scalar(select(Story.id).where(Story.external_id == external_id))
        if there is not None:
            raise Conflict(f"A story with this id is there already: story {there}.")
        return  # Two people may well say the same few words.
    same = session.scalar(
        select(StoryVersion.story_id).where(StoryVersion.sha256 == canon.sha256).limit(1)
    )
    if same is not None:
        raise Conflict(f"The same text is there already: story {same}.")


def _write(session: Session, use: Use, story_id: int, kind: str, ref: int, body: str) -> None:
    session.execute(
        sa.insert(StoryWords).values(story_id=story_id, kind=kind, ref=ref, body=body),
        execution_options={"use": use},
    )
