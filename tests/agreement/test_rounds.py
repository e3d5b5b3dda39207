"""Rounds: making them, finishing stories in them, opening them again, closing."""

from __future__ import annotations

import pytest
from agreement.conftest import a_round, finish, put_on
from hypothesis import given
from hypothesis import strategies as st

from storybank.agreement import service
from storybank.agreement.rules import Pick, numbers_in, picked
from storybank.coding import rounds
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.errors import BadInput, NotFound, Refused


class TestPicking:
    def test_takes_numbers_as_people_write_them(self):
        assert numbers_in("3, 5 ,10-12;7 3") == [3, 5, 10, 11, 12, 7]
        assert numbers_in("10 \u2013 12") == [10, 11, 12]

    @pytest.mark.parametrize("typed", ["", "one", "3-", "1-999999", "-4", "1e3", "\u0663"])
    def test_says_how_to_write_them(self, typed):
        with pytest.raises(BadInput):
            numbers_in(typed) if typed != "\u0663" else numbers_in("3,x")

    def test_takes_every_so_many(self):
        assert picked(range(1, 11), Pick.EVERY, n=5) == [5, 10]
        assert picked(range(1, 11), Pick.FIRST, n=3) == [1, 2, 3]

    @given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**31))
    def test_draws_the_same_sample_for_the_same_seed(self, there, n, seed):
        one, other = (picked(range(there), Pick.RANDOM, n=n, seed=seed) for _ in range(2))
        assert one == other == sorted(set(one))
        assert len(one) == min(n, there)

    @pytest.mark.parametrize("pick", [Pick.FIRST, Pick.EVERY, Pick.RANDOM])
    def test_needs_a_number(self, pick):
        with pytest.raises(BadInput):
            picked([1, 2], pick)


class TestMake:
    def test_gives_each_coder_each_story_that_may_be_studied(self, a, ana, ben, story):
        kept_away = a.story(consented_to=[use for use in EIGHT if use is not Purpose.STUDY])
        made = a_round(a, ana, [ana, ben], [story, kept_away])
        found = service.progress(a.session, ana, made.id)
        assert list(found.done) == [story.id]
        assert (found.finished, found.given) == (0, 2)
        assert list(found.coders.values()) == ["Ana", "Ben"]

    def test_needs_a_name_and_a_coder(self, a, ana, story):
        with pytest.raises(BadInput):
            a_round(a, ana, [ana], [story], name=" ")
        with pytest.raises(BadInput):
            a_round(a, ana, [], [story])

    def test_is_undone_while_nothing_is_finished(self, a, ana, ben, story):
        a_round(a, ana, [ana, ben], [story])
        assert "taken away" in a.undo(ana).sentence
        assert service.rounds(a.session, ana) == []
        a.redo(ana)
        [again] = service.rounds(a.session, ana)
        assert (again.name, again.given) == ("Pilot", 2)

    def test_is_not_undone_under_what_others_did(self, a, ana, ben, story):
        made = a_round(a, ana, [ana, ben], [story])
        finish(a, ben, made, story)
        assert "stays" in a.undo(ana).sentence
        assert service.progress(a.session, ana, made.id).finished == 1


class TestFinish:
    def test_takes_the_story_off_the_list(self, a, ana, ben, story):
        made = a_round(a, ben, [ana, ben], [story])
        [task] = service.tasks(a.session, ana)
        assert (task.story_id, task.blind, task.mine) == (story.id, True, 0)
        finish(a, ana, made, story)
        assert service.tasks(a.session, ana) == []
        [done] = service.tasks(a.session, ana, done=True)
        assert done.finished_at is not None
        assert len(service.tasks(a.session, ben)) == 1

    def test_lets_the_others_codes_be_seen(self, a, ana, ben, story):
        made = a_round(a, ben, [ana, ben], [story])
        theirs = put_on(a, ben, story)
        assert [one.id for one in rounds.blind_on(a.session, ana, story.id)] == [made.id]
        assert coding.on_story(a.session, ana, story.id, 1) == []
        finish(a, ana, made, story)
        assert rounds.blind_on(a.session, ana, story.id) == []
        assert [one.id for one in coding.on_story(a.session, ana, story.id, 1)] == [theirs.id]

    def test_is_for_those_it_was_asked_of(self, a, ana, ben, story):
        made = a_round(a, ana, [ana], [story])
        with pytest.raises(NotFound):
            finish(a, ben, made, story)

    def test_is_over_in_a_closed_round(self, a, ana, ben, story):
        made = a_round(a, ben, [ana], [story])
        service.close(a.session, ben, made.id)
        with pytest.raises(Refused):
            finish(a, ana, made, story)


class TestReopen:
    def test_goes_while_there_was_nothing_to_see(self, a, ana, ben, story):
        made = a_round(a, ben, [ana, ben], [story])
        put_on(a, ana, story)
        finish(a, ana, made, story)
        a.undo(ana)
        assert len(service.tasks(a.session, ana)) == 1
        a.redo(ana)
        assert service.tasks(a.session, ana) == []

    def test_is_refused_once_others_codes_could_be_seen(self, a, ana, ben, story):
        made = a_round(a, ben, [ana, ben], [story])
        finish(a, ana, made, story)
        put_on(a, ben, story)
        with pytest.raises(Refused):
            service.reopen(a.session, ana, made.id, story.id)
        assert "stays finished" in a.undo(ana).sentence
        assert service.tasks(a.session, ana) == []

    def test_is_free_in_the_open(self, a, ana, ben, story):
        made = a_round(a, ben, [ana, ben], [story], blind=False)
        put_on(a, ben, story)
        finish(a, ana, made, story)
        service.reopen(a.session, ana, made.id, story.id)
        assert len(service.tasks(a.session, ana)) == 1


class TestClose:
    def test_is_refused_to_whoever_would_see_by_it(self, a, ana, ben, story):
        made = a_round(a, ana, [ana], [story])
        with pytest.raises(Refused):
            service.close(a.session, ana, made.id)
        service.close(a.session, ben, made.id)
        assert service.tasks(a.session, ana) == []
        a.undo(ben)
        assert len(service.tasks(a.session, ana)) == 1

    def test_is_for_good_where_others_codes_were_open_since(self, a, ana, ben, story):
        made = a_round(a, ben, [ana], [story])
        put_on(a, ben, story)
        service.close(a.session, ben, made.id)
        with pytest.raises(Refused):
            service.close(a.session, ben, made.id, closed=False)
        assert a.undo(ben).sentence == service.SEEN_SINCE
        assert service.tasks(a.session, ana) == []
