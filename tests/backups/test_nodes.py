"""Two machines serve one house, its ledger in a database: backups from either, restores on one."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import commands
import factories
import pytest
import sqlalchemy as sa

from storybank import db
from storybank.backups import lineage, manifest, opening
from storybank.clock import now
from storybank.consent import ledger
from storybank.consent.ledger_file import HAS_MOVED
from storybank.consent.rules import Purpose, Use
from storybank.nodes.models import Node
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.wiring import open_house

pytestmark = pytest.mark.postgres


@pytest.fixture
def nodes(config, new_database, tmp_path):
    """The same house as two machines know it."""
    first = replace(config, ledger_database=new_database())
    config.ledger_file.unlink()
    assert ledger.begin(first)
    home = Path(shutil.copytree(config.home, tmp_path / "second", symlinks=True))
    return first, replace(first, home=home)


@pytest.fixture
def on(monkeypatch, capsys):
    """``on(config, "backup")``: the command line on that machine."""

    def on(config, *words):
        monkeypatch.setenv("STORYBANK_HOME", str(config.home))
        monkeypatch.setenv("STORYBANK_LEDGER", config.ledger_database or "")
        return commands.Terminal(monkeypatch, capsys)(*words)

    return on


@contextmanager
def opened(config):
    house = open_house(config)
    try:
        yield house
    finally:
        house.close()


def tell(config, *titles):
    with opened(config) as house, db.writing(house.sessions) as session:
        a = factories.Factory(session)
        return [a.story(title=title).id for title in titles]


def stop(config, number):
    with opened(config) as house, db.writing(house.sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, number), Purpose.STUDY)


def shown(config) -> set[int]:
    with opened(config) as house, house.sessions() as session:
        return set(reading.permitted_ids(session, Use(MACHINE, Purpose.STUDY, now())))


def test_what_was_stopped_on_one_is_stopped_in_what_the_other_puts_back(nodes, on, tmp_path):
    first, second = nodes
    one, two, three = tell(first, "one", "two", "three")
    stop(first, one)
    said = on(second, "backup", tmp_path / "safe")
    assert said.code == 0, said
    folder = Path(said.out.strip())
    assert manifest.checked(folder).ledger == ledger.of(first).read().position
    stop(first, two)
    stop(second, three)
    assert [line.story_id for line in ledger.of(second).read().lines] == [one, two, three]
    assert on(first, "restore", "--drill", folder).code == 0
    said = on(second, "restore", folder, "--replace")
    assert said.lines == ["Restored 3 stories. Taken away again: 2 stop."], said
    assert shown(first) == shown(second) == set()
    assert dict(line.split(": ", 1) for line in on(first, "check").lines)["ledger"] == "ok"


def test_nothing_is_put_back_while_a_machine_serves_it(nodes, on, tmp_path):
    first, second = nodes
    tell(first, "one")
    folder = on(first, "backup", tmp_path / "safe").out.strip()
    node = {"name": "web-2 serve 7", "kind": "serve", "began_at": now(), "head": "x"}
    with opened(second) as house, db.writing(house.sessions) as session:
        session.add(Node(**node, seen_at=now()))
    said = on(first, "restore", folder, "--replace")
    assert (said.code, "web-2 serve 7" in said.err) == (1, True)
    assert "move" not in said.err
    with opened(second) as house, db.writing(house.sessions) as session:
        session.execute(sa.update(Node).values(seen_at=now() - 2 * opening.LATELY))
    assert on(first, "restore", folder, "--replace").code == 0
    with opened(second) as house, house.sessions() as session:
        assert session.scalars(sa.select(Node)).all() == []


def test_a_ledger_that_is_away_holds_up_no_stop_nor_is_a_backup_made_without_it(
    nodes, on, tmp_path, new_database
):
    first, _ = nodes
    (one,) = tell(first, "one")
    away = replace(first, ledger_database="postgresql+psycopg://nobody@127.0.0.1:9/x")
    stop(away, one)
    assert shown(first) == set()
    said = on(away, "backup", tmp_path / "safe")
    assert (said.code, "ledger does not answer" in said.err) == (1, True)
    assert "ledger does not answer" in on(away, "check").out
    # Another than the one that was noted is told, on whichever machine one asks.
    with opened(first) as house:
        lineage.note(house.engine, ledger.of(first))
        other = replace(first, ledger_database=new_database())
        ledger.begin(other)
        with house.sessions() as session:
            assert lineage.ledger_trouble(session, ledger.of(first)) is None
            assert "shorter than it was" in lineage.ledger_trouble(session, ledger.of(other))
    # Back again, the machine that does promised work writes what is late.
    with opened(first) as house:
        house.runner.drain()
    assert [line.story_id for line in ledger.of(first).read().lines] == [one]


def test_a_ledger_moves_from_a_file_and_nobody_begins_a_second(config, on, new_database):
    one, two = tell(config, "one", "two")
    stop(config, one)
    address = new_database()
    later = replace(config, ledger_database=address)
    said = on(later, "init")
    assert (said.code, "ledger in a file too" in said.err) == (1, True)
    before = ledger.of(config).read().position
    said = on(config, "move", "--ledger", address)
    assert said.code == 0, said
    assert ledger.of(later).read().position == before
    assert ledger.of(config).trouble() == HAS_MOVED
    assert on(later, "init").code == 0
    stop(later, two)
    assert [line.story_id for line in ledger.of(later).read().lines] == [one, two]
    assert HAS_MOVED in on(config, "init").err
