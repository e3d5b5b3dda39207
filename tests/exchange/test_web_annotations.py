"""Annotations: valid by the model's rules, and each quote where its places say it is."""

from __future__ import annotations

import copy
import json

import pytest

from storybank.coding import service as coding
from storybank.coding.models import CodingFlag
from storybank.consent import passages
from storybank.consent.folding import Span
from storybank.consent.rules import Mark, Purpose
from storybank.exchange.web_annotations import AROUND
from storybank.people.rules import MACHINE
from storybank.stories import reading

from .reading_back import Files
from .w3c_rules import broken

TEXT = "Before it 👩‍👩‍👧 all began, שלום we waited for hours in the corridor; then the door opened."


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def made(a, use):
    story = a.story(TEXT, title="Waiting")
    for quote in ("we waited", "שלום we", "Before it 👩‍👩‍👧", "then the door opened."):
        coding.apply(a.session, use, a.place(story, quote, TEXT), [a.code().id])
    return story


class TestModel:
    def test_a_file_keeps_every_rule(self, a, use, made):
        assert broken(Files(a.session, use).json()) == []

    def test_a_file_that_breaks_one_would_be_noticed(self, a, use, made):
        found = Files(a.session, use).json()
        for path, value in (
            (("created",), "yesterday"), (("motivation",), "coding"), (("rights",), "all"),
            (("target", "selector", 0, "start"), -1), (("id",), "12"),
        ):  # fmt: skip
            spoilt = copy.deepcopy(found)
            at = spoilt["first"]["items"][0]
            for name in path[:-1]:
                at = at[name]
            at[path[-1]] = value
            assert len(broken(spoilt)) == 1, path

    def test_an_empty_file_keeps_them_too(self, a, use):
        found = Files(a.session, use).json()
        assert broken(found) == [] and found["total"] == 0


class TestSelectors:
    def test_places_are_code_points_and_quotes_stand_there(self, a, use, made):
        text = reading.story(a.session, use, made.id).text
        for one in Files(a.session, use).json()["first"]["items"]:
            place, quote = one["target"]["selector"]
            start, end = place["start"], place["end"]
            assert quote["exact"] == text[start:end]
            assert quote.get("prefix", "") == text[max(0, start - AROUND) : start]
            assert quote.get("suffix", "") == text[end : end + AROUND]

    def test_words_round_it_that_are_kept_back_do_not_leave(self, a, use, made):
        start = TEXT.index("in the corridor")
        passages.mark_passage(
            a.session, MACHINE, made.id, made.person_id, Span(1, start, start + 15),
            Mark.LEAVE_OUT, "web",
        )  # fmt: skip
        found = Files(a.session, use).json()
        assert "corridor" not in json.dumps(found, ensure_ascii=False)
        assert len(found["first"]["items"]) == 4

    def test_outside_the_team_nothing_leaves_but_the_passage(self, a, use, made):
        files = Files(a.session, a.use(Purpose.WORKSHOP))
        for one in files.json()["first"]["items"]:
            assert set(one["target"]["selector"][1]) == {"type", "exact"}


class TestBodies:
    def test_the_code_is_a_tag_and_what_else_is_known_stands_beside_it(self, a, use, made):
        files = Files(a.session, use)
        first = files.chosen.ids[0]
        a.session.add(CodingFlag(coding_id=first, name="stance", value="for"))
        a.session.flush()
        one = files.json()["first"]["items"][0]
        assert one["body"] == [
            {
                "type": "TextualBody", "value": a.code().name, "format": "text/plain",
                "purpose": "tagging", "sb:code": "EN-PEER", "sb:family": "enabler",
            }
        ]  # fmt: skip
        assert one["id"].endswith(f"/codings/{first}") and one["sb:flags"] == {"stance": "for"}
        assert one["creator"]["name"] == use.actor.name
        assert one["target"]["source"]["id"].endswith(f"/desk/{made.id}?version=1")
