"""Backups and the way back: nothing that was taken away since is given back."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import crashing
import factories
import houses
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db, events
from storybank.backups import drilling, making, manifest, opening, postgres_copies
from storybank.backups.models import Restoration
from storybank.clock import now
from storybank.config import Config
from storybank.consent import ledger, ledger_lines, passages, pausing, wordings
from storybank.consent import service as consent
from storybank.consent.folding import Span
from storybank.consent.integrity import broken_links
from storybank.consent.models import ConsentEvent
from storybank.consent.rules import Mark, Purpose, Use
from storybank.people import identity
from storybank.people.identity_models import PersonIdentity
from storybank.people.models import Account
from storybank.people.rules import MACHINE, Role
from storybank.portal import erasing
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.wiring import open_house

WORD = "quokkalantern"
SEEN = (Purpose.STUDY, Purpose.MEMBERS, Purpose.TEACH, Purpose.PUBLIC)


POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
both = pytest.mark.parametrize("config", ["sqlite", POSTGRES], indirect=True)
postgres = pytest.mark.parametrize("config", [POSTGRES], indirect=True)


@pytest.fixture
def config(request, empty_house, tmp_path, monkeypatch) -> Iterator[Config]:
    """A house of its own, set up and empty: on SQLite where the test does not say otherwise."""
    houses.alone()
    home = Path(shutil.copytree(empty_house, tmp_path / "home", symlinks=True))
    monkeypatch.setenv("STORYBANK_HOME", str(home))
    monkeypatch.delenv("STORYBANK_DATABASE_URL", raising=False)
    if getattr(request, "param", "sqlite") == "sqlite":
        yield Config.for_home(home, jobs="held", testing=True)
        return
    server = make_url(request.getfixturevalue("postgres_url"))
    name = f"backups_{os.urandom(4).hex()}"
    engine = db.make_engine(server.render_as_string()).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    url = server.set(database=name).render_as_string()
    monkeypatch.setenv("STORYBANK_DATABASE_URL", url)
    config = Config.for_home(home, url, jobs="held", testing=True)
    db.upgrade(url)
    with opened(config) as house, db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    yield config
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def storybank(bare, config, monkeypatch):
    """The command line on that house, whichever database it has."""
    bare.monkeypatch.setenv("STORYBANK_HOME", str(config.home))
    if not config.database_url.startswith("sqlite"):
        bare.monkeypatch.setenv("STORYBANK_DATABASE_URL", config.database_url)
    return bare


@contextmanager
def opened(config: Config, **more):
    house = open_house(config, **more)
    try:
        yield house
    finally:
        house.close()


def tell(config: Config, *titles: str) -> list[int]:
    """Stories with a yes to everything, coded and indexed; their numbers."""
    with opened(config) as house:
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            numbers = [a.story(f"The {WORD} told me. {title}", title=title).id for title in titles]
        house.runner.drain()
    return numbers


def do(config: Config, act) -> None:
    """``act(factory, house)`` in one transaction, with the work that follows."""
    with opened(config) as house:
        with db.writing(house.sessions) as session:
            act(factories.Factory(session))
        house.runner.drain()


def stop(config: Config, number: int, *uses: Purpose) -> None:
    do(config, lambda a: a.stop(a.session.get_one(Story, number), *uses))


def shown(house, purposes=SEEN) -> set[tuple[int, str]]:
    """Everything the door lets out now: (story, use)."""
    with house.sessions() as session:
        return {
            (number, purpose.value)
            for purpose in purposes
            for number in reading.permitted_ids(session, Use(MACHINE, purpose, now()))
        }


def everything(*numbers: int) -> set[tuple[int, str]]:
    return {(number, purpose.value) for number in numbers for purpose in SEEN}


def back_up(storybank, *words) -> Path:
    said = storybank("backup", *words)
    assert said.code == 0, said
    return Path(said.out.strip())


def restored(storybank, folder, *words):
    said = storybank("restore", folder, "--replace", *words)
    assert said.code == 0, said
    return said


class TestBackup:
    @both
    def test_it_is_one_folder_that_is_ours_alone_with_a_manifest_and_no_keys(
        self, storybank, config
    ):
        tell(config, "one", "two")
        folder = back_up(storybank)
        assert folder.parent == config.home / "backups"
        found = manifest.checked(folder)
        assert {path.name for path in folder.iterdir()} == {found.file, "manifest.json"}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
        assert (found.rows["story"], found.rows["story_version"]) == (2, 2)
        engine = db.make_engine(config.database_url)
        assert db.current_and_head(engine)[0] == found.revision
        with engine.connect() as connection:
            newest = connection.scalar(sa.select(sa.func.max(ConsentEvent.at)))
        engine.dispose()
        assert found.newest_event_at == newest
        assert found.ledger == ledger.of(config).read().position

    def test_what_it_says_holds_no_words_and_tells_what_to_keep_elsewhere(self, storybank, config):
        tell(config, "Hedgehog")
        said = storybank("backup")
        assert "keys and the ledger" in said.err
        text = said.out + said.err + (Path(said.out.strip()) / "manifest.json").read_text()
        assert "edgehog" not in text
        assert WORD not in text

    @both
    def test_while_others_write_it_holds_one_moment_whole(self, storybank, config):
        """Each act leaves a story, its words, an event and a receipt, or none of them."""
        tell(config, "first")
        enough, ready = threading.Event(), threading.Event()

        def write():
            with opened(config) as house:
                for number in count():
                    with db.writing(house.sessions) as session:
                        factories.Factory(session).story(f"Story {number}.")
                    if number == 3:
                        ready.set()
                    # Others may write, too: a moment between two stories, as people leave.
                    if enough.wait(0.005):
                        return

        writer = threading.Thread(target=write)
        writer.start()
        ready.wait(30)
        try:
            folders = [back_up(storybank) for _ in range(3)]
        finally:
            enough.set()
            writer.join()
        counts = [manifest.checked(folder).rows for folder in folders]
        assert counts[0]["story"] < counts[-1]["story"]
        for rows in counts:
            assert rows["story"] == rows["story_version"] == rows["story_standing"]
            assert rows["story_words"] == 2 * rows["story"]
            assert rows["receipt"] == rows["consent_event"]
        restored(storybank, folders[-1])
        with opened(config) as house:
            assert len(shown(house, [Purpose.STUDY])) == counts[-1]["story"]
            with house.sessions() as session:
                assert broken_links(session) == 0

    def test_those_older_than_a_month_go_and_it_says_which(self, storybank, config, monkeypatch):
        old = back_up(storybank)
        data = json.loads((old / "manifest.json").read_text())
        data["made_at"] = str(now() - timedelta(days=31))
        (old / "manifest.json").write_text(json.dumps(data))
        other = old.with_name("holiday pictures")
        other.mkdir()
        said = storybank("backup")
        assert f"Removed {old.name}, older than 30 days." in said.err
        assert not old.exists()
        assert other.exists()
        assert storybank("backup", "--keep-days", "31").code == 2

    def test_without_the_ledger_none_is_made(self, storybank, config):
        config.ledger_file.unlink()
        said = storybank("backup")
        assert (said.code, said.out) == (1, "")
        assert said.err.strip() == ledger_lines.MISSING

    def test_one_at_a_time(self, storybank, config):
        with making._one_at_a_time(back_up(storybank).parent):
            assert "Another backup is being made" in storybank("backup").err

    @pytest.mark.parametrize("seed", range(3))
    def test_killed_it_leaves_nothing_that_looks_like_a_backup(self, config, storybank, seed):
        tell(config, "one")
        with crashing.storybank(config.home, "backup") as run:
            (first,) = run.rest()
        third = run.steps // 3
        step = seed * third + random.Random(seed).randrange(1, third)
        with crashing.storybank(config.home, "backup", kill_at=step) as run:
            said = run.rest()
        assert run.killed
        whole = [path for path, _ in manifest.backups_in(Path(first).parent)]
        for folder in whole:
            manifest.checked(folder)
        assert len(whole) >= 1 + len(said)
        back_up(storybank)
        assert list(manifest.parts_in(Path(first).parent)) == []


class TestRestore:
    @both
    def test_it_brings_back_what_was_lost(self, storybank, config):
        one, two = tell(config, "one", "two")
        folder = back_up(storybank)
        with opened(config) as house:
            assert shown(house) == everything(one, two)
        tell(config, "three")
        said = restored(storybank, folder)
        assert said.lines == ["Restored 2 stories. Taken away again: nothing."]
        with opened(config) as house:
            assert shown(house) == everything(one, two)
            with house.sessions() as session:
                assert house.index.trouble(session) is None
                assert list(house.strays(session)) == []
                assert broken_links(session) == 0
        other = ("assets", "drills")
        told = [line for line in storybank("check").lines if not line.startswith(other)]
        assert [line for line in told if not line.endswith(": ok")] == []

    @both
    def test_what_was_taken_away_after_the_backup_is_taken_away_again(self, storybank, config):
        """T16: stops of one use and of all, a pause, a part left out, a name to keep away from,
        a deletion."""
        numbers = one, two, three, four, five, six, other = tell(config, *map(str, range(7)))
        do(config, lambda a: identity.save_details(
            a.session, MACHINE, a.session.get_one(Story, six).person_id,
            identity.Details(legal_name="Hedgehog Jones"),
        ))  # fmt: skip
        folder = back_up(storybank)
        stop(config, one)
        stop(config, two, Purpose.TEACH)

        def act(a: factories.Factory) -> None:
            teller = {number: a.session.get_one(Story, number).person_id for number in numbers}
            pausing.pause(a.session, MACHINE, three, teller[three], "phone")
            span = Span(1, 4, 4 + len(WORD))
            passages.mark_passage(
                a.session, MACHINE, four, teller[four], span, Mark.LEAVE_OUT, "phone"
            )
            consent.give(
                a.session, MACHINE, five, teller[five], {}, None, "phone", not_for=["The clinic"]
            )
            erasing.erase(a.session, MACHINE, six, teller[six], "phone", forget_me=True)

        do(config, act)
        said = restored(storybank, folder)
        assert said.lines == [
            "Restored 7 stories. "
            "Taken away again: 1 erase, 1 forget, 1 leave out, 1 not for, 1 pause, 2 stop."
        ]
        assert f"stories {five}." in said.err
        with opened(config) as house:
            whole = everything(two, four, other) - {(two, "teach")}
            assert shown(house) == whole
            with house.sessions() as session:
                assert list(house.strays(session)) == []
                assert broken_links(session) == 0
                words = reading.story(session, Use(MACHINE, Purpose.STUDY, now()), four).text
                assert WORD not in words
                teller = session.get_one(Story, six).person_id
                own = Use(replace(MACHINE, person_id=teller), Purpose.OWN, now())
                assert not reading.may(session, own, six)
                assert session.get(PersonIdentity, teller) is None
        assert words_of(config, six) == []
        assert words_of(config, four)

    def test_what_was_stopped_before_the_backup_is_not_stopped_twice(self, storybank, config):
        (one,) = tell(config, "one")
        stop(config, one)
        folder = back_up(storybank)
        assert "Taken away again: nothing." in restored(storybank, folder).out

    def test_carrying_the_ledger_out_writes_no_new_lines(self, storybank, config):
        (one,) = tell(config, "one")
        folder = back_up(storybank)
        stop(config, one)
        before = config.ledger_file.read_bytes()
        restored(storybank, folder)
        assert config.ledger_file.read_bytes() == before
        restored(storybank, folder)
        with opened(config) as house:
            assert shown(house) == set()

    def test_what_cannot_be_done_exactly_closes_the_story(self, storybank, config):
        one, two = tell(config, "one", "two")
        folder = back_up(storybank)
        do(config, lambda a: events.narrow(
            a.session, events.Narrowed(one, 1, now(), "something of a later release")
        ))  # fmt: skip
        said = restored(storybank, folder)
        assert f"stories {one}." in said.err
        with opened(config) as house:
            assert shown(house) == everything(two)

    def test_a_part_of_a_text_that_came_after_closes_the_story(self, storybank, config):
        (one,) = tell(config, "one")
        folder = back_up(storybank)
        do(config, lambda a: events.narrow(
            a.session, events.Narrowed(one, 1, now(), "leave out", version=2, start=0, end=3)
        ))  # fmt: skip
        assert f"stories {one}." in restored(storybank, folder).err
        with opened(config) as house:
            assert shown(house) == set()

    def test_another_story_with_the_same_number_is_left_alone(self, storybank, config):
        (one,) = tell(config, "one")
        folder = back_up(storybank)
        line = {
            "at": now().isoformat(), "story_id": one, "person_id": 1, "kind": "stop",
            "uses": ["study"], "taken_in_at": (now() - timedelta(days=1)).isoformat(),
        }  # fmt: skip
        ledger.of(config).write([line, line | {"story_id": 999}])
        said = restored(storybank, folder)
        assert "2 lines are about stories told since." in said.err
        with opened(config) as house:
            assert shown(house) == everything(one)

    def test_everybody_signs_in_anew(self, storybank, config):
        do(config, lambda a: a.actor(Role.MEMBER, email="jo@example.org"))
        folder = back_up(storybank)
        restored(storybank, folder)
        with opened(config) as house, house.sessions() as session:
            assert session.scalars(sa.select(Account.session_version)).one() > 1000

    def test_stories_that_are_there_are_not_replaced_by_accident(self, storybank, config):
        tell(config, "one")
        folder = back_up(storybank)
        (two,) = tell(config, "two")
        said = storybank("restore", folder)
        assert said.code == 1
        assert "say --replace" in said.err
        with opened(config) as house:
            assert (two, "study") in shown(house)

    def test_a_house_with_somebody_in_it_is_left_alone(self, storybank, config):
        tell(config, "one")
        folder = back_up(storybank)
        with opened(config):
            said = storybank("restore", folder, "--replace")
        assert said.err == "Storybank is running in this house. Stop it, then try again.\n"
        with opening.alone(config.home):
            assert "being restored" in storybank("check").out
            assert storybank("strays").code == 1

    @postgres
    def test_a_database_that_others_use_is_left_alone(self, storybank, config):
        folder = back_up(storybank)
        engine = db.make_engine(config.database_url)
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            said = storybank("restore", folder)
        engine.dispose()
        assert said.err == "Others are using that database. Stop Storybank, then try again.\n"

    def test_one_that_was_changed_is_refused_before_anything_is_touched(self, storybank, config):
        (one,) = tell(config, "one")
        folder = back_up(storybank)
        file = folder / manifest.load(folder).file
        raw = bytearray(file.read_bytes())
        raw[len(raw) // 2] ^= 1
        file.write_bytes(raw)
        said = storybank("restore", folder, "--replace")
        assert said.code == 1
        assert "damaged" in said.err
        with opened(config) as house:
            assert shown(house) == everything(one)

    def test_a_folder_that_holds_backups_is_told_from_one(self, storybank, config):
        folder = back_up(storybank)
        assert folder.name in storybank("restore", folder.parent).err

    def test_into_another_folder_the_ledger_goes_with_it(self, storybank, config, tmp_path):
        one, two = tell(config, "one", "two")
        folder = back_up(storybank)
        stop(config, one)
        said = storybank("restore", folder, "--into", tmp_path / "new")
        assert said.code == 0, said
        other = replace(config, home=tmp_path / "new", database_url=(
            f"sqlite:///{tmp_path / 'new' / 'storybank.db'}"
        ))  # fmt: skip
        with opened(other) as house:
            assert shown(house) == everything(two)
        assert other.ledger_file.read_bytes() == config.ledger_file.read_bytes()
        with opened(config) as house:
            assert shown(house) == everything(two)

    def test_a_database_broken_beyond_reading_is_replaced(self, storybank, config):
        (one,) = tell(config, "one")
        folder = back_up(storybank)
        (config.home / "storybank.db").write_bytes(b"broken" * 5000)
        (config.home / "storybank.db-wal").write_bytes(b"broken" * 5000)
        assert storybank("restore", folder).code == 1
        restored(storybank, folder)
        with opened(config) as house:
            assert shown(house) == everything(one)


class TestTheLedger:
    @pytest.fixture
    def folder(self, storybank, config) -> Path:
        (self.one,) = tell(config, "one")
        folder = back_up(storybank)
        stop(config, self.one)
        return folder

    def refused(self, storybank, config, folder) -> str:
        before = state(config)
        said = storybank("restore", folder, "--replace")
        assert (said.code, said.out) == (1, "")
        assert state(config) == before
        return said.err.strip()

    def test_missing_it_is_refused(self, storybank, config, folder):
        config.ledger_file.unlink()
        assert self.refused(storybank, config, folder) == ledger_lines.MISSING

    def test_another_houses_is_refused(self, storybank, config, folder):
        config.ledger_file.unlink()
        assert storybank("init").code == 0
        assert self.refused(storybank, config, folder) == ledger_lines.OTHER

    def test_one_that_is_too_short_is_refused(self, storybank, config, folder):
        later = back_up(storybank)
        lines = config.ledger_file.read_text().splitlines(keepends=True)
        config.ledger_file.write_text(lines[0])
        assert self.refused(storybank, config, later) == ledger_lines.OTHER

    def test_one_that_was_changed_is_refused(self, storybank, config, folder):
        text = config.ledger_file.read_text()
        config.ledger_file.write_text(text.replace('"kind": "stop"', '"kind": "resume"'))
        assert "does not follow" in self.refused(storybank, config, folder)
        assert "does not follow" in storybank("check").out

    def test_a_line_that_was_cut_off_is_told_and_does_no_harm(self, storybank, config, folder):
        with config.ledger_file.open("a") as file:
            file.write('{"at": "2026-')
        assert "that a crash cut off: 1." in restored(storybank, folder).err
        with opened(config) as house:
            assert shown(house) == set()

    def test_without_it_is_said_plainly_and_gives_back(self, storybank, config, folder):
        config.ledger_file.unlink()
        said = restored(storybank, folder, "--without-ledger")
        assert "may be shown" in said.err
        with opened(config) as house:
            assert shown(house) == everything(self.one)
            with house.sessions() as session:
                assert session.scalars(sa.select(Restoration.with_ledger)).all() == [False]


class TestCutOff:
    """Killed at any step, a restore never leads to a page with what was taken away."""

    @both
    def test_until_it_is_finished_nobody_comes_in_and_nothing_stands(
        self, storybank, config, monkeypatch
    ):
        one, two = tell(config, "one", "two")
        folder = back_up(storybank)
        stop(config, one)
        with monkeypatch.context() as cut_off:
            cut_off.setattr("storybank.cli.keeping._finish", lambda *_: None)
            restored(storybank, folder)
        for words in (["strays"], ["reindex"], ["serve"], ["backup"], ["init"]):
            said = storybank(*words)
            assert (said.code, said.err.strip()) == (1, opening.UNFINISHED), words
        assert opening.UNFINISHED in storybank("check").out
        with opened(config, finishing=True) as house:
            assert shown(house) == set()
        said = storybank("restore", "--finish")
        assert said.lines == ["Restored 2 stories. Taken away again: 1 stop."]
        with opened(config) as house:
            assert shown(house) == everything(two)
        assert storybank("restore", "--finish").err == "There is no restore to finish here.\n"

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(8))
    def test_killed_at_a_step(self, storybank, config, seed, tmp_path):
        one, two = tell(config, "one", "two")
        folder = back_up(storybank)
        stop(config, one)
        spare = shutil.copytree(config.home, tmp_path / "spare", symlinks=True)
        with crashing.storybank(spare, "restore", folder, "--replace") as run:
            assert run.rest()
        eighth = run.steps // 8
        step = seed * eighth + random.Random(seed).randrange(1, eighth)
        with crashing.storybank(config.home, "restore", folder, "--replace", kill_at=step) as run:
            run.rest()
        assert run.killed
        with opened(config, finishing=True) as house:
            assert not shown(house) & everything(one)
        if storybank("strays").err.strip() == opening.UNFINISHED:
            assert storybank("restore", "--finish").code == 0
        else:
            restored(storybank, folder)
        with opened(config) as house:
            house.runner.drain()
            assert shown(house) == everything(two)
            with house.sessions() as session:
                assert list(house.strays(session)) == []
                assert house.index.trouble(session) is None

    @postgres
    def test_a_copy_that_postgresql_does_not_take_changes_nothing(
        self, storybank, config, monkeypatch
    ):
        (one,) = tell(config, "one")
        folder = back_up(storybank)
        put = postgres_copies._put
        monkeypatch.setattr(
            postgres_copies, "_put",
            lambda url, file, before, after: put(url, file, before, ["SELECT 1/0;", *after]),
        )  # fmt: skip
        said = storybank("restore", folder, "--replace")
        assert "PostgreSQL did not take the backup (22012). Nothing was changed." in said.err
        with opened(config) as house:
            assert shown(house) == everything(one)


class TestDrill:
    @both
    def test_it_proves_a_backup_and_leaves_nothing(self, storybank, config):
        one, _ = tell(config, "one", "two")
        folder = back_up(storybank)
        stop(config, one)
        before = state(config), databases(config)
        said = storybank("restore", "--drill", folder)
        assert said.code == 0, said
        assert said.lines[-1].startswith(
            "The drill went well. Stories restored: 2. Lines of the ledger carried out: 1."
        )
        assert (state(config), databases(config)) == before
        assert not list(config.home.glob(".drill-*"))
        assert drilling.last(config.home) is not None
        assert not list(config.home.rglob("*restoring*"))

    def test_a_backup_whose_rows_are_not_what_it_says_fails_it(self, storybank, config):
        tell(config, "one")
        folder = back_up(storybank)
        data = json.loads((folder / "manifest.json").read_text())
        data["rows"]["story"] = 2
        (folder / "manifest.json").write_text(json.dumps(data))
        said = storybank("restore", "--drill", folder)
        assert said.code == 1
        assert "does not hold what it should" in said.err
        assert not list(config.home.glob(".drill-*"))
        assert drilling.last(config.home) is None


class TestCheck:
    def told(self, storybank) -> dict[str, str]:
        return dict(line.split(": ", 1) for line in storybank("check").lines)

    def test_an_empty_house_needs_no_backup(self, storybank, config):
        assert self.told(storybank)["backups"] == "ok"

    def test_one_with_stories_is_told_to_make_one(self, storybank, config):
        tell(config, "one")
        assert self.told(storybank)["backups"] == "none was made yet; run: storybank backup"
        back_up(storybank)
        assert self.told(storybank)["backups"] == "ok"

    def test_a_ledger_that_lost_its_end_is_told(self, storybank, config):
        (one,) = tell(config, "one")
        stop(config, one)
        back_up(storybank)
        assert self.told(storybank)["ledger"] == "ok"
        lines = config.ledger_file.read_text().splitlines(keepends=True)
        config.ledger_file.write_text(lines[0])
        assert "shorter than at the last backup" in self.told(storybank)["ledger"]

    def test_a_month_without_one_is_told(self, storybank, config):
        tell(config, "one")
        there = {"lines": 1, "hash": ledger.of(config).read().position.hash}
        said = {"made_at": str(now() - timedelta(days=31)), "folder": "x", "ledger": there}
        (config.home / making.LAST).write_text(json.dumps(said))
        assert self.told(storybank)["backups"].startswith("the last was made on ")


def state(config: Config) -> tuple:
    """What is in the house, to be compared; no facts about it, such as a drill that went well."""
    engine = db.make_engine(config.database_url)
    with engine.connect() as connection:
        rows = [
            (name, connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))))
            for name in sorted(sa.inspect(connection).get_table_names())
            if name != "house_fact"
        ]
    engine.dispose()
    return tuple(rows), (config.home / "index").exists()


def words_of(config: Config, number: int) -> list:
    """What the one private table holds of a story."""
    engine = db.make_engine(config.database_url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT * FROM story_words WHERE story_id = :number"), {"number": number}
        ).all()
    engine.dispose()
    return list(rows)


def databases(config: Config) -> list[str]:
    engine = db.make_engine(config.database_url)
    with engine.connect() as connection:
        names = (
            []
            if engine.dialect.name == "sqlite"
            else list(connection.scalars(sa.text("SELECT datname FROM pg_database")))
        )
    engine.dispose()
    return sorted(names)
