"""The form for a storyteller's choices: nothing is guessed, and blank is no."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storybank.consent.rules import EIGHT, Answer, Choice, NameStyle, Purpose, StoryState
from storybank.stories.choices_form import ChoicesForm, notes

NOW = datetime(2026, 5, 3, 9)
GOOD = {
    "use-keep": "yes", "use-study": "yes", "name_style": "none", "lasts": "2 years",
    "media": "words",
    "channel": "paper", "evidence_kind": "signed_paper", "evidence": "Blue folder.",
}  # fmt: skip


def state(**answers: Choice) -> StoryState:
    return StoryState(1, {Purpose(use): choice for use, choice in answers.items()}, last_seq=4)


def yes(**when) -> Choice:
    return Choice(Answer.YES, **when)


class TestOf:
    def test_answers_that_stand_are_filled_in_and_no_others(self):
        form = ChoicesForm.of(
            state(
                keep=yes(), study=yes(until=NOW + timedelta(days=1)), workshop=Choice(Answer.ASK),
                members=Choice(Answer.NO), decide=Choice(Answer.STOPPED),
                teach=yes(until=NOW), public=yes(since=NOW + timedelta(days=1)),
            ),
            NOW, "",
        )  # fmt: skip
        assert form.answers == {"keep": "yes", "study": "yes", "workshop": "ask", "members": "no"}

    def test_each_that_is_left_blank_says_why(self):
        said = notes(
            state(
                keep=yes(), members=Choice(Answer.NO), decide=Choice(Answer.STOPPED),
                teach=yes(until=NOW), public=yes(since=NOW + timedelta(days=1)),
            ),
            NOW,
        )  # fmt: skip
        assert set(said) == {"decide", "teach", "public"}
        assert "stopped" in said["decide"] and "ran out" in said["teach"]

    def test_how_long_how_and_evidence_are_never_filled_in(self):
        form = ChoicesForm.of(state(keep=yes(until=NOW + timedelta(days=9))), NOW, "")
        assert (form.lasts, form.channel, form.evidence_kind, form.evidence) == ("", "", "", "")

    def test_a_story_the_gate_closes_fills_in_no_name_and_no_kind_of_name(self):
        stopped = StoryState(1, {}, name_style=NameStyle.REAL, name_ref=1)
        form = ChoicesForm.of(stopped, NOW, None)
        assert (form.name_style, form.name) == ("", "")
        assert ChoicesForm.of(stopped, NOW, "Ana").name_style == "real"


class TestChosen:
    def test_a_use_left_blank_becomes_no_where_there_was_a_yes(self):
        before = state(
            keep=yes(), study=yes(), workshop=Choice(Answer.ASK), members=Choice(Answer.NO),
            decide=Choice(Answer.STOPPED), teach=yes(until=NOW - timedelta(days=1)),
        )  # fmt: skip
        form = ChoicesForm.sent({"use-keep": "yes"}, new=False)
        assert form.chosen(before) == {
            Purpose.KEEP: Answer.YES, Purpose.STUDY: Answer.NO, Purpose.WORKSHOP: Answer.NO,
            Purpose.TEACH: Answer.NO,
        }  # fmt: skip

    def test_for_a_new_story_a_blank_is_left_out(self):
        assert ChoicesForm.sent({"use-keep": "yes"}, new=True).chosen() == {
            Purpose.KEEP: Answer.YES
        }


class TestErrors:
    def test_a_form_filled_in_right_has_none(self):
        assert ChoicesForm.sent(GOOD, new=True).errors == {}
        assert ChoicesForm.sent(GOOD, new=False).errors == {}

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"use-keep": ""}, {"use-keep"}),
            ({"use-study": "stopped"}, {"use-study"}),
            ({"use-study": "perhaps"}, {"use-study"}),
            ({"name_style": ""}, {"name_style"}),
            ({"name_style": "real"}, {"name"}),
            ({"name_style": "real", "name": "A" * 101}, {"name"}),
            ({"lasts": ""}, {"lasts"}),
            ({"lasts": "10 years"}, {"lasts"}),
            ({"channel": "telepathy"}, {"channel"}),
            ({"evidence": "  "}, {"evidence"}),
            ({"evidence_kind": "rumour"}, {"evidence_kind"}),
            ({"evidence": "x" * 1001}, {"evidence"}),
            ({"not_for": "x" * 201}, {"not_for"}),
            ({"not_for": "\n".join(map(str, range(51)))}, {"not_for"}),
        ],
    )
    def test_each_stands_by_its_field(self, change, fields):
        for new in (True, False):
            form = ChoicesForm.sent({**GOOD, **change}, new=new)
            assert set(form.errors) == fields
            assert all(sentence.endswith(".") for sentence in form.errors.values())

    def test_a_form_without_any_yes_is_pointed_to_the_stop(self):
        nothing = {"name_style": "none", "lasts": "1 year", "channel": "phone"}
        form = ChoicesForm.sent(nothing | {"use-study": "no"}, new=False)
        assert list(form.errors) == ["use-keep"] and "Stop all uses" in form.errors["use-keep"]

    def test_they_come_in_the_order_of_the_fields(self):
        errors = list(ChoicesForm.sent({"use-study": "yes"}, new=True).errors)
        assert errors == [
            "use-keep", "media", "name_style", "lasts", "channel", "evidence_kind", "evidence",
        ]  # fmt: skip

    def test_what_was_typed_is_kept(self):
        typed = {**GOOD, "name": " Ana ", "not_for": "The board", "seen": "4", "lasts": ""}
        form = ChoicesForm.sent(typed, new=False)
        assert (form.name, form.not_for, form.seen, form.evidence) == (
            "Ana", "The board", "4", "Blue folder.",
        )  # fmt: skip
        assert form.answers == {use.value: GOOD.get(f"use-{use.value}", "") for use in EIGHT}
