"""kill -9 at any moment loses no acknowledged act and leaves nothing to mend by hand.

Each command runs in a process of its own, which is killed when a line of its is read here, or
when it comes to a certain step: a statement, a commit, a file opened, renamed or removed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from queue import Queue

import browsing
import crashing
import factories
import houses
import pytest
import servers
import sqlalchemy as sa
from commands import YES

from storybank import db
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.consent.integrity import broken_links
from storybank.consent.models import ConsentEvent, Evidence, Receipt, StoryStanding, UseStanding
from storybank.consent.rules import Purpose, Use
from storybank.jobs import queue
from storybank.people import service as people
from storybank.people.models import Person
from storybank.people.rules import Role
from storybank.search import service as search
from storybank.stories import reading
from storybank.stories.models import Story, StoryVersion
from storybank.suggest import service as suggesting
from storybank.undoing.models import Act

pytestmark = pytest.mark.slow

MANY = 60
WORD = "quokkalantern"
EVERY = {f"told-{number}" for number in range(MANY)}


@dataclass(frozen=True)
class Undisturbed:
    """What a take-in of the sixty stories leaves when nobody disturbs it."""

    home: Path
    steps: int
    suggestions: list[tuple]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("told") / "stories.jsonl"
    with path.open("w") as file:
        for number in range(MANY):
            text = (
                f"This is story {number}, by the {WORD}. Our peer group kept me going.\n\n"
                "They talked over me and it was a tick box. " + "It took long. " * (number % 7)
            )
            row = {"id": f"told-{number}", "title": f"Story {number}", "text": text}
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture(scope="module")
def undisturbed(empty_house, told, tmp_path_factory) -> Undisturbed:
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    houses.copy(empty_house, home)
    with crashing.storybank(home, "take-in", told, *YES, "--json") as run:
        assert len(run.rest()) == MANY
        assert run.process.exitcode == 0
    with opened(home) as house:
        return Undisturbed(home, run.steps, suggestions(house))


@pytest.fixture
def home(empty_house, tmp_path) -> Path:
    return houses.copy(empty_house, tmp_path / "home")


@pytest.fixture
def full_home(undisturbed, tmp_path) -> Path:
    """A house with the sixty stories in it."""
    return Path(shutil.copytree(undisturbed.home, tmp_path / "home", symlinks=True))


@contextmanager
def opened(home: Path) -> Iterator:
    from storybank.config import Config
    from storybank.wiring import open_house

    house = open_house(Config.for_home(home, jobs="held", testing=True))
    try:
        yield house
    finally:
        house.index.close()
        house.close()


def suggestions(house) -> list[tuple]:
    with house.sessions() as session:
        return sorted(
            (row["external_id"], row["code"], row["start"], row["end"])
            for row in suggesting.as_json(session)
        )


def count(session, table, *where) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


def halves(house) -> list[str]:
    """Everything in the database that is there in part; and what the database finds wrong."""
    machine = factories.MACHINE
    found = []
    with house.sessions() as session:
        stories = session.scalars(sa.select(Story)).all()
        texts = {
            text.story_id: text
            for text in reading.stories(
                session, Use.claim(machine, Purpose.INDEX, now()), [s.id for s in stories]
            )
        }
        for story in stories:
            version = session.get(StoryVersion, (story.id, story.current_version))
            text = texts.get(story.id)
            if version is None or text is None or not text.title:
                found.append(f"story {story.id} without its words or version")
            elif hashlib.sha256(text.text.encode()).hexdigest() != version.sha256:
                found.append(f"story {story.id} with other words")
            kept = session.get(UseStanding, (story.id, "keep"))
            if kept is None or kept.answer != "yes" or not session.get(StoryStanding, story.id):
                found.append(f"story {story.id} without its standing")
        for table, many in ((Person, 1), (StoryVersion, 1), (StoryStanding, 1), (Evidence, 1)):
            if count(session, table) != many * len(stories):
                found.append(f"{count(session, table)} of {table.__tablename__}")
        if count(session, ConsentEvent) != count(session, Receipt):
            found.append("an event without its receipt")
        if broken_links(session):
            found.append("a broken chain of events")
    with house.engine.connect() as connection:
        found += [
            str(row)
            for pragma in ("integrity_check", "foreign_key_check")
            for row in connection.exec_driver_sql(f"PRAGMA {pragma}")
            if row[0] != "ok"
        ]
    return found


def kept_ids(house) -> set[str]:
    with house.sessions() as session:
        return set(session.scalars(sa.select(Story.external_id)))


def strays(house) -> list[str]:
    with house.sessions() as session:
        return [line for _, line in house.strays(session)]


def found_by_all(house, word: str = WORD) -> int:
    """How many stories the house finds for a use everybody here said yes to."""
    with db.writing(house.sessions) as session:
        email = "reader@example.org"
        account = people.account_by_email(session, email) or people.add_account(
            session, email, [Role.RESEARCHER]
        )
        use = Use.claim(people.actor_for(session, account), Purpose.STUDY, now())
        answer = search.search(session, house.index, use, word)
        assert answer.ready
        return answer.total


def assert_sound(house) -> None:
    """Nothing waits, nothing strays, the index is whole: what ``storybank check`` asks."""
    with house.sessions() as session:
        assert queue.waiting(session) == 0
        assert house.index.trouble(session) is None
    assert strays(house) == []
    assert halves(house) == []


class TestTakeIn:
    """A take-in that is killed: what was said is there whole, the rest is not there at all."""

    def killed(self, home, told, undisturbed, acknowledged: list[str]) -> None:
        said = {json.loads(line)["external_id"] for line in acknowledged}
        with opened(home) as house:
            assert halves(house) == []
            before = kept_ids(house)
        assert said <= before
        assert len(before) <= len(said) + 1
        with crashing.storybank(home, "take-in", told, *YES, "--json") as again:
            rows = [json.loads(line) for line in again.rest()]
        assert {row["external_id"] for row in rows if row["outcome"] == "taken in"} == (
            EVERY - before
        )
        # It goes on after what is done; where all was, it begins anew, and refuses each.
        assert len(rows) == (MANY - len(before) or MANY) or len(before) == MANY
        with opened(home) as house:
            assert kept_ids(house) == EVERY
            house.runner.drain()
            assert_sound(house)
            assert found_by_all(house) == MANY
            assert suggestions(house) == undisturbed.suggestions

    @pytest.mark.parametrize("seed", range(5))
    def test_at_a_step(self, home, told, undisturbed, seed):
        fifth = undisturbed.steps // 5
        step = seed * fifth + random.Random(seed).randrange(60, fifth)
        with crashing.storybank(home, "take-in", told, *YES, "--json", kill_at=step) as run:
            acknowledged = run.rest()
        assert run.killed
        self.killed(home, told, undisturbed, acknowledged)

    @pytest.mark.parametrize("line", [23, MANY])
    def test_as_a_line_is_read(self, home, told, undisturbed, line):
        with crashing.storybank(home, "take-in", told, *YES, "--json") as run:
            acknowledged = [run.said.readline() for _ in range(line)]
            run.kill()
            acknowledged += run.rest()
        self.killed(home, told, undisturbed, acknowledged)

    @pytest.mark.parametrize("part", [0.5, 0.8])
    def test_killed_over_the_index_no_word_of_what_is_stopped_after_stays_in_a_file(
        self, home, told, empty_house, tmp_path, part
    ):
        """Files that a killed writer left half done go too."""
        other = houses.copy(empty_house, tmp_path / "other")
        with crashing.storybank(other, "take-in", told, *YES, "--json", within="index") as run:
            run.rest()
        step = round(run.steps * part)
        with crashing.storybank(
            home, "take-in", told, *YES, "--json", kill_at=step, within="index"
        ) as run:
            assert len(run.rest()) == MANY
        assert run.killed
        with opened(home) as house:
            with db.writing(house.sessions) as session:
                for story in session.scalars(sa.select(Story)):
                    factories.Factory(session).stop(story)
            assert found_by_all(house) == 0
            house.runner.drain()
            assert strays(house) == []
        holding = [
            path.name
            for path in (home / "index").rglob("*")
            if path.is_file() and WORD[:6].encode() in path.read_bytes().lower()
        ]
        assert holding == []


class TestInit:
    @pytest.mark.parametrize("seed", range(2))
    def test_a_set_up_that_was_killed_is_finished_by_the_next(self, tmp_path, seed):
        home = tmp_path / "home"
        with crashing.storybank(tmp_path / "other", "init") as run:
            run.rest()
        half = run.steps // 2
        step = seed * half + random.Random(seed).randrange(1, half)
        with crashing.storybank(home, "init", kill_at=step) as run:
            run.rest()
        assert run.killed
        with crashing.storybank(home, "init") as again:
            assert again.rest() == ["Storybank is set up."]
        with crashing.storybank(home, "check") as check:
            said = [line for line in check.rest() if not line.startswith(("assets", "disk"))]
        assert all(line.endswith(": ok") for line in said)
        assert not list(home.glob(".secret_key.*"))


class TestReindex:
    @pytest.mark.parametrize("seed", range(3))
    def test_the_old_index_answers_and_the_next_is_fine(self, full_home, seed):
        for _ in range(2):  # the first does the work that was promised, too
            with crashing.storybank(full_home, "reindex") as run:
                assert run.rest() == [f"Indexed {MANY} stories."]
        third = run.steps // 3
        step = seed * third + random.Random(seed).randrange(1, third)
        with crashing.storybank(full_home, "reindex", kill_at=step) as run:
            run.rest()
        assert run.killed
        with opened(full_home) as house:
            assert found_by_all(house) == MANY
        with crashing.storybank(full_home, "reindex") as again:
            assert again.rest() == [f"Indexed {MANY} stories."]
        with opened(full_home) as house:
            assert found_by_all(house) == MANY
            assert_sound(house)
        assert len(list((full_home / "index").glob("books-*"))) == 1


class TestStop:
    STOP = ("stop", 7, "--all", "--channel", "phone")

    def test_one_that_was_said_holds_at_once_and_its_copies_go_with_the_next_work(self, full_home):
        with crashing.storybank(full_home, *self.STOP) as run:
            assert run.said.readline().startswith("Stopped. Receipt ")
            run.kill()
            run.rest()
        with opened(full_home) as house:
            assert found_by_all(house) == MANY - 1
            assert found_by_all(house, '"story 6"') == 0
            house.runner.drain()
            assert strays(house) == []
            assert_stopped(house, 7)

    @pytest.mark.parametrize("seed", range(4))
    def test_it_is_done_whole_or_not_at_all(self, full_home, seed):
        with crashing.storybank(full_home, "stop", 8, "--all", "--channel", "phone") as run:
            run.rest()
        quarter = run.steps // 4
        step = seed * quarter + random.Random(seed).randrange(5, quarter)
        with crashing.storybank(full_home, *self.STOP, kill_at=step) as run:
            said = run.rest()
        assert run.killed
        with opened(full_home) as house:
            left = found_by_all(house)
            assert left in ((MANY - 2,) if said else (MANY - 1, MANY - 2))
            with house.sessions() as session:
                events = count(session, ConsentEvent, ConsentEvent.story_id == 7)
                receipts = count(session, Receipt, Receipt.story_id == 7)
            assert events == receipts == (1 if left == MANY - 1 else 2)
            house.runner.drain()
            assert strays(house) == []
        with crashing.storybank(full_home, *self.STOP) as again:
            assert again.rest()[0].startswith("Stopped.")
        with opened(full_home) as house:
            assert strays(house) == []
            assert_stopped(house, 7)


class TestErase:
    ERASE = ("erase", 7, "--channel", "phone", "--yes")

    def test_one_that_was_said_holds_at_once_and_its_copies_go_with_the_next_work(self, full_home):
        with crashing.storybank(full_home, *self.ERASE) as run:
            assert run.said.readline().startswith("Deleted. Receipt ")
            run.kill()
            run.rest()
        self.assert_erased(full_home)

    @pytest.mark.parametrize("seed", range(3))
    def test_it_is_done_whole_or_not_at_all(self, full_home, seed):
        with crashing.storybank(full_home, "erase", 8, *self.ERASE[2:]) as run:
            run.rest()
        third = run.steps // 3
        step = seed * third + random.Random(seed).randrange(5, third)
        with crashing.storybank(full_home, *self.ERASE, kill_at=step) as run:
            said = run.rest()
        assert run.killed
        with opened(full_home) as house:
            left = found_by_all(house)
            assert left in ((MANY - 2,) if said else (MANY - 1, MANY - 2))
            words = self.words_kept(house, 7)
            assert words == (left == MANY - 1), "closed and wiped are one act"
        if left == MANY - 1:
            with crashing.storybank(full_home, *self.ERASE) as again:
                assert again.rest()[0].startswith("Deleted.")
        self.assert_erased(full_home)

    @staticmethod
    def words_kept(house, number: int) -> bool:
        use = Use.claim(factories.MACHINE, Purpose.INDEX, now())
        with house.sessions() as session:
            kept = sa.select(sa.func.count()).where(sa.text("story_id = :n")).select_from(
                sa.table("story_words")
            )  # fmt: skip
            found = session.execute(kept, {"n": number}, execution_options={"use": use})
            return bool(found.scalar())

    def assert_erased(self, home: Path) -> None:
        with opened(home) as house:
            house.runner.drain()
            house.runner.errands.drain()
            assert strays(house) == []
            assert found_by_all(house, '"story 6"') == 0
            assert not self.words_kept(house, 7)
            with house.sessions() as session:
                assert session.get(StoryStanding, 7).closed == "erased"
                assert broken_links(session) == 0


class TestPause:
    def test_one_that_was_answered_holds_after_and_its_copies_go_with_the_next_work(
        self, full_home
    ):
        with opened(full_home) as house, db.writing(house.sessions) as session:
            a = factories.Factory(session)
            story = session.get_one(Story, 7)
            a.actor(Role.STORYTELLER, email="teller@example.org", person_id=story.person_id)
        port = servers.free_port()
        with crashing.storybank(full_home, "serve", "--port", port) as run:
            assert run.said.readline().startswith("Storybank is open at ")
            teller = browsing.Browser(port, "teller@example.org")
            assert teller.post("/my/7/pause", on="/my/7") == 303
            run.kill()
        with opened(full_home) as house:
            assert found_by_all(house) == MANY - 1
            assert found_by_all(house, '"story 6"') == 0
            house.runner.drain()
            assert strays(house) == []
            with house.sessions() as session:
                assert session.get(StoryStanding, 7).closed == "paused"
                assert count(session, ConsentEvent, ConsentEvent.story_id == 7) == 2
                assert count(session, Receipt, Receipt.story_id == 7) == 2
                assert broken_links(session) == 0


class TestServe:
    """A server killed while people work: what it answered is done, the rest not or whole."""

    @pytest.fixture
    def team(self, full_home):
        """A researcher and a steward, by e-mail address, and a code to put on."""
        with opened(full_home) as house, db.writing(house.sessions) as session:
            a = factories.Factory(session)
            a.actor(Role.RESEARCHER, email="researcher@example.org")
            a.actor(Role.STEWARD, email="steward@example.org")
            return a.code("EN-PEER").id

    @pytest.mark.parametrize("seed", range(2))
    def test_acts_it_answered_are_there_after(self, full_home, team, seed):
        port = servers.free_port()
        done: Queue = Queue()
        wanted = random.Random(seed).randrange(8, 20)
        with crashing.storybank(full_home, "serve", "--port", port) as run:
            assert run.said.readline().startswith("Storybank is open at ")
            people = [
                threading.Thread(target=self.code, args=(port, team, done)),
                threading.Thread(target=self.stop, args=(port, done)),
            ]
            for person in people:
                person.start()
            acknowledged = []
            # Killed in the midst of both: one of them may be much the quicker to sign in.
            while len(acknowledged) < wanted or len({act for act, _ in acknowledged}) < 2:
                acknowledged.append(done.get(timeout=60))
            run.kill()
            for person in people:
                person.join()
        while not done.empty():
            acknowledged.append(done.get())
        coded = {number for act, number in acknowledged if act == "coded"}
        stopped = {number for act, number in acknowledged if act == "stopped"}
        assert coded
        assert stopped
        with opened(full_home) as house:
            self.assert_whole(house, coded, stopped)
            assert found_by_all(house) in (MANY - len(stopped), MANY - len(stopped) - 1)
        with crashing.storybank(full_home, "serve", "--port", port) as again:
            assert again.said.readline().startswith("Storybank is open at ")
            browser = browsing.Browser(port, "researcher@example.org")
            with opened(full_home) as house:
                # Its first visitor wakes the work that the killed one left.
                assert any(strays(house) == [] for _ in browser.visits("/stories/study", 500))
            rows = csv.DictReader(browser.get("/codings.csv").removeprefix("\ufeff").splitlines())
            assert coded <= {int(row["story"]) for row in rows}

    @staticmethod
    def code(port: int, code_id: int, done: Queue) -> None:
        with suppress(OSError, HTTPException):
            browser = browsing.Browser(port, "researcher@example.org")
            for number in range(1, MANY // 2):
                page = f"/desk/{number}/sentences"
                form = {"version": 1, "sentence": 0, "code": code_id}
                if browser.post(page, on=page, **form) == 303:
                    done.put(("coded", number))

    @staticmethod
    def stop(port: int, done: Queue) -> None:
        with suppress(OSError, HTTPException):
            browser = browsing.Browser(port, "steward@example.org")
            for number in range(MANY // 2, MANY):
                page = f"/stories/keep/{number}/choices"
                form = {"use": "all", "channel": "phone"}
                if browser.post(f"/stories/keep/{number}/stop", on=page, **form) == 303:
                    done.put(("stopped", number))

    @staticmethod
    def assert_whole(house, coded: set[int], stopped: set[int]) -> None:
        with house.sessions() as session:
            there = set(session.scalars(sa.select(Coding.story_id)))
            assert coded <= there
            assert len(there) <= len(coded) + 1
            assert count(session, Coding) == count(session, Act) == len(there)
            events = count(session, ConsentEvent)
            assert MANY + len(stopped) <= events <= MANY + len(stopped) + 1
            assert count(session, Receipt) == events
        for number in stopped:
            assert_stopped(house, number)


def assert_stopped(house, story_id: int) -> None:
    with house.sessions() as session:
        rows = session.scalars(sa.select(UseStanding).where(UseStanding.story_id == story_id))
        assert {row.answer for row in rows} == {"stopped"}
        assert broken_links(session) == 0
