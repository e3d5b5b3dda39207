"""Whoosh answers as looking at every word would: on random stories, searches and permissions, and
on real ones. ``benchmarks/search/check.py`` asks more."""

from __future__ import annotations

import json
import shutil
import tempfile
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search.fakes import matches
from search.reference import Questions, Reference

from storybank.search import whoosh_shelves
from storybank.search.index import Allowed, Document
from storybank.search.passages import Finder
from storybank.search.query import And, Node, Not, Or, Phrase, Prefix, Word, leaves
from storybank.search.whoosh_index import WhooshIndex

WORDS = "nurse nurses nursing community communities the not happy happily bus i".split()
a_word = st.sampled_from(WORDS)
a_text = st.lists(a_word, max_size=8).map(" ".join)
a_leaf = st.one_of(
    a_word.map(Word),
    st.lists(a_word, min_size=2, max_size=4).map(lambda words: Phrase(tuple(words))),
    st.sampled_from("nur nursi communi communit community hap happi happy the".split()).map(Prefix),
)


def compound(part: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    wanted_or_not = st.one_of(part, part.map(Not))
    return st.one_of(
        st.lists(part, min_size=2, max_size=3).map(tuple).map(Or),
        st.lists(wanted_or_not, min_size=1, max_size=4).map(tuple).map(And),
    )


a_query = st.recursive(a_leaf, compound, max_leaves=6)
some_stories = st.lists(st.tuples(a_text, a_text), min_size=1, max_size=6)
some_ids = st.sets(st.integers(0, 6))


@settings(max_examples=40, deadline=None)
@given(
    stories=some_stories,
    changed=st.lists(st.tuples(st.integers(0, 6), a_text), max_size=3),
    forgotten=some_ids,
    queries=st.lists(a_query, min_size=1, max_size=5),
    allow=some_ids,
)
def test_whoosh_finds_what_looking_at_every_word_finds(stories, changed, forgotten, queries, allow):
    root = Path(tempfile.mkdtemp())
    index = WhooshIndex(root)
    try:
        index.prepare()
        held = {n: Document(n, 1, title, text) for n, (title, text) in enumerate(stories)}
        index.put(held.values())
        for story_id, text in changed:
            held[story_id] = Document(story_id, 2, "", text)
            index.put([held[story_id]])
        index.forget(forgotten)
        left = {n: document for n, document in held.items() if n not in forgotten}
        for query in queries:
            expected = {
                n
                for n, document in left.items()
                if n in allow and matches(query, document, index.stem)
            }
            assert set(index.find(query, allow).scores) == expected
    finally:
        index.close()
        shutil.rmtree(root)


@given(query=a_query, text=a_text)
def test_what_is_marked_is_what_was_found(query, text):
    document = Document(1, 1, "", text)
    stem = WhooshIndex(Path("unused")).stem
    finder = Finder(query, stem)
    somewhere = any(matches(leaf, document, stem) for leaf in leaves(query))
    assert bool(finder.marks(text)) == somewhere


@pytest.mark.real_data
def test_on_real_stories_thousands_of_searches_differ_in_nothing(real_data, whoosh, monkeypatch):
    """On several shelves with stories deleted and changed; then on those shelves put together."""
    with open(real_data / "stories" / "stories.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, None, 3)]
    documents = [
        Document(number, 1, row["title"], row["text"][:1_500])
        for number, row in enumerate(rows[:360], 1)
    ]
    reference = Reference(whoosh.stem)
    monkeypatch.setattr(whoosh_shelves, "QUICK_BYTES", 0)
    for first in range(0, 360, 60):
        whoosh.put(documents[first : first + 60])
        reference.put(documents[first : first + 60])
    gone = range(5, 360, 7)
    whoosh.forget(gone)
    reference.forget(gone)
    changed = [
        documents[number]._replace(version=2, text=documents[-number].text[:600])
        for number in range(2, 300, 11)
        if documents[number].story_id not in gone
    ]
    whoosh.put(changed)
    reference.put(changed)
    questions = Questions(documents, seed=1)
    allowed = [Allowed(reference.held), Allowed(n for n in reference.held if n % 3), {3, 4, 999}]
    shelves = []
    for _ in range(2):
        shelves.append(len(list(whoosh.folder.current().glob("*.pst"))))
        for number, query in enumerate(questions.drawn(1_100)):
            allow = allowed[number % 3]
            hits = whoosh.look(query, allow)
            expected = reference.find(query) & set(allow)
            assert (set(hits.ids.tolist()), hits.total) == (expected, len(expected)), query
            best = hits.best(0, 400)
            assert best == sorted(best, key=lambda pair: (-pair[1], pair[0]))
            assert hits.best(0, 20) == best[:20]
            assert len(best) == len(expected)
        monkeypatch.setattr(whoosh_shelves, "_STEPS", (10**9,))
        monkeypatch.setattr(whoosh_shelves, "MANY", 2)
        whoosh.erase()
    assert shelves[0] >= 6
    assert shelves[1] == 1
