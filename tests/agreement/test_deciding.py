"""Differences between coders, and deciding them."""

from __future__ import annotations

import pytest
from agreement.conftest import a_round, finish, put_on

from storybank.agreement import carrying, deciding, erasing
from storybank.agreement.differences import differing, passages, tallies
from storybank.agreement.gathering import Scope, gather
from storybank.coding import service as coding
from storybank.errors import BadInput, Conflict
from storybank.stories.mending import Edit


@pytest.fixture
def made(a, ana, ben, story):
    """Ana and Ben agree on one passage, with other ends; on two they differ."""
    made = a_round(a, ana, [ana, ben], [story])
    put_on(a, ana, story, "Nobody had an answer")
    put_on(a, ben, story, "had an answer for me")
    put_on(a, ana, story, "manager", "EN-ALLY")
    put_on(a, ben, story, "she listened", "VA-SERVICE")
    for use in (ana, ben):
        finish(a, use, made, story)
    return made


def found(a, use, made):
    return differing(gather(a.session, use, Scope(made.id)).stories)


class TestDifferences:
    def test_are_passages_that_not_all_have(self, a, ana, ben, made):
        one, other = found(a, ana, made)
        assert (one.on, one.off) == ((ana.actor.account_id,), (ben.actor.account_id,))
        assert (other.on, other.off) == ((ben.actor.account_id,), (ana.actor.account_id,))

    def test_are_counted_by_code(self, a, ana, made):
        [story] = gather(a.session, ana, Scope(made.id)).stories
        counts = tallies(passages(story))
        peer, ally = (counts[a.code(key).id] for key in ("EN-PEER", "EN-ALLY"))
        assert (peer.same, peer.ends, peer.alone) == (0, 1, {})
        assert (ally.same, ally.ends, ally.alone) == (0, 0, {ana.actor.account_id: 1})


class TestDecide:
    def test_keeps_both_codings_and_the_reason(self, a, ana, story, made):
        before = coding.on_story(a.session, ana, story.id, 1)
        one = found(a, ana, made)[0]
        deciding.decide(a.session, ana, one, False, "Only met, not helped.", made.id)
        assert coding.on_story(a.session, ana, story.id, 1) == before
        [decision] = deciding.decisions(a.session, ana, made.id)
        assert (decision.applies, decision.why, decision.by) == (
            False, "Only met, not helped.", "Ana",
        )  # fmt: skip
        assert set(deciding.decided(found(a, ana, made), [decision])) == {one.key}

    def test_needs_a_reason(self, a, ana, made):
        with pytest.raises(BadInput):
            deciding.decide(a.session, ana, found(a, ana, made)[0], True, "  ")

    def test_can_be_undone_and_done_again(self, a, ana, made):
        deciding.decide(a.session, ana, found(a, ana, made)[0], True, "It is.", made.id)
        a.undo(ana)
        assert deciding.decisions(a.session, ana, made.id) == []
        [kept] = deciding.decisions(a.session, ana, made.id, standing=False)
        assert kept.taken_back_at is not None
        a.redo(ana)
        assert len(deciding.decisions(a.session, ana, made.id)) == 1

    def test_anew_takes_the_earlier_one_back_for_good(self, a, ana, ben, made):
        one = found(a, ana, made)[0]
        deciding.decide(a.session, ana, one, True, "It is.", made.id)
        a.undo(ana)
        deciding.decide(a.session, ben, one, False, "It is not.", made.id)
        a.redo(ana)
        [stands] = deciding.decisions(a.session, ana, made.id)
        assert (stands.by, stands.applies) == ("Ben", False)

    def test_says_when_there_is_no_difference_any_more(self, a, ana, ben, made):
        with pytest.raises(Conflict):
            deciding.at_key(found(a, ana, made), (1, 2, 3))


class TestStories:
    def test_take_decisions_along_when_words_are_corrected(self, a, ana, story, made):
        first, second = found(a, ana, made)
        for one in (first, second):
            deciding.decide(a.session, ana, one, True, "Yes.", made.id)
        # The words of the first are corrected; those of the second move three letters on.
        edit = Edit(first.start, first.end, first.end - first.start + 3)
        carrying.carry(a.session, story.id, 1, 2, edit)
        gone, moved = deciding.decisions(a.session, ana, made.id, standing=False)
        assert gone.taken_back_at is not None
        assert (moved.place.version, moved.place.start) == (2, second.start + 3)

    def test_leave_no_decision_behind(self, a, ana, story, made):
        deciding.decide(a.session, ana, found(a, ana, made)[0], True, "Yes.", made.id)
        erasing.erase(a.session, story.id)
        assert deciding.decisions(a.session, ana, standing=False) == []
