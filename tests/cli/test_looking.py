"""Searching, suggestions, strays and the index, as other programs ask for them."""

from __future__ import annotations

import houses
import pytest
import sqlalchemy as sa
from commands import YES
from factories import Factory

from storybank import db
from storybank.codebook.models import Cue
from storybank.stories.models import Story


class TestSearch:
    @pytest.fixture
    def found(self, storybank, taken, with_account):
        taken("I waited at the clinic.", "At the clinic they rang me, the clinic did.", "A bus.")
        email = with_account("researcher")

        def search(query, *words, purpose="study"):
            return storybank("search", query, "--as", email, "--purpose", purpose, *words)

        return search

    def test_it_is_a_list_of_stories_with_score_and_excerpts(self, found):
        said = found("clinic", "--json")
        assert (said.code, said.err) == (0, "")
        assert {frozenset(row) for row in said.json} == {
            frozenset(("story", "external_id", "title", "attribution", "score", "why", "codes",
                       "facts", "excerpts", "passages"))
        }  # fmt: skip
        assert {row["story"] for row in said.json} == {1, 2}
        assert all(isinstance(row["score"], float) for row in said.json)
        assert {row["external_id"] for row in said.json} == {None}
        assert all("clinic" in words for row in said.json for words in row["excerpts"])
        scores = [row["score"] for row in said.json]
        assert scores == sorted(scores, reverse=True)

    def test_the_id_from_outside_goes_with_it(self, storybank, lines, found):
        storybank("take-in", lines({"id": "nhs-9", "text": "A ward."}), *YES)
        assert [row["external_id"] for row in found("ward", "--json").json] == ["nhs-9"]

    def test_a_limit_is_kept(self, found):
        assert len(found("clinic", "--limit", 1, "--json").json) == 1

    def test_nothing_found_is_an_empty_list_and_no_error(self, found):
        said = found("hedgehog", "--json")
        assert (said.code, said.json) == (0, [])

    def test_a_person_reads_one_a_line_and_a_count(self, found):
        said = found("clinic")
        assert [line.split("\t")[0] for line in said.lines] in (["1", "2"], ["2", "1"])
        assert said.err == "2 found.\n"

    def test_a_query_that_means_nothing_is_no_fault(self, found):
        for query in ('"', "((", "NOT", "*", "\x00", "\udcff", "a" * 5000, ""):
            said = found(query, "--json")
            assert said.code == 0
            assert isinstance(said.json, list)

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            (("--purpose", "keep"), 1, "Your account does not let you use stories in this way."),
            (("--purpose", "index"), 1, "Name a purpose from: keep, study,"),
            (("--purpose", "sell"), 1, "Name a purpose from: keep, study,"),
            (("--purpose", "study", "--limit", "0"), 2, "Invalid value for '--limit'"),
            (("--purpose", "study", "--limit", "1001"), 2, "Invalid value for '--limit'"),
            ((), 2, "Missing option '--purpose'."),
        ],
    )
    def test_a_use_that_is_not_theirs_is_refused(
        self, storybank, with_account, words, code, sentence
    ):
        said = storybank("search", "clinic", "--as", with_account("researcher"), *words)
        assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
        assert said.err.startswith(sentence)

    @pytest.mark.parametrize("email", ["nobody@example.org", "no address", ""])
    def test_an_account_that_is_not_there_finds_nothing(self, storybank, email):
        said = storybank("search", "clinic", "--as", email, "--purpose", "study", "--json")
        assert (said.code, said.out) == (1, "")
        assert said.err == "There is no open account with that e-mail address.\n"


class TestSuggest:
    KEYS = {"story", "external_id", "code", "start", "end", "chance", "cues", "check_meaning"}
    CUED = "Our peer group kept me going."

    def test_it_is_a_list_of_places_and_codes_without_words(self, storybank, house, lines):
        storybank("take-in", lines({"id": "x", "text": self.CUED}, {"text": "A bus."}), *YES)
        said = storybank("suggest", "--json")
        assert said.code == 0
        assert said.json
        for row in said.json:
            assert set(row) == self.KEYS
            assert (row["story"], row["external_id"]) == (1, "x")
            assert 0 <= row["start"] < row["end"] <= len(self.CUED)
            assert set(row["cues"]) <= phrases(house)
            assert isinstance(row["check_meaning"], bool)

    def test_one_story_alone_may_be_asked_for(self, storybank, taken):
        first, second = taken(self.CUED, f"{self.CUED} We met on Mondays.")
        both = storybank("suggest", "--json").json
        assert {row["story"] for row in both} == {first, second}
        alone = storybank("suggest", "--story", second, "--json").json
        assert alone == [row for row in both if row["story"] == second]

    def test_asked_twice_it_says_the_same(self, storybank, taken):
        taken(self.CUED)
        assert storybank("suggest", "--json").json == storybank("suggest", "--json").json != []

    def test_a_person_reads_one_a_line_and_a_count(self, storybank, taken):
        taken(self.CUED)
        said = storybank("suggest")
        assert said.lines[0].startswith("story 1: ")
        assert said.err == f"{len(said.lines)} suggestions wait.\n"

    @pytest.mark.parametrize("number", ["99", "9" * 30])
    def test_a_story_that_is_not_there_is_told(self, storybank, number):
        said = storybank("suggest", "--story", number, "--json")
        assert (said.code, said.out) == (1, "")
        assert said.err == "There is no story with that number.\n"


class TestStrays:
    def test_without_any_it_ends_well_and_prints_nothing(self, storybank, taken):
        taken("I waited at the clinic.")
        said = storybank("strays")
        assert (said.code, said.out, said.err) == (0, "", "No stray copies.\n")

    def test_each_copy_is_named_until_the_work_held_back_is_done(self, storybank, taken, house):
        first, _ = taken(TestSuggest.CUED, "A bus.")
        with db.writing(house.sessions) as session:
            Factory(session).stop(session.get_one(Story, first))
        said = storybank("strays")
        assert said.code == 1
        told = f"search index: story {first} can still be found" in said.lines
        # From PostgreSQL's index it went with the stop.
        assert told is not houses.on_postgres()
        assert any("suggestion" in line for line in said.lines)
        assert "peer" not in said.out + said.err
        assert storybank("reindex").code == 0
        assert storybank("strays").code == 0


class TestReindex:
    def test_it_builds_the_same_index_again(self, storybank, taken, house):
        numbers = taken("I waited at the clinic.", "A bus.")
        said = storybank("reindex")
        assert (said.code, said.out) == (0, "Indexed 2 stories.\n")
        assert set(house.index.index.versions()) == set(numbers)
        assert storybank("check").code == 0

    def test_it_leaves_out_what_was_stopped(self, storybank, taken):
        first, _ = taken("I waited at the clinic.", "A bus.")
        storybank("stop", first, "--all", "--channel", "phone")
        assert storybank("reindex").out == "Indexed 1 stories.\n"


def phrases(house) -> set[str]:
    """The codebook's own cue phrases."""
    with house.sessions() as session:
        return set(session.scalars(sa.select(Cue.phrase)))
