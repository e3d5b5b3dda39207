"""Runs migrations at the address that ``storybank.db.alembic_config`` names."""

from alembic import context

from storybank import releases
from storybank.db import WRITES, make_engine
from storybank.people.sealing import Mark, Sealed
from storybank.tables import metadata


def plain_types(kind, thing, _context):
    """To the database a sealed value is bytes and its mark a short text."""
    if kind == "type" and isinstance(thing, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(thing, Mark):
        return "sa.String(length=64)"
    return False


def run(connection):
    if connection.dialect.name == "sqlite":
        # Rebuilding a table drops the old one; with foreign keys on that would take its rows'
        # children along. The pragma only works outside a transaction, so the driver is told
        # directly; all that follows is one transaction, and cut off at any moment leaves nothing.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_item=plain_types,
        render_as_batch=True,
    )
    with context.begin_transaction():
        releases.take_turn(connection)
        context.run_migrations()
        releases.note_heads(connection, context.script)
    connection.commit()


engine = make_engine(context.config.attributes["url"])
try:
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        run(connection)
finally:
    engine.dispose()
