"""Promises on PostgreSQL are called for through Procrastinate, and kept once, by any worker."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import servers
import sqlalchemy as sa

from storybank import db
from storybank.clock import now
from storybank.jobs import queue
from storybank.jobs.calling import Calls, schema_of
from storybank.jobs.errands import Errands
from storybank.jobs.keeper import Keeper
from storybank.jobs.keeping import MOST_ATTEMPTS, HouseLock, the_only_one
from storybank.jobs.models import Job
from storybank.jobs.queues import ALL, INDEXING, MAIL, QUEUES, SUGGESTING, lock_of, queue_of
from storybank.jobs.workers import Workers
from storybank.operating import work
from storybank.operating.rules import WORK
from storybank.outages import Outage, outage

pytestmark = pytest.mark.postgres
NOTE, MAILED = "consent.note", "mail.note"
LONGEST = 60.0
"""Seconds that a worker may take to do what there is."""


class NobodyLearns:
    names = ()

    def drain(self) -> None:
        """Nothing to do."""


class Desk:
    """A database of promises, and workers that write down what they did in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = db.make_engine(url)
        self.sessions = db.make_sessions(self.engine)
        self.calls = Calls(url)
        self.calls.follow(self.sessions)
        with self.engine.begin() as connection:
            Job.metadata.create_all(connection, tables=[Job.__table__])
            connection.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS done (at serial, what int, who text)"
            )
            connection.exec_driver_sql("TRUNCATE done, job")
        self.calls.prepare(self.engine)
        self.fails = 0
        self.errands: dict[str, object] = {}

    def note(self, session, jobs) -> None:
        for args in jobs:
            session.execute(
                sa.text("INSERT INTO done (what, who) VALUES (:what, :who)"),
                {"what": args["n"], "who": threading.current_thread().name},
            )
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a word that must be told nowhere")

    def worker(self, who: str = "one") -> Workers:
        handlers = {NOTE: self.note, MAILED: self.note}
        errands = Errands(self.sessions, self.errands, lock_file=None)
        keeper = Keeper(self.sessions, handlers, errands, NobodyLearns(), self.calls, who)
        return Workers(self.engine, self.sessions, self.calls, keeper, lambda session: None)

    def promise(self, *numbers: int, name: str = NOTE, **more) -> None:
        with db.writing(self.sessions) as session:
            for n in numbers:
                queue.put(session, name, n=n, **more)

    def run(self, *queues: str) -> list[int]:
        # Not in the thread of the test, where a browser of an earlier test may have its own loop.
        working = threading.Thread(
            target=self.worker().work, args=(queues or [ALL], False, True), daemon=True
        )
        working.start()
        working.join(timeout=LONGEST)
        assert not working.is_alive()
        return self.done()

    def done(self) -> list[int]:
        return self.ask("SELECT what FROM done ORDER BY at")

    def open(self) -> list[Job]:
        with self.sessions() as session:
            return list(session.scalars(sa.select(Job).order_by(Job.id)))

    def called(self) -> list[int]:
        with self.engine.connect() as connection:
            schema = schema_of(connection)
        return self.ask(f"SELECT (args->>'job_id')::int FROM \"{schema}\".procrastinate_jobs")

    def ask(self, line: str) -> list[int]:
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.text(line)))


@pytest.fixture(scope="module")
def server():
    with servers.postgres() as url:
        yield url


@pytest.fixture
def desk(server):
    desk = Desk(server)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql(f'TRUNCATE "{schema_of(connection)}".procrastinate_jobs CASCADE')
    yield desk
    desk.engine.dispose()


class TestTogether:
    def test_act_promise_and_call_commit_together(self, desk):
        with desk.sessions() as session:
            queue.put(session, NOTE, n=1)
            session.flush()
            assert (desk.open(), desk.called()) == ([], [])
            session.commit()
        assert desk.called() == [job.id for job in desk.open()] != []

    def test_or_not_at_all(self, desk):
        with desk.sessions() as session:
            queue.put(session, NOTE, n=1)
            session.flush()
            session.rollback()
        assert (desk.open(), desk.called()) == ([], [])

    def test_a_call_tells_a_number_alone(self, desk):
        desk.promise(1, sealed="a secret")
        with desk.engine.connect() as connection:
            schema = schema_of(connection)
        [args] = desk.ask(f'SELECT args::text FROM "{schema}".procrastinate_jobs')
        assert "secret" not in args


class TestKeeping:
    def test_what_is_kept_leaves_nothing(self, desk):
        desk.promise(1, 2, 3)
        assert desk.run() == [1, 2, 3]
        assert (desk.open(), desk.called()) == ([], [])

    def test_a_worker_does_the_work_of_its_queues(self, desk):
        desk.promise(1)
        desk.promise(2, name=MAILED)
        assert desk.run(MAIL) == [2]
        assert desk.run(INDEXING) == [2, 1]

    def test_stops_go_first(self, desk):
        desk.promise(1, 2)
        with db.writing(desk.sessions) as session:
            queue.put(session, NOTE, queue.FIRST, n=3)
        assert desk.run() == [3, 1, 2]

    def test_two_workers_keep_the_order_of_a_story_and_do_each_once(self, desk):
        for n in range(40):
            desk.promise(n, story_id=n % 2)
        workers = [desk.worker(str(n)) for n in range(2)]
        threads = [threading.Thread(target=one.work, args=([ALL], False, True)) for one in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = desk.done()
        assert sorted(done) == list(range(40))
        assert [n for n in done if n % 2] == list(range(1, 40, 2))
        assert [n for n in done if not n % 2] == list(range(0, 40, 2))

    def test_a_call_that_comes_twice_is_kept_once(self, desk):
        desk.promise(1)
        with db.writing(desk.sessions) as session:
            desk.calls.again(session, session.scalar(sa.select(Job)), now())
        assert desk.run() == [1]

    def test_who_began_it_is_there_for_all_to_see(self, desk):
        desk.promise(1)
        [job] = desk.open()
        keeper = desk.worker("node seven").keeper
        keeper.handlers = {NOTE: lambda session, jobs: (_ for _ in ()).throw(RuntimeError)}
        keeper.keep(job.id)
        assert desk.open()[0].begun_by == "node seven"


class TestTrouble:
    def test_what_fails_leaves_no_half_is_put_off_and_comes_again(self, desk):
        desk.fails = 1
        desk.promise(1)
        desk.run()
        [job] = desk.open()
        assert (job.attempts, job.trouble, desk.done()) == (1, "RuntimeError", [])
        assert job.run_after > now()
        assert desk.called() == [job.id]

    def test_in_the_end_it_is_given_up_and_a_person_has_it_tried_again(self, desk):
        desk.promise(1)
        with db.writing(desk.sessions) as session:
            session.scalar(sa.select(Job)).attempts = MOST_ATTEMPTS - 1
        desk.fails = 1
        assert desk.run() == []
        [job] = desk.open()
        assert job.failed_at is not None
        with db.writing(desk.sessions) as session:
            work.again(session, job.id)
        assert desk.run() == [1]

    def test_a_promise_that_lost_its_call_is_called_again(self, desk):
        desk.promise(1)
        with desk.engine.begin() as connection:
            schema = schema_of(connection)
            connection.exec_driver_sql(f'DROP SCHEMA "{schema}" CASCADE')
        desk.calls.prepare(desk.engine)
        assert desk.called() == []
        desk.worker().look_after()
        assert desk.called() == [job.id for job in desk.open()]
        assert desk.run() == [1]

    def test_what_ends_its_worker_is_given_up_in_the_end(self, desk):
        desk.promise(1)
        [job] = desk.open()
        for _ in range(MOST_ATTEMPTS + 1):
            # As far as a worker comes that is killed over it.
            desk.worker().keeper._begin(job.id)
        [job] = desk.open()
        assert (job.attempts, job.trouble) == (MOST_ATTEMPTS, "the worker ended")
        assert desk.run() == []

    def test_what_a_machine_with_a_wrong_clock_promised_does_not_wait_for_that_day(
        self, desk, monkeypatch
    ):
        monkeypatch.setattr(queue, "now", lambda: now() + timedelta(days=1))
        desk.promise(4)
        assert desk.run() == [4]
        assert desk.open() == []

    def test_a_call_that_breaks_off_is_an_outage_like_any_other(self, desk):
        with desk.sessions() as session:
            number = session.connection().scalar(sa.text("SELECT pg_backend_pid()"))
            assert desk.calls._is_there(session.connection(), schema_of(session.connection()))

            def cut(*_):
                desk.ask(f"SELECT count(pg_terminate_backend({number}))")

            job = Job(id=1, name=NOTE, priority=5, args={"n": 1}, made_at=now(), run_after=now())
            broken = desk.calls._app.configure_task
            desk.calls._app.configure_task = lambda *a, **b: (cut(), broken(*a, **b))[1]
            with pytest.raises(sa.exc.DBAPIError) as told:
                desk.calls._call(session, job)
            assert outage(told.value) is Outage.AWAY
            session.invalidate()

    def test_the_learner_counts_for_itself(self, desk):
        desk.promise(1, name="suggest.fit")
        [job] = desk.open()
        keeper = desk.worker().keeper
        keeper.learner = type("Learner", (), {"names": ("suggest.fit",)})()
        for _ in range(MOST_ATTEMPTS + 1):
            assert keeper._begin(job.id) == "suggest.fit"
        assert desk.open()[0].attempts == 0

    def test_a_stop_waits_for_no_errand(self, desk):
        over, begun = threading.Event(), threading.Event()

        def slow(args):
            begun.set()
            assert over.wait(30)

        desk.errands = {"mail.slow": slow}
        desk.calls.errands = frozenset(desk.errands)
        desk.promise(1, name="mail.slow")
        working = threading.Thread(target=desk.run)
        working.start()
        assert begun.wait(30)
        desk.promise(2)
        assert desk.run(INDEXING) == [2]
        over.set()
        working.join()
        assert desk.open() == []

    def test_what_takes_too_long_is_seen(self, desk):
        keeper = desk.worker().keeper
        keeper._busy[1] = NOTE, float("-inf")
        assert keeper.overdue() == NOTE


def test_a_lock_of_the_house_is_one_for_all_machines(desk):
    lock = HouseLock(desk.engine, "learning")
    other = db.make_engine(desk.url)
    with the_only_one(lock) as first, the_only_one(HouseLock(other, "learning")) as second:
        assert (first, second) == (True, False)
    with the_only_one(lock) as again:
        assert again
    other.dispose()


class TestQueues:
    def test_every_kind_of_work_has_a_queue(self):
        assert {queue_of(name) for name in WORK} == set(QUEUES)

    def test_work_about_one_story_waits_for_work_about_it(self):
        assert lock_of("consent.reconcile", {"story_id": 7}) == "story:7"
        assert lock_of("suggest.read", {"story_ids": [7]}) == SUGGESTING
        assert lock_of("portal.remind", {}) == "portal.remind"

    def test_what_was_put_off_keeps_nobody_waiting(self, desk):
        desk.promise(1, story_id=7)
        with db.writing(desk.sessions) as session:
            session.scalar(sa.select(Job)).run_after = now() + timedelta(hours=1)
        desk.promise(2, story_id=7)
        assert desk.run() == [2]
