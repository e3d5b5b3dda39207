"""What any index must do: the fake, Whoosh and PostgreSQL are held to the same contract."""

from __future__ import annotations

import pytest

from storybank.errors import NotReady
from storybank.search import postgres_schema
from storybank.search.index import Document
from storybank.search.language import parse
from storybank.search.postgres_index import PostgresIndex
from storybank.search.whoosh_index import WhooshIndex

EVERY = (1, 2, 3)


def found(index, typed: str, allow=EVERY) -> set[int]:
    return set(index.find(parse(typed).tree, allow).scores)


class TestFind:
    @pytest.fixture(autouse=True)
    def held(self, index, documents):
        index.put(documents)

    @pytest.mark.parametrize(
        ("typed", "ids"),
        [
            ("nurse", {1, 3}),
            ("nurses", {1, 3}),
            ("waiting", {1, 2}),
            ('"waiting room"', {1}),
            ('"the waiting rooms was"', {1}),
            ("bus OR letter", {1, 3}),
            ("waiting -bus", {2}),
            ("(bus OR letter) nurse -volunteers", {1}),
            ("nurse letter", {3}),
            ("letter -nurse", set()),
            ("communi*", {3}),
            ("community*", {3}),
            ("wai*", {1, 2}),
            ("nothing", set()),
        ],
    )
    def test_words_phrases_choices_and_beginnings_are_found(self, index, typed, ids):
        assert found(index, typed) == ids

    def test_only_what_is_allowed_is_found(self, index):
        assert found(index, "nurse", allow={3, 99}) == {3}

    @pytest.mark.parametrize("typed", ["nurse", "waiting -bus", "wai*", '"waiting room"'])
    def test_an_empty_permission_finds_nothing(self, index, typed):
        assert found(index, typed, allow=()) == set()

    def test_leaving_out_alone_takes_from_what_is_allowed(self, index):
        assert found(index, "code:A -bus", allow={1, 2}) == {2}

    def test_the_best_comes_first(self, index):
        scores = list(index.find(parse("nurse OR letter").tree, EVERY).scores.values())
        assert scores == sorted(scores, reverse=True)


class TestPut:
    def test_a_story_is_held_once_however_often_it_is_put(self, index, documents):
        index.put(documents)
        index.put(documents[:2])
        assert index.versions() == {1: 1, 2: 1, 3: 1}
        assert found(index, "waiting") == {1, 2}

    def test_a_new_version_takes_the_place_of_the_old(self, index, documents):
        index.put(documents)
        index.put([Document(1, 2, "The night train", "The doctors were kind.")])
        assert index.versions()[1] == 2
        assert found(index, "bus") == set()
        assert found(index, "doctor train") == {1}

    def test_an_empty_story_is_held(self, index):
        index.put([Document(7, 1, "", "...")])
        assert index.story_ids() == {7}

    def test_putting_nothing_changes_nothing(self, index):
        index.put([])
        assert index.story_ids() == set()


class TestForget:
    def test_a_forgotten_story_is_not_found(self, index, documents):
        index.put(documents)
        index.forget([1])
        assert found(index, "nurse") == {3}
        assert index.story_ids() == {2, 3}

    def test_forgetting_again_or_the_unknown_is_harmless(self, index, documents):
        index.put(documents)
        index.forget([1, 99])
        index.forget([1, 99])
        assert index.story_ids() == {2, 3}

    def test_everything_can_be_forgotten(self, index, documents):
        index.put(documents)
        index.forget(EVERY)
        assert found(index, "nurse") == set()
        assert index.story_ids() == set()

    def test_a_forgotten_story_can_come_back(self, index, documents):
        index.put(documents)
        index.forget([1])
        index.put(documents[:1])
        assert found(index, "nurse") == {1, 3}


class TestRebuild:
    def test_the_new_takes_the_place_of_the_old(self, index, documents):
        index.put(documents[:2])
        index.rebuild(lambda fresh: fresh.put(documents[1:]), lambda fresh: fresh.forget([2]))
        assert index.versions() == {3: 1}
        assert found(index, "waiting OR letter") == {3}

    def test_a_failed_rebuild_leaves_the_old_in_use(self, index, documents):
        index.put(documents)

        def fail(fresh):
            fresh.put(documents[:1])
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            index.rebuild(fail, lambda fresh: None)
        assert index.story_ids() == {1, 2, 3}
        assert list(index.leftovers()) == []


class TestMissing:
    @pytest.fixture
    def missing(self, index, tmp_path):
        if isinstance(index, WhooshIndex):
            return WhooshIndex(tmp_path / "nowhere")
        if isinstance(index, PostgresIndex):
            with index.engine.begin() as connection:
                postgres_schema.drop(connection, postgres_schema.schema_of(connection))
            return index
        index.ready = False
        return index

    def test_an_index_that_is_not_there_says_so(self, missing, documents):
        for ask in (
            lambda: found(missing, "nurse"),
            lambda: missing.put(documents),
            lambda: missing.forget([1]),
            lambda: missing.versions(),
        ):
            with pytest.raises(NotReady):
                ask()

    def test_it_can_be_prepared(self, missing, documents):
        missing.prepare()
        missing.put(documents)
        missing.prepare()
        assert found(missing, "nurse") == {1, 3}

    def test_it_can_be_built(self, missing, documents):
        missing.rebuild(lambda fresh: fresh.put(documents), lambda fresh: None)
        assert found(missing, "nurse") == {1, 3}
