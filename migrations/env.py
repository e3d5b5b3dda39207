"""Runs migrations at the address that ``storybank.db.alembic_config`` names."""

import sqlalchemy as sa
from alembic import context

from storybank.db import make_engine
from storybank.tables import metadata

engine = make_engine(context.config.attributes["url"])
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # Rebuilding a table drops the old one; with foreign keys on that would take its rows'
        # children along. The pragma only works outside a transaction.
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.text("PRAGMA foreign_keys = OFF"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
