"""Calls: how workers on any machine hear of promised work. The only importer of Procrastinate.

On PostgreSQL each promise (a row of ``job``) is called through Procrastinate, on the connection of
the session that makes it: act, promise and call commit together or not at all. Procrastinate wakes
a free worker, keeps locks, and tells which workers are dead. A call holds the number of its promise
and nothing else. The calls' tables have a schema of their own beside the house's: no backup copies
them and no migration knows them, for a promise that lost its call is called again (``uncalled``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.jobs.models import Job
from storybank.jobs.queues import SLOW, lock_of, queue_of

if TYPE_CHECKING:
    import procrastinate
    from sqlalchemy.orm import UOWTransaction

TASK = "storybank.keep"
SCHEMA = "_calls"
"""Ends the name of the schema of calls, beside the house's own."""
PREPARING = 7_305_104
"""The lock of whoever makes that schema."""
HEARTBEAT, DEAD = 5.0, 20.0
"""Seconds between two signs of life of a worker, and without one until its calls are taken up."""
POLL = 5.0
"""Seconds after which a worker looks for calls of which no sign reached it."""


MANY = 1_000
"""How many promises without a call are called at one look."""


class Calls:
    """Calls for the promises of one house on PostgreSQL."""

    def __init__(self, url: str, errands: Collection[str] = ()) -> None:
        """``errands`` are the names of work that may take long."""
        import procrastinate

        self.url, self.errands = url, frozenset(errands)
        self._broken = procrastinate.exceptions.ConnectorException
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self._there = False

    def follow(self, sessions: sessionmaker[Session]) -> None:
        """Call for each promise that is made, or put off, in one of these sessions."""
        sa.event.listen(sessions, "after_flush", self._after_flush)

    def prepare(self, engine: Engine) -> None:
        """Make the tables of calls, or bring them up to the release of Procrastinate that is here.
        Several may ask at once."""
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(PREPARING)))
            schema = schema_of(connection)
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}"')
            held = connection.scalar(
                sa.text("SELECT obj_description(to_regnamespace(:name), 'pg_namespace')"),
                {"name": f'"{schema}"'},
            )
            here = version("procrastinate")
            if held == here:
                return
            if held is not None:
                # Made by another release: what it calls for is promised, and is called again.
                connection.exec_driver_sql(f'DROP SCHEMA "{schema}" CASCADE')
                connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
            # Said to the driver itself, for it holds signs that mean places of values elsewhere.
            driver: Any = connection.connection.driver_connection
            driver.execute(self._app.schema_manager.get_schema())
            connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{schema}\" IS '{here}'")

    def uncalled(self, session: Session) -> int:
        """Call for promises without a call, the most urgent first; how many, at most ``MANY``."""
        connection = session.connection()
        schema = schema_of(connection)
        if not self._is_there(connection, schema):
            return 0
        found = sa.text(
            "SELECT job.id FROM job WHERE job.failed_at IS NULL AND NOT EXISTS ("
            f'SELECT 1 FROM "{schema}".procrastinate_jobs AS call '
            "WHERE (call.args ->> 'job_id')::bigint = job.id AND call.status IN ('todo', 'doing')) "
            "ORDER BY job.priority, job.id LIMIT :many"
        )
        ids = list(connection.scalars(found, {"many": MANY}))
        lost = session.scalars(sa.select(Job).where(Job.id.in_(ids)).order_by(Job.priority, Job.id))
        for job in lost.all():
            self._call(session, job)
        return len(ids)

    def _after_flush(self, session: Session, _: UOWTransaction) -> None:
        for job in session.new:
            if isinstance(job, Job):
                self._call(session, job)
        for job in session.dirty:
            if isinstance(job, Job) and job.failed_at is None:
                state = inspect(job).attrs
                if state.run_after.history.has_changes() or state.failed_at.history.has_changes():
                    self._call(session, job)

    def again(self, session: Session, job: Job, at: datetime) -> None:
        """Call once more for a promise at this moment (UTC), and leave the promise as it is."""
        self._call(session, job, at)

    def _call(self, session: Session, job: Job, at: datetime | None = None) -> None:
        connection = session.connection()
        schema = schema_of(connection)
        if not self._is_there(connection, schema):
            return  # called when there are workers
        later = at > now() if at is not None else job.waits(now())
        at = at or job.run_after
        before = connection.scalar(sa.text("SELECT current_setting('search_path')"))
        path = sa.text("SELECT set_config('search_path', :path, true)")
        connection.execute(path, {"path": f'"{schema}"'})
        calling = self._app.configure_task(
            TASK,
            queue=queue_of(job.name) + (SLOW if job.name in self.errands else ""),
            # Here the higher number goes first. What is put off keeps nobody waiting.
            priority=-job.priority,
            lock=None if later else lock_of(job.name, job.args),
            schedule_at=at.replace(tzinfo=UTC) if later else None,
            connection=connection.connection.driver_connection,
        )
        try:
            calling.defer(job_id=job.id)
        except self._broken as broken:
            # An error of the database, by the name that it has everywhere else.
            cause = broken.__cause__ or broken
            raise sa.exc.OperationalError("a call", None, cause) from broken
        connection.execute(path, {"path": before})

    def _is_there(self, connection: Connection, schema: str) -> bool:
        if not self._there:
            found = sa.text("SELECT to_regclass(:name) IS NOT NULL")
            name = f'"{schema}".procrastinate_jobs'
            self._there = bool(connection.scalar(found, {"name": name}))
        return self._there


class Listening:
    """Hears calls of some queues and has each kept, one at a time, until it is told to stop."""

    def __init__(
        self, url: str, schema: str, queues: Sequence[str], keep: Callable[[int], None]
    ) -> None:
        self.url, self.schema, self.queues, self.keep = url, schema, queues, keep
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: asyncio.Task[None] | None = None

    def run(self, signals: bool, wait: bool = True) -> None:
        """Hear calls. ``signals``: SIGTERM and SIGINT end it after the call at hand. Without
        ``wait`` it ends when nothing is left to do.

        Raises what the database raises when it goes away.
        """
        asyncio.run(self._run(signals, wait))

    def stop(self) -> None:
        """End after the call at hand; may be called from any thread."""
        self._stopped = True
        loop, worker = self._loop, self._worker
        if loop is not None and worker is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(worker.cancel)

    async def _run(self, signals: bool, wait: bool) -> None:
        app = self._opened()
        self._loop = asyncio.get_running_loop()
        async with app.open_async():
            if self._stopped:
                return
            self._worker = asyncio.create_task(
                app.run_worker_async(
                    queues=list(self.queues), wait=wait, install_signal_handlers=signals,
                    delete_jobs="always", update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD, fetch_job_polling_interval=POLL,
                )
            )  # fmt: skip
            looking = asyncio.create_task(self._take_up(app))
            try:
                await self._worker
            except asyncio.CancelledError:
                if not self._stopped:
                    raise
            finally:
                looking.cancel()

    async def _take_up(self, app: procrastinate.App) -> None:
        """Give the calls of dead workers back."""
        while True:
            with suppress(Exception):  # a database that is away is asked again
                for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD):
                    with suppress(Exception):  # another worker was first
                        await app.job_manager.retry_job(job)
            await asyncio.sleep(DEAD / 2)

    def _opened(self) -> procrastinate.App:
        import procrastinate

        where = make_url(self.url).set(drivername="postgresql").render_as_string(False)
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=where, min_size=1, max_size=4, timeout=10,
                kwargs={"options": f'-c search_path="{self.schema}"', "connect_timeout": 5},
            )
        )  # fmt: skip

        @app.task(name=TASK)
        def keep(job_id: int) -> None:
            self.keep(job_id)

        return app


def schema_of(connection: Connection) -> str:
    """The schema of calls beside the house's own."""
    return f"{connection.scalar(sa.text('SELECT current_schema()'))}{SCHEMA}"


def quiet() -> None:
    """Procrastinate's own log says what each call was about at every step; ours says it once."""
    import logging

    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)


__all__: list[Any] = ["Calls", "Listening", "quiet", "schema_of"]
