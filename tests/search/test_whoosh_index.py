"""What Whoosh leaves on disk, survives and refuses."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from storybank.errors import Conflict, NotReady
from storybank.search import evaluating, inverting, whoosh_shelves
from storybank.search.index import Document
from storybank.search.language import parse
from storybank.search.whoosh_index import WhooshIndex

CANARY = "quetzalfeather"
KILLED = 9


def with_canary(story_id: int = 9) -> Document:
    return Document(story_id, 1, f"The {CANARY} title", f"A word: {CANARY}. {CANARY}s.")


def files_with(root: Path, word: str) -> list[str]:
    return [
        path.name
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and word.encode() in path.read_bytes()
    ]


def found(index, typed: str, allow) -> set[int]:
    return set(index.find(parse(typed).tree, allow).scores)


def in_a_child_that_is_killed(act) -> None:
    """Run ``act`` in a process that ends, at the latest after it, as if killed."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(KILLED)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED


def die(*args, **kwargs):
    os._exit(KILLED)


class TestErasing:
    def test_the_words_are_on_disk_while_the_story_is_held(self, whoosh, tmp_path):
        whoosh.put([with_canary()])
        assert files_with(tmp_path, CANARY)

    def test_a_forgotten_story_leaves_no_word_in_any_file(self, whoosh, tmp_path, documents):
        whoosh.put([*documents, with_canary()])
        whoosh.forget([9])
        assert files_with(tmp_path, CANARY) == []
        assert found(whoosh, "nurse", {1, 2, 3, 9}) == {1, 3}

    def test_an_old_version_leaves_no_word_in_any_file(self, whoosh, tmp_path):
        whoosh.put([with_canary()])
        whoosh.put([Document(9, 2, "Another title", "Other words.")])
        assert files_with(tmp_path, CANARY) == []

    def test_only_the_shelf_it_stood_on_is_written_anew(self, whoosh, tmp_path, documents):
        whoosh.put(documents)
        before = {path.name for path in whoosh.folder.current().glob("*.pst")}
        whoosh.put([with_canary()])
        whoosh.forget([9])
        assert {path.name for path in whoosh.folder.current().glob("*.pst")} == before

    def test_the_last_story_leaves_nothing_behind(self, whoosh, tmp_path):
        whoosh.put([with_canary()])
        whoosh.forget([9])
        assert not list(whoosh.folder.current().glob("*.pst"))

    def test_no_text_or_title_is_kept_in_order(self, whoosh, tmp_path, documents):
        whoosh.put(documents)
        assert files_with(tmp_path, "nurs")
        assert files_with(tmp_path, "waiting room") == files_with(tmp_path, "night bus") == []

    def test_many_small_shelves_are_put_together(self, whoosh):
        for number in range(17):
            whoosh.put([Document(number, 1, "A title", f"word{number}")])
        shelves = len(list(whoosh.folder.current().glob("*.pst")))
        assert shelves <= whoosh_shelves.MANY
        assert whoosh.story_ids() == set(range(17))


class TestBeingKilled:
    def test_while_putting_leaves_what_was_there(self, whoosh, documents, monkeypatch):
        whoosh.put(documents)

        def put():
            monkeypatch.setattr(inverting, "stem", die)
            whoosh.put([with_canary()])

        in_a_child_that_is_killed(put)
        assert whoosh.story_ids() == {1, 2, 3}

    def test_while_putting_leaves_no_word_after_the_next_write(
        self, whoosh, tmp_path, documents, monkeypatch
    ):
        def put():
            monkeypatch.setattr(whoosh_shelves.index.TOC, "write", die)
            whoosh.put([with_canary()])

        whoosh.put(documents)
        in_a_child_that_is_killed(put)
        assert files_with(tmp_path, CANARY)
        whoosh.forget([9])
        assert files_with(tmp_path, CANARY) == []
        assert whoosh.story_ids() == {1, 2, 3}

    def test_after_hiding_and_before_erasing_is_told_and_mended(
        self, whoosh, tmp_path, documents, monkeypatch
    ):
        whoosh.put([*documents, with_canary()])

        def forget():
            monkeypatch.setattr(whoosh_shelves.Shelves, "tend", die)
            whoosh.forget([9])

        in_a_child_that_is_killed(forget)
        assert found(whoosh, CANARY, {9}) == set()
        assert [story_id for story_id, _ in whoosh.leftovers()] == [9]
        whoosh.forget([9])
        assert list(whoosh.leftovers()) == []
        assert files_with(tmp_path, CANARY) == []

    def test_half_way_through_a_rebuild_leaves_the_old_in_use(self, whoosh, tmp_path, documents):
        whoosh.put(documents)
        in_a_child_that_is_killed(lambda: whoosh.rebuild(_canary_then(die), lambda fresh: None))
        assert found(whoosh, "nurse", {1, 2, 3}) == {1, 3}
        assert [story_id for story_id, _ in whoosh.leftovers()] == [0]

    def test_half_way_through_a_rebuild_leaves_no_word_after_the_next_write(
        self, whoosh, tmp_path, documents
    ):
        in_a_child_that_is_killed(lambda: whoosh.rebuild(_canary_then(die), lambda fresh: None))
        assert files_with(tmp_path, CANARY)
        whoosh.forget([1])
        assert files_with(tmp_path, CANARY) == []
        assert list(whoosh.leftovers()) == []

    def test_just_before_changing_over_leaves_the_old_in_use(self, whoosh, documents, monkeypatch):
        whoosh.put(documents[:1])

        def rebuild():
            monkeypatch.setattr(Path, "replace", die)
            whoosh.rebuild(lambda fresh: fresh.put(documents), lambda fresh: None)

        in_a_child_that_is_killed(rebuild)
        assert whoosh.story_ids() == {1}
        whoosh.rebuild(lambda fresh: fresh.put(documents), lambda fresh: None)
        assert whoosh.story_ids() == {1, 2, 3}


def _canary_then(act):
    def fill(fresh):
        fresh.put([with_canary()])
        act()

    return fill


class TestChangingOver:
    def test_a_search_under_way_ends_on_the_index_it_began_with(self, whoosh, tmp_path, documents):
        whoosh.put(documents)
        other = WhooshIndex(tmp_path / "index")

        class AllowedSlowly(set):
            """Permissions that take so long to read that the index is rebuilt meanwhile."""

            def __iter__(self):
                other.rebuild(lambda fresh: fresh.put([with_canary()]), lambda fresh: None)
                return super().__iter__()

        assert found(whoosh, "nurse", AllowedSlowly({1, 2, 3})) == {1, 3}
        assert found(whoosh, "nurse", {1, 2, 3}) == set()
        assert found(whoosh, CANARY, {9}) == {9}

    def test_the_old_folder_is_gone(self, whoosh, tmp_path):
        whoosh.put([with_canary()])
        whoosh.rebuild(lambda fresh: None, lambda fresh: None)
        assert files_with(tmp_path, CANARY) == []
        assert len(list((tmp_path / "index").glob("books-*"))) == 1

    def test_what_another_process_wrote_is_found_at_once(self, whoosh, documents):
        whoosh.put(documents[:1])
        assert found(whoosh, "letter", {1, 2, 3}) == set()
        in_a_child_that_is_killed(lambda: whoosh.put(documents))
        assert found(whoosh, "letter", {1, 2, 3}) == {3}

    def test_four_readers_and_a_writer_see_only_whole_answers(self, whoosh, documents):
        whoosh.put(documents)
        wrong, done = [], threading.Event()

        def read():
            while not done.is_set():
                answer = found(whoosh, '"waiting room" OR letter', {1, 2, 3})
                if answer not in ({1}, {1, 3}):
                    wrong.append(answer)

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for _ in range(4):
            whoosh.forget([3])
            whoosh.put(documents[2:])
        done.set()
        for reader in readers:
            reader.join()
        assert wrong == []


class TestOneWriter:
    @pytest.fixture
    def impatient(self, tmp_path) -> WhooshIndex:
        index = WhooshIndex(tmp_path / "index")
        index.folder.wait = 0
        return index

    def test_a_second_writer_is_told_to_wait(self, whoosh, impatient, documents):
        with whoosh.folder.writing(), pytest.raises(Conflict, match="busy"):
            impatient.put(documents)
        impatient.put(documents)
        assert whoosh.story_ids() == {1, 2, 3}

    def test_a_second_rebuild_is_refused(self, whoosh, impatient):
        with whoosh.folder.rebuilding(), pytest.raises(Conflict, match="being built"):
            impatient.rebuild(lambda fresh: None, lambda fresh: None)

    def test_a_rebuild_under_way_is_no_leftover_and_is_not_swept_away(self, whoosh, documents):
        seen = []

        def catch_up(fresh):
            seen.extend(whoosh.leftovers())
            fresh.put(documents)

        whoosh.rebuild(lambda fresh: whoosh.forget([1]), catch_up)
        assert seen == []
        assert whoosh.story_ids() == {1, 2, 3}

    def test_a_failed_write_lets_the_next_one_in(self, whoosh, documents, monkeypatch):
        def full(*args):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched, pytest.raises(NotReady):
            patched.setattr(whoosh_shelves.index.TOC, "write", full)
            whoosh.put(documents)
        whoosh.put(documents)
        assert whoosh.story_ids() == {1, 2, 3}


class TestBroken:
    # Whoosh leaves files open that it fails to read; they are closed when forgotten.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    @pytest.mark.parametrize("what", ["toc", "pst", "trm", "arrays"])
    def test_broken_files_are_told_in_a_sentence_and_built_anew(self, whoosh, documents, what):
        whoosh.put(documents)
        for path in whoosh.folder.current().glob(f"*.{what}"):
            path.write_bytes(b"\x80broken")
        with pytest.raises(NotReady, match="storybank reindex"):
            whoosh.find(parse('"waiting room"').tree, {1, 2, 3})
        whoosh.rebuild(lambda fresh: fresh.put(documents), lambda fresh: None)
        assert found(whoosh, '"waiting room"', {1, 2, 3}) == {1}

    def test_a_link_to_nowhere_counts_as_no_index(self, whoosh, tmp_path):
        (tmp_path / "index" / "current").unlink()
        (tmp_path / "index" / "current").symlink_to("books-gone")
        with pytest.raises(NotReady, match="no search index"):
            whoosh.versions()


class TestSafety:
    def test_the_folder_is_for_us_alone(self, whoosh, tmp_path):
        for folder in (tmp_path / "index", whoosh.folder.current()):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_a_folder_that_others_may_write_to_is_not_opened(self, whoosh, tmp_path):
        (tmp_path / "index").chmod(0o777)
        with pytest.raises(NotReady, match="Others may write"):
            whoosh.versions()

    @pytest.mark.parametrize("typed", ["nurse", '"waiting room"', "nur*", "waiting -bus"])
    def test_a_search_that_is_too_much_says_that_it_is_not_whole(
        self, whoosh, documents, monkeypatch, typed
    ):
        whoosh.put(documents)
        monkeypatch.setattr(evaluating, "MOST_WORK", 1)
        matches = whoosh.find(parse(typed).tree, {1, 2, 3})
        assert (matches.scores, matches.complete) == ({}, False)

    def test_a_word_of_a_million_letters_is_held(self, whoosh):
        whoosh.put([Document(1, 1, "", "x" * 1_000_000 + " nurse")])
        assert found(whoosh, "nurse", {1}) == {1}
