"""My stories: whose they are, what was chosen, where they have been, what people noticed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from portal.room import printing

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent import asking, holds, passages
from storybank.consent import service as consent
from storybank.consent.models import Receipt, WordingVersion
from storybank.consent.rules import EIGHT, Answer, Mark, NameStyle, Purpose
from storybank.consent.terms import local_date
from storybank.errors import NotFound
from storybank.exchange import noting
from storybank.people.models import Person
from storybank.people.rules import MACHINE, Role
from storybank.portal import reading as mine
from storybank.workshops import service as workshops

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
        assert found.starts == start.date() and found.open

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

    def test_a_file_is_told_and_how_many_people_where_somebody_said_so(self, session, a, own):
        story, use = a.story(), a.use(Purpose.STUDY)
        first = a.place(story, "Nobody had an answer for me.")
        last = a.place(story, "we should go in together")
        for place in (first, last):
            coding.apply(session, use, place, [a.code().id])
        noting.note_codings(session, use)
        session.add(printing(story.id, MAY, audience_size=30))
        file, card = mine.my_story(session, own(story), story.id).used
        assert (file.how, file.place, file.people) == (
            "Saved to a file",
            "Codings as a table",
            None,
        )
        [part] = file.parts
        assert part.words.startswith("Nobody had") and part.words.endswith("go in together")
        assert card.people == 30

    def test_the_day_is_the_one_it_was_for_the_storyteller(self, session, a, own):
        story = a.story()
        session.get_one(Person, story.person_id).time_zone = "Pacific/Auckland"
        session.add(printing(story.id, datetime(2026, 5, 3, 20)))
        [used] = mine.my_story(session, own(story), story.id).used
        assert used.on == date(2026, 5, 4)

    def test_the_cards_of_one_pack_are_one_event(self, session, a, own):
        story = a.story()
        session.add_all(printing(story.id, MAY, reference=f"7KQ-2M4 / {n}") for n in (1, 2))
        assert len(mine.my_story(session, own(story), story.id).used) == 1


class TestPlanned:
    def plan(self, session, a, story, day, audience=(), purpose=Purpose.WORKSHOP):
        use = a.use(purpose)
        meeting = workshops.plan(
            session, use, title="Tea and talk", question="What helps?", held_on=day,
            purpose=purpose, audience=audience,
        )  # fmt: skip
        pack = workshops.new_pack(
            session, use, meeting.id, title="Pack", use_until=date(2099, 1, 1)
        )
        workshops.draw(session, use, pack.id, [a.place(story, "Nobody had an answer for me.")])
        return meeting

    def test_a_workshop_to_come_is_told_with_day_people_and_part(self, session, a, own):
        story = a.story()
        self.plan(session, a, story, date(2098, 3, 2), ["Riverside Council"])
        self.plan(session, a, a.story(), date(2098, 3, 2))
        [plan] = mine.my_story(session, own(story), story.id).planned
        assert (plan.title, plan.held_on) == ("Tea and talk", date(2098, 3, 2))
        assert plan.audience == ("Riverside Council",)
        assert [part.words for part in plan.parts] == ["Nobody had an answer for me."]

    def test_one_that_was_is_not_and_today_is(self, session, a, own):
        story = a.story()
        today = local_date(now())
        self.plan(session, a, story, today - timedelta(days=1))
        self.plan(session, a, story, today)
        [plan] = mine.my_story(session, own(story), story.id).planned
        assert plan.held_on == today

    def test_what_was_stopped_is_not_planned_any_more_at_once(self, session, a, own):
        story = a.story()
        self.plan(session, a, story, date(2098, 3, 2))
        a.stop(story, Purpose.WORKSHOP)
        assert mine.my_story(session, own(story), story.id).planned == ()


class TestNotices:
    def test_a_hold_is_told_in_one_sentence_that_says_nothing(self, session, a, own):
        story = a.story()
        holds.open_hold(
            session, a.actor(Role.STEWARD), story.id, "safeguarding", "Somebody is afraid.",
            now().date(),
        )  # fmt: skip
        found = mine.my_story(session, own(story), story.id)
        assert found.notices == ("No one can use it for now. Ask us why.",)

    def test_words_that_wait_to_be_checked_are_told(self, session, a, own):
        story = a.story()
        passages.transcribed(session, MACHINE, story.id, story.person_id, 1, 99, "phone")
        assert mine.my_story(session, own(story), story.id).notices == (mine.UNCHECKED,)

    def test_questions_that_wait_are_counted(self, session, a, own):
        story = a.story(answers={Purpose.WORKSHOP: Answer.ASK})
        place = a.place(story, "Nobody had an answer for me.")
        use = a.use(Purpose.WORKSHOP).before(["The board"], "workshop-1")
        asking.ask(
            session, use, story.id, place.span, "0" * 64, event_title="Tea",
            audience=["The board"], answer_by=now() + timedelta(days=9),
        )  # fmt: skip
        assert mine.my_story(session, own(story), story.id).waiting == 1

    def test_the_parts_they_keep_back_are_shown(self, session, a, own):
        story = a.story()
        use = own(story)
        place = a.place(story, "Nobody had an answer for me.")
        passages.mark_passage(
            session, use.actor, story.id, story.person_id, place.span, Mark.LEAVE_OUT, "web"
        )
        [part] = mine.my_story(session, use, story.id).kept_back
        assert (part.mark, part.excerpt.words) == (
            Mark.LEAVE_OUT, "Nobody had an answer for me.",
        )  # fmt: skip


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
