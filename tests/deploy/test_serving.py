"""A house served by several processes, and its end: nobody is cut off, all are told."""

from __future__ import annotations

import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from deploy.serving import PROGRAM, settings_of, until

pytestmark = pytest.mark.postgres
TOKEN = {"Authorization": "Bearer a-monitor"}


def children(process: subprocess.Popen) -> list[str]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return path.read_text().split()


def abouts(house) -> float:
    """How often the page about Storybank was answered, as a monitor reads it."""
    name = 'storybank_requests_total{endpoint="web.about",method="GET",status="200"}'
    lines = house.get("/metrics", **TOKEN)[2].splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0.0)


class TestSeveralProcesses:
    def test_they_count_together_and_who_is_asked_ends_what_it_was_asked(
        self, served, on_postgres, postgres_url
    ):
        engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
        with served(on_postgres, "--processes", "2", "--closing", "1") as house:
            until(lambda: len(children(house.process)) == 2, "two processes")
            for _ in range(12):
                assert house.get("/about")[0] == 200
            # Whichever of them answers, a monitor reads the same.
            assert {abouts(house) for _ in range(8)} == {12.0}
            with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
                connection.execute(sa.text("LOCK TABLE alembic_version"))
                asked = pool.submit(house.get, "/readyz")
                waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                until(lambda: connection.scalar(waits) == 1, "the question to be asked")
                house.process.send_signal(signal.SIGTERM)
                until(lambda: house.get("/readyz")[2] == "closing\n", "it to say so")
                status, headers, _ = house.get("/healthz")
                assert (status, headers["Connection"]) == (200, "close")
                connection.rollback()
                assert asked.result()[0] == 200
            assert house.process.wait(30) == 0
            assert "Traceback" not in house.log.read_text()
        engine.dispose()

    def test_one_that_dies_is_replaced(self, served, on_postgres):
        with served(on_postgres, "--processes", "2") as house:
            until(lambda: len(children(house.process)) == 2, "two processes")
            first = children(house.process)[0]
            subprocess.run(["kill", "-9", first], check=True)
            until(lambda: len({*children(house.process)} - {first}) == 2, "another process")
            assert house.get("/about")[0] == 200
            assert house.end() == 0

    def test_on_sqlite_there_is_one(self, tmp_path):
        settings = settings_of(tmp_path / "house")
        subprocess.run([PROGRAM, "init"], env=settings, check=True, capture_output=True)
        said = subprocess.run([PROGRAM, "serve", "--processes", "2"], env=settings,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert said.returncode == 1
        assert said.stderr == "Several processes need PostgreSQL. Leave --processes out.\n"
