"""What a storyteller asks of whoever holds their words: it goes out beside them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.answers import Answer, Change
from storybank.consent.models import NotForStanding, StoryStanding, UseStanding
from storybank.consent.rules import EIGHT, Purpose, Use, rule_purpose
from storybank.consent.terms import local_date
from storybank.db import slices


@dataclass(frozen=True)
class Terms:
    """The terms of one story for one use."""

    until: datetime | None = None
    """When the yes runs out, naive UTC; None for until they stop it."""
    not_for: tuple[str, ...] = ()
    """Places, teams and groups it is not to be used before."""
    ask_first: tuple[Purpose, ...] = ()
    """Other uses for which the storyteller is asked each time."""
    shorten: Change = Change.NO
    translate: Change = Change.NO

    @cached_property
    def sentence(self) -> str:
        """The terms as people read them."""
        said = [f"Until {self.last_day}." if self.until else "Until the storyteller stops it."]
        if self.not_for:
            said.append(f"Not where these are: {'; '.join(self.not_for)}.")
        if self.ask_first:
            said.append(f"Ask first: {', '.join(use.value for use in self.ask_first)}.")
        said += [
            _CHANGES[self.shorten].format("shorten"),
            _CHANGES[self.translate].format("translate"),
        ]
        return " ".join(said)

    @cached_property
    def last_day(self) -> str:
        """The day the yes runs out, such as 2027-05-01; nothing where no day is set."""
        return local_date(self.until).isoformat() if self.until else ""


_CHANGES = {
    Change.YES: "You may {} it.",
    Change.SHOW: "Show the storyteller before you {} it.",
    Change.NO: "Do not {} it.",
}


def terms_of(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, Terms]:
    """{story id: its terms}, for stories that came through the door for this use."""
    found: dict[int, Terms] = {}
    for ids in slices(sorted(set(story_ids))):
        answers = _grouped(
            session, ids, UseStanding.use, UseStanding.answer, UseStanding.valid_until
        )
        labels = _grouped(session, ids, NotForStanding.position, NotForStanding.label)
        stories = _grouped(session, ids, StoryStanding.shorten, StoryStanding.translate)
        for story_id in ids:
            [(shorten, translate)] = stories.get(story_id, [(Change.NO, Change.NO)])
            found[story_id] = _terms(
                use, answers.get(story_id, []), labels.get(story_id, []),
                Change(shorten), Change(translate),
            )  # fmt: skip
    return found


def _terms(
    use: Use, answers: list[Any], labels: list[Any], shorten: Change, translate: Change
) -> Terms:
    mine = (Purpose.KEEP, rule_purpose(use.purpose))
    ends = [until for name, _, until in answers if name in mine and until is not None]
    asked = {name for name, answer, _ in answers if answer == Answer.ASK}
    return Terms(
        min(ends, default=None),
        tuple(label for _, label in sorted(labels)),
        tuple(one for one in EIGHT if one.value in asked and one not in mine),
        shorten,
        translate,
    )


def _grouped(session: Session, ids: list[int], *columns: Any) -> dict[int, list[Any]]:
    story_id = columns[0].class_.story_id
    found: dict[int, list[Any]] = {}
    for key, *row in session.execute(select(story_id, *columns).where(story_id.in_(ids))):
        found.setdefault(key, []).append(tuple(row))
    return found
