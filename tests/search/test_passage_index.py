"""Coded passages are found while somebody may find them, and forgotten with their stories."""

from __future__ import annotations

import pytest

from storybank.coding import service as coding
from storybank.consent.rules import Purpose
from storybank.search.derivative import SearchIndex
from storybank.search.index import Allowed, Passage
from storybank.search.query import And, Not, Word
from storybank.search.whoosh_index import WhooshIndex

TEXT = "The ward was cold. Nobody came for hours. The quetzalfeather nurse was kind."


@pytest.fixture
def keeper(whoosh) -> SearchIndex:
    return SearchIndex(whoosh)


@pytest.fixture
def story(a):
    return a.story(TEXT)


@pytest.fixture
def coded(a, session, story):
    """Put a code on a quotation, and say the number of the coding."""

    def code(quote: str, key: str = "EN-PEER") -> int:
        place = a.place(story, quote, TEXT)
        coding.apply(session, a.use(Purpose.STUDY), place, [a.code(key).id])
        return max(coding_id for (coding_id,) in session.execute(sa_codings()))

    return code


def sa_codings():
    import sqlalchemy as sa

    from storybank.coding.models import Coding

    return sa.select(Coding.id)


def found(keeper, query, allow, **narrow) -> set[int]:
    return set(keeper.passages.look(query, allow, **narrow).ids.tolist())


def test_a_passage_is_found_by_its_own_words(a, session, keeper, story, coded):
    cold, kind = coded("The ward was cold."), coded("The quetzalfeather nurse was kind.")
    keeper.keep_passages(session, [story.id])
    every = Allowed({cold, kind})
    assert found(keeper, Word("nurses"), every) == {kind}
    assert found(keeper, Word("the"), every) == {cold, kind}
    assert found(keeper, And((Word("the"), Not(Word("nurse")))), every) == {cold}
    assert found(keeper, None, every) == {cold, kind}
    assert found(keeper, None, Allowed()) == set()
    assert found(keeper, Word("the"), every, codes=[]) == set()
    assert found(keeper, Word("the"), every, codes=[a.code().id]) == {cold, kind}
    assert found(keeper, Word("the"), every, stories=[story.id + 1]) == set()
    hits = keeper.passages.look(Word("the"), every)
    assert keeper.passages.codes_of(hits) == {a.code().id: 2}
    assert [number for number, _ in hits.best(0, 1)] == [cold]


def test_a_stop_takes_the_passages_along(a, session, keeper, story, coded, tmp_path):
    kind = coded("The quetzalfeather nurse was kind.")
    keeper.reconcile(session, [story.id])
    assert found(keeper, Word("nurse"), {kind}) == {kind}
    assert list(keeper.strays(session)) == []
    a.stop(story)
    told = {line for _, line in keeper.strays(session)}
    assert f"search index: a passage of story {story.id} can still be found" in told
    keeper.reconcile(session, [story.id])
    assert found(keeper, Word("nurse"), {kind}) == set()
    assert list(keeper.strays(session)) == []
    held = [p for p in (tmp_path / "index").rglob("*") if p.is_file()]
    assert not any(b"quetzalfeath" in path.read_bytes() for path in held)


def test_a_coding_that_is_taken_off_is_forgotten_and_one_undone_comes_back(
    a, session, keeper, story
):
    use = a.use(Purpose.STUDY)
    coding.apply(session, use, a.place(story, "Nobody came", TEXT), [a.code().id])
    keeper.keep_passages(session, [story.id])
    (number,) = keeper.passages.editions()
    a.undo(use)
    keeper.keep_passages(session, [story.id])
    assert keeper.passages.editions() == {}
    a.redo(use)
    keeper.keep_passages(session, [story.id])
    assert found(keeper, Word("nobody"), {number}) == {number}


def test_a_rebuild_holds_the_passages_too(session, keeper, story, coded):
    kind = coded("The quetzalfeather nurse was kind.")
    keeper.reindex(session)
    assert found(keeper, Word("kind"), {kind}) == {kind}
    assert list(keeper.strays(session)) == []


def test_passages_are_put_forgotten_and_put_again(whoosh: WhooshIndex):
    one = Passage(5, 1, 2, 1, 0, 9, 7, "the night bus")
    whoosh.passages.put([one, one._replace(coding_id=6, story_id=3)])
    whoosh.passages.put([one._replace(edition=2, text="a letter")])
    assert whoosh.passages.editions() == {5: 2, 6: 1}
    assert whoosh.passages.editions([3]) == {6: 1}
    assert whoosh.passages.stories() == {5: 2, 6: 3}
    assert set(whoosh.passages.look(Word("bus"), {5, 6}).ids.tolist()) == {6}
    whoosh.passages.forget([6])
    assert whoosh.passages.stories() == {5: 2}
