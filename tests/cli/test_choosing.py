"""A storyteller's choices, recorded from the command line."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from factories import Factory

from storybank import db
from storybank.consent.models import ConsentEvent, Receipt, UseStanding

RECEIPT = re.compile(r"(Stopped|Recorded)\. Receipt ([0-9a-f]{8})\.\n")
PROOF = ("--evidence", "She rang; Jo Park heard it.")


@pytest.fixture
def story(taken) -> int:
    return taken("I waited at the clinic.")[0]


@pytest.fixture
def kept(house) -> int:
    """A story that no page was asked for yet: for tests that change nothing."""
    with db.writing(house.sessions) as session:
        return Factory(session).story().id


@pytest.fixture
def asked(storybank, with_account):
    """``asked("members")``: how many stories somebody who may claim that use finds."""
    accounts = {"study": with_account("researcher"), "members": with_account("member")}

    def search(purpose: str) -> int:
        said = storybank(
            "search", "clinic", "--as", accounts[purpose], "--purpose", purpose, "--json"
        )
        return len(said.json)

    return search


def answers(house, story) -> dict[str, str]:
    with house.sessions() as session:
        return dict(
            session.execute(
                sa.select(UseStanding.use, UseStanding.answer).where(UseStanding.story_id == story)
            ).all()
        )


class TestStop:
    def test_one_use_is_over_and_the_others_stay(self, storybank, house, story, asked):
        said = storybank("stop", story, "--use", "study", "--channel", "phone")
        assert said.code == 0
        receipt = RECEIPT.fullmatch(said.out)
        assert (asked("study"), asked("members")) == (0, 1)
        with house.sessions() as session:
            last = session.scalars(sa.select(Receipt).order_by(Receipt.id.desc())).first()
            assert last.event_id.startswith(receipt[2])

    def test_several_uses_may_be_named(self, storybank, house, story):
        assert storybank("stop", story, "--use", "study,members", "--channel", "sms").code == 0
        found = answers(house, story)
        assert (found["study"], found["members"], found["keep"]) == ("stopped", "stopped", "yes")

    def test_all_uses_are_over_and_copies_are_gone(self, storybank, house, story, asked):
        assert storybank("stop", story, "--all", "--channel", "email").code == 0
        assert (asked("study"), asked("members")) == (0, 0)
        assert set(answers(house, story).values()) == {"stopped"}
        assert storybank("strays").code == 0

    def test_the_channel_is_written_down(self, storybank, house, story):
        storybank("stop", story, "--all", "--channel", "post")
        with house.sessions() as session:
            newest = sa.select(ConsentEvent).order_by(ConsentEvent.seq.desc())
            assert session.scalars(newest).first().channel == "post"

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            (("1", "--channel", "phone"), 1, "Say which use to stop with --use, or --all."),
            (("1", "--use", "study", "--all", "--channel", "phone"), 1, "Say which use to stop"),
            (("1", "--use", "sell", "--channel", "phone"), 1, "Name uses from: keep,"),
            (("1", "--use", ",", "--channel", "phone"), 1, "Name uses from: keep,"),
            (("1", "--all", "--channel", "pigeon"), 1, "Say how the storyteller told us: web,"),
            (("99", "--all", "--channel", "phone"), 1, "There is no story with that number."),
            (("9" * 30, "--all", "--channel", "phone"), 1, "There is no story with that number."),
            (("0", "--all", "--channel", "phone"), 1, "There is no story with that number."),
            (("x", "--all", "--channel", "phone"), 2, "Invalid value for 'STORY': x is not a"),
            (("1", "--all"), 2, "Missing option '--channel'."),
            ((), 2, "Missing argument 'STORY'."),
        ],
    )
    def test_anything_else_is_one_sentence_and_changes_nothing(
        self, storybank, house, kept, words, code, sentence
    ):
        before = answers(house, kept)
        said = storybank("stop", *words)
        assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
        assert said.err.startswith(sentence)
        assert answers(house, kept) == before


class TestAllow:
    def test_a_yes_with_evidence_opens_the_use(self, storybank, story, asked):
        storybank("stop", story, "--use", "study", "--channel", "phone")
        assert asked("study") == 0
        said = storybank("allow", story, "--use", "study", *PROOF)
        assert said.code == 0
        assert RECEIPT.fullmatch(said.out)
        assert asked("study") == 1

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            (("1", "--use", "teach"), 2, "Missing option '--evidence'."),
            (("1", "--use", "teach", "--evidence", ""), 1, "A yes needs evidence."),
            (("1", "--use", "sell", *PROOF), 1, "Name uses from: keep,"),
            (("1", "--use", "teach", "--evidence", "x" * 1001), 1, "Keep the note of evidence"),
            (("1", "--use", "teach", *PROOF, "--channel", "x"), 1, "Say how the storyteller told"),
            (("99", "--use", "teach", *PROOF), 1, "There is no story with that number."),
            (("9" * 30, "--use", "teach", *PROOF), 1, "There is no story with that number."),
            (("1", "--use", "teach", "--evidence", "\udcff"), 1, "What was typed or sent is not"),
        ],
    )
    def test_anything_else_is_one_sentence_and_changes_nothing(
        self, storybank, house, kept, words, code, sentence
    ):
        before = answers(house, kept)
        said = storybank("allow", *words)
        assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
        assert said.err.startswith(sentence)
        assert answers(house, kept) == before

    def test_no_use_comes_back_before_keeping_does(self, storybank, story):
        storybank("stop", story, "--all", "--channel", "phone")
        said = storybank("allow", story, "--use", "study", *PROOF)
        assert (said.code, said.err) == (
            1,
            "We need a yes to keeping the story before any other use.\n",
        )
