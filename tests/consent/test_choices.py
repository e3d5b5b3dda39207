"""Giving and stopping."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storybank import events
from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent.integrity import broken_links
from storybank.consent.models import ConsentChoice, ConsentEvent, Receipt
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Change,
    Fact,
    Medium,
    Purpose,
    Reason,
    Use,
    explain,
)
from storybank.consent.standing import state_of
from storybank.errors import BadInput, Refused
from storybank.people.rules import MACHINE, Role
from storybank.stories import reading


def allowed(a, story, purpose, **more):
    return reading.may(a.session, a.use(purpose, **more), story.id)


class TestBlank:
    @pytest.mark.parametrize("purpose", EIGHT)
    def test_a_blank_answer_means_no(self, a, purpose):
        story = a.story(consented_to=[use for use in EIGHT if use is not purpose])
        if purpose is Purpose.KEEP:
            return  # a story without a yes to keeping is not taken in at all
        assert not allowed(a, story, purpose)

    def test_a_use_added_by_nobody_is_explained_as_not_asked(self, a):
        story = a.story(consented_to=[])
        state = state_of(a.session, story.id)
        assert explain(state, a.use(Purpose.TEACH)).reasons == (Reason.NOT_ASKED,)


class TestGive:
    def test_a_yes_opens_that_use_and_no_other(self, a):
        story = a.story(consented_to=[Purpose.STUDY])
        assert allowed(a, story, Purpose.STUDY)
        assert not allowed(a, story, Purpose.WORKSHOP)

    def test_a_yes_without_evidence_is_refused(self, a):
        story = a.story(consented_to=[])
        for proof in (None, consent.Proof("witness_note", "  ")):
            with pytest.raises(Refused, match="evidence"):
                consent.give(
                    a.session, MACHINE, story.id, story.person_id,
                    {Purpose.STUDY: Answer.YES}, proof, "paper",
                )  # fmt: skip

    def test_a_no_needs_no_evidence(self, a):
        story = a.story(consented_to=[Purpose.STUDY])
        consent.give(
            a.session, MACHINE, story.id, story.person_id,
            {Purpose.STUDY: Answer.NO}, None, "phone",
        )  # fmt: skip
        assert not allowed(a, story, Purpose.STUDY)

    def test_no_use_is_given_to_a_story_that_may_not_be_kept(self, a):
        story = a.story()
        a.stop(story)
        with pytest.raises(Refused, match="keeping"), a.session.begin_nested():
            consent.give(
                a.session, MACHINE, story.id, story.person_id,
                {Purpose.STUDY: Answer.YES}, a.proof(), "phone",
            )  # fmt: skip

    @pytest.mark.parametrize(
        "more",
        [
            {"media": [Medium.WORDS, Medium.VOICE]}, {"facts": [Fact.AREA]}, {"not_for": []},
            {"shorten": Change.SHOW}, {"translate": Change.YES},
        ],
        ids=str,
    )  # fmt: skip
    def test_what_lets_out_more_needs_evidence_and_what_keeps_in_needs_none(self, a, more):
        story = a.story(facts=[], not_for=["The board"])
        give = (a.session, MACHINE, story.id, story.person_id, {})
        with pytest.raises(Refused, match="needs evidence"), a.session.begin_nested():
            consent.give(*give, None, "phone", **more)
        consent.give(*give, a.proof(), "phone", **more)
        consent.give(
            *give, None, "phone", media=[], facts=[], not_for=["The board", "The clinic"],
            shorten=Change.NO, translate=Change.NO,
        )  # fmt: skip

    def test_somebody_else_cannot_answer_for_a_storyteller(self, a):
        story = a.story()
        for other in (a.researcher(), a.actor(Role.STORYTELLER), a.actor(Role.ADMINISTRATOR)):
            with pytest.raises(Refused):
                consent.stop(a.session, other, story.id, story.person_id, EIGHT, "web")

    def test_ask_me_each_time_does_not_open_the_door(self, a):
        story = a.story(consented_to=[], answers={Purpose.WORKSHOP: Answer.ASK})
        assert not allowed(a, story, Purpose.WORKSHOP)

    def test_a_yes_holds_from_its_start_to_its_end_and_not_a_moment_more(self, a):
        start, end = now() - timedelta(days=1), now() + timedelta(days=1)
        story = a.story(since=start, until=end)
        tick = timedelta(microseconds=1)
        assert not allowed(a, story, Purpose.STUDY, at=start - tick)
        assert allowed(a, story, Purpose.STUDY, at=start)
        assert allowed(a, story, Purpose.STUDY, at=end - tick)
        assert not allowed(a, story, Purpose.STUDY, at=end)

    def test_a_leap_day_yes_runs_out_on_the_last_of_february(self):
        from datetime import datetime

        assert consent.years_later(datetime(2024, 2, 29, 9), 1) == datetime(2025, 2, 28, 9)


class TestNotFor:
    def test_a_story_is_closed_before_an_audience_its_teller_named(self, a):
        story = a.story(not_for=["Northbridge  Clinic"])
        assert allowed(a, story, Purpose.WORKSHOP)
        assert allowed(a, story, Purpose.WORKSHOP, audience=["Riverside Council"])
        assert not allowed(a, story, Purpose.WORKSHOP, audience=["northbridge clinic"])

    def test_the_same_name_written_with_other_letters_is_the_same_name(self, a):
        story = a.story(not_for=["Cafe\u0301 Nord"])
        assert not allowed(a, story, Purpose.WORKSHOP, audience=["CAF\u00c9 NORD"])


class TestStop:
    def test_a_stop_of_one_use_leaves_the_others(self, a):
        story = a.story()
        a.stop(story, Purpose.WORKSHOP)
        assert not allowed(a, story, Purpose.WORKSHOP)
        assert allowed(a, story, Purpose.STUDY)

    def test_a_stop_of_all_closes_every_use_and_leaves_the_teller_their_own(self, a):
        story = a.story()
        a.stop(story)
        assert not any(allowed(a, story, purpose) for purpose in EIGHT)
        teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
        assert reading.may(a.session, Use.claim(teller, Purpose.OWN, now()), story.id)

    def test_to_stop_keeping_is_to_stop_all(self, a):
        story = a.story()
        a.stop(story, Purpose.KEEP)
        assert not any(allowed(a, story, purpose) for purpose in EIGHT)

    def test_a_stop_is_published_to_be_cleaned_first(self, a):
        story = a.story()
        events.collect(a.session)
        a.stop(story, Purpose.TEACH)
        assert events.collect(a.session) == [events.UseStopped(story.id)]

    def test_nothing_to_stop_is_said_plainly(self, a):
        story = a.story()
        with pytest.raises(BadInput):
            consent.stop(a.session, MACHINE, story.id, story.person_id, [Purpose.OWN], "phone")

    def test_a_yes_after_a_stop_opens_that_use_again(self, a):
        story = a.story()
        a.stop(story, Purpose.TEACH)
        consent.give(
            a.session, MACHINE, story.id, story.person_id,
            {Purpose.TEACH: Answer.YES}, a.proof(), "phone",
        )  # fmt: skip
        assert allowed(a, story, Purpose.TEACH)


class TestEvents:
    def test_events_cannot_be_changed_or_taken_out(self, a):
        a.story()
        for statement in (
            sa.update(ConsentEvent).values(kind="given"),
            sa.delete(ConsentEvent),
            sa.update(ConsentChoice).values(answer="yes"),
            sa.delete(Receipt),
        ):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), a.session.begin_nested():
                a.session.execute(statement)

    def test_each_event_follows_from_the_one_before(self, a):
        story = a.story()
        a.stop(story, Purpose.TEACH)
        seqs = a.session.scalars(
            sa.select(ConsentEvent.seq).where(ConsentEvent.story_id == story.id)
        ).all()
        assert sorted(seqs) == [1, 2]
        assert broken_links(a.session) == 0

    def test_a_forged_event_is_noticed(self, a):
        story = a.story()
        real = a.session.scalars(sa.select(ConsentEvent)).first()
        row = {c.name: getattr(real, c.name) for c in ConsentEvent.__table__.columns}
        a.session.execute(
            sa.insert(ConsentEvent).values(**row | {"id": "forged", "seq": 2, "story_id": story.id})
        )
        assert broken_links(a.session) == 1

    def test_the_questions_asked_are_named_by_their_wording(self, a):
        story = a.story(consented_to=[Purpose.STUDY])
        event = a.session.scalars(
            sa.select(ConsentEvent).where(ConsentEvent.story_id == story.id)
        ).one()
        assert len(event.wording_ids) == 3  # who asks, to keep it, to study it


class TestReceipt:
    def test_a_receipt_says_what_stands_and_holds_no_story_words(self, a):
        story = a.story(title="Zanzibarquux", name="Quuxling", text="Quuxword alone.")
        a.stop(story, Purpose.WORKSHOP)
        receipt = a.session.scalars(sa.select(Receipt).order_by(Receipt.id.desc())).first()
        assert "You stopped this use of your story:" in receipt.body
        assert "Use short parts in workshops: Stopped" in receipt.body
        assert "Study my story: Yes" in receipt.body
        assert "quux" not in (receipt.body + str(receipt.record)).lower()
        answers = {row["code"]: row["answer"] for row in receipt.record["purposes"]}
        assert answers["workshop"] == "stopped" and answers["keep"] == "yes"
