"""Migrations and models agree, and append-only tables are so from the first."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storybank import db, tables
from storybank.clock import now


def test_the_newest_migration_is_what_the_models_say(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_database_knows_that_it_is_up_to_date(engine):
    current, head = db.current_and_head(engine)
    assert current == head is not None


def test_an_upgrade_run_twice_changes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'twice.db'}"
    db.upgrade(url)
    engine = db.make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.insert(tables.people.Person).values(created_at=now()))
    db.upgrade(url)
    with engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(tables.people.Person))
    engine.dispose()
    assert count == 1


@pytest.mark.parametrize(
    "table", ["wording_version", "evidence", "consent_event", "consent_choice", "receipt"]
)
def test_what_was_said_cannot_be_unsaid_in_sql(engine, a, table):
    a.story()
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_a_column(table)} = NULL"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), a.session.begin_nested():
            a.session.execute(sa.text(statement))


def _a_column(table: str) -> str:
    return tables.metadata.tables[table].columns.keys()[-1]


@pytest.mark.parametrize(
    "table",
    ["story_standing", "use_standing", "not_for_standing", "party_standing", "part_standing",
     "approval_standing", "story_attribute", "coding"],
)  # fmt: skip
def test_no_migration_took_away_what_notes_changes_for_the_consent_epoch(engine, table):
    """A table that a migration makes anew, as SQLite's batches do, comes without its triggers."""
    postgres = engine.dialect.name == "postgresql"
    every = sa.text(
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST(:t AS regclass)"
        if postgres
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"
    )
    with engine.connect() as connection:
        found = set(connection.scalars(every, {"t": table}))
    verbs = ("insert", "delete", "update") + (() if postgres else ("moved",))
    assert {f"{table}_epoch_{verb}" for verb in verbs} <= found
