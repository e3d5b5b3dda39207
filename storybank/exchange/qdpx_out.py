"""A project file (.qdpx) on its way out: checked first, packed while it is sent, on no disk."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import NameStyle, Reason, Use
from storybank.db import slices
from storybank.exchange import about
from storybank.exchange.leaving_out import left_out
from storybank.exchange.refi_out import ProjectOut, StoryOut, coded, project
from storybank.exchange.refi_rules import as_time
from storybank.stories import reading
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import MASK
from storybank.web.zips import Part, zipped

PLACE = "A project for other programs"
MANIFEST, READ_ME = "storybank-manifest.json", "READ-ME.txt"
ASKED_AT_ONCE = 50


def wanted(session: Session, use: Use, only_coded: bool) -> set[int]:
    """The stories that would leave: all the use allows, or those with a coding it may see."""
    return coded(session, use) if only_coded else reading.permitted_ids(session, use)


def note(session: Session, use: Use, story_ids: set[int]) -> None:
    """Note for each of these stories that it goes into a file now, whole. Written and committed
    before the file is made: see ``noting.note``."""
    rows = []
    for ids in slices(sorted(story_ids)):
        found = session.execute(
            select(Story.id, Story.current_version, StoryVersion.length)
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .where(Story.id.in_(ids))
        )
        rows += [
            {"story_id": story_id, "version": version, "start": 0, "end": length,
             "use": use.purpose.value, "medium": "file", "place": PLACE,
             "reference": f"project-{use.actor.account_id}",
             # A team sees the code of a storyteller and no name.
             "name_style": NameStyle.NONE.value, "copies": 1,
             "made_by_account_id": use.actor.account_id, "at": use.at}
            for story_id, version, length in found
        ]  # fmt: skip
    if rows:
        session.execute(sa.insert(UseRecord), rows)


def parts(session: Session, use: Use, made: ProjectOut) -> Iterator[Part]:
    """The files in the zip. The door is asked for each handful of stories as its turn comes: of
    one that was stopped meanwhile nothing but a mask of the same length leaves."""
    yield READ_ME, [read_me(use, made).encode()]
    for start in range(0, len(made.stories), ASKED_AT_ONCE):
        some = made.stories[start : start + ASKED_AT_ONCE]
        fresh = replace(use, at=now())
        still = reading.permitted_among(session, fresh, [one.story_id for one in some])
        for one in some:
            yield one.file, [_words(one, one.story_id in still).encode()]
    said = json.dumps(manifest(session, use, made), ensure_ascii=False, indent=1)
    yield MANIFEST, [said.encode()]
    yield "project.qde", [made.xml]


def packed(session: Session, use: Use, made: ProjectOut) -> Iterator[bytes]:
    """The bytes of the .qdpx, piece by piece."""
    return zipped(parts(session, use, made), use.at)


def make(session: Session, use: Use, story_ids: set[int]) -> ProjectOut:
    """The project, read and checked against the standard.

    Raises Misshapen where it would not be as the standard says.
    """
    return project(session, use, story_ids)


def _words(one: StoryOut, allowed: bool) -> str:
    if allowed:
        return one.text
    return "".join(letter if letter == "\n" else MASK for letter in one.text)


def read_me(use: Use, made: ProjectOut) -> str:
    """What a person reads who opens the zip by hand."""
    lines = [
        *about.head(use, use.at),
        f"{len(made.stories):,} stories, {made.codings:,} codings, {made.memos:,} memos.",
        about.NOT_COUNTED,
        "Where a storyteller keeps a part back, each letter of it is shown as a block, so that "
        "every place stays where it was.",
        "The terms of each storyteller stand in the description of their source.",
        *about.DUTY,
    ]
    return "\n".join(lines) + "\n"


def manifest(session: Session, use: Use, made: ProjectOut) -> dict[str, object]:
    """What was left out and why, the terms of each story, and what the standard has no place
    for: outlines (places only) and flags. It holds no word of a story."""
    reasons: Counter[Reason] = left_out(session, use, [])
    masked = sum(one.left_out for one in made.stories)
    out = [
        {"what": "codings", "count": count, "why": why.sentence}
        for why, count in sorted(reasons.items())
    ]
    if masked:
        why = "Their storytellers keep these parts back; they are masked."
        out.append({"what": "letters", "count": masked, "why": why})
    if made.memos_left_out:
        why = "They stand on a story, place or code that is not in this file."
        out.append({"what": "memos", "count": made.memos_left_out, "why": why})
    return {
        "format": 1,
        "made_at": as_time(use.at),
        "use": use.purpose.value,
        "use_means": use.purpose.sentence,
        "duty": list(about.DUTY),
        "left_out": out,
        "not_counted": about.NOT_COUNTED,
        "stories": [_of_story(one) for one in made.stories],
        "flags": made.flags,
    }


def _of_story(one: StoryOut) -> dict[str, object]:
    return {
        "guid": one.guid,
        "version": one.version,
        "letters_masked": one.left_out,
        "until": one.terms.last_day,
        "not_for": list(one.terms.not_for),
        "ask_first": [use.value for use in one.terms.ask_first],
        "shorten": one.terms.shorten.value,
        "translate": one.terms.translate.value,
        "terms": one.terms.sentence,
        **one.outline,
    }
