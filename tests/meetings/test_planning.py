"""Plans and groups: kinds of workshops, parts, questions, groups; and taking changes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from meetings.talking import Talk

from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import agenda, grouping
from storybank.meetings.agenda import Asking
from storybank.meetings.designs import TEMPLATES, Ask, Part
from storybank.meetings.grouping import Grouping

OPEN = Asking("open", "What helps?")


class TestKinds:
    @pytest.mark.parametrize("key", TEMPLATES)
    def test_each_is_whole(self, key):
        plan = TEMPLATES[key]
        assert plan.key == key and 90 <= plan.minutes <= 240
        assert [part.kind for part in plan.parts] == list(Part)
        for question in (one for part in plan.parts for one in part.questions):
            assert agenda.clean_options(question.kind, question.options) == question.options
            assert len(question.text) <= 500

    def test_one_takes_the_place_of_another_and_that_is_taken_back(self, session, talk):
        agenda.choose(session, talk.use, talk.workshop, "jury")
        assert titles(talk)[0] == "The question to answer"
        agenda.choose(session, talk.use, talk.workshop, "questions")
        talk.a.undo(talk.use)
        assert titles(talk)[0] == "The question to answer"
        talk.a.undo(talk.use)
        assert titles(talk) == ["In groups"]
        talk.a.redo(talk.use)
        assert titles(talk)[0] == "The question to answer"

    def test_not_once_people_have_answered(self, session, talk):
        talk.said("Tea")
        with pytest.raises(Conflict):
            agenda.choose(session, talk.use, talk.workshop, "jury")
        with pytest.raises(BadInput):
            agenda.choose(session, talk.use, talk.workshop, "circus")


class TestParts:
    def test_added_changed_moved_and_taken_out_with_its_questions(self, session, talk):
        part = talk.add_part("Welcome")
        talk.question_in(part)
        agenda.move_part(session, talk.use, talk.workshop, part.id, "up")
        assert titles(talk) == ["Welcome", "In groups"]
        agenda.take_out_part(session, talk.use, talk.workshop, part.id)
        assert titles(talk) == ["In groups"] and len(talk.plan.prompts) == 1
        talk.a.undo(talk.use)
        assert titles(talk) == ["Welcome", "In groups"] and len(talk.plan.prompts) == 2
        talk.a.undo(talk.use)
        assert titles(talk) == ["In groups", "Welcome"]

    def test_undo_leaves_what_others_changed_since(self, session, talk):
        part = talk.add_part("Welcome")
        other = talk.helper()
        agenda.save_part(
            session, other, talk.workshop, part.id, kind="overview", title="Hello", says="",
            minutes=5,
        )  # fmt: skip
        agenda.save_part(
            session, talk.use, talk.workshop, part.id, kind="overview", title="Hello", says="",
            minutes=7,
        )  # fmt: skip
        talk.a.undo(other)
        assert (part.title, part.minutes) == ("Welcome", 7)

    @pytest.mark.parametrize(
        "wrong", [{"kind": "x"}, {"title": " "}, {"minutes": -1}, {"minutes": 601},
                  {"says": "x" * 2_001}],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, session, talk, wrong):
        said = {"kind": "groups", "title": "T", "says": "", "minutes": 5} | wrong
        with pytest.raises(BadInput):
            agenda.save_part(session, talk.use, talk.workshop, None, **said)


class TestQuestions:
    def test_added_at_the_end_of_its_part_moved_and_taken_out(self, session, talk):
        new = talk.question_in(talk.part)
        assert [one.text for one in talk.plan.prompts] == ["What helps?", "And what else?"]
        agenda.move_question(session, talk.use, talk.workshop, new.id, "up")
        assert [one.text for one in talk.plan.prompts] == ["And what else?", "What helps?"]
        agenda.take_out_question(session, talk.use, talk.workshop, new.id)
        assert [one.text for one in talk.plan.prompts] == ["What helps?"]
        with pytest.raises(NotFound):
            agenda.take_out_question(session, talk.use, talk.workshop, new.id)

    def test_its_words_may_be_mended_once_answered_and_nothing_else(self, session, talk):
        talk.said("Tea")
        kept = replace(OPEN, text="What helped?", segment_id=talk.part.id)
        agenda.save_question(session, talk.use, talk.workshop, talk.question.id, kept)
        assert talk.question.text == "What helped?"
        with pytest.raises(Conflict):
            agenda.save_question(
                session, talk.use, talk.workshop, talk.question.id, replace(kept, kind="scale")
            )

    def test_a_scale_has_ends_dots_have_choices(self, session, talk):
        scale = agenda.save_question(
            session, talk.use, talk.workshop, None, Asking("scale", "How far?")
        )
        assert scale.options == ["I do not agree", "I agree"]
        dots = Asking("dots", "Where?", options=("A", " A ", "", "B"))
        made = agenda.save_question(session, talk.use, talk.workshop, None, dots)
        assert made.options == ["A", "B"]

    @pytest.mark.parametrize(
        "wrong",
        [{"kind": "x"}, {"text": " "}, {"text": "x" * 501}, {"help_text": "x" * 501},
         {"kind": "dots"}, {"kind": "rank", "options": ("A",)},
         {"kind": "scale", "options": ("A",)},
         {"kind": "dots", "options": tuple(map(str, range(13)))}, {"max_len": 5}, {"dots": 0},
         {"pack_item_id": 2**31 - 1}],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, session, talk, wrong):
        with pytest.raises(BadInput):
            agenda.save_question(session, talk.use, talk.workshop, None, replace(OPEN, **wrong))

    def test_one_of_another_workshop_is_not_there(self, session, talk):
        other = Talk(talk.a)
        with pytest.raises(NotFound):
            agenda.save_question(session, talk.use, talk.workshop, other.question.id, OPEN)
        with pytest.raises(NotFound):
            agenda.save_question(
                session, talk.use, talk.workshop, None, replace(OPEN, segment_id=other.part.id)
            )


class TestGroups:
    def test_made_changed_moved_and_taken_out(self, session, talk):
        made = talk.group_called("Fern", access_notes="A hearing loop", capacity=4)
        assert made.access_notes == "A hearing loop"
        names = [one.name for one in grouping.groups(session, talk.id)]
        assert names[-1] == "Fern"
        grouping.move(session, talk.use, talk.workshop, made.id, "up")
        assert [one.name for one in grouping.groups(session, talk.id)][1] == "Fern"
        grouping.take_out(session, talk.use, talk.workshop, made.id)
        assert "Fern" not in [one.name for one in grouping.groups(session, talk.id)]
        talk.a.undo(talk.use)
        assert "Fern" in [one.name for one in grouping.groups(session, talk.id)]

    def test_one_with_people_or_answers_stays(self, session, talk):
        talk.said("Tea")
        with pytest.raises(Conflict):
            grouping.take_out(session, talk.use, talk.workshop, talk.room.id)

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"name": "Oak"}, {"mode": "ship"}, {"capacity": 0},
                  {"where": "x" * 301}, {"facilitator": "x" * 81}],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, session, talk, wrong):
        with pytest.raises(BadInput):
            talk.group_called(**{"name": "Fern"} | wrong)

    def test_the_usual_ones_fit_how_it_meets(self, session, talk):
        for one in grouping.groups(session, talk.id):
            grouping.take_out(session, talk.use, talk.workshop, one.id)
        talk.workshop.mode = "online"
        assert grouping.usual(session, talk.use, talk.workshop) == 2
        assert {one.mode for one in grouping.groups(session, talk.id)} == {"online"}
        assert grouping.usual(session, talk.use, talk.workshop) == 0


class Planned(Talk):
    @property
    def plan(self) -> agenda.Agenda:
        self.session.expire_all()
        return agenda.agenda(self.session, self.id)

    def add_part(self, title: str):
        return agenda.save_part(
            self.session, self.use, self.workshop, None, kind="overview", title=title, says="",
            minutes=5,
        )  # fmt: skip

    def question_in(self, part):
        asking = Asking(Ask.OPEN.value, "And what else?", segment_id=part.id)
        return agenda.save_question(self.session, self.use, self.workshop, None, asking)

    def group_called(self, name: str, mode: str = "room", **more):
        said = Grouping(name, mode, **more)
        return grouping.save(self.session, self.use, self.workshop, None, said)


def titles(talk: Planned) -> list[str]:
    return [one.title for one in talk.plan.segments]


@pytest.fixture
def talk(a):
    return Planned(a)
