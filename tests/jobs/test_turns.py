"""Much work leaves the database to others now and then."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storybank import db
from storybank.jobs import queue, runner
from storybank.jobs.models import Job
from storybank.jobs.runner import BATCH, FIRST_BATCH, GAP, TURN, Runner, next_size


class TestNextSize:
    def test_quick_work_is_done_in_ever_larger_parts_up_to_a_bound(self):
        sizes = [FIRST_BATCH]
        for _ in range(6):
            sizes.append(next_size(sizes[-1], 0.001))
        assert sizes == sorted(sizes)
        assert sizes[-1] == BATCH

    @pytest.mark.parametrize(("size", "took"), [(10, 5.0), (100, 12.0), (1, 9.0), (3, 1.5)])
    def test_slow_work_is_cut_to_what_fits_in_a_turn(self, size, took):
        found = next_size(size, took)
        assert found == 1 or found * took / size <= TURN

    def test_it_is_never_nothing(self):
        assert next_size(1, 3_600.0) == 1
        assert next_size(1, 0.0) == 2


class TestDrain:
    @pytest.fixture
    def sessions(self, tmp_path):
        engine = db.make_engine(f"sqlite:///{tmp_path / 'jobs.db'}")
        db.Base.metadata.create_all(engine, tables=[Job.__table__])
        yield db.make_sessions(engine)
        engine.dispose()

    def test_between_two_slow_parts_somebody_else_can_write(self, sessions, tmp_path, monkeypatch):
        time = [0.0]
        done, let_in = [], []
        monkeypatch.setattr(runner, "monotonic", lambda: time[0])

        def slow(session, jobs):
            done.append(len(jobs))
            time[0] += 2.0

        def pause(seconds):
            with db.writing(sessions) as other:
                queue.put(other, "another")
            let_in.append(seconds)

        with db.writing(sessions) as session:
            for number in range(40):
                queue.put(session, "slow", story_id=number)
        handlers = {"slow": slow, "another": lambda session, jobs: None}
        Runner(sessions, handlers, tmp_path / "lock", "held", pause=pause).drain()
        assert sum(done) == 40
        assert done[0] == FIRST_BATCH
        assert set(done[4:-1]) == {1}
        assert set(let_in) == {GAP}
        assert len(let_in) >= len(done) - 1
        with sessions() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0

    def test_quick_work_never_waits(self, sessions, tmp_path, monkeypatch):
        monkeypatch.setattr(runner, "monotonic", lambda: 0.0)
        waited = []
        with db.writing(sessions) as session:
            for number in range(40):
                queue.put(session, "quick", story_id=number)
        handlers = {"quick": lambda session, jobs: None}
        assert Runner(
            sessions, handlers, tmp_path / "lock", "held", pause=waited.append
        ).drain() == 40  # fmt: skip
        assert waited == []
