"""A house moves to a server's database."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db
from storybank.backups import moving
from storybank.backups.opening import alone, refuse_unfinished
from storybank.cli.progress import counted
from storybank.config import MOVED, Config


@click.command()
@click.option("--to", "target", required=True, help="postgresql+psycopg://user@machine/database")
def move(target: str) -> None:
    """Move this house from SQLite to an empty PostgreSQL database.

    Every row is copied, read back and compared. The old file is put aside, so that nobody goes on
    in it by mistake. Put a password into ~/.pgpass, where no list of programs shows it.
    """
    config = Config.from_environment()
    with alone(config.home):
        engine = db.make_engine(config.database_url)
        try:
            refuse_unfinished(engine)
        finally:
            engine.dispose()
        with counted("Moving", len(db.Base.metadata.tables)) as move_on:
            moved = moving.move(config.database_url, target, lambda *_: move_on(1))
        aside = _put_aside(config.database_url)
    click.echo(f"Moved and compared {sum(moved.rows.values())} rows of {len(moved.rows)} tables.")
    click.echo("Now set STORYBANK_DATABASE_URL to that address, and run: storybank check", err=True)
    click.echo(f"The old database is {aside}. It holds every word: delete it when all is well.",
               err=True)  # fmt: skip


def _put_aside(url: str) -> Path:
    """Give the file of the old database another name; the new one."""
    engine = db.make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    file = Path(str(make_url(url).database))
    return file.rename(file.with_name(file.name + MOVED))
