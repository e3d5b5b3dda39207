"""Who speaks in a story: its teller, an interviewer, or somebody else, by the number of a turn.

An interviewer's words are no story of the teller's. Who they are is guessed when a story is taken
in, and said by a person; where nobody has said and nothing tells, all words are the teller's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.errors import BadInput, NotFound, Refused
from storybank.stories.allowed import may
from storybank.stories.canon import Turn, turns_from
from storybank.stories.labels import labels, likely_roles, names_of, turns_of
from storybank.stories.models import Story, StorySpeaker, StoryVersion
from storybank.stories.rules import Speaks

__all__ = [
    "Spoken", "Stretches", "asides", "asides_of", "asking", "keep_turns", "labels", "likely_roles",
    "names_of", "of_all", "roles", "set_roles", "spoken", "turns_of", "with_spoken", "write_roles",
]  # fmt: skip

Stretches = Sequence[tuple[int, int]]
"""Where an interviewer speaks in one version: [start, end) in code points, in order, apart."""


class Spoken(StrEnum):
    """Whose words a passage holds."""

    TELLER = "teller"
    INTERVIEWER = "interviewer"
    BOTH = "both"


def set_roles(
    session: Session, use: Use, story_id: int, wanted: Mapping[int, Speaks]
) -> dict[int, Speaks]:
    """Say who is who in a story, by the numbers of its turns; what it said before.

    Raises Refused for a use that neither takes in, keeps nor studies; NotFound where this one is
    not there for it; BadInput for somebody who does not speak in it.
    """
    if use.purpose not in (Purpose.TAKE_IN, Purpose.KEEP, Purpose.STUDY):
        raise Refused("Only the team can say who is who in a story.")
    if use.purpose is not Purpose.TAKE_IN and not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    story = session.get_one(Story, story_id, with_for_update=True)
    version = session.get_one(StoryVersion, (story_id, story.current_version))
    if not set(wanted) <= {turn.speaker for turn in turns_from(version.turns)}:
        raise BadInput("Nobody with that number speaks in this story.")
    before = roles(session, [story_id]).get(story_id, {})
    if before == dict(wanted):
        return before
    session.execute(
        sa.delete(StorySpeaker).where(StorySpeaker.story_id == story_id),
        execution_options={"synchronize_session": False},
    )
    write_roles(session, story_id, wanted)
    events.publish(session, events.StoryChanged(story_id))
    return before


def write_roles(session: Session, story_id: int, wanted: Mapping[int, Speaks]) -> None:
    """Write down who is who in a story of which nothing is written yet."""
    rows = [{"story_id": story_id, "n": n, "role": Speaks(r).value} for n, r in wanted.items()]
    if rows:
        session.execute(sa.insert(StorySpeaker), rows)


def keep_turns(session: Session, story_id: int, version: int, turns: Sequence[Turn]) -> None:
    """Write down who speaks where in a version of which that was not known; else nothing."""
    row = session.get_one(StoryVersion, (story_id, version))
    if not row.turns and turns:
        row.turns = [[turn.start, turn.end, turn.said, turn.speaker] for turn in turns]
        session.flush()


def roles(session: Session, story_ids: Collection[int]) -> dict[int, dict[int, Speaks]]:
    """{story: {number of a speaker: what they are in it}}, as far as anybody or anything says."""
    found: dict[int, dict[int, Speaks]] = {}
    for ids in slices(story_ids):
        for story_id, n, role in session.execute(
            select(StorySpeaker.story_id, StorySpeaker.n, StorySpeaker.role)
            .where(StorySpeaker.story_id.in_(ids))
            .order_by(StorySpeaker.story_id, StorySpeaker.n)
        ):
            found.setdefault(story_id, {})[n] = Speaks(role)
    return found


def asking(session: Session, story_ids: Collection[int]) -> dict[int, set[int]]:
    """{story: the numbers of its interviewers}; stories without one are left out."""
    found: dict[int, set[int]] = {}
    for ids in slices(story_ids):
        for story_id, n in session.execute(
            select(StorySpeaker.story_id, StorySpeaker.n).where(
                StorySpeaker.story_id.in_(ids), StorySpeaker.role == Speaks.INTERVIEWER.value
            )
        ):
            found.setdefault(story_id, set()).add(n)
    return found


def asides(
    session: Session, versions: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Stretches]:
    """{(story, version): where an interviewer speaks in it}; those without one are left out."""
    who = asking(session, {story_id for story_id, _ in versions})
    found: dict[tuple[int, int], Stretches] = {}
    for ids in slices(who):
        for story_id, version, turns in session.execute(
            select(StoryVersion.story_id, StoryVersion.n, StoryVersion.turns).where(
                StoryVersion.story_id.in_(ids)
            )
        ):
            if (story_id, version) in versions:
                found[story_id, version] = asides_of(turns_from(turns), who[story_id])
    return found


def asides_of(turns: Iterable[Turn], who: Collection[int]) -> Stretches:
    """Where any of these speak, turns next to each other as one."""
    found: list[tuple[int, int]] = []
    for turn in sorted(turns, key=lambda one: one.start):
        if turn.speaker in who and turn.start < turn.end:
            if found and turn.start <= found[-1][1] + 1:
                found[-1] = (found[-1][0], max(found[-1][1], turn.end))
            else:
                found.append((turn.start, turn.end))
    return found


def spoken(stretches: Stretches, start: int, end: int) -> Spoken:
    """Whose words text[start:end] holds. The end of a paragraph between two turns is nobody's."""
    first = bisect_left(stretches, start, key=lambda one: one[1] - 1)
    left, met = start, False
    others = 0
    for begins, ends in stretches[first:]:
        if begins >= end:
            break
        met = True
        others += max(0, begins - left - 1)
        left = ends
    others += max(0, end - left - 1) if met else 0
    if not met:
        return Spoken.TELLER
    return Spoken.BOTH if others else Spoken.INTERVIEWER


def of_all(parts: Iterable[Spoken]) -> Spoken:
    """Whose words several passages hold together; the teller's where there is none."""
    found = set(parts) or {Spoken.TELLER}
    return found.pop() if len(found) == 1 else Spoken.BOTH


def with_spoken(name: str, whose: Spoken) -> str:
    """The name to show beside words, honest about whose they are."""
    if whose is Spoken.INTERVIEWER:
        return "Interviewer"
    return f"{name}, with an interviewer" if whose is Spoken.BOTH else name
