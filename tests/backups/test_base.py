"""Base backups with the journal since: made, proved in a drill, and nothing given back."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import commands
import factories
import houses
import pytest
import servers
import sqlalchemy as sa

from storybank import db
from storybank.backups import base_copies, drilling, lineage, making, manifest, scratch_server
from storybank.backups import journal as kept_journal
from storybank.config import PROJECT, Config
from storybank.consent import ledger, wordings
from storybank.consent.rules import Purpose
from storybank.stories.models import Story
from storybank.wiring import open_house

pytestmark = pytest.mark.postgres
ARCHIVE = PROJECT / "deploy" / "archive-wal.sh"
WORD = "quokkalantern"
LONGEST = 30


@pytest.fixture(scope="module")
def journal():
    """A folder for the journal, which PostgreSQL may write to."""
    folder = Path(tempfile.mkdtemp(prefix="storybank-wal-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def url(journal, tmp_path_factory):
    # Whom PostgreSQL runs as may not look into our own folders.
    script = Path(shutil.copy(ARCHIVE, journal.with_suffix(".sh")))
    script.chmod(0o755)
    command = f"'archive_command={script} %p %f {journal}'"
    with servers.postgres(("-c", "archive_mode=on", "-c", command)) as url:
        yield url
    script.unlink()


@pytest.fixture(scope="module")
def config(url, empty_house, tmp_path_factory):
    houses.alone()
    home = tmp_path_factory.mktemp("base") / "home"
    shutil.copytree(empty_house, home, symlinks=True)
    config = Config.for_home(home, url, jobs="held", testing=True)
    db.upgrade(url)
    house = open_house(config)
    with db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    house.close()
    return config


@pytest.fixture
def storybank(config, monkeypatch, capsys):
    monkeypatch.setenv("STORYBANK_HOME", str(config.home))
    monkeypatch.setenv("STORYBANK_DATABASE_URL", config.database_url)
    return commands.Terminal(monkeypatch, capsys)


def change(config, act):
    house = open_house(config)
    try:
        with db.writing(house.sessions) as session:
            return act(factories.Factory(session))
    finally:
        house.close()


def keep_the_journal(config, journal: Path) -> None:
    """Have all that was done in the journal's folder."""
    with sa.create_engine(config.database_url, poolclass=sa.NullPool).begin() as connection:
        name = connection.scalar(sa.text("SELECT pg_walfile_name(pg_switch_wal())"))
    until = monotonic() + LONGEST
    while not (journal / name).exists():
        assert monotonic() < until, "the journal was not kept"
        sleep(0.02)


def test_a_server_is_copied_and_led_to_the_last_moment_in_a_drill(
    storybank, config, journal, tmp_path
):
    one = change(config, lambda a: a.story(f"The {WORD} told me.", title="one").id)
    said = storybank("backup", tmp_path / "safe", "--base")
    assert said.code == 0, said
    folder = Path(said.out.strip())
    found = manifest.checked(folder)
    assert (found.database, found.rows["story"]) == (base_copies.BASE, 1)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert making.last(config.home) == found.made_at
    # After it: two more stories, and a stop.
    two = change(config, lambda a: a.story(title="two").id)
    change(config, lambda a: a.story(title="three").id)
    change(config, lambda a: a.stop(a.session.get_one(Story, one), Purpose.STUDY))
    keep_the_journal(config, journal)
    before = len(ledger.of(config).read().lines)

    said = storybank("restore", "--drill", folder, "--wal", journal)
    assert said.code == 0, said
    # The journal brought the stop along; the ledger says it once more, and nothing is given back.
    assert said.lines[-1].startswith(
        "The drill went well. Stories restored: 3. Lines of the ledger carried out: 1."
    )
    assert "The server came up as it was on" in said.err
    assert drilling.last(config.home) is not None

    # Without the journal it is as it was, and what the ledger holds is carried out all the same.
    said = storybank("restore", "--drill", folder)
    assert said.code == 0, said
    assert "Stories restored: 1. Lines of the ledger carried out: 1." in said.lines[-1]

    assert len(ledger.of(config).read().lines) == before
    assert not list(config.home.glob(".drill-*"))
    assert not list(Path(tempfile.gettempdir()).glob(f"{scratch_server.PREFIX}*"))
    with sa.create_engine(config.database_url, poolclass=sa.NullPool).connect() as connection:
        assert lineage.went_back(connection) is None
    assert two

    # A journal with a hole would end there without a word, so it is looked for first.
    holed = shutil.copytree(journal, tmp_path / "holed")
    names = sorted(path.name for path in holed.iterdir() if len(path.name) == 24)
    start = base_copies.starts_at(folder)
    lost = names[names.index(start) + 1]
    shutil.copy(holed / lost, holed / base_copies._name(start[:8], base_copies._place(lost) + 1))
    (holed / lost).unlink()
    said = storybank("restore", "--drill", folder, "--wal", holed)
    assert f"the journal lacks {lost}" in said.err

    # So would one whose files may not be read.
    shut = shutil.copytree(journal, tmp_path / "shut")
    shut.chmod(0)
    if os.geteuid() == 0:
        said = storybank("restore", "--drill", folder, "--wal", shut)
        assert scratch_server.SHUT in said.err

    # Put back for good it is PostgreSQL's to do.
    assert "PostgreSQL puts back itself" in storybank("restore", folder, "--replace").err

    # A file that was changed is found.
    files = [path for path in (folder / "data" / "base").rglob("*") if path.is_file()]
    damaged = next(path for path in files if path.stat().st_size)
    damaged.write_bytes(b"?" + damaged.read_bytes()[1:])
    assert "is damaged" in storybank("restore", "--drill", folder).err


def test_files_of_the_journal_that_no_backup_needs_go(storybank, config, journal, tmp_path):
    keep_the_journal(config, journal)
    before = {path.name for path in journal.iterdir()}
    said = storybank("backup", tmp_path / "safe", "--base", "--wal", journal)
    assert said.code == 0, said
    assert "files of the journal that no backup needs" in said.err
    assert before - {path.name for path in journal.iterdir()}


def test_a_journal_that_is_not_kept_is_told(config, journal):
    house = open_house(config)
    with house.sessions() as session:
        assert kept_journal.trouble(session) is None
    away = journal.with_name(journal.name + "-away")
    journal.rename(away)
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("SELECT pg_switch_wal(), txid_current()"))
        connection.execute(sa.text("SELECT pg_switch_wal()"))
    told, until = None, monotonic() + LONGEST
    while told is None:
        assert monotonic() < until
        sleep(0.02)
        with house.sessions() as session:
            told = kept_journal.trouble(session)
    assert "archive_command" in told
    away.rename(journal)
    house.close()


def test_a_ledger_on_the_same_server_is_told(config, url):
    assert not base_copies.holds_ledger(config)
    assert base_copies.holds_ledger(replace(config, ledger_database=url))


def test_a_user_who_may_not_copy_a_server_is_told(storybank, config, tmp_path):
    source = config.database_url.replace("storybank@", "nobody@")
    said = storybank("backup", tmp_path / "safe", "--base", "--from", source)
    assert "needs REPLICATION" in said.err
    assert manifest.backups_in(tmp_path / "safe") == []
    assert "go with --base" in storybank("backup", tmp_path / "safe", "--wal", tmp_path).err


class TestArchive:
    @pytest.fixture
    def keep(self, tmp_path):
        (tmp_path / "wal").mkdir()
        (tmp_path / "segment").write_bytes(b"journal" * 1000)

        def keep(name="000000010000000000000001"):
            return subprocess.run(
                [ARCHIVE, tmp_path / "segment", name, tmp_path / "wal"], capture_output=True,
                check=False,
            )  # fmt: skip

        return keep

    def test_a_file_is_kept_whole_and_no_stranger_reads_it(self, keep, tmp_path):
        assert keep().returncode == 0
        (kept,) = (tmp_path / "wal").iterdir()
        assert kept.read_bytes() == (tmp_path / "segment").read_bytes()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o640

    def test_the_same_once_more_is_fine_another_is_refused(self, keep, tmp_path):
        assert keep().returncode == keep().returncode == 0
        (tmp_path / "segment").write_bytes(b"of another server")
        said = keep()
        assert (said.returncode, b"another 0000" in said.stderr) == (1, True)
        (kept,) = (tmp_path / "wal").iterdir()
        assert kept.read_bytes().startswith(b"journal")

    def test_what_cannot_be_kept_is_told(self, keep, tmp_path):
        (tmp_path / "wal").rmdir()
        assert keep().returncode != 0
