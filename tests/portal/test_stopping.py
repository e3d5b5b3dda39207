"""Stop one use, stop all, put it back: in the storyteller's own name, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storybank.consent.models import ConsentEvent, Receipt
from storybank.consent.rules import EIGHT, Answer, Purpose
from storybank.consent.standing import state_of
from storybank.errors import Conflict, NotFound
from storybank.portal import service
from storybank.stories import allowed


def events_of(session, story) -> int:
    counted = sa.select(sa.func.count()).where(ConsentEvent.story_id == story.id)
    return session.scalar(counted)


class TestStop:
    def test_one_use_stops_at_once_and_the_others_go_on(self, session, a, own):
        story = a.story()
        service.stop(session, own(story), story.id, [Purpose.TEACH])
        assert not allowed.may(session, a.use(Purpose.TEACH), story.id)
        assert allowed.may(session, a.use(Purpose.WORKSHOP), story.id)

    def test_the_event_names_the_storyteller_as_who_recorded_it(self, session, a, own):
        story = a.story()
        use = own(story)
        receipt = service.stop(session, use, story.id, [Purpose.TEACH])
        event = session.get_one(ConsentEvent, receipt.event_id)
        assert (event.recorded_by_account_id, event.channel) == (use.actor.account_id, "web")
        assert event.evidence_id is None

    def test_a_second_press_changes_nothing_and_gives_the_same_receipt(self, session, a, own):
        story = a.story()
        first = service.stop(session, own(story), story.id, [Purpose.TEACH])
        assert service.stop(session, own(story), story.id, [Purpose.TEACH]) is first
        everything = service.stop(session, own(story), story.id, EIGHT)
        assert service.stop(session, own(story), story.id, EIGHT) is everything
        assert events_of(session, story) == 3

    def test_another_persons_story_is_not_found_and_goes_on(self, session, a, own):
        story, other = a.story(), a.story()
        with pytest.raises(NotFound):
            service.stop(session, own(other), story.id, [Purpose.TEACH])
        assert allowed.may(session, a.use(Purpose.TEACH), story.id)
        assert events_of(session, story) == 1


class TestPutBack:
    def test_a_stop_of_one_use_is_put_back_as_it_was(self, session, a, own):
        story = a.story(answers={Purpose.TEACH: Answer.ASK})
        before = state_of(session, story.id).choices
        receipt = service.stop(session, own(story), story.id, [Purpose.TEACH])
        service.put_back(session, own(story), receipt.id)
        assert state_of(session, story.id).choices == before

    def test_a_stop_of_all_is_put_back_and_a_no_stays_a_no(self, session, a, own):
        story = a.story(consented_to=[Purpose.STUDY], answers={Purpose.PUBLIC: Answer.NO})
        receipt = service.stop(session, own(story), story.id, EIGHT)
        service.put_back(session, own(story), receipt.id)
        opened = {use for use in EIGHT if allowed.may(session, a.use(use), story.id)}
        assert opened == {Purpose.KEEP, Purpose.STUDY}

    def test_it_is_refused_when_something_was_chosen_since(self, session, a, own):
        story = a.story()
        receipt = service.stop(session, own(story), story.id, [Purpose.TEACH])
        service.stop(session, own(story), story.id, [Purpose.PUBLIC])
        with pytest.raises(Conflict):
            service.put_back(session, own(story), receipt.id)
        assert not allowed.may(session, a.use(Purpose.TEACH), story.id)

    def test_it_is_refused_when_there_is_nothing_to_put_back(self, session, a, own):
        story = a.story()
        a.stop(story)
        a.stop(story)  # told twice, by phone
        last = session.scalars(
            sa.select(Receipt).where(Receipt.story_id == story.id).order_by(Receipt.id.desc())
        ).first()
        with pytest.raises(Conflict, match="nothing to put back"):
            service.put_back(session, own(story), last.id)

    def test_another_persons_receipt_is_not_found(self, session, a, own):
        story, other = a.story(), a.story()
        receipt = service.stop(session, own(story), story.id, EIGHT)
        with pytest.raises(NotFound):
            service.put_back(session, own(other), receipt.id)
        assert not allowed.may(session, a.use(Purpose.KEEP), story.id)
