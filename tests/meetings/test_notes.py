"""Notes: kept once, changed and taken back by whoever wrote them, refused one by one."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from meetings.talking import Talk

from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import noted, noting
from storybank.meetings.models import ModerationEntry, Response


class TestKeeping:
    def test_ten_notes_sent_twice_are_ten_answers_of_the_note_taker(self, talk):
        ten = [talk.entry(f"Note {n}") for n in range(10)]
        first = noting.note(talk.session, talk.use, talk.id, ten[:7])
        again = noting.note(talk.session, talk.use, talk.id, ten)
        assert [one.state for one in (*first, *again)] == ["waiting"] * 17
        rows = talk.session.scalars(sa.select(Response).where(Response.workshop_id == talk.id))
        assert {(one.text, one.account_id, one.captured) for one in rows} == {
            (f"Note {n}", talk.use.actor.account_id, "note-taker") for n in range(10)
        }

    def test_one_that_does_not_fit_is_refused_and_the_others_are_kept(self, talk):
        scale = talk.ask("scale", "How much?")
        sent = [
            talk.entry("   "), talk.entry(prompt_id=scale.id, value=6), talk.entry(prompt_id=10**6),
            talk.entry(group_id=10**6), talk.entry(group_id=None), talk.entry("Good"),
        ]  # fmt: skip
        kept = noting.note(talk.session, talk.use, talk.id, sent)
        assert [one.state for one in kept] == ["refused"] * 5 + ["waiting"]
        assert all(one.sentence for one in kept[:5])

    def test_it_is_shown_at_once_where_nobody_moderates_and_phones_hear_when_revealed(
        self, talk, another
    ):
        talk.workshop.moderated = False
        noting.note(talk.session, talk.use, talk.id, [talk.entry()])
        before = talk.version()
        talk.question.revealed_at = talk.workshop.made_at
        [kept] = noting.note(talk.session, talk.use, talk.id, [talk.entry()])
        assert (kept.state, talk.version()) == ("shown", before + 1)

    def test_nobody_else_changes_it_and_who_does_not_run_the_workshop_finds_none(
        self, talk, another
    ):
        entry = talk.entry()
        noting.note(talk.session, talk.use, talk.id, [entry])
        [theirs] = noting.note(
            talk.session, talk.helper(), talk.id, [replace(entry, text="Not mine")]
        )
        assert theirs.state == "refused"
        assert talk.answer(entry.id).text == entry.text
        elsewhere = replace(entry, prompt_id=another.question.id, group_id=another.room.id)
        [moved] = noting.note(another.session, another.use, another.id, [elsewhere])
        assert moved.state == "refused"
        with pytest.raises(NotFound):
            noting.note(talk.session, another.use, talk.id, [talk.entry()])

    def test_it_comes_late_before_a_moderator_till_answers_are_wiped(self, talk):
        talk.workshop.moderated, talk.workshop.status = False, "closed"
        assert noting.note(talk.session, talk.use, talk.id, [talk.entry()])[0].state == "waiting"
        talk.workshop.wiped_at = talk.workshop.made_at
        with pytest.raises(Conflict):
            noting.note(talk.session, talk.use, talk.id, [talk.entry()])
        talk.workshop.wiped_at, talk.workshop.status = None, "draft"
        with pytest.raises(Conflict):
            noting.note(talk.session, talk.use, talk.id, [talk.entry()])


class TestChanging:
    def test_other_words_wait_for_a_moderator_again_and_the_same_words_do_not(self, talk):
        entry = talk.entry()
        noting.note(talk.session, talk.use, talk.id, [entry])
        talk.answer(entry.id).status = "shown"
        [same] = noting.note(talk.session, talk.use, talk.id, [entry])
        assert same.state == "shown"
        [other] = noting.note(talk.session, talk.use, talk.id, [replace(entry, text="Other")])
        assert (other.state, talk.answer(entry.id).text) == ("waiting", "Other")

    def test_taken_back_it_is_hidden_and_a_late_sending_does_not_bring_it_back(self, talk):
        entry = talk.entry()
        noting.note(talk.session, talk.use, talk.id, [entry])
        noting.take_back(talk.session, talk.use, talk.id, [entry.id])
        [late] = noting.note(talk.session, talk.use, talk.id, [entry])
        assert late.state == "hidden"
        noting.put_back(talk.session, talk.use, talk.id, [entry.id])
        assert talk.answer(entry.id).status == "waiting"
        log = talk.session.scalars(
            sa.select(ModerationEntry.action)
            .where(ModerationEntry.response_id == entry.id)
            .order_by(ModerationEntry.id)
        )
        assert list(log) == ["hidden", "back"]

    def test_taken_back_before_it_came_it_is_never_seen(self, talk):
        entry = talk.entry()
        [kept] = noting.note(talk.session, talk.use, talk.id, [replace(entry, taken_back=True)])
        [late] = noting.note(talk.session, talk.use, talk.id, [entry])
        assert (kept.state, late.state) == ("hidden", "hidden")

    def test_what_a_moderator_held_does_not_come_round_him(self, talk):
        talk.workshop.moderated = False
        entry = talk.entry()
        noting.note(talk.session, talk.use, talk.id, [entry])
        row = talk.answer(entry.id)
        row.status, row.held_reason = "held", "names"
        noting.take_back(talk.session, talk.use, talk.id, [entry.id])
        noting.put_back(talk.session, talk.use, talk.id, [entry.id])
        assert talk.answer(entry.id).status == "held"

    def test_nobody_takes_back_what_another_wrote(self, talk):
        entry = talk.entry()
        noting.note(talk.session, talk.use, talk.id, [entry])
        assert noting.take_back(talk.session, talk.helper(), talk.id, [entry.id]) == []


class TestReading:
    def test_a_note_is_read_from_json_with_its_moment(self):
        number = str(uuid4())
        sent = {
            "id": number.upper(), "prompt": 3, "group": 4, "text": "So", "stance": "same",
            "value": 2, "choices": {"1": 2}, "captured": "voice", "verbatim": False,
            "may_quote": True, "made_at": 1_700_000_000_000,
        }  # fmt: skip
        read = noted.entry_of(sent)
        assert (read.id, read.prompt_id, read.group_id, read.captured) == (number, 3, 4, "voice")
        assert (read.verbatim, read.may_quote, read.choices) == (False, True, {"1": 2})
        assert read.made_at is not None and read.made_at.year == 2023

    @pytest.mark.parametrize(
        "sent",
        [
            None, [], "x", 3, {}, {"id": "x", "prompt": 1}, {"id": str(uuid4())},
            {"id": str(uuid4()), "prompt": 2**31}, {"id": str(uuid4()), "prompt": True},
            {"id": [], "prompt": 1}, {"id": "9" * 10**5, "prompt": 1},
        ],
    )  # fmt: skip
    def test_what_is_no_note_is_said_to_be_none(self, sent):
        with pytest.raises(BadInput):
            noted.entry_of(sent)

    def test_odd_values_are_left_out(self):
        sent = {
            "id": str(uuid4()), "prompt": 1, "group": 2**40, "text": 7, "value": "4",
            "choices": {"1": "x", "2": 2**40, "3": 1}, "captured": "self", "made_at": 10**30,
        }  # fmt: skip
        read = noted.entry_of(sent)
        assert (read.group_id, read.text, read.value, read.choices) == (None, "", None, {"3": 1})
        assert (read.captured, read.made_at) == ("note-taker", None)


@pytest.fixture
def talk(a):
    return Talk(a)


@pytest.fixture
def another(a):
    return Talk(a)
