"""Stories of an arrival, held until their tellers' choices are written down, and their codings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.models import Coding, CodingFlag
from storybank.consent.rules import Purpose, Reason, Use
from storybank.consent.standing import refold, state_of
from storybank.errors import BadInput, Conflict
from storybank.exchange import guids
from storybank.exchange.arriving_codes import CodesTaker
from storybank.exchange.arriving_people import PeopleTaker
from storybank.exchange.came import Came, CodingIn, SourceIn
from storybank.people.rules import Actor
from storybank.stories import writing
from storybank.stories.canon import Canon
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import MASK

SAME_FROM = 200
"""Texts of so many code points or more that are the same are the same story; two people may
well say the same few words."""


class StoriesTaker:
    """Takes stories in one by one; ``story`` says which of ours a source of the file is."""

    def __init__(
        self, session: Session, by: Actor, came: Came, people: PeopleTaker, codes: CodesTaker
    ) -> None:
        self._session, self._came, self._by = session, came, by
        self._people, self._codes = people, codes
        self._known = guids.known(session, guids.STORY) if came.sources else {}
        self._use = Use.claim(by, Purpose.TAKE_IN, now()) if came.sources else None
        self._taken = {
            kind: set(guids.known(session, kind, [])) if came.sources else set[str]()
            for kind in (guids.CODING, guids.PASSAGE)
        }
        self._is: dict[int, tuple[int, int]] = {}
        self._coding: dict[str, int] = {}
        self.made: list[int] = []
        self.made_codings: list[int] = []
        self.told: list[dict[str, int]] = []

    def story(self, source: int | None) -> tuple[int, int] | None:
        """(story id, version) of a source; None where it did not come."""
        return self._is.get(source) if source is not None else None

    def coding(self, guid: str | None) -> int | None:
        """Our number of a coding of the file."""
        return self._coding.get(guid or "")

    def take(self) -> None:
        """Take in every source with its codings."""
        for one in self._came.sources:
            found, new = self._story(one)
            if found is not None:
                self._is[one.number] = found
                count = self._write_codings(one, *found)
                self.told.append(
                    {"story": found[0], "source": one.number, "codings": count, "new": int(new)}
                )

    def _story(self, one: SourceIn) -> tuple[tuple[int, int] | None, bool]:
        canon = Canon.from_places(one.text, one.places)
        known = self._known.get(one.guid)
        if known is None:
            known = self._same_text(canon)
            if known is None:
                return self._take_in(one, canon), True
            self._came.count("stories here already")
        return self._as_known(one, canon, known), False

    def _as_known(self, one: SourceIn, canon: Canon, story_id: int) -> tuple[int, int] | None:
        story = self._session.get_one(Story, story_id)
        standing = state_of(self._session, story_id)
        version = self._session.get_one(StoryVersion, (story_id, story.current_version))
        if (standing is not None and standing.closed is Reason.ERASED) or not version.length:
            self._lose(one, "story deleted")
            return None
        # Parts that were kept back when it left are masked, letter for letter.
        masked = MASK in canon.text and len(canon.text) == version.length
        if canon.sha256 != version.sha256 and not masked:
            self._lose(one, "story changed")
            return None
        return story_id, story.current_version

    def _same_text(self, canon: Canon) -> int | None:
        if len(canon.text) < SAME_FROM:
            return None
        return self._session.scalar(
            select(Story.id)
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .where(StoryVersion.sha256 == canon.sha256, Story.id.not_in(self.made or [0]))
            .order_by(Story.id)
            .limit(1)
        )

    def _take_in(self, one: SourceIn, canon: Canon) -> tuple[int, int] | None:
        assert self._use is not None
        try:
            with self._session.begin_nested():
                story = writing.take_in(
                    self._session, self._use, canon, one.title or f"Source {one.number}",
                    external_id=one.guid, attributes=one.facts,
                )  # fmt: skip
        except (BadInput, Conflict):
            self._lose(one, "story refused")
            return None
        # It stands in the books with nothing granted: not one answer is made up for its teller.
        refold(self._session, story.id, story.person_id, new=True)
        guids.keep(self._session, guids.STORY, [(story.id, one.guid)])
        self._known[one.guid] = story.id
        self.made.append(story.id)
        return story.id, 1

    def _lose(self, one: SourceIn, kind: str) -> None:
        self._came.lose(kind, f"source {one.number}", max(1, len(one.codings)))

    def _write_codings(self, one: SourceIn, story_id: int, version: int) -> int:
        new = story_id in self.made
        there = {} if new else self._there(story_id)
        known = {} if new else guids.known(self._session, guids.CODING, there.values())
        rows, came = [], list[CodingIn]()
        for coding in one.codings:
            code = self._codes.number(coding.code)
            if code is None:
                self._came.lose("coding without code", f"source {one.number}")
                continue
            coder = self._people.account(coding.user)
            key = (coding.start, coding.end, code, coder)
            if coding.guid in known:
                self._coding[coding.guid] = known[coding.guid]
                self._came.count("codings here already")
                continue
            if key in there:
                self._came.lose("same twice", f"source {one.number}")
                self._coding[coding.guid] = there[key]
                continue
            there[key] = 0
            made_at = datetime.fromisoformat(coding.at) if coding.at else now()
            rows.append(
                {"story_id": story_id, "version": version, "start": coding.start,
                 "end": coding.end, "code_id": code, "coder_id": coder, "made_at": made_at,
                 "to_check": False}
            )  # fmt: skip
            came.append(coding)
        if rows:
            insert = sa.insert(Coding).returning(Coding.id, sort_by_parameter_order=True)
            numbers = list(self._session.scalars(insert, rows))
            self._keep(zip(numbers, came, strict=True))
            self.made_codings += numbers
        return len(rows)

    def _keep(self, pairs: Iterable[tuple[int, CodingIn]]) -> None:
        every = list(pairs)
        self._coding.update((coding.guid, number) for number, coding in every)
        # A GUID that something else here has already stays with that.
        for kind, named in (
            (guids.CODING, [(number, one.guid) for number, one in every]),
            # Several codings may share a passage: its GUID goes with the first of them.
            (guids.PASSAGE, [(number, one.passage) for number, one in every]),
        ):
            taken = self._taken[kind]
            fresh: dict[str, int] = {}
            for number, guid in named:
                if guid not in taken:
                    fresh.setdefault(guid, number)
            taken.update(fresh)
            guids.keep(self._session, kind, [(number, guid) for guid, number in fresh.items()])
        flags = [
            {"coding_id": number, "name": name, "value": value}
            for number, one in every
            for name, value in one.flags.items()
            if 0 < len(name) <= 30 and 0 < len(value) <= 50
        ]
        if flags:
            self._session.execute(sa.insert(CodingFlag), flags)

    def _there(self, story_id: int) -> dict[tuple[int, int, int, int], int]:
        rows = self._session.execute(
            select(Coding.start, Coding.end, Coding.code_id, Coding.coder_id, Coding.id).where(
                Coding.story_id == story_id
            )
        )
        return {tuple(row[:4]): row[4] for row in rows}  # type: ignore[misc]
