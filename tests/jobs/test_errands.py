"""Errands wait for other machines; nobody in the house waits for an errand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from storybank import db
from storybank.clock import now
from storybank.jobs import queue
from storybank.jobs.errands import Errands
from storybank.jobs.keeping import MOST_ATTEMPTS, the_only_one
from storybank.jobs.models import Job
from storybank.jobs.runner import Runner

DAY = datetime(2026, 5, 4, 12, tzinfo=None)


@pytest.fixture
def sessions(tmp_path):
    engine = db.make_engine(f"sqlite:///{tmp_path / 'jobs.db'}")
    db.Base.metadata.create_all(engine, tables=[Job.__table__])
    yield db.make_sessions(engine)
    engine.dispose()


@pytest.fixture
def promise(sessions):
    def put(number: int, name: str = "walk") -> None:
        with db.writing(sessions) as session:
            queue.put(session, name, number=number)

    return put


@pytest.fixture
def left(sessions):
    def read() -> list[Job]:
        with sessions() as session:
            return list(session.scalars(sa.select(Job).order_by(Job.id)))

    return read


@pytest.fixture
def errands(sessions, tmp_path):
    def make(walk) -> Errands:
        return Errands(sessions, {"walk": walk}, tmp_path / "errands")

    return make


class TestDrain:
    def test_others_write_while_an_errand_is_run(self, sessions, promise, errands, left):
        def walk(args):
            promise(99, "other")  # would wait for ever if a transaction were open

        promise(1)
        assert errands(walk).drain() == 1
        assert [job.name for job in left()] == ["other"]

    def test_an_errand_that_wants_to_come_again_does_so_then_and_not_before(
        self, promise, errands, left
    ):
        tries = []

        def walk(args):
            tries.append(args["number"])
            return now() + timedelta(minutes=5) if len(tries) == 1 else None

        with time_machine.travel(DAY, tick=False) as clock:
            promise(1)
            run = errands(walk)
            assert (run.drain(), run.drain(), len(left())) == (1, 0, 1)
            clock.shift(timedelta(minutes=4))
            assert run.drain() == 0
            clock.shift(timedelta(minutes=1))
            assert run.drain() == 1
        assert tries == [1, 1]
        assert left() == []

    def test_one_that_fails_is_put_off_and_given_up_in_the_end(self, promise, errands, left):
        def walk(args):
            raise ValueError("said with secret words")

        with time_machine.travel(DAY, tick=False) as clock:
            promise(1)
            run = errands(walk)
            assert run.drain() == 1
            assert (left()[0].attempts, left()[0].trouble) == (1, "ValueError")
            for _ in range(MOST_ATTEMPTS):
                clock.shift(timedelta(hours=1))
                run.drain()
        assert left()[0].failed_at is not None
        assert left()[0].attempts == MOST_ATTEMPTS

    def test_what_another_process_is_running_is_left_to_it(self, promise, errands, tmp_path):
        promise(1)
        run = errands(lambda args: None)
        with the_only_one(tmp_path / "errands") as alone:
            assert alone
            assert run.drain() == 0
        assert run.drain() == 1


class TestRunner:
    def test_it_leaves_errands_alone_and_does_the_rest(self, sessions, promise, errands, left):
        done = []
        run = errands(lambda args: None)
        runner = Runner(
            sessions, {"tidy": lambda session, jobs: done.append(jobs)}, run.lock_file, "held",
            errands=run,
        )  # fmt: skip
        promise(1)
        promise(2, "tidy")
        assert runner.drain() == 1
        assert done == [[{"number": 2}]]
        assert [job.name for job in left()] == ["walk"]

    def test_inline_both_are_done_when_the_commit_returns(self, sessions, promise, errands, left):
        walked = []
        run = errands(lambda args: walked.append(args["number"]))
        Runner(sessions, {}, run.lock_file.with_name("lock"), "inline", errands=run)
        promise(1)
        assert walked == [1]
        assert left() == []
