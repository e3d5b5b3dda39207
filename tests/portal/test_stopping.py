"""Stop one use, stop all, put it back: in the storyteller's own name, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from portal.room import printing

from storybank.clock import now
from storybank.consent import parties
from storybank.consent import service as consent
from storybank.consent.models import ConsentEvent, Receipt, UseRecord
from storybank.consent.rules import EIGHT, Answer, Part, Purpose, Reason, Use
from storybank.consent.standing import state_of
from storybank.errors import Conflict, NotFound
from storybank.people import service as people
from storybank.people.rules import MACHINE, Role
from storybank.portal import reading as mine
from storybank.portal import service
from storybank.rights.models import RecipientTask
from storybank.stories import allowed

MAY = datetime(2026, 5, 3, 9)


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


class TestPause:
    def test_it_stops_every_use_at_once_and_keeps_the_choices(self, session, a, own):
        story = a.story(consented_to=[Purpose.STUDY])
        use = own(story)
        service.pause(session, use, story.id)
        assert not allowed.may(session, a.use(Purpose.STUDY), story.id)
        found = mine.my_story(session, use, story.id)
        assert found.paused and mine.PAUSED_BY_ME in found.notices
        assert {one.use for one in found.choices if one.open} == {Purpose.KEEP, Purpose.STUDY}
        service.start_again(session, use, story.id)
        assert allowed.may(session, a.use(Purpose.STUDY), story.id)

    def test_a_second_press_changes_nothing(self, session, a, own):
        story = a.story()
        use = own(story)
        first = service.pause(session, use, story.id)
        assert service.pause(session, use, story.id) is first
        again = service.start_again(session, use, story.id)
        assert service.start_again(session, use, story.id) is again
        assert events_of(session, story) == 3

    def test_another_persons_story_is_not_found(self, session, a, own):
        story, other = a.story(), a.story()
        for act in (service.pause, service.start_again):
            with pytest.raises(NotFound):
                act(session, own(story), other.id)


class TestRecall:
    def tasks(self, session, story) -> list[str]:
        return list(
            session.scalars(
                sa.select(UseRecord.use)
                .join(RecipientTask, RecipientTask.use_record_id == UseRecord.id)
                .where(RecipientTask.story_id == story.id, RecipientTask.kind == "recall")
                .order_by(UseRecord.use)
            )
        )

    @pytest.fixture
    def story(self, session, a):
        story = a.story()
        for use in ("workshop", "decide", "public"):
            session.add(printing(story.id, MAY, use=use, reference=use))
        session.flush()
        return story

    def test_a_stop_of_one_use_asks_for_its_copies_back(self, session, own, story):
        service.stop(session, own(story), story.id, [Purpose.WORKSHOP])
        assert self.tasks(session, story) == ["workshop"]

    def test_what_can_not_be_got_back_is_not_asked_for_one_by_one(self, session, own, story):
        service.stop(session, own(story), story.id, [Purpose.DECIDE, Purpose.PUBLIC])
        assert self.tasks(session, story) == []

    def test_a_stop_of_all_tells_everybody_once(self, session, own, story):
        service.stop(session, own(story), story.id, [Purpose.WORKSHOP])
        service.stop(session, own(story), story.id, EIGHT)
        assert self.tasks(session, story) == ["decide", "public", "workshop"]

    def test_a_stop_that_is_put_back_asks_nobody(self, session, own, story):
        receipt = service.stop(session, own(story), story.id, EIGHT)
        service.put_back(session, own(story), receipt.id)
        assert self.tasks(session, story) == []

    def test_a_pause_asks_nobody(self, session, own, story):
        service.pause(session, own(story), story.id)
        assert self.tasks(session, story) == []


class TestTogether:
    """Two who told one story: each acts for themselves, and what they say is weighed."""

    @pytest.fixture
    def both(self, session, a):
        story = a.story(consented_to=[Purpose.STUDY])
        ben = people.new_person(session).id
        parties.join(session, a.actor(Role.STEWARD), story.id, ben, Part.CO_TELLER, None, "phone")
        uses = [
            Use.claim(a.actor(Role.STORYTELLER, person_id=one), Purpose.OWN, now())
            for one in (story.person_id, ben)
        ]
        return story, *uses

    def choice(self, session, use, story, purpose=Purpose.STUDY):
        found = mine.my_story(session, use, story.id).choices
        return next(one for one in found if one.use is purpose)

    def agree(self, session, a, story, use, *purposes):
        said = dict.fromkeys([Purpose.KEEP, *purposes], Answer.YES)
        person_id = use.actor.person_id
        consent.give(session, MACHINE, story.id, person_id, said, a.proof(), "paper")

    def test_each_sees_what_they_said_and_what_comes_of_it(self, session, a, both):
        story, ana, ben = both
        assert mine.my_story(session, ana, story.id).notices == (mine.NOT_YET,)
        hers, his = self.choice(session, ana, story), self.choice(session, ben, story)
        assert hers.choice.answer is Answer.YES
        assert hers.note == "We wait for the other storyteller. No one uses it yet."
        assert his.choice is None and his.note == ""
        self.agree(session, a, story, ben, Purpose.STUDY)
        assert self.choice(session, ana, story).note == ""
        assert allowed.may(session, a.use(Purpose.STUDY), story.id)

    def test_a_stop_by_one_is_their_own_and_ends_it_for_both(self, session, a, both):
        story, ana, ben = both
        self.agree(session, a, story, ben, Purpose.STUDY)
        receipt = service.stop(session, ben, story.id, [Purpose.STUDY])
        assert receipt.person_id == ben.actor.person_id
        assert not allowed.may(session, a.use(Purpose.STUDY), story.id)
        hers = self.choice(session, ana, story)
        assert hers.choice.answer is Answer.YES and hers.open
        assert hers.note == "The other storyteller stopped this. No one uses it."
        service.put_back(session, ben, receipt.id)
        assert allowed.may(session, a.use(Purpose.STUDY), story.id)

    def test_a_pause_by_one_is_ended_by_that_one(self, session, both):
        story, ana, ben = both
        service.pause(session, ben, story.id)
        found = mine.my_story(session, ana, story.id)
        assert mine.PAUSED_BY_OTHER in found.notices and not found.paused
        service.start_again(session, ana, story.id)
        assert state_of(session, story.id).closed is Reason.PAUSED
        service.start_again(session, ben, story.id)
        assert state_of(session, story.id).closed is None

    def test_neither_reads_the_others_receipts(self, session, both):
        story, ana, ben = both
        receipt = service.stop(session, ana, story.id, [Purpose.STUDY])
        with pytest.raises(NotFound):
            mine.receipt(session, ben, receipt.id)

    def test_who_decides_by_law_stops_in_the_tellers_name(self, session, a):
        story = a.story()
        number = people.new_person(session).id
        steward = a.actor(Role.STEWARD)
        parties.join(session, steward, story.id, number, Part.ATTORNEY, a.proof(), "phone")
        use = Use.claim(a.actor(Role.STORYTELLER, person_id=number), Purpose.OWN, now())
        receipt = service.stop(session, use, story.id, [Purpose.TEACH])
        assert receipt.person_id == story.person_id
        assert not allowed.may(session, a.use(Purpose.TEACH), story.id)
        assert mine.my_receipt(session, use, receipt.id).stopped == (Purpose.TEACH,)
        service.pause(session, use, story.id)
        assert mine.my_story(session, use, story.id).paused

    def test_a_supporter_does_not_see_it(self, session, a):
        story = a.story()
        number = people.new_person(session).id
        steward = a.actor(Role.STEWARD)
        parties.join(session, steward, story.id, number, Part.SUPPORTER, None, "phone")
        use = Use.claim(a.actor(Role.STORYTELLER, person_id=number), Purpose.OWN, now())
        assert mine.my_stories(session, use) == []
        with pytest.raises(NotFound):
            service.stop(session, use, story.id, EIGHT)
