"""Promised work stands or falls with its act, and survives whoever was doing it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storybank import db, events
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.jobs.runner import MOST_ATTEMPTS, Runner


@pytest.fixture
def sessions(tmp_path):
    engine = db.make_engine(f"sqlite:///{tmp_path / 'jobs.db'}")
    db.Base.metadata.create_all(engine, tables=[Job.__table__])
    sessions = db.make_sessions(engine)
    queue.turn_events_into_jobs(
        sessions,
        {
            events.StoryChanged: lambda e: ("tidy", queue.SOON, {"story_id": e.story_id}),
            events.UseStopped: lambda e: ("tidy", queue.FIRST, {"story_id": e.story_id}),
        },
    )
    yield sessions
    engine.dispose()


@pytest.fixture
def done():
    return []


@pytest.fixture
def runner(sessions, tmp_path, done):
    def tidy(session, jobs):
        done.append([job["story_id"] for job in jobs])

    return Runner(sessions, {"tidy": tidy}, tmp_path / "lock", "held")


def waiting(sessions):
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Job))


class TestPublish:
    def test_a_committed_act_leaves_its_promise(self, sessions):
        with db.writing(sessions) as session:
            events.publish(session, events.StoryChanged(1))
        assert waiting(sessions) == 1

    def test_an_act_rolled_back_leaves_none_not_even_later(self, sessions):
        with sessions() as session:
            session.execute(sa.select(1))
            events.publish(session, events.StoryChanged(1))
            session.rollback()
            session.commit()
        assert waiting(sessions) == 0

    def test_the_same_thing_said_twice_is_promised_once(self, sessions):
        with db.writing(sessions) as session:
            events.publish(session, events.StoryChanged(1))
            events.publish(session, events.StoryChanged(1))
        assert waiting(sessions) == 1


class TestDrain:
    def test_stops_go_first(self, sessions, runner, done):
        with db.writing(sessions) as session:
            events.publish(session, events.StoryChanged(1))
            events.publish(session, events.UseStopped(2))
        assert runner.drain() == 2
        assert done == [[2], [1]]
        assert waiting(sessions) == 0

    def test_work_that_fails_is_kept_and_tried_later(self, sessions, tmp_path):
        def fails(session, jobs):
            raise ValueError("said with secret words")

        with db.writing(sessions) as session:
            queue.put(session, "tidy", story_id=1)
        Runner(sessions, {"tidy": fails}, tmp_path / "lock", "held").drain()
        with sessions() as session:
            job = session.scalars(sa.select(Job)).one()
            assert (job.attempts, job.trouble, job.failed_at) == (1, "ValueError", None)
            assert job.run_after > job.made_at

    def test_work_that_keeps_failing_is_put_aside_in_the_end(self, sessions, tmp_path):
        def fails(session, jobs):
            raise ValueError

        with db.writing(sessions) as session:
            queue.put(session, "tidy", story_id=1)
            session.execute(sa.update(Job).values(attempts=MOST_ATTEMPTS - 1))
        Runner(sessions, {"tidy": fails}, tmp_path / "lock", "held").drain()
        with sessions() as session:
            assert session.scalars(sa.select(Job)).one().failed_at is not None

    def test_half_done_work_is_undone_with_its_failure(self, sessions, tmp_path):
        def half(session, jobs):
            queue.put(session, "tidy", story_id=99)
            raise ValueError

        with db.writing(sessions) as session:
            queue.put(session, "tidy", story_id=1)
        Runner(sessions, {"tidy": half}, tmp_path / "lock", "held").drain()
        assert waiting(sessions) == 1

    def test_what_another_process_is_doing_is_left_to_it(self, sessions, runner, tmp_path, done):
        import fcntl

        with db.writing(sessions) as session:
            queue.put(session, "tidy", story_id=1)
        with open(tmp_path / "lock", "a") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert runner.drain() == 0
        assert runner.drain() == 1
        assert done == [[1]]

    def test_inline_work_is_done_by_the_time_the_commit_returns(self, sessions, tmp_path, done):
        Runner(sessions, {"tidy": lambda s, jobs: done.append(jobs)}, tmp_path / "lock", "inline")
        with db.writing(sessions) as session:
            events.publish(session, events.UseStopped(3))
        assert done == [[{"story_id": 3}]]
