"""Reading answers before others see them: what waits, deciding, changing one's mind, the log."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from meetings.talking import Talk

from storybank.clock import now
from storybank.errors import BadInput, NotFound
from storybank.meetings import moderating, running
from storybank.meetings.models import ModerationEntry

SECRET = "Zuleika of Ward 9 shouted"


class TestWaiting:
    def test_the_one_that_waits_longest_comes_first_and_numbers_are_not_read(self, session, talk):
        first = talk.said("One", "waiting")
        second = talk.said("Two", "waiting")
        for status in ("shown", "held", "hidden"):
            talk.said(status, status)
        talk.said("", "waiting", value=3)
        Talk(talk.a).said("Of another workshop", "waiting")
        assert [one.response.id for one in moderating.waiting(session, talk.id)] == [first, second]
        assert moderating.waiting_count(session, talk.id) == 2


class TestDeciding:
    def test_shown_held_with_a_reason_and_back(self, session, talk):
        number, version = talk.said("One", "waiting"), talk.version()
        decide = talk.decide
        assert decide([number], "hold", "unkind") == 1
        assert (talk.answer(number).status, talk.answer(number).held_reason) == ("held", "unkind")
        assert decide([number], "hold", "unkind") == 0  # pressed twice
        assert decide([number], "show") == 1
        assert (talk.answer(number).status, talk.answer(number).held_reason) == ("shown", None)
        assert decide([number], "back") == 1
        assert talk.answer(number).status == "waiting"
        assert talk.version() > version
        assert [one.action for one in entries(session)] == ["held", "shown", "back"]

    def test_a_page_at_once(self, session, talk):
        ids = [talk.said(str(n), "waiting") for n in range(3)]
        assert talk.decide(ids, "show") == 3
        assert {talk.answer(one).status for one in ids} == {"shown"}

    def test_what_its_giver_hid_and_what_is_of_another_workshop_stay(self, session, talk):
        hidden, other = talk.said("x", "hidden"), Talk(talk.a)
        theirs = other.said("y", "waiting")
        assert talk.decide([hidden, theirs], "show") == 0
        assert (talk.answer(hidden).status, talk.answer(theirs).status) == ("hidden", "waiting")

    @pytest.mark.parametrize(
        ("ids", "action", "reason"),
        [(["a"], "hold", ""), (["a"], "hold", "because"), (["a"], "burn", ""), ([], "show", "")],
    )
    def test_what_cannot_be_is_refused(self, talk, ids, action, reason):
        with pytest.raises(BadInput):
            talk.decide(ids, action, reason)

    def test_nobody_who_does_not_run_it_decides(self, session, talk):
        number = talk.said("One", "waiting")
        with pytest.raises(NotFound):
            moderating.decide(session, Talk(talk.a).use, talk.id, [number], "show")

    def test_it_can_be_taken_back_and_done_again_unless_changed_since(self, session, talk):
        one, two = talk.said("One", "waiting"), talk.said("Two", "waiting")
        talk.decide([one, two], "show")
        moderating.decide(session, talk.helper(), talk.id, [two], "hold", "unkind")
        talk.a.undo(talk.use)
        assert (talk.answer(one).status, talk.answer(two).status) == ("waiting", "held")
        talk.a.redo(talk.use)
        assert (talk.answer(one).status, talk.answer(two).status) == ("shown", "held")

    def test_what_has_no_words_is_let_through_at_the_reveal(self, session, talk):
        bare, worded = talk.said("", "waiting", value=4), talk.said("Words", "waiting")
        running.reveal(session, talk.use, talk.id, talk.question.id, seen=True)
        assert (talk.answer(bare).status, talk.answer(worded).status) == ("shown", "waiting")


class TestSwitching:
    def test_it_is_logged_and_what_waits_goes_on_waiting(self, session, talk):
        number = talk.said("One", "waiting")
        moderating.switch(session, talk.use, talk.id, on=False)
        moderating.switch(session, talk.use, talk.id, on=False)
        assert not talk.workshop.moderated
        assert talk.answer(number).status == "waiting"
        [entry] = entries(session)
        assert (entry.action, entry.response_id) == ("off", None)
        assert entry.account_id == talk.use.actor.account_id

    def test_people_are_told_what_is_so(self, session, talk):
        reads = moderating.policy_of(talk.workshop)
        assert "reads each answer" in reads
        moderating.switch(session, talk.use, talk.id, on=False)
        assert "Nobody reads answers first" in moderating.policy_of(talk.workshop)
        moderating.save_policy(session, talk.use, talk.id, "Be kind.\n\n  Please. ")
        assert moderating.policy_of(talk.workshop) == "Be kind.\nPlease."
        moderating.save_policy(session, talk.use, talk.id, " ")
        assert "Nobody reads answers first" in moderating.policy_of(talk.workshop)
        with pytest.raises(BadInput):
            moderating.save_policy(session, talk.use, talk.id, "x" * 3_001)

    def test_people_are_told_that_others_look_on(self, session, talk):
        talk.workshop.observer_hash = "0" * 64
        assert "look on from outside" in moderating.policy_of(talk.workshop)


class TestLog:
    def test_who_when_what_why_and_never_the_words(self, session, talk):
        number = talk.said(SECRET, "waiting", talk.online)
        talk.decide([number], "hold", "names somebody")
        session.add(
            ModerationEntry(
                workshop_id=talk.id, response_id=number, action="hidden", at=now(), reason=""
            )
        )
        session.flush()
        table = moderating.log(session, talk.workshop)
        assert [row[1:4] for row in table.rows] == [
            (talk.use.actor.name, "Held back", "It names somebody."),
            ("The person who gave it", "Hidden by whoever gave it", ""),
        ]
        assert table.rows[0][4:] == (number, "What helps?", "Elm")
        assert "Zuleika" not in table.as_csv


def entries(session) -> list[ModerationEntry]:
    return list(session.scalars(sa.select(ModerationEntry).order_by(ModerationEntry.id)))


class Moderated(Talk):
    def decide(self, ids: list[str], action: str, reason: str = "") -> int:
        return moderating.decide(self.session, self.use, self.id, ids, action, reason)


@pytest.fixture
def talk(a):
    return Moderated(a)
