"""What was found wrong in one Whoosh or another, held against our own way in.

The rest of the 29 checks of the prototypes stand in the other tests of the index.
"""

from __future__ import annotations

import random
import re
import threading
from pathlib import Path

import pytest

import storybank.search
from storybank.search.index import Allowed, Document
from storybank.search.query import And, Fuzzy, Near, Not, Or, Phrase, Prefix, Word
from storybank.search.whoosh_index import WhooshIndex

QUERIES = [
    Word("the"), Phrase(("the", "bus")), Prefix("t"), Fuzzy("thee"), Near(Word("the"), Word("bus")),
    Or((Word("the"), Word("bus"))), And((Word("the"), Word("bus"))), And((Not(Word("nothing")),)),
]  # fmt: skip


@pytest.fixture
def held(whoosh) -> WhooshIndex:
    lot = random.Random(3)
    whoosh.put(
        Document(n, 1, "", "the bus came " + " ".join(lot.choices(["the", "bus", "a"], k=n % 13)))
        for n in range(200)
    )
    return whoosh


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: type(query).__name__)
class TestPermissions:
    @pytest.mark.parametrize("nobody", [(), set(), Allowed(), {}, range(0), {9_999}])
    def test_nobody_means_nothing(self, held, query, nobody):
        hits = held.look(query, nobody)
        assert (hits.total, hits.best(0, 20), hits.ids.tolist()) == (0, [], [])
        assert held.find(query, nobody).scores == {}

    def test_counts_and_order_are_of_what_is_allowed(self, held, query):
        some = Allowed(range(0, 200, 3))
        hits = held.look(query, some)
        assert hits.total == len(hits.ids) == len(hits.best(0, 500))
        assert set(hits.ids.tolist()) <= some

    def test_pages_do_not_overlap_and_leave_nothing_out(self, held, query):
        hits = held.look(query, Allowed(range(200)))
        pages = [hits.best(at, at + 20) for at in range(0, 220, 20)]
        seen = [number for page in pages for number, _ in page]
        assert len(seen) == len(set(seen)) == hits.total
        assert sum(pages, []) == hits.best(0, 200)

    def test_a_stop_is_seen_by_permissions_that_are_remembered(self, held, query):
        everybody = Allowed(range(200))
        assert held.look(query, everybody).total
        held.forget([7])
        assert 7 not in held.look(query, everybody).ids


def test_four_who_write_at_once_lose_nothing(whoosh):
    def write(first: int) -> None:
        for number in range(first, first + 5):
            whoosh.put([Document(number, 1, "", "hello world")])

    writers = [threading.Thread(target=write, args=(100 * n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(whoosh.story_ids()) == len(whoosh.find(Word("hello"), range(400)).scores) == 20


@pytest.mark.parametrize("word", ["zo\u00eb", "\u05e9\u05dc\u05d5\u05dd", "\u4e2d", "\u00fc" * 30])
def test_words_of_any_script_are_found(whoosh, word):
    whoosh.put([Document(1, 1, "", f"{word.upper()} went \U0001f600 there")])
    assert set(whoosh.find(Word(word), {1}).scores) == {1}
    assert set(whoosh.find(Fuzzy(word), {1}).scores) == {1}
    assert set(whoosh.find(Prefix(word[:2]), {1}).scores) == {1}


def test_what_went_wrong_in_one_whoosh_or_another_is_not_used():
    folder = Path(storybank.search.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for banned in (
        r"\.refresh\(", r"filter=", r"\.searcher\(", "filtered_count", r"whoosh\.searching",
        "more_like", "lexicon", "compound=True", "import pickle", r"\bloads\(",
    ):  # fmt: skip
        assert not re.search(banned, code.replace("json.loads(", "")), banned


def test_no_shelf_is_one_compound_file(held):
    assert not list(held.folder.current().glob("*.seg"))
