"""Upgrades while others serve: one at a time, and it is known who may serve after each."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from storybank import db, releases
from storybank.clock import now
from storybank.errors import NotReady

STEP = '''"""{number}."""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None
kind = "{kind}"


def upgrade() -> None:
    op.{act}


def downgrade() -> None:
    pass
'''
HEAD = ScriptDirectory(str(releases.SCRIPTS)).get_current_head() or ""


def later_release(folder: Path, *steps: tuple[str, str]) -> Path:
    """Migrations of a release that is newer than this one: ours, and these (kind, act) steps."""
    shutil.copytree(
        releases.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    before = HEAD
    for count, (kind, act) in enumerate(steps, 1):
        number = f"later{count}"
        text = STEP.format(number=number, before=before, kind=kind, act=act)
        (folder / "versions" / f"{number}.py").write_text(text)
        before = number
    return folder


ADDS = 'add_column("job", sa.Column("added", sa.Text()))'
TAKES = 'execute("DELETE FROM job")'


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    whole = make_url(request.getfixturevalue("postgres_url"))
    server = sa.create_engine(whole, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS upgraded WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE upgraded")
    yield whole.set(database="upgraded").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE upgraded WITH (FORCE)")
    server.dispose()


@pytest.fixture
def engine(url) -> Iterator[sa.Engine]:
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


def test_each_migration_says_what_it_is():
    steps = ScriptDirectory(str(releases.SCRIPTS)).walk_revisions()
    silent = [s.revision for s in steps if getattr(s.module, "kind", None) not in releases.KINDS]
    assert silent == []


class TestServing:
    def test_an_old_release_serves_until_what_it_needs_is_taken_away(self, url, engine, tmp_path):
        later = later_release(tmp_path / "later", ("expands", ADDS), ("contracts", TAKES))
        assert not db.may_serve(engine)
        db.upgrade(url)
        assert db.may_serve(engine)
        assert not releases.may_serve(engine, later)

        assert releases.next_stop(engine, later) == ("later1", ["later2"])
        db.upgrade(url, "later1", later)
        assert db.may_serve(engine)
        assert releases.may_serve(engine, later)
        assert releases.next_stop(engine, later) == (None, ["later2"])
        with pytest.raises(NotReady, match="another release"):
            db.upgrade(url)

        db.upgrade(url, "head", later)
        assert not db.may_serve(engine)
        assert releases.may_serve(engine, later)
        assert releases.served_after(later) == {"later2"}
        with pytest.raises(NotReady, match="another release"):
            releases.next_stop(engine)

    def test_before_the_first_upgrade_it_says_what_to_run(self, engine):
        with pytest.raises(NotReady, match="storybank init"):
            releases.next_stop(engine)


RUN = (
    "import sys, pathlib; from storybank import releases; "
    "releases.upgrade(sys.argv[1], 'head', pathlib.Path(sys.argv[2]))"
)


class TestTurns:
    @pytest.mark.postgres
    @pytest.mark.parametrize("url", ["postgres"], indirect=True)
    def test_two_upgrades_at_once_do_each_step_once(self, url, engine, tmp_path):
        later = later_release(
            tmp_path / "later", ("expands", ADDS),
            ("expands", 'create_table("once", sa.Column("n", sa.Integer))'),
        )  # fmt: skip
        both = [
            subprocess.Popen([sys.executable, "-c", RUN, url, str(later)], stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        said = [one.communicate(timeout=60)[1].decode() for one in both]
        assert [one.returncode for one in both] == [0, 0], said
        assert releases.may_serve(engine, later)

    @pytest.mark.postgres
    @pytest.mark.parametrize("url", ["postgres"], indirect=True)
    def test_it_gives_way_to_pages_and_tries_again(self, url, engine, tmp_path, monkeypatch):
        monkeypatch.setattr(releases, "TABLE_WAIT", "100ms")
        db.upgrade(url)
        later = later_release(tmp_path / "later", ("expands", ADDS))
        gave_way = threading.Event()
        pages = engine.connect()
        pages.exec_driver_sql("LOCK TABLE job IN ACCESS SHARE MODE")
        real = releases.time.sleep

        def go_on(seconds: float) -> None:
            gave_way.set()
            pages.rollback()
            real(0)

        monkeypatch.setattr(releases.time, "sleep", go_on)
        db.upgrade(url, "head", later)
        pages.close()
        assert gave_way.is_set()
        assert releases.may_serve(engine, later)

    @pytest.mark.postgres
    @pytest.mark.parametrize("url", ["postgres"], indirect=True)
    def test_what_pages_never_let_go_of_is_said_and_nothing_is_half_done(
        self, url, engine, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(releases, "TABLE_WAIT", "20ms")
        monkeypatch.setattr(releases, "TRIES", 2)
        db.upgrade(url)
        create = ("expands", 'create_table("once", sa.Column("n", sa.Integer))')
        later = later_release(tmp_path / "later", create, ("expands", ADDS))
        with engine.connect() as pages:
            pages.exec_driver_sql("LOCK TABLE job IN ACCESS SHARE MODE")
            with pytest.raises(NotReady, match="too busy"):
                db.upgrade(url, "head", later)
        assert not sa.inspect(engine).has_table("once")
        assert db.current_and_head(engine)[0] == HEAD


class TestTheCommand:
    def test_older_machines_must_end_first(self, url, engine, tmp_path, monkeypatch):
        from storybank.cli import upgrading
        from storybank.errors import Conflict
        from storybank.nodes.models import Node

        db.upgrade(url)
        node = {"name": "web-1", "kind": "web", "began_at": now(), "seen_at": now(), "head": "old"}
        with engine.begin() as connection:
            connection.execute(sa.insert(Node).values(node))
        with pytest.raises(Conflict, match="web-1"):
            upgrading._refuse_older(engine)
        with engine.begin() as connection:
            connection.execute(sa.update(Node).values(head=HEAD))
        upgrading._refuse_older(engine)
