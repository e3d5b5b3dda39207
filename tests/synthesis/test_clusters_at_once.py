"""Two who move the same answers at once, and a device that sends twice at once: on each kind of
database nothing is doubled and nothing lost."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import factories
import pytest
import sqlalchemy as sa
from consent.test_races import at_once, sessions  # noqa: F401
from meetings.talking import Talk

from storybank import db
from storybank.errors import NotFound
from storybank.meetings import noting, sheets
from storybank.meetings.models import Response
from storybank.meetings.sheets import Twice
from storybank.synthesis import clusters, moving


class TestTwoWhoMove:
    def test_each_answer_is_in_one_cluster(self, sessions, room):  # noqa: F811
        things = [("answer", number) for number in room.ids]
        wrong = at_once(
            sessions,
            lambda session: moving.move_all(session, room.use, room.id, things, room.first),
            lambda session: moving.move_all(
                session, room.other, room.id, things[::-1], room.second
            ),
            lambda session: moving.make(session, room.use, room.id, "Third", things[:2]),
        )
        assert wrong == []
        assert sorted(placed(sessions, room)) == sorted(room.ids)

    def test_a_cluster_that_is_merged_meanwhile_loses_nothing(self, sessions, room):  # noqa: F811
        thing = [("answer", room.ids[0])]
        wrong = at_once(
            sessions,
            lambda session: moving.merge(session, room.use, room.id, room.first, room.second),
            lambda session: moving.move_all(session, room.other, room.id, thing, room.first),
        )
        assert [type(one) for one in wrong] in ([], [NotFound])
        found = placed(sessions, room)
        assert len(found) == len(set(found))
        if not wrong:
            assert room.ids[0] in found


class TestADeviceThatSendsTwice:
    def test_a_note_and_a_sheet_are_kept_once(self, sessions, room):  # noqa: F811
        note, sheet = room.entry("Once"), room.entry("On paper")

        def send(session):
            [kept] = noting.note(session, room.use, room.id, [note])
            assert kept.state == "waiting"

        assert at_once(sessions, send, send, send) == []
        other = room.entry("On paper, from another form")
        wrong = at_once(
            sessions,
            lambda session: sheets.enter(session, room.use, room.id, "12", [sheet]),
            lambda session: sheets.enter(session, room.use, room.id, "12", [sheet]),
            lambda session: sheets.enter(session, room.other, room.id, "12", [other]),
        )
        assert {type(one) for one in wrong} == {Twice}
        with sessions() as session:
            texts = sa.select(Response.text).where(
                Response.workshop_id == room.id, Response.account_id.is_not(None)
            )
            assert len(session.scalars(texts).all()) == 2


def placed(sessions, room) -> list[str]:  # noqa: F811
    with sessions() as session:
        cards = clusters.clusters(session, room.id)
        return [one.id for card in cards for one in card.answers]


@pytest.fixture
def room(sessions):  # noqa: F811
    """A workshop with two who run it, four answers and two clusters."""
    with db.writing(sessions) as session:
        talk = Talk(factories.Factory(session))
        other = talk.helper()
        ids = [talk.said(f"Answer {n}") for n in range(4)]
        first, second = (moving.make(session, talk.use, talk.id, name).id for name in "AB")
        prompt_id, group_id = talk.question.id, talk.room.id

    def entry(text: str) -> noting.Entry:
        return noting.Entry(id=str(uuid4()), prompt_id=prompt_id, group_id=group_id, text=text)

    return SimpleNamespace(
        id=talk.id, use=talk.use, other=other, ids=ids, first=first, second=second, entry=entry
    )
