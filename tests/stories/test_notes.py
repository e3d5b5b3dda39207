"""Notes that came in a file with a story: behind the door, beside the words, gone with them."""

from __future__ import annotations

from dataclasses import replace

import factories
import pytest
import sqlalchemy as sa
from crawling import Person

from storybank import db
from storybank.clock import now
from storybank.consent import passages
from storybank.consent.answers import Mark
from storybank.consent.folding import Span
from storybank.consent.rules import Answer, Purpose, Use
from storybank.errors import Refused
from storybank.intake.rules import Arrival
from storybank.intake.service import Choices, receive
from storybank.people.rules import MACHINE, Role
from storybank.stories import erasing, notes, reading, writing
from storybank.stories.canon import Canon, Note, plain
from storybank.stories.mending import mended
from storybank.stories.models import StoryNote
from storybank.stories.words import StoryWords

WORD = "Quagmirella"
CAME = [
    Note("comment", f"Ask about {WORD}\nagain", "Jo\nPark", 0, 5),
    Note("edge", "Page 1"), Note("edge", "Page 1"), Note("edge", "\x00 "),
    Note("dropped", "I hated it.", "", 10, 20),
]  # fmt: skip


def keep(session, number: int) -> int:
    return notes.keep(session, Use.claim(MACHINE, Purpose.TAKE_IN, now()), number, CAME)


class TestKeeping:
    def test_equal_ones_are_kept_once_and_in_their_order(self, session, a):
        one = a.story()
        assert (keep(session, one.id), keep(session, one.id)) == (3, 0)
        found = notes.of(session, a.use(Purpose.STUDY), one.id)
        assert [(n.says, n.by, n.words, n.start) for n in found] == [
            ("Head or foot of a page", "", "Page 1", None),
            ("Comment", "Jo Park", f"Ask about {WORD}\nagain", 0),
            ("Taken out by a tracked change", "", "I hated it.", 10),
        ]
        with pytest.raises(Refused):
            notes.keep(session, a.use(Purpose.STUDY), a.story().id, CAME)

    def test_every_way_in_keeps_them(self, session, a):
        canon = replace(plain("It began with a letter that nobody read."), notes=tuple(CAME))
        choices = Choices({Purpose.KEEP: Answer.YES, Purpose.STUDY: Answer.YES}, a.proof())
        taken, _ = receive(session, MACHINE, Arrival(canon, "A letter"), choices)
        assert len(notes.of(session, a.use(Purpose.STUDY), taken.id)) == 3

    def test_they_follow_their_words_and_lose_a_place_that_changed(self, session, a):
        one = a.story("I was there. It was cold. We sat down.")
        keep(session, one.id)
        use = a.use(Purpose.KEEP)
        whole = reading.story(session, use, one.id)
        canon, edit = mended(Canon(whole.text, whole.blocks), 13, 25, "It was very cold.")
        new = writing.amend(session, use, one.id, canon)
        notes.carry(session, one.id, 1, new, edit)
        assert [n.start for n in notes.of(session, use, one.id) if n.kind != "edge"] == [None, 0]


class TestSeeing:
    def test_only_whoever_studies_or_keeps_it_and_its_teller(self, session, a):
        one = a.story(consented_to=[Purpose.STUDY, Purpose.MEMBERS])
        closed = a.story(consented_to=[])
        for story in (one, closed):
            keep(session, story.id)
        teller = Use.claim(a.actor(Role.STORYTELLER, person_id=one.person_id), Purpose.OWN, now())
        for use in (a.use(Purpose.STUDY), a.use(Purpose.KEEP), teller):
            assert len(notes.of(session, use, one.id)) == 3
        assert notes.of(session, a.use(Purpose.STUDY), closed.id) == []
        with pytest.raises(Refused):
            notes.of(session, a.use(Purpose.MEMBERS), one.id)
        a.stop(one, Purpose.STUDY)
        assert notes.of(session, a.use(Purpose.STUDY), one.id) == []

    def test_a_part_kept_back_keeps_them_from_the_team(self, session, a):
        one = a.story()
        keep(session, one.id)
        passages.mark_passage(
            session, MACHINE, one.id, one.person_id, Span(1, 30, 39), Mark.LEAVE_OUT, "phone"
        )
        assert notes.of(session, a.use(Purpose.STUDY), one.id) == []
        assert len(notes.of(session, a.use(Purpose.KEEP), one.id)) == 3

    def test_they_go_with_the_story(self, session, a):
        one = a.story()
        keep(session, one.id)
        use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
        erasing.erase(session, use, one.id)
        count = sa.select(sa.func.count()).select_from(StoryWords)
        assert session.scalar(
            count.where(StoryWords.story_id == one.id), execution_options={"use": use}
        ) == 0  # fmt: skip
        assert session.scalar(sa.select(sa.func.count()).select_from(StoryNote)) == 0


def test_the_desk_shows_them_beside_the_text(house, app):
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        number = a.story().id
        keep(session, number)
        a.actor(Role.RESEARCHER, email="researcher@example.org")
        a.actor(Role.STEWARD, email="steward@example.org")
    desk = Person(app, "researcher@example.org").get(f"/desk/{number}").text
    assert "Notes that came with the file (3)" in desk and WORD in desk
    assert f'href="/desk/{number}?at=10"' in desk
    assert WORD in Person(app, "steward@example.org").get(f"/stories/keep/{number}").text
