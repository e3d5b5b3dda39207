"""My stories: whose they are, what was chosen, where they have been, what people noticed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from portal.room import printing

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent import service as consent
from storybank.consent.models import Receipt, WordingVersion
from storybank.consent.rules import EIGHT, Answer, NameStyle, Purpose
from storybank.errors import NotFound
from storybank.people.rules import MACHINE
from storybank.portal import reading as mine

MAY = datetime(2026, 5, 3, 9)


def choice(session, use, story, purpose) -> mine.MyChoice:
    [found] = [one for one in mine.my_story(session, use, story.id).choices if one.use is purpose]
    return found


class TestMine:
    def test_a_storyteller_sees_their_own_stories_newest_first_and_no_other(self, session, a, own):
        first = a.story(title="First")
        second = a.story(title="Second", person_id=first.person_id)
        a.story(title="Somebody else's")
        found = mine.my_stories(session, own(first))
        assert [story.title for story in found] == ["Second", "First"]
        assert [story.story_id for story in found] == [second.id, first.id]

    def test_another_persons_story_is_not_found(self, session, a, own):
        story, other = a.story(), a.story()
        for ask in (mine.my_story, mine.my_receipt):
            number = other.id if ask is mine.my_story else _receipt_of(session, other)
            with pytest.raises(NotFound):
                ask(session, own(story), number)
        assert mine.receipts(session, own(story), other.id) == []

    def test_a_story_that_was_stopped_altogether_is_still_theirs_to_see(self, session, a, own):
        story = a.story(title="Still mine", name="Ana")
        a.stop(story)
        found = mine.my_story(session, own(story), story.id)
        assert (found.title, found.attribution, found.kept) == ("Still mine", "Ana", False)
        assert not found.any_open and found.can_put_back


class TestChoices:
    def test_each_use_says_what_was_answered_and_whether_there_is_something_to_stop(
        self, session, a, own
    ):
        answers = {Purpose.WORKSHOP: Answer.ASK, Purpose.TEACH: Answer.NO}
        story = a.story(consented_to=[Purpose.STUDY, Purpose.PUBLIC], answers=answers)
        a.stop(story, Purpose.PUBLIC)
        found = mine.my_story(session, own(story), story.id)
        assert tuple(one.use for one in found.choices) == EIGHT
        said = {one.use: (one.choice and one.choice.answer, one.open) for one in found.choices}
        assert said[Purpose.STUDY] == (Answer.YES, True)
        assert said[Purpose.WORKSHOP] == (Answer.ASK, True)
        assert said[Purpose.TEACH] == (Answer.NO, False)
        assert said[Purpose.PUBLIC] == (Answer.STOPPED, False)
        assert said[Purpose.REUSE] == (None, False)

    def test_a_yes_that_ran_out_is_told_and_not_offered_to_be_stopped(self, session, a, own):
        story = a.story(until=now() - timedelta(days=1))
        found = choice(session, own(story), story, Purpose.STUDY)
        assert found.run_out and not found.open
        assert not mine.my_story(session, own(story), story.id).kept

    def test_a_yes_that_has_not_begun_says_when_and_can_be_stopped(self, session, a, own):
        start = now() + timedelta(days=30)
        story = a.story(since=start)
        found = choice(session, own(story), story, Purpose.STUDY)
        assert found.starts == start and found.open

    def test_the_question_shown_is_the_one_they_were_asked(self, session, a, own):
        story = a.story(consented_to=[Purpose.STUDY])
        asked = choice(session, own(story), story, Purpose.STUDY).asked
        assert asked.startswith("Can our team study your story?")
        newer = sa.insert(WordingVersion).values(
            code="study", version="2.0", language="en-GB", format="standard", sha256="0" * 64,
            text="May we study it?", published_at=now(),
        )  # fmt: skip
        session.execute(newer)
        assert choice(session, own(story), story, Purpose.STUDY).asked == asked
        consent.give(
            session, MACHINE, story.id, story.person_id, {Purpose.STUDY: Answer.YES}, a.proof(),
            "phone",
        )  # fmt: skip
        assert choice(session, own(story), story, Purpose.STUDY).asked == "May we study it?"


class TestWhere:
    def test_each_event_tells_date_place_copies_and_the_name_shown_then(self, session, a, own):
        story = a.story(name="Ana", style=NameStyle.FIRST)
        session.add(printing(story.id, MAY, name_style="first"))
        session.add(printing(a.story().id, MAY))
        [used] = mine.my_story(session, own(story), story.id).used
        assert (used.at, used.place, used.use) == (MAY, "Tea and talk", Purpose.WORKSHOP)
        assert (used.how, used.copies, used.name) == (
            "Printed on cards", 12, "With your first name",
        )  # fmt: skip
        assert [part.words for part in used.parts] == ["I rang the clinic on Monday."]

    @pytest.mark.parametrize("style", NameStyle)
    def test_every_kind_of_name_has_its_words(self, session, a, own, style):
        story = a.story()
        session.add(printing(story.id, MAY, name_style=style.value))
        [used] = mine.my_story(session, own(story), story.id).used
        words = {"real": "your real name", "first": "your first name",
                 "chosen": "the name you picked", "none": "no name"}  # fmt: skip
        assert used.name == f"With {words[style.value]}"

    def test_the_parts_of_one_printing_are_one_event_and_copies_add_up(self, session, a, own):
        story = a.story()
        for seconds, start in ((0, 0), (1, 29), (60, 0)):
            at = MAY + timedelta(seconds=seconds)
            session.add(printing(story.id, at, start=start, end=start + 10))
        session.add(printing(story.id, MAY - timedelta(days=9), reference="OLDER1", copies=1))
        new, old = mine.my_story(session, own(story), story.id).used
        assert (new.copies, len(new.parts)) == (24, 2)
        assert (old.copies, len(old.parts)) == (1, 1)

    def test_what_was_shown_before_a_stop_stays_told(self, session, a, own):
        story = a.story()
        session.add(printing(story.id, MAY))
        a.stop(story)
        assert len(mine.my_story(session, own(story), story.id).used) == 1


class TestNoticed:
    def test_each_part_is_shown_once_with_every_code_that_people_put_on_it(self, session, a, own):
        story = a.story()
        first = a.place(story, "Nobody had an answer for me.")
        second = a.place(story, "we should go in together")
        for code, place in (("EN-PEER", second), ("BA-TOKEN", first), ("EN-PEER", first)):
            for _ in range(2):  # two researchers agree
                coding.apply(session, a.use(Purpose.STUDY), place, [a.code(code).id])
        found = mine.noticed(session, own(story), story.id, 1)
        assert [(one.excerpt.words, [code.key for code in one.codes]) for one in found] == [
            ("Nobody had an answer for me.", ["EN-PEER", "BA-TOKEN"]),
            ("we should go in together", ["EN-PEER"]),
        ]

    def test_a_code_taken_off_is_not_shown(self, session, a, own):
        story, use = a.story(), a.use(Purpose.STUDY)
        [made] = coding.apply(session, use, a.place(story, "Nobody"), [a.code().id])
        coding.remove(session, use, made.id)
        assert mine.noticed(session, own(story), story.id, 1) == []
        assert mine.my_story(session, own(story), story.id).codings == 0


def _receipt_of(session, story) -> int:
    return session.scalars(sa.select(Receipt.id).where(Receipt.story_id == story.id)).one()
