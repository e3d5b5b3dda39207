"""The database is away, full or busy: pages say so kindly, and nobody storms it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
import sqlalchemy as sa
from small_site import make_app, notes

from storybank import connecting, db
from storybank.config import Config
from storybank.outages import Outage, outage

RESTING = "Storybank is resting"
NOT_KNOWN = "We do not know whether that was saved"


class Server:
    """A PostgreSQL of its own that can be stopped and started again."""

    def __init__(self, url: str) -> None:
        self.url = url
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            self.data = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        engine.dispose()

    def _control(self, *words: str) -> None:
        programs = servers._programs()
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*become, str(programs / "pg_ctl"), "-D", str(self.data), "-w", *words],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    def stop(self) -> None:
        options = (self.data / "postmaster.opts").read_text()
        self._options = options.split(" ", 1)[1].replace('"', "").strip()
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._control("-l", str(self.data.parent / "log"), "-o", self._options, "start")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with servers.postgres() as url:
        yield Server(url)


@pytest.fixture
def engine(server) -> Iterator[sa.Engine]:
    engine = db.make_engine(server.url)
    notes.metadata.drop_all(engine)
    notes.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def app(engine, tmp_path):
    config = Config(home=tmp_path, database_url=str(engine.url), secret_key="only for tests")
    app = make_app(config, engine)

    @app.get("/read")
    def read() -> str:
        from storybank import web

        return " ".join(web.session().scalars(sa.select(notes.c.text)))

    return app


@pytest.fixture
def resting_briefly(monkeypatch):
    monkeypatch.setattr(connecting, "REST", (0.05, 0.1))


def until_it_reads(client) -> str:
    end = time.monotonic() + 20
    while (answer := client.get("/read")).status_code != 200:
        assert time.monotonic() < end
    return answer.text


@pytest.mark.postgres
class TestAway:
    def test_a_page_says_so_and_comes_back_by_itself(self, app, client, token, server, kept,
                                                     resting_briefly):  # fmt: skip
        sent = {"csrf_token": token, "text": "before"}
        assert client.post("/note", data=sent).status_code == 303
        server.stop()
        try:
            answer = client.get("/read")
            assert answer.status_code == 503
            assert RESTING in answer.text
            assert 5 <= int(answer.headers["Retry-After"]) <= 15
            assert answer.headers["Refresh"] == answer.headers["Retry-After"]
            part = client.get("/read", headers={"HX-Request": "true"})
            assert part.status_code == 503
            assert "Refresh" not in part.headers
            post = client.post("/note", data={"csrf_token": token, "text": "during"})
            assert post.status_code == 503
            assert "Nothing you sent just now was saved" in post.text
            assert "Refresh" not in post.headers
        finally:
            server.start()
        assert until_it_reads(client) == "before"
        assert kept() == ["before"]

    def test_while_it_is_away_nearly_nobody_asks_it(self, engine, server, monkeypatch):
        monkeypatch.setattr(connecting, "REST", (30.0, 30.0))
        asked: list[int] = []
        real = engine.dialect.connect

        def counted(*args, **named):
            asked.append(1)
            return real(*args, **named)

        monkeypatch.setattr(engine.dialect, "connect", counted)
        server.stop()
        try:
            failed: list[Outage | None] = []

            def ask() -> None:
                for _ in range(20):
                    try:
                        with engine.connect():
                            pass
                    except sa.exc.SQLAlchemyError as problem:
                        failed.append(outage(problem))

            ask()
            at_first = len(asked)
            threads = [threading.Thread(target=ask) for _ in range(10)]
            began = time.monotonic()
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            assert failed == [Outage.AWAY] * 220
            assert at_first == 1
            assert len(asked) == at_first
            assert time.monotonic() - began < 5
        finally:
            server.start()

    def test_what_was_being_kept_when_the_answer_was_lost_is_not_called_lost(
        self, app, engine, client, token, server, resting_briefly
    ):
        """The other end is killed before the COMMIT gets there."""

        def cut(connection: sa.Connection) -> None:
            number = connection.connection.driver_connection.info.backend_pid
            os.kill(number, signal.SIGKILL)

        sa.event.listen(engine, "commit", cut, once=True)
        answer = client.post("/note", data={"csrf_token": token, "text": "a"})
        assert answer.status_code == 503
        assert NOT_KNOWN in answer.text
        assert "Look before you send it again" in answer.text
        assert until_it_reads(client) == ""
        assert "Kept." not in client.get("/about").text


@pytest.mark.postgres
class TestBusyAndClash:
    @pytest.mark.parametrize(
        ("statement", "status", "says"),
        [
            ("SELECT pg_sleep(9)", 503, "Storybank is busy"),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '53100'; END $$", 507, "no room left"),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '40P01'; END $$", 409, "in the meantime"),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '40001'; END $$", 409, "in the meantime"),
            ("DO $$ BEGIN RAISE 'x' USING ERRCODE = '57P01'; END $$", 503, RESTING),
            ("SELECT 1 / 0", 500, "our mistake"),
        ],
    )
    def test_each_has_its_page(self, app, client, statement, status, says):
        from storybank import web

        @app.get("/asks")
        def asks() -> str:
            web.session().execute(sa.text("SET LOCAL statement_timeout = '50ms'"))
            web.session().execute(sa.text(statement))
            return "ok"

        answer = client.get("/asks")
        assert answer.status_code == status
        assert says in answer.text

    def test_each_page_has_its_limits_and_nothing_else_has(self, app, engine):
        from storybank import web

        asked = sa.text("SHOW statement_timeout")
        with app.test_request_context("/about"):
            assert web.session().scalar(asked) == "30s"
        with engine.connect() as connection:
            assert connection.scalar(asked) == "0"


class TestSqlite:
    def test_a_full_disk_is_told_kindly_and_what_stood_before_stands(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'small.db'}"
        engine = db.make_engine(url)
        notes.metadata.create_all(engine)
        sa.event.listen(
            engine, "connect", lambda made, _: made.execute("PRAGMA max_page_count = 4")
        )
        engine.dispose()
        app = make_app(Config(tmp_path, url, "only for tests"), engine)
        client = app.test_client()
        token = client.get("/form").text.split('name="csrf_token" value="')[1].split('"')[0]
        assert client.post("/note", data={"csrf_token": token, "text": "small"}).status_code == 303
        answer = client.post("/note", data={"csrf_token": token, "text": "x" * 40_000})
        assert answer.status_code == 507
        assert "There is no room left" in answer.text
        with engine.connect() as connection:
            assert list(connection.scalars(sa.select(notes.c.text))) == ["small"]
        engine.dispose()


class TestRest:
    def test_one_asks_after_the_rest_and_the_others_are_refused(self, monkeypatch):
        monkeypatch.setattr(connecting, "REST", (0.0, 0.0))
        rest = connecting.Rest()
        assert rest.may_ask()
        assert rest.may_ask()
        rest.failed()
        assert rest.may_ask()
        assert not rest.may_ask()
        rest.answered()
        assert rest.may_ask()
        assert rest.may_ask()
