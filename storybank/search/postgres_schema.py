"""Where PostgreSQL keeps the search index: tables of its own, in a schema of their own.

They are no tables of the house: no backup copies them and no migration knows them, as nobody backs
up or migrates the files of an index. They are not logged either, so their words go into no journal
and to no standby; after a crash of the server they are empty, and built anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

NEW = "_new"
"""Ends the name of a schema that is still being filled."""


def schema_of(connection: Connection) -> str:
    """The schema beside the house's own."""
    return f"{connection.scalar(sa.text('SELECT current_schema()'))}_search"


def there(connection: Connection, schema: str) -> bool:
    """Is there a whole index in this schema?"""
    found = connection.scalar(
        sa.text("SELECT to_regclass(:name)"), {"name": f"{quoted(schema)}.whole"}
    )
    return found is not None and connection.scalar(
        sa.text(f"SELECT count(*) FROM {quoted(schema)}.whole")
    ) == 1  # fmt: skip


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def drop(connection: Connection, schema: str) -> None:
    connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE"))
