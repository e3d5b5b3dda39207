"""Suggestions follow what the storyteller allows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from suggest.suggesting import Parrot

from storybank.clock import now
from storybank.codebook.models import Code, Cue
from storybank.coding.models import Coding
from storybank.consent.rules import EIGHT, Answer, Purpose
from storybank.suggest import service
from storybank.suggest.derivative import Suggestions, with_spacy
from storybank.suggest.models import Suggestion

TEXT = "We had peer support. Then the pilot ended. They never told us what they did."


@pytest.fixture
def keeper():
    return Suggestions(with_spacy)


@pytest.fixture
def stories(a, keeper):
    """A story that was suggested for, and another that must not be touched by what is tried."""
    pair = a.story(TEXT), a.story("Other people had peer support. " + TEXT)
    keeper.reconcile(a.session, [story.id for story in pair])
    return pair


def kept(a, story):
    """[(code, answer)] in order of place."""
    return [
        (key, answer)
        for key, answer in a.session.execute(
            sa.select(Code.key, Suggestion.answer)
            .join(Code, Code.id == Suggestion.code_id)
            .where(Suggestion.story_id == story.id)
            .order_by(Suggestion.start)
        )
    ]


def rows(a, story):
    return [
        (one.id, one.start, one.end, one.because, one.made_at)
        for one in a.session.scalars(
            sa.select(Suggestion).where(Suggestion.story_id == story.id).order_by(Suggestion.id)
        )
    ]


class TestReconcile:
    def test_it_suggests_for_a_story_that_may_be_studied(self, a, stories):
        story, _ = stories
        assert kept(a, story) == [("EN-PEER", None), ("BA-SYSTEM", None), ("EN-FEEDBACK", None)]

    def test_it_keeps_places_cues_and_who_made_them(self, a, stories):
        story, _ = stories
        one = a.session.scalars(
            sa.select(Suggestion).where(Suggestion.story_id == story.id).order_by(Suggestion.start)
        ).first()
        assert (one.version, one.start, one.end, one.because) == (1, 0, 20, [[7, 19]])
        assert a.session.scalars(sa.select(Cue.phrase).where(Cue.id.in_(one.cue_ids))).all() == [
            "peer support"
        ]
        assert one.made_by == "cue phrases of citizen-leadership-starter 0.1"

    @pytest.mark.parametrize("said", [Answer.ASK, Answer.NO, None])
    def test_it_does_not_suggest_without_a_yes_to_study(self, a, keeper, said):
        uses = [use for use in EIGHT if use is not Purpose.STUDY]
        answers = {Purpose.STUDY: said} if said else {}
        story = a.story(TEXT, consented_to=uses, answers=answers)
        keeper.reconcile(a.session, [story.id])
        assert kept(a, story) == []

    def test_a_yes_that_ran_out_takes_them_away(self, a, keeper):
        story = a.story(TEXT, until=now() + timedelta(days=1))
        keeper.reconcile(a.session, [story.id])
        a.session.execute(sa.text("UPDATE use_standing SET valid_until = '2020-01-01 00:00:00'"))
        keeper.reconcile(a.session, [story.id])
        assert kept(a, story) == []

    def test_twice_is_as_good_as_once(self, a, keeper, stories):
        story, other = stories
        before = rows(a, story), rows(a, other)
        keeper.reconcile(a.session, [story.id, other.id])
        assert (rows(a, story), rows(a, other)) == before

    def test_a_stop_of_study_removes_what_is_open_in_that_story(self, a, keeper, stories):
        story, other = stories
        a.stop(story, Purpose.STUDY)
        keeper.reconcile(a.session, [story.id])
        assert kept(a, story) == []
        assert len(kept(a, other)) == 4

    def test_a_stop_of_another_use_changes_nothing(self, a, keeper, stories):
        story, _ = stories
        before = rows(a, story)
        a.stop(story, Purpose.TEACH)
        keeper.reconcile(a.session, [story.id])
        assert rows(a, story) == before

    def test_what_was_answered_stays_as_places_after_a_stop(self, a, keeper, stories):
        story, _ = stories
        use = a.use(Purpose.STUDY)
        first, second, _ = service.waiting(a.session, use, story.id)
        service.confirm(a.session, use, first.id)
        service.decline(a.session, use, second.id)
        a.stop(story, Purpose.STUDY)
        keeper.reconcile(a.session, [story.id])
        assert kept(a, story) == [("EN-PEER", "confirmed"), ("BA-SYSTEM", "declined")]
        left = a.session.scalars(sa.select(Suggestion).where(Suggestion.story_id == story.id)).all()
        assert [(one.because, one.cue_ids) for one in left] == [([], []), ([], [])]

    def test_a_declined_one_is_not_opened_again(self, a, keeper, stories):
        story, _ = stories
        use = a.use(Purpose.STUDY)
        service.decline(a.session, use, service.waiting(a.session, use, story.id)[0].id)
        keeper.reconcile(a.session, [story.id])
        assert kept(a, story)[0] == ("EN-PEER", "declined")
        assert len(service.waiting(a.session, use, story.id)) == 2

    def test_open_ones_follow_the_codebook(self, a, keeper, stories):
        story, _ = stories
        a.session.execute(sa.delete(Cue).where(Cue.phrase == "the pilot ended"))
        a.session.add(Cue(code_id=a.code("EN-PEER").id, kind="cue", phrase="told us what"))
        a.session.flush()
        keeper.reconcile(a.session, [story.id])
        # "told us what they did" is longer than the new cue, and wins.
        assert kept(a, story) == [("EN-PEER", None), ("EN-FEEDBACK", None)]

    def test_answered_ones_do_not_follow_it(self, a, keeper, stories):
        story, _ = stories
        use = a.use(Purpose.STUDY)
        service.confirm(a.session, use, service.waiting(a.session, use, story.id)[0].id)
        before = rows(a, story)
        a.session.add(Cue(code_id=a.code("EN-PEER").id, kind="cue", phrase="we had peer support"))
        a.session.flush()
        keeper.reconcile(a.session, [story.id])
        assert rows(a, story) == before

    def test_a_retired_code_is_suggested_no_more(self, a, keeper, stories):
        story, _ = stories
        a.session.execute(sa.update(Code).where(Code.key == "EN-PEER").values(retired_at=now()))
        keeper.reconcile(a.session, [story.id])
        assert [key for key, _ in kept(a, story)] == ["BA-SYSTEM", "EN-FEEDBACK"]

    def test_one_whose_confirmation_was_undone_goes_with_a_stop(self, a, keeper, stories):
        story, _ = stories
        use = a.use(Purpose.STUDY)
        first = service.waiting(a.session, use, story.id)[0]
        service.confirm(a.session, use, first.id)
        service.undo(a.session, use, first.id)
        a.stop(story, Purpose.STUDY)
        keeper.reconcile(a.session, [story.id])
        assert kept(a, story) == []
        (coding,) = a.session.scalars(sa.select(Coding).where(Coding.story_id == story.id)).all()
        assert coding.suggestion_id is None

    def test_a_story_that_is_not_there_is_no_trouble(self, a, keeper):
        keeper.reconcile(a.session, [987_654])

    def test_any_suggester_can_take_the_place_of_spacy(self, a):
        story = a.story("So the pilot ended.")
        Suggestions(Parrot).reconcile(a.session, [story.id])
        assert kept(a, story) == [("BA-SYSTEM", None)]


class TestStrays:
    def test_there_are_none_while_study_is_allowed(self, a, keeper, stories):
        assert list(keeper.strays(a.session)) == []

    def test_a_stop_makes_open_ones_strays_until_the_job_has_run(self, a, keeper, stories):
        story, _ = stories
        a.stop(story, Purpose.STUDY)
        ((story_id, line),) = keeper.strays(a.session)
        assert story_id == story.id
        assert line == f"suggestions: story {story.id} has 3 open"
        keeper.reconcile(a.session, [story.id])
        assert list(keeper.strays(a.session)) == []

    def test_answered_ones_are_no_strays(self, a, keeper, stories):
        story, _ = stories
        use = a.use(Purpose.STUDY)
        for card in service.waiting(a.session, use, story.id):
            service.decline(a.session, use, card.id)
        a.stop(story, Purpose.STUDY)
        assert list(keeper.strays(a.session)) == []
