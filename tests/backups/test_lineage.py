"""A database that went back, and what the ledger makes of it."""

from __future__ import annotations

from dataclasses import replace

import commands
import factories
import pytest
import sqlalchemy as sa

from storybank import db
from storybank.backups import lineage, opening
from storybank.backups.models import Restoration
from storybank.clock import now
from storybank.consent import ledger, standing
from storybank.consent.rules import Purpose, Use
from storybank.errors import NotReady
from storybank.nodes.models import HouseFact
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.wiring import open_house

pytestmark = pytest.mark.postgres


@pytest.fixture
def storybank(config, monkeypatch, capsys):
    """The command line on that house."""
    return commands.Terminal(monkeypatch, capsys)


@pytest.fixture
def house(config):
    house = open_house(config)
    yield house
    house.close()


def tell(house, *titles: str) -> list[int]:
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        return [a.story(title=title).id for title in titles]


def stop(house, number: int) -> None:
    with db.writing(house.sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, number), Purpose.STUDY)


def forget_the_stop(house, number: int) -> None:
    """As a database is that lost its last minutes: the ledger has the line, the rows not."""
    kept = ledger.of(house.config)
    position = kept.read().position
    stop(house, number)
    lines = kept.read().after(position)
    assert len(lines) == 1
    with house.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE consent_choice DISABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER TABLE consent_event DISABLE TRIGGER USER")
        newest = "SELECT id FROM consent_event ORDER BY at DESC, seq DESC LIMIT 1"
        last = connection.scalar(sa.text(newest))
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(sa.text("DELETE FROM consent_choice WHERE event_id = :n"), {"n": last})
        connection.execute(sa.text("DELETE FROM consent_event WHERE id = :n"), {"n": last})
        connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        connection.exec_driver_sql("ALTER TABLE consent_choice ENABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER TABLE consent_event ENABLE TRIGGER USER")
    with db.writing(house.sessions) as session:
        standing.rebuild(session)


def take_over(house) -> None:
    """As a server is that a standby took over from: the note is of another timeline."""
    with house.engine.begin() as connection:
        found = lineage.noted(connection)
        other = replace(found, lineage=replace(found.lineage, timeline=99))
        connection.execute(
            sa.update(HouseFact)
            .where(HouseFact.name == lineage.FACT)
            .values(value=lineage._said(other.lineage, other.ledger))
        )


def shown(house) -> set[int]:
    with house.sessions() as session:
        return set(reading.permitted_ids(session, Use(MACHINE, Purpose.STUDY, now())))


def test_a_house_knows_its_server_and_how_far_the_ledger_went(house):
    one, _ = tell(house, "one", "two")
    lineage.note(house.engine, ledger.of(house.config))
    stop(house, one)
    with house.engine.connect() as connection:
        found = lineage.noted(connection)
        assert found.lineage == lineage.lineage(connection)
        assert lineage.went_back(connection) is None
    assert [line.story_id for line in ledger.of(house.config).read().after(found.ledger)] == [one]
    house.close()
    open_house(house.config).close()


def test_nobody_comes_into_one_that_went_back_until_the_ledger_was_carried_out(
    house, config, storybank
):
    one, two = tell(house, "one", "two")
    lineage.note(house.engine, ledger.of(config))
    forget_the_stop(house, one)
    assert shown(house) == {one, two}
    take_over(house)
    house.close()
    with pytest.raises(NotReady) as refused:
        open_house(config)
    assert refused.value.sentence == opening.WENT_BACK
    said = storybank("restore", "--finish")
    assert said.lines == ["Restored 2 stories. Taken away again: 1 stop."]
    house = open_house(config)
    assert shown(house) == {two}
    with house.sessions() as session:
        assert session.scalars(sa.select(Restoration.finished_at)).one() is not None
    house.close()
    assert storybank("restore", "--finish").err == "There is no restore to finish here.\n"


def test_under_open_doors_it_is_found_and_carried_out(house):
    one, two = tell(house, "one", "two")
    lineage.note(house.engine, ledger.of(house.config))
    forget_the_stop(house, one)
    take_over(house)
    house.runner.errands.errands[lineage.NOTE]({})
    assert shown(house) == {two}
    with house.engine.connect() as connection:
        assert lineage.went_back(connection) is None


def test_it_is_promised_once(house):
    with db.writing(house.sessions) as session:
        lineage.promise(session)
        lineage.promise(session)
        session.flush()
        name = sa.literal_column("name")
        count = sa.select(sa.func.count()).select_from(sa.table("job"))
        assert session.scalar(count.where(name == lineage.NOTE)) == 1
