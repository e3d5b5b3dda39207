"""The ledger of what was taken away: appended before the commit, chained, and read with care."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import threading

import factories
import pytest
import sqlalchemy as sa

from storybank import db, events
from storybank.clock import now
from storybank.config import PROJECT
from storybank.consent import ledger
from storybank.consent.ledger import Position
from storybank.errors import NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ledger" / "consents.jsonl"
    assert ledger.prepare(path)
    return path


def entry(number: int = 1, kind: str = "stop", uses=("study",)) -> dict:
    return {"at": now().isoformat(), "story_id": number, "person_id": 1, "kind": kind,
            "uses": list(uses), "taken_in_at": None, "place": None}  # fmt: skip


def taken(number: int = 1, kind: str = "stop") -> events.Narrowed:
    return events.Narrowed(number, 1, now(), kind, ("study", "teach"))


class TestPrepare:
    def test_a_new_ledger_is_ours_alone_and_has_a_name(self, path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert ledger.read(path).position.lines == 1

    def test_done_twice_it_leaves_the_ledger_alone(self, path):
        ledger.write(path, [entry()])
        before = path.read_bytes()
        assert not ledger.prepare(path)
        assert path.read_bytes() == before


class TestWrite:
    def test_lines_are_read_as_they_were_written(self, path):
        ledger.write(path, [entry(3), entry(4, "leave out") | {"place": [1, 5, 9]}])
        first, second = ledger.read(path).lines
        assert (first.number, first.story_id, first.kind, first.uses) == (2, 3, "stop", ("study",))
        assert (second.number, second.place) == (3, (1, 5, 9))

    def test_each_line_covers_the_one_before(self, path):
        for number in range(5):
            ledger.write(path, [entry(number)])
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        assert [row["prev"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]

    def test_a_line_that_a_crash_cut_off_is_passed_over_and_told(self, path):
        ledger.write(path, [entry(1)])
        whole = path.read_bytes()
        for cut in (1, 40, len(whole.splitlines()[-1])):
            path.write_bytes(whole + whole.splitlines()[-1][:cut])
            assert ledger.read(path).cut_off == 1
            assert ledger.trouble(path) is None
            ledger.write(path, [entry(2)])
            found = ledger.read(path)
            assert [line.story_id for line in found.lines] == [1, 2]
            assert found.cut_off == 1

    def test_lines_longer_than_one_look_back_are_found(self, path):
        ledger.write(path, [entry(1, uses=["study"] * 5_000)])
        ledger.write(path, [entry(2)])
        assert [line.story_id for line in ledger.read(path).lines] == [1, 2]

    def test_many_at_once_in_threads_make_one_chain(self, path):
        def some(number):
            for _ in range(10):
                ledger.write(path, [entry(number)])

        threads = [threading.Thread(target=some, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ledger.read(path).lines) == 40

    def test_processes_killed_while_they_write_leave_one_whole_chain(self, path):
        program = (
            "import sys\nfrom pathlib import Path\nfrom storybank.consent import ledger\n"
            "print('here', flush=True)\n"
            "while True:\n"
            "    ledger.write(Path(sys.argv[1]), [{'at': '2026-01-01T00:00:00', 'story_id': 1,"
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
        ledger.write(path, [entry(9)])
        assert ledger.read(path).lines[-1].story_id == 9


class TestRead:
    def test_a_line_that_was_changed_is_found(self, path):
        ledger.write(path, [entry(1), entry(2), entry(3)])
        path.write_text(path.read_text().replace('"story_id": 2', '"story_id": 7'))
        with pytest.raises(NotReady, match="line 3 does not follow"):
            ledger.read(path)

    def test_a_line_that_was_taken_out_is_found(self, path):
        ledger.write(path, [entry(1), entry(2), entry(3)])
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:2] + lines[3:]))
        assert "does not follow" in ledger.trouble(path)

    @pytest.mark.parametrize("content", [b"", b"\n", b'{"at": "2026'])
    def test_one_that_is_empty_is_as_good_as_missing(self, path, content):
        path.write_bytes(content)
        assert ledger.trouble(path) == ledger.MISSING
        path.unlink()
        assert ledger.trouble(path) == ledger.MISSING

    def test_only_what_came_after_a_position_is_given(self, path):
        ledger.write(path, [entry(1)])
        position = ledger.read(path).position
        ledger.write(path, [entry(2)])
        assert [line.story_id for line in ledger.read(path).after(position)] == [2]

    def test_a_position_where_this_ledger_never_stood_is_refused(self, path, tmp_path):
        other = tmp_path / "other.jsonl"
        ledger.prepare(other)
        position = ledger.read(other).position
        for wrong in (position, Position(9, position.hash), Position(0, ledger.START)):
            with pytest.raises(NotReady, match="does not go with this backup"):
                ledger.read(path).after(wrong)


class TestKeep:
    @pytest.fixture
    def sessions(self, engine, path):
        sessions = db.make_sessions(engine)
        ledger.keep(sessions, path)
        return sessions

    def test_what_was_taken_away_is_there_before_the_commit(self, sessions, path):
        seen = []
        sa.event.listen(sessions, "after_commit", lambda session: seen.append(ledger.read(path)))
        with db.writing(sessions) as session:
            events.narrow(session, taken(5))
            events.narrow(session, taken(5, "pause"))
            assert not ledger.read(path).lines
        (found,) = seen
        assert [(line.story_id, line.kind) for line in found.lines] == [(5, "stop"), (5, "pause")]
        assert found.lines[0].uses == ("study", "teach")

    def test_what_was_rolled_back_is_not_written_later_either(self, sessions, path):
        with sessions() as session:
            events.narrow(session, taken())
            session.execute(sa.text("SELECT 1"))
            session.rollback()
            session.commit()
        assert not ledger.read(path).lines

    def test_a_part_of_the_work_that_is_undone_loses_no_line(self, sessions, path):
        with db.writing(sessions) as session:
            events.narrow(session, taken(5))
            with pytest.raises(ValueError), session.begin_nested():
                raise ValueError
        assert [line.story_id for line in ledger.read(path).lines] == [5]

    def test_it_holds_no_words_and_no_names(self, a, path):
        story = a.story(text="A hedgehog told me.", title="Hedgehog", name="Hedgehog Jones")
        a.session.info.pop(events.TAKEN, None)
        events.narrow(a.session, taken(story.id))
        entries = ledger._entries(a.session, ledger._taken(a.session))
        ledger.write(path, entries)
        assert ledger.read(path).lines[0].taken_in_at == story.taken_in_at
        assert b"edgehog" not in path.read_bytes()

    def test_a_ledger_that_is_away_holds_up_no_stop_and_is_told(self, house):
        file = house.config.ledger_file
        aside = file.with_name("aside")
        file.rename(aside)
        with db.writing(house.sessions) as session:
            events.narrow(session, taken(5))
        assert ledger.trouble(file) == ledger.MISSING
        with house.sessions() as session:
            assert queue.waiting(session) == 1
        house.runner.drain()  # put off, for it is still away
        aside.rename(file)
        with db.writing(house.sessions) as session:
            session.execute(sa.update(Job).values(run_after=now()))
        house.runner.drain()
        assert [line.story_id for line in ledger.read(file).lines] == [5]

    def test_a_stop_is_in_it(self, house):
        with db.writing(house.sessions) as session:
            story = factories.Factory(session).story()
        assert not ledger.read(house.config.ledger_file).lines
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(story)
        (line,) = ledger.read(house.config.ledger_file).lines
        assert (line.story_id, line.person_id, line.kind) == (story.id, story.person_id, "stop")
        assert (len(line.uses), line.taken_in_at) == (8, story.taken_in_at)


class TestSettled:
    def test_nobody_stands_between_a_line_and_its_commit(self, engine, path):
        """A copy begun after a look at the ledger holds all that the ledger held."""
        sessions = db.make_sessions(engine)
        ledger.keep(sessions, path)
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
        assert ledger.read(path).lines
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
