"""Two coders on one story at once, one coder in two windows, a story put right meanwhile: on each
kind of database."""

from __future__ import annotations

from types import SimpleNamespace

import factories
import pytest
import sqlalchemy as sa
from consent.test_races import at_once, sessions  # noqa: F401

from storybank import db
from storybank.coding import carrying, changing, service
from storybank.coding.models import Coding
from storybank.coding.own import place_of
from storybank.coding.steps import Edge
from storybank.consent.rules import Purpose
from storybank.errors import Conflict, NotFound
from storybank.stories.mending import Edit
from storybank.stories.models import Story
from storybank.undoing.models import Act


@pytest.fixture
def room(sessions):  # noqa: F811
    """A story, two coders, and the place of some words."""
    with db.writing(sessions) as session:
        a = factories.Factory(session)
        story = a.story()
        return SimpleNamespace(
            story=story.id, ana=a.use(Purpose.STUDY), ben=a.use(Purpose.STUDY),
            place=a.place(story, "We sat down"), code=a.code().id,
        )  # fmt: skip


def putting(room, use):
    return lambda session: service.apply(session, use, room.place, [room.code])


def standing(session, room) -> list[Coding]:
    rows = sa.select(Coding).where(Coding.story_id == room.story, Coding.removed_at.is_(None))
    return list(session.scalars(rows))


class TestTwoCoders:
    def test_with_the_same_code_on_the_same_words_each_have_their_own(self, sessions, room):  # noqa: F811
        assert at_once(sessions, putting(room, room.ana), putting(room, room.ben)) == []
        with sessions() as session:
            coders = sorted(one.coder_id for one in standing(session, room))
            assert coders == sorted([room.ana.actor.account_id, room.ben.actor.account_id])


class TestTwoWindows:
    def test_the_same_code_goes_on_once(self, sessions, room):  # noqa: F811
        assert at_once(sessions, *[putting(room, room.ana)] * 3) == []
        with sessions() as session:
            assert len(standing(session, room)) == 1
            acts = sa.select(Act).where(Act.story_id == room.story)
            assert len(session.scalars(acts).all()) == 1

    def test_an_end_moves_once_and_the_other_is_told(self, sessions, room):  # noqa: F811
        with db.writing(sessions) as session:
            [coding] = service.apply(session, room.ana, room.place, [room.code])
            number, seen = coding.id, place_of(coding)

        def nudge(session):
            changing.nudge(session, room.ana, number, Edge.END, 1, seen)

        wrong = at_once(sessions, nudge, nudge)
        assert [type(one) for one in wrong] == [Conflict]

    def test_taken_off_in_one_it_is_not_split_in_the_other(self, sessions, room):  # noqa: F811
        with db.writing(sessions) as session:
            [coding] = service.apply(session, room.ana, room.place, [room.code])
            number, at = coding.id, coding.start + 3
        wrong = at_once(
            sessions,
            lambda session: service.remove(session, room.ana, number),
            lambda session: changing.split(session, room.ana, number, at),
        )
        with sessions() as session:
            left = [(one.start, one.end) for one in standing(session, room)]
        # Split first, its first part is taken off; taken off first, there is nothing to split.
        assert [type(one) for one in wrong] in ([], [NotFound])
        assert len(left) == (0 if wrong else 1)


class TestAStoryPutRight:
    def test_no_coding_is_left_on_words_that_are_gone(self, sessions, room):  # noqa: F811
        def put_right(session):
            story = session.get_one(Story, room.story, with_for_update=True)
            story.current_version = 2
            session.flush()
            carrying.carry(session, room.story, 1, 2, Edit(0, 28, 30))

        wrong = at_once(sessions, put_right, *[putting(room, room.ana), putting(room, room.ben)])
        # Those who came before moved with their words; those after were told.
        with sessions() as session:
            every = standing(session, room)
            assert {one.version for one in every} <= {2}
            assert {(one.start, one.end) for one in every} <= {
                (room.place.start + 2, room.place.end + 2)
            }
            assert len(every) + len(wrong) == 2
