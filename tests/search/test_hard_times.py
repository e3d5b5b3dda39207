"""Killed at any moment, on a full disk, with readers and a writer at once: never a wrong answer."""

from __future__ import annotations

import os
import random
import resource
import signal
import time
from itertools import count
from pathlib import Path

import pytest

from storybank.errors import NotReady
from storybank.search import whoosh_shelves
from storybank.search.index import Document, Passage
from storybank.search.language import parse
from storybank.search.query import Word
from storybank.search.whoosh_index import WhooshIndex

KILLS = 40
LOT = random.Random(5)


def a_story(number: int) -> Document:
    words = " ".join(f"word{n % 97}" for n in range(number, number + 60))
    return Document(number, 1, "Going in together", f"{words} nurse only{number}")


def write_for_ever(root: Path, stopped: set[int]) -> None:
    """Take in, forget, write anew and build anew, without an end, but never what was stopped."""
    whoosh_shelves.QUICK_BYTES = 12_000
    index, lot = WhooshIndex(root), random.Random(os.getpid())
    for turn in count():
        some = [n for n in lot.sample(range(60), 9) if n not in stopped]
        index.put([a_story(n) for n in some])
        index.passages.put([Passage(n, 1, n, 1, 0, 5, 7, f"nurse only{n}") for n in some])
        index.forget(some[:3])
        if turn % 3 == 1:
            index.erase()
        if turn % 5 == 4:
            index.rebuild(lambda fresh: fresh.put(map(a_story, some)), lambda fresh: None)  # noqa: B023


def in_a_child(work) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    return child


def test_killed_at_forty_moments_it_opens_or_says_so_and_shows_nothing_stopped(whoosh, tmp_path):
    stopped: set[int] = set()
    for turn in range(KILLS):
        child = in_a_child(lambda: write_for_ever(tmp_path / "index", stopped))
        time.sleep(LOT.uniform(0.005, 0.08))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        stopped.add(turn)
        try:
            whoosh.forget([turn])
            held = whoosh.versions()
        except NotReady:
            whoosh.rebuild(lambda fresh: None, lambda fresh: None)
            continue
        assert not stopped & held.keys()
        assert set(whoosh.find(Word("nurse"), range(60)).scores) == held.keys()
        for number in stopped:
            assert whoosh.find(Word(f"only{number}"), range(60)).scores == {}
    whoosh.erase()
    assert list(whoosh.leftovers()) == []


@pytest.mark.parametrize("most", [0, 300, 1_500, 6_000, 40_000])
def test_on_a_full_disk_what_was_there_stays_and_the_next_write_goes_on(
    whoosh, tmp_path, documents, most
):
    whoosh.put(documents)

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        other = WhooshIndex(tmp_path / "index")
        for number in range(100, 160):
            other.put([a_story(number)])

    os.waitpid(in_a_child(fill), 0)
    assert set(whoosh.find(Word("letter"), {1, 2, 3}).scores) == {3}
    whoosh.put([a_story(7)])
    whoosh.forget([2])
    assert {1, 3, 7} <= whoosh.story_ids()
    assert 2 not in whoosh.story_ids()


def test_two_readers_beside_a_writer_see_no_error_and_nothing_half_done(
    whoosh, tmp_path, documents, monkeypatch
):
    monkeypatch.setattr(whoosh_shelves, "QUICK_BYTES", 0)
    whoosh.put([a_story(n) for n in range(20)])
    until = tmp_path / "until"

    def read():
        index = WhooshIndex(tmp_path / "index")
        while not until.exists():
            found = set(index.find(Word("nurse"), range(40)).scores)
            assert found in ({*range(20)}, {*range(1, 20)}), found

    readers = [in_a_child(read) for _ in range(2)]
    for turn in range(40):
        whoosh.forget([0])
        whoosh.put([a_story(0)])
        if turn % 8 == 7:
            whoosh.erase()
    until.touch()
    for reader in readers:
        _, status = os.waitpid(reader, 0)
        assert os.waitstatus_to_exitcode(status) == 0


HOSTILE = [
    "*", "*:*", "a*", "*a*", "*e*t*", "?????", "a* OR b* OR c* OR d*", "a~9", "hospital~3/0",
    "hospital~2", "[a TO z]", "NOT zzz", " OR ".join(f"word{n}" for n in range(1_000)),
    '"love story"~100000', "(" * 500 + "x" + ")" * 500, "id:*", "consent:withdrawn",
    "story:[1 TO 99999999]", "love " * 20_000, "x" * 10_000, "(a+)+$", "/(a|a)*b/",
    "\\" * 300, '"' * 299, "NOT " * 70 + "a", "the NEAR/9999999 the", "\x00\ud800\u202e",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_typed_to_hurt_is_refused_or_answered_at_once(whoosh, typed):
    whoosh.put([a_story(n) for n in range(3)])
    began = time.process_time()
    asked = parse(typed)
    if asked.tree is not None and not asked.refused:
        assert whoosh.find(asked.tree, ()).scores == {}
        whoosh.find(asked.tree, range(3))
    assert time.process_time() - began < 0.25
