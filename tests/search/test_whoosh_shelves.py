"""Shelves too large to be written anew at once, several at a time, and what Whoosh itself reads."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from search.fakes import matches
from search.test_whoosh_index import CANARY, files_with, found, with_canary
from whoosh import query as stock
from whoosh.filedb.filestore import FileStorage

from storybank.errors import Conflict
from storybank.search import whoosh_shelves
from storybank.search.index import Allowed, Document
from storybank.search.kinds import STORIES, stem
from storybank.search.query import And, Fuzzy, Near, Not, Or, Phrase, Prefix, Word, alike
from storybank.search.whoosh_index import WhooshIndex

WORDS = (
    "nurse nurses nursing community communities the a not happy happily bus buses i we waiting "
    "waited room rooms caf\u00e9 cafe na\u00efve staff stuff stiff star start stars night knight"
).split()


@pytest.fixture
def only_large(monkeypatch) -> None:
    """Every shelf is too large to be written anew at once."""
    monkeypatch.setattr(whoosh_shelves, "QUICK_BYTES", 0)


class TestLargeShelves:
    @pytest.fixture
    def held(self, whoosh, documents, only_large):
        whoosh.put([*documents, with_canary()])
        whoosh.forget([9])
        return whoosh

    def test_what_is_forgotten_is_not_found_and_still_told_of(self, held, tmp_path):
        assert found(held, CANARY, {9}) == set()
        assert files_with(tmp_path, CANARY)
        assert [story_id for story_id, _ in held.leftovers()] == [9]
        assert held.owes()

    def test_erasing_leaves_no_word_in_any_file(self, held, tmp_path):
        held.erase()
        assert files_with(tmp_path, CANARY) == []
        assert list(held.leftovers()) == []
        assert not held.owes()
        assert found(held, "nurse", {1, 2, 3}) == {1, 3}
        assert len(list((tmp_path / "index").glob("books-*"))) == 1

    def test_the_last_story_leaves_nothing_behind(self, held):
        held.forget([1, 2, 3])
        held.erase()
        assert not list(held.folder.current().glob("*.pst"))

    def test_what_is_forgotten_meanwhile_does_not_come_back(self, held, tmp_path, monkeypatch):
        other, copied = WhooshIndex(tmp_path / "index"), whoosh_shelves.Shelves.copied

        def slowly(*args):
            copy = copied(*args)
            if 4 not in other.story_ids():
                other.forget([1])
                other.put([Document(4, 1, "", "nurse")])
            return copy

        monkeypatch.setattr(whoosh_shelves.Shelves, "copied", slowly)
        held.erase()
        assert held.story_ids() == {2, 3, 4}
        assert found(held, "nurse", {1, 2, 3, 4}) == {3, 4}
        assert not held.owes()

    def test_nothing_is_erased_while_the_index_is_being_built(self, held):
        with held.folder.rebuilding(), pytest.raises(Conflict):
            held.erase()

    def test_many_shelves_are_put_together(self, whoosh, only_large, monkeypatch):
        monkeypatch.setattr(whoosh_shelves, "_STEPS", (1_000_000,))
        for number in range(9):
            whoosh.put([Document(number, 1, "A title", f"word{number}")])
        assert whoosh.owes()
        whoosh.erase()
        assert len(list(whoosh.folder.current().glob("*.pst"))) == 1
        assert whoosh.story_ids() == set(range(9))


class TestVersions:
    def test_an_index_of_another_version_counts_as_none_and_is_not_replaced_by_an_empty_one(
        self, tmp_path, documents
    ):
        root = tmp_path / "index"
        (root / "books-0123").mkdir(parents=True, mode=0o700)
        root.chmod(0o700)
        (root / "current").symlink_to("books-0123")
        index = WhooshIndex(root)
        index.prepare()
        assert index.folder.current() is None
        index.rebuild(lambda fresh: fresh.put(documents), lambda fresh: None)
        assert index.story_ids() == {1, 2, 3}
        assert not (root / "books-0123").exists()


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """Several shelves, with stories deleted, changed and put together; and what they hold."""
    root: Path = tmp_path_factory.mktemp("several")
    index, lot = WhooshIndex(root), random.Random(7)
    index.prepare()

    def text(many: int) -> str:
        return " ".join(lot.choices(WORDS, k=lot.randint(0, many)))

    held: dict[int, Document] = {}
    quick, whoosh_shelves.QUICK_BYTES = whoosh_shelves.QUICK_BYTES, 0
    try:
        for batch in range(6):
            new = [Document(n, 1, text(4), text(30)) for n in range(batch * 40, batch * 40 + 40)]
            held |= {document.story_id: document for document in new}
            index.put(new)
        gone = lot.sample(sorted(held), 30)
        index.forget(gone)
        for number in gone:
            del held[number]
        for number in lot.sample(sorted(held), 20):
            held[number] = Document(number, 2, text(4), text(30))
            index.put([held[number]])
    finally:
        whoosh_shelves.QUICK_BYTES = quick
    yield index, held
    index.close()


def some_query(lot: random.Random, depth: int = 2):
    kind = lot.randrange(9 if depth else 6)
    word = lot.choice(WORDS)
    match kind:
        case 0 | 1:
            return Word(word)
        case 2:
            return Phrase(tuple(lot.choices(WORDS, k=lot.randint(2, 3))))
        case 3:
            return Prefix(word[: lot.randint(1, 5)])
        case 4:
            at = lot.randrange(1, len(word) + 1)
            return Fuzzy(
                word[: at - 1] + lot.choice(["", "x", word[at - 1] * 2]) + word[at:] or "x"
            )
        case 5:
            first = Phrase(tuple(lot.choices(WORDS, k=2))) if lot.random() < 0.2 else Word(word)
            return Near(first, Word(lot.choice(WORDS)), lot.randint(0, 4))
        case 6:
            return Or(tuple(some_query(lot, depth - 1) for _ in range(lot.randint(2, 3))))
        case _:
            parts = [some_query(lot, depth - 1) for _ in range(lot.randint(1, 3))]
            return And(tuple(Not(p) if lot.random() < 0.3 else p for p in parts))


def by_hand(node, document: Document) -> bool:
    """The meaning of Fuzzy and Near, word by word; the rest as the fake has it."""
    match node:
        case And(parts):
            return all(by_hand(part, document) for part in parts)
        case Or(parts):
            return any(by_hand(part, document) for part in parts)
        case Not(part):
            return not by_hand(part, document)
        case Fuzzy(text):
            stems = map(stem, f"{document.title} {document.text}".split())
            return any(alike(stem(text), one) for one in stems)
        case Near(first, second, apart):
            return any(
                _near(list(map(stem, text.split())), first, second, apart)
                for text in (document.title, document.text)
            )
    return matches(node, document, stem)


def _near(stems, first, second, apart) -> bool:
    spans = []
    for part in (first, second):
        words = [stem(word) for word in (part.words if isinstance(part, Phrase) else (part.text,))]
        many = len(words)
        spans.append([(n, n + many) for n in range(len(stems)) if stems[n : n + many] == words])
    return any(0 <= max(a[0], b[0]) - min(a[1], b[1]) <= apart for a in spans[0] for b in spans[1])


def test_hundreds_of_searches_on_several_shelves_find_what_looking_at_every_word_finds(several):
    index, held = several
    lot = random.Random(11)
    permitted = [Allowed(held), Allowed(n for n in held if n % 3), Allowed(), {5, 6, 7, 999}]
    assert len(list(index.folder.current().glob("*.pst"))) > 3
    for _ in range(400):
        query, allow = some_query(lot), lot.choice(permitted)
        expected = {n for n, d in held.items() if n in allow and by_hand(query, d)}
        hits = index.look(query, allow)
        assert (set(hits.ids.tolist()), hits.total) == (expected, len(expected)), query
        every = index.find(query, allow).scores
        assert list(every) == [n for n, _ in hits.best(0, hits.total)]
        assert hits.best(3, 9) == list(every.items())[3:9]


def test_whoosh_itself_reads_the_same_files_and_scores_alike(several):
    index, held = several
    index.erase()  # Whoosh counts deleted documents as if they were there
    with FileStorage(str(index.folder.current())).open_index(STORIES.name).searcher() as searcher:
        numbers = {}
        for leaf, offset in searcher.reader().leaf_readers():
            column = leaf.column_reader("story")
            numbers |= {offset + n: int(column[n]) for n in range(leaf.doc_count_all())}
        for word in WORDS:
            text = stem(word)
            for query, same in (
                (Word(word), [stock.Term("text", text), stock.Term("title", text, boost=2.0)]),
                (
                    Phrase((word, "the")),
                    [
                        stock.Phrase("text", [text, "the"]),
                        stock.Phrase("title", [text, "the"], boost=2.0),
                    ],
                ),
                (
                    Prefix(word[:3]),
                    [stock.Prefix(field, word[:3], boost=2.0 if field == "title" else 1.0)
                     for field in ("text", "title", "forms")],
                ),
            ):  # fmt: skip
                theirs = searcher.search(stock.Or(same), limit=None)
                expected = {numbers[hit.docnum]: hit.score for hit in theirs}
                ours = index.find(query, Allowed(held)).scores
                assert ours.keys() == expected.keys(), query
                if not isinstance(query, Prefix):  # a beginning of one word scores as a word there
                    assert ours == pytest.approx(expected, rel=0.05)  # lengths are coarser there


def test_scores_are_made_from_what_is_allowed_alone(whoosh):
    allowed = [Document(n, 1, "", "the nurse came" if n % 2 else "a bus") for n in range(20)]
    whoosh.put(allowed)
    before = whoosh.find(Word("nurse"), range(20)).scores
    whoosh.put(Document(n, 1, "", "nurse " * n) for n in range(100, 150))
    assert whoosh.find(Word("nurse"), range(20)).scores == before
