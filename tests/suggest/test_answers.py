"""A person answers: nothing is put on a story without one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from suggest.suggesting import Parrot

from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import MACHINE
from storybank.stories.rules import Place
from storybank.suggest import service
from storybank.suggest.derivative import Suggestions
from storybank.suggest.models import Suggestion

TEXT = "We had peer support. Then the pilot ended."


@pytest.fixture
def story(a):
    story = a.story("Peer support. peer support came. So the pilot ended.")
    Suggestions(Parrot).reconcile(a.session, [story.id])
    return story


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def first(a, use, story):
    return service.waiting(a.session, use, story.id)[0]


def codings(a, story):
    return a.session.scalars(
        sa.select(Coding).where(Coding.story_id == story.id, Coding.removed_at.is_(None))
    ).all()


def waiting(a, use, story):
    return [card.id for card in service.waiting(a.session, use, story.id)]


class TestNobody:
    def test_no_code_is_on_a_story_before_a_person_answers(self, a, story):
        assert codings(a, story) == []

    def test_the_machine_cannot_answer(self, a, story, first):
        machine = Use.claim(MACHINE, Purpose.SUGGEST, a.use(Purpose.STUDY).at)
        for answer in (service.confirm, service.decline, service.undo):
            with pytest.raises(Refused):
                answer(a.session, machine, first.id)
        assert codings(a, story) == []


class TestConfirm:
    def test_it_puts_the_code_on_in_the_name_of_the_person(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        (made,) = codings(a, story)
        assert made.coder_id == use.actor.account_id
        assert made.suggestion_id == first.id
        assert made.code_id == first.code.id
        assert Place(made.story_id, made.version, made.start, made.end) == first.place
        assert first.id not in waiting(a, use, story)

    def test_the_second_of_two_people_is_told(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        for answer in (service.confirm, service.decline):
            with pytest.raises(Conflict, match="already"):
                answer(a.session, a.use(Purpose.STUDY), first.id)
        assert len(codings(a, story)) == 1

    def test_sent_twice_by_one_person_it_counts_once(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        service.confirm(a.session, use, first.id)
        assert len(codings(a, story)) == 1

    def test_another_answer_by_the_same_person_needs_an_undo_first(self, a, use, first):
        service.decline(a.session, use, first.id)
        with pytest.raises(Conflict):
            service.confirm(a.session, use, first.id)

    def test_after_a_stop_it_is_not_there_even_before_the_job_has_run(self, a, use, story, first):
        a.stop(story, Purpose.STUDY)
        for answer in (service.confirm, service.decline, service.undo):
            with pytest.raises(NotFound):
                answer(a.session, a.use(Purpose.STUDY), first.id)
        assert codings(a, story) == []

    def test_one_that_never_was_is_not_there(self, a, use):
        with pytest.raises(NotFound):
            service.confirm(a.session, use, 987_654)

    def test_only_for_study(self, a, first):
        with pytest.raises(Refused):
            service.confirm(a.session, a.use(Purpose.REUSE), first.id)


class TestChange:
    def test_it_puts_another_code_on(self, a, use, story, first):
        service.change(a.session, use, first.id, [a.code("EN-ALLY").id, a.code("VA-TRUST").id])
        made = codings(a, story)
        assert {one.code_id for one in made} == {a.code("EN-ALLY").id, a.code("VA-TRUST").id}
        assert {one.suggestion_id for one in made} == {first.id}
        assert a.session.get(Suggestion, first.id).answer == "changed"

    def test_it_may_move_to_other_words(self, a, use, story, first):
        service.change(a.session, use, first.id, [first.code.id], start=0, end=4)
        (made,) = codings(a, story)
        assert (made.start, made.end) == (0, 4)

    def test_it_needs_a_code(self, a, use, story, first):
        with pytest.raises(BadInput, match="Choose a code"):
            service.change(a.session, use, first.id, [])
        assert first.id in waiting(a, use, story)


class TestDecline:
    def test_it_puts_nothing_on_and_waits_no_more(self, a, use, story, first):
        service.decline(a.session, use, first.id)
        assert codings(a, story) == []
        assert first.id not in waiting(a, use, story)
        answered = a.session.get(Suggestion, first.id)
        assert (answered.answer, answered.answered_by) == ("declined", use.actor.account_id)


class TestUndo:
    def test_it_takes_the_coding_off_and_lets_the_suggestion_wait(self, a, use, story, first):
        before = waiting(a, use, story)
        service.confirm(a.session, use, first.id)
        service.undo(a.session, use, first.id)
        assert codings(a, story) == []
        assert waiting(a, use, story) == before

    def test_a_declined_one_waits_again(self, a, use, story, first):
        service.decline(a.session, use, first.id)
        service.undo(a.session, use, first.id)
        assert first.id in waiting(a, use, story)

    def test_later_work_at_the_desk_is_left_alone(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        by_hand = coding.apply(
            a.session, use, Place(story.id, 1, 0, 4), [a.code("VA-TRUST").id]
        )  # fmt: skip
        service.undo(a.session, use, first.id)
        assert codings(a, story) == by_hand
        assert first.id in waiting(a, use, story)

    def test_an_undone_answer_is_not_undone_again_at_the_desk(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        service.undo(a.session, use, first.id)
        assert a.undo(use) is None
        assert codings(a, story) == []

    def test_only_by_the_person_who_answered(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        with pytest.raises(Refused):
            service.undo(a.session, a.use(Purpose.STUDY), first.id)
        assert len(codings(a, story)) == 1

    def test_where_there_is_nothing_to_take_back_nothing_happens(self, a, use, story, first):
        service.undo(a.session, use, first.id)
        assert first.id in waiting(a, use, story)

    def test_undone_at_the_desk_it_waits_and_can_be_answered_again(self, a, use, story, first):
        service.confirm(a.session, use, first.id)
        a.undo(use)
        assert first.id in waiting(a, use, story)
        service.confirm(a.session, a.use(Purpose.STUDY), first.id)
        assert first.id not in waiting(a, use, story)
        assert len(codings(a, story)) == 1
