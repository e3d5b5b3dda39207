"""Whoosh on real stories: the same answers as looking at every word, and nothing left behind."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from search.fakes import matches

from storybank.search.index import Document
from storybank.search.language import parse
from storybank.search.query import words_in

HOW_MANY = 250

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture
def held(real_data, whoosh) -> dict[int, Document]:
    with open(real_data / "stories" / "stories.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, 12 * HOW_MANY, 12)]
    documents = {
        number: Document(number, 1, row["title"], row["text"]) for number, row in enumerate(rows)
    }
    whoosh.put(documents.values())
    return documents


def test_searches_find_what_looking_at_every_word_finds(whoosh, held):
    for typed in (
        "doctor", "waiting", '"waiting room"', '"I was not"', "doctor nurse", "doctor -nurse",
        "(mother OR father) hospital -died", "volunt*", "communi*", '"don\u2019t know"', "the",
    ):  # fmt: skip
        tree = parse(typed).tree
        assert tree is not None
        expected = {n for n, document in held.items() if matches(tree, document, whoosh.stem)}
        assert set(whoosh.find(tree, held).scores) == expected, typed
        half = {n for n in held if n % 2}
        assert set(whoosh.find(tree, half).scores) == expected & half, typed


def test_words_that_one_story_alone_had_leave_every_file(whoosh, held, tmp_path):
    gone = max(held.values(), key=lambda document: len(document.text))
    others = {
        form
        for document in held.values()
        if document != gone
        for word in words_in(f"{document.title} {document.text}")
        for form in (word, whoosh.stem(word))
    }
    spelt = "\n".join(others)
    own = {whoosh.stem(word) for word in words_in(gone.text) if len(word) > 6}
    telling = [word.encode() for word in own if word not in spelt]
    assert telling

    def on_disk() -> bytes:
        folder = tmp_path / "index"
        return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    before = on_disk()
    assert all(stem in before for stem in telling)
    whoosh.forget([gone.story_id])
    after = on_disk()
    assert not any(stem in after for stem in telling)
