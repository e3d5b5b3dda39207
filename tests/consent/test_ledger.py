"""The ledger of what was taken away: appended before the commit, chained, and read with care."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from time import monotonic

import factories
import pytest
import servers
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db, events
from storybank.clock import now
from storybank.config import PROJECT
from storybank.consent import ledger, ledger_lines
from storybank.consent.ledger_database import AWAY, SHUT, LedgerDatabase
from storybank.consent.ledger_file import LedgerFile
from storybank.consent.ledger_lines import Position
from storybank.errors import Conflict, NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ledger" / "consents.jsonl"
    assert LedgerFile(path).prepare()
    return path


@pytest.fixture
def address(postgres_url):
    """An empty database for a ledger."""
    server = make_url(postgres_url)
    name = f"ledger_{os.urandom(4).hex()}"
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    yield server.set(database=name).render_as_string()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.postgres)])
def kept(request):
    """A ledger that was begun, of each kind."""
    if request.param == "file":
        return LedgerFile(request.getfixturevalue("path"))
    found = LedgerDatabase(request.getfixturevalue("address"))
    assert found.prepare()
    return found


def change(kept, statement: str) -> None:
    """What somebody may do to a ledger's rows who may do everything."""
    with kept._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE storybank_ledger DISABLE TRIGGER only_grows")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ALTER TABLE storybank_ledger ENABLE TRIGGER only_grows")


CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def entry(number: int = 1, kind: str = "stop", uses=("study",)) -> dict:
    return {"at": now().isoformat(), "story_id": number, "person_id": 1, "kind": kind,
            "uses": list(uses), "taken_in_at": None, "place": None}  # fmt: skip


def taken(number: int = 1, kind: str = "stop") -> events.Narrowed:
    return events.Narrowed(number, 1, now(), kind, ("study", "teach"))


class TestPrepare:
    def test_a_new_ledger_is_ours_alone_and_has_a_name(self, path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert LedgerFile(path).read().position.lines == 1

    def test_done_twice_it_leaves_the_ledger_alone(self, path):
        LedgerFile(path).write([entry()])
        before = path.read_bytes()
        assert not LedgerFile(path).prepare()
        assert path.read_bytes() == before


class TestWrite:
    def test_lines_are_read_as_they_were_written(self, kept):
        kept.write([entry(3), entry(4, "leave out") | {"place": [1, 5, 9]}])
        first, second = kept.read().lines
        assert (first.number, first.story_id, first.kind, first.uses) == (2, 3, "stop", ("study",))
        assert (second.number, second.place) == (3, (1, 5, 9))

    def test_each_line_covers_the_one_before(self, path):
        for number in range(5):
            LedgerFile(path).write([entry(number)])
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        assert [row["prev"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]

    def test_a_line_that_a_crash_cut_off_is_passed_over_and_told(self, path):
        LedgerFile(path).write([entry(1)])
        whole = path.read_bytes()
        for cut in (1, 40, len(whole.splitlines()[-1])):
            path.write_bytes(whole + whole.splitlines()[-1][:cut])
            assert LedgerFile(path).read().cut_off == 1
            assert LedgerFile(path).trouble() is None
            LedgerFile(path).write([entry(2)])
            found = LedgerFile(path).read()
            assert [line.story_id for line in found.lines] == [1, 2]
            assert found.cut_off == 1

    def test_lines_longer_than_one_look_back_are_found(self, kept):
        kept.write([entry(1, uses=["study"] * 5_000)])
        kept.write([entry(2)])
        assert [line.story_id for line in kept.read().lines] == [1, 2]

    def test_many_at_once_in_threads_make_one_chain(self, kept):
        def some(number):
            for _ in range(10):
                kept.write([entry(number)])

        threads = [threading.Thread(target=some, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(kept.read().lines) == 40

    def test_processes_killed_while_they_write_leave_one_whole_chain(self, path):
        program = (
            "import sys\nfrom pathlib import Path\n"
            "from storybank.consent.ledger_file import LedgerFile\n"
            "print('here', flush=True)\n"
            "while True:\n"
            "    LedgerFile(Path(sys.argv[1])).write([{'at': '2026-01-01T00:00:00', 'story_id': 1,"
            " 'person_id': 1, 'kind': 'stop', 'uses': []}])\n"
        )
        writers = [
            subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE,
                             cwd=PROJECT)
            for _ in range(2)
        ]  # fmt: skip
        for writer in writers:
            writer.stdout.readline()
        while path.stat().st_size < 20_000:
            pass
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            writer.stdout.close()
        LedgerFile(path).write([entry(9)])
        assert LedgerFile(path).read().lines[-1].story_id == 9


class TestRead:
    def test_a_line_that_was_changed_is_found(self, path):
        LedgerFile(path).write([entry(1), entry(2), entry(3)])
        path.write_text(path.read_text().replace('"story_id": 2', '"story_id": 7'))
        with pytest.raises(NotReady, match="line 3 does not follow"):
            LedgerFile(path).read()

    def test_a_line_that_was_taken_out_is_found(self, path):
        LedgerFile(path).write([entry(1), entry(2), entry(3)])
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:2] + lines[3:]))
        assert "does not follow" in LedgerFile(path).trouble()

    @pytest.mark.parametrize("content", [b"", b"\n", b'{"at": "2026'])
    def test_one_that_is_empty_is_as_good_as_missing(self, path, content):
        path.write_bytes(content)
        assert LedgerFile(path).trouble() == ledger_lines.MISSING
        path.unlink()
        assert LedgerFile(path).trouble() == ledger_lines.MISSING

    def test_only_what_came_after_a_position_is_given(self, kept):
        kept.write([entry(1)])
        position = kept.read().position
        kept.write([entry(2)])
        assert [line.story_id for line in kept.read().after(position)] == [2]

    def test_a_position_where_this_ledger_never_stood_is_refused(self, path, tmp_path):
        other = tmp_path / "other.jsonl"
        LedgerFile(other).prepare()
        position = LedgerFile(other).read().position
        for wrong in (position, Position(9, position.hash), Position(0, ledger_lines.START)):
            with pytest.raises(NotReady, match="does not go with this backup"):
                LedgerFile(path).read().after(wrong)


@pytest.mark.postgres
class TestDatabase:
    """What a ledger in a database must do besides."""

    @pytest.fixture
    def away(self):
        return LedgerDatabase(f"postgresql+psycopg://storybank@127.0.0.1:{servers.free_port()}/x")

    def test_begun_by_two_nodes_it_is_begun_once(self, address):
        assert [LedgerDatabase(address).prepare() for _ in range(2)] == [True, False]
        assert LedgerDatabase(address).read().position.lines == 1

    def test_nobody_changes_a_line_by_mistake(self, address):
        kept = LedgerDatabase(address)
        kept.prepare()
        for statement in ("DELETE FROM {}", "UPDATE {} SET line = ''", "TRUNCATE {}"):
            with pytest.raises(sa.exc.SQLAlchemyError), kept._engine.begin() as connection:
                connection.exec_driver_sql(statement.format("storybank_ledger"))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE storybank_ledger SET line = replace(line, 'stop', 'rest') WHERE number = 3",
            "DELETE FROM storybank_ledger WHERE number = 3",
        ],
    )
    def test_a_line_that_was_changed_or_taken_out_is_found(self, address, statement):
        kept = LedgerDatabase(address)
        kept.prepare()
        kept.write([entry(1), entry(2), entry(3)])
        assert kept.trouble() is None
        change(kept, statement)
        assert "line 3 does not follow" in kept.trouble()

    def test_a_line_of_nodes_at_once_is_one_chain(self, address):
        LedgerDatabase(address).prepare()

        def some(number):
            kept = LedgerDatabase(address)
            for _ in range(5):
                kept.write([entry(number), entry(number, "pause")])

        threads = [threading.Thread(target=some, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = LedgerDatabase(address).read().lines
        assert len(lines) == 30
        assert [one.story_id for one in lines[::2]] == [one.story_id for one in lines[1::2]]

    def test_what_was_said_to_be_written_is_there_whatever_cut_the_writers_off(self, address):
        LedgerDatabase(address).prepare()
        written, done = [], threading.Event()

        def write(number):
            kept = LedgerDatabase(address)
            while not done.is_set():
                number += 10
                with suppress(OSError):
                    kept._rests_until = 0
                    kept.write([entry(number)])
                    written.append(number)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        engine = sa.create_engine(address, poolclass=sa.NullPool)
        until, cuts = monotonic() + 30, 0
        while (cuts < 20 or len(written) < 30) and monotonic() < until:
            with engine.begin() as connection:
                cuts += len(connection.execute(sa.text(CUT)).all())
        done.set()
        for thread in threads:
            thread.join()
        assert cuts >= 20
        there = [line.story_id for line in LedgerDatabase(address).read().lines]
        assert set(written) <= set(there)
        assert len(set(there)) == len(there)

    def test_that_of_a_house_is_refused(self, address):
        with sa.create_engine(address, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
        with pytest.raises(NotReady, match="best on another machine"):
            LedgerDatabase(address).prepare()

    def test_one_that_is_away_is_told_and_asked_once_in_a_while(self, away):
        assert away.trouble() == AWAY
        with pytest.raises(NotReady, match="does not answer"):
            away.prepare()
        with pytest.raises(OSError):
            away.write([entry()])
        began = monotonic()
        for _ in range(100):
            with pytest.raises(OSError):
                away.write([entry()])
        assert monotonic() - began < 0.5

    def test_a_server_that_says_nothing_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            port = deaf.getsockname()[1]
            began = monotonic()
            with pytest.raises(OSError):
                LedgerDatabase(f"postgresql+psycopg://x@127.0.0.1:{port}/x").write([entry()])
            assert monotonic() - began < 5

    def test_one_that_is_missing_is_told(self, address):
        kept = LedgerDatabase(address)
        assert kept.trouble() == ledger_lines.MISSING
        with pytest.raises(OSError):
            kept.write([entry()])

    def test_a_standby_takes_no_lines(self, address):
        LedgerDatabase(address).prepare()
        with sa.create_engine(address, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql("CREATE ROLE reader LOGIN")
            connection.exec_driver_sql("GRANT SELECT ON storybank_ledger TO reader")
        reader = make_url(address).set(username="reader").render_as_string()
        assert LedgerDatabase(reader).trouble() == SHUT
        with sa.create_engine(address, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY reader")
            connection.exec_driver_sql("DROP ROLE reader")

    def test_it_goes_on_from_a_file(self, address, path):
        LedgerFile(path).write([entry(1), entry(2)])
        there = LedgerFile(path).read().position
        kept = LedgerDatabase(address)
        kept.take_over(LedgerFile(path).texts())
        assert kept.read().position == there
        kept.write([entry(3)])
        assert [line.story_id for line in kept.read().after(there)] == [3]
        with pytest.raises(Conflict):
            kept.take_over(LedgerFile(path).texts())

    def test_what_is_late_is_written_when_it_is_back_however_long_that_takes(self, engine, address):
        sessions = db.make_sessions(engine)
        kept = LedgerDatabase(address)
        ledger.keep(sessions, kept)
        with db.writing(sessions) as session:
            events.narrow(session, taken(5))
        with db.writing(sessions) as session:
            job = session.scalars(sa.select(Job).where(Job.name == ledger.LATE)).one()
            job.failed_at = now()
        with db.writing(sessions) as session:
            ledger.try_again(session)
        kept.prepare()
        kept._rests_until = 0
        with db.writing(sessions) as session:
            job = session.scalars(sa.select(Job).where(Job.name == ledger.LATE)).one()
            assert job.failed_at is None
            ledger.write_late(kept)(session, [job.args])
            session.delete(job)
        assert [line.story_id for line in kept.read().lines] == [5]


class TestKeep:
    @pytest.fixture
    def sessions(self, engine, path):
        sessions = db.make_sessions(engine)
        ledger.keep(sessions, LedgerFile(path))
        return sessions

    def test_what_was_taken_away_is_there_before_the_commit(self, sessions, path):
        seen, kept = [], LedgerFile(path)
        sa.event.listen(sessions, "after_commit", lambda session: seen.append(kept.read()))
        with db.writing(sessions) as session:
            events.narrow(session, taken(5))
            events.narrow(session, taken(5, "pause"))
            assert not LedgerFile(path).read().lines
        (found,) = seen
        assert [(line.story_id, line.kind) for line in found.lines] == [(5, "stop"), (5, "pause")]
        assert found.lines[0].uses == ("study", "teach")

    def test_what_was_rolled_back_is_not_written_later_either(self, sessions, path):
        with sessions() as session:
            events.narrow(session, taken())
            session.execute(sa.text("SELECT 1"))
            session.rollback()
            session.commit()
        assert not LedgerFile(path).read().lines

    def test_a_part_of_the_work_that_is_undone_loses_no_line(self, sessions, path):
        with db.writing(sessions) as session:
            events.narrow(session, taken(5))
            with pytest.raises(ValueError), session.begin_nested():
                raise ValueError
        assert [line.story_id for line in LedgerFile(path).read().lines] == [5]

    def test_it_holds_no_words_and_no_names(self, a, path):
        story = a.story(text="A hedgehog told me.", title="Hedgehog", name="Hedgehog Jones")
        a.session.info.pop(events.TAKEN, None)
        events.narrow(a.session, taken(story.id))
        entries = ledger._entries(a.session, ledger._taken(a.session))
        LedgerFile(path).write(entries)
        assert LedgerFile(path).read().lines[0].taken_in_at == story.taken_in_at
        assert b"edgehog" not in path.read_bytes()

    def test_a_ledger_that_is_away_holds_up_no_stop_and_is_told(self, house):
        file = house.config.ledger_file
        aside = file.with_name("aside")
        file.rename(aside)
        with db.writing(house.sessions) as session:
            events.narrow(session, taken(5))
        assert LedgerFile(file).trouble() == ledger_lines.MISSING
        with house.sessions() as session:
            assert queue.waiting(session) == 1
        house.runner.drain()  # put off, for it is still away
        aside.rename(file)
        with db.writing(house.sessions) as session:
            session.execute(sa.update(Job).values(run_after=now()))
        house.runner.drain()
        assert [line.story_id for line in LedgerFile(file).read().lines] == [5]

    def test_a_stop_is_in_it(self, house):
        with db.writing(house.sessions) as session:
            story = factories.Factory(session).story()
        assert not LedgerFile(house.config.ledger_file).read().lines
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(story)
        (line,) = LedgerFile(house.config.ledger_file).read().lines
        assert (line.story_id, line.person_id, line.kind) == (story.id, story.person_id, "stop")
        assert (len(line.uses), line.taken_in_at) == (8, story.taken_in_at)


class TestSettled:
    def test_nobody_stands_between_a_line_and_its_commit(self, engine, path):
        """A copy begun after a look at the ledger holds all that the ledger held."""
        sessions = db.make_sessions(engine)
        ledger.keep(sessions, LedgerFile(path))
        written, go_on, looked = threading.Event(), threading.Event(), threading.Event()

        def stop():
            with sessions() as session:
                db.begin_writing(session)
                events.narrow(session, taken())
                sa.event.listen(session, "before_commit", wait)
                session.commit()

        def wait(_session):
            written.set()
            go_on.wait(10)

        def look():
            with ledger.settled(engine):
                looked.set()

        stopping, looking = threading.Thread(target=stop), threading.Thread(target=look)
        stopping.start()
        written.wait(10)
        assert LedgerFile(path).read().lines
        looking.start()
        assert not looked.wait(0.3)
        go_on.set()
        assert looked.wait(10)
        stopping.join()
        looking.join()


def test_the_environment_says_where_it_is(monkeypatch, tmp_path, house):
    from storybank.config import Config

    monkeypatch.setenv("STORYBANK_HOME", str(house.config.home))
    assert Config.from_environment().ledger_file == house.config.home / "ledger/consents.jsonl"
    monkeypatch.setenv("STORYBANK_LEDGER", str(tmp_path / "other disk" / "l.jsonl"))
    assert Config.from_environment().ledger_file == tmp_path / "other disk" / "l.jsonl"
