"""A house moves to a server's database."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db
from storybank.backups import moving
from storybank.backups.opening import alone, refuse_nodes, refuse_unfinished
from storybank.cli.progress import counted
from storybank.config import MOVED, Config
from storybank.consent.ledger_database import LedgerDatabase
from storybank.consent.ledger_file import LedgerFile
from storybank.errors import BadInput

STAYS = (
    "The ledger stays in {}, which only this machine has. Before a second one serves the house, "
    "run: storybank move --ledger ADDRESS"
)


@click.command()
@click.option("--to", "target", help="postgresql+psycopg://user@machine/database")
@click.option(
    "--ledger", "new_ledger", help="The ledger too, or it alone: postgresql+psycopg://..."
)
def move(target: str | None, new_ledger: str | None) -> None:
    """Move this house from SQLite to an empty PostgreSQL database.

    Every row is copied, read back and compared. The old file is put aside, so that nobody goes on
    in it by mistake. Put a password into ~/.pgpass, where no list of programs shows it.
    """
    if not target and not new_ledger:
        raise BadInput("Say where to: --to ADDRESS for the house, --ledger ADDRESS for its ledger.")
    config = Config.from_environment()
    with alone(config.home):
        refuse_nodes(config.database_url)
        if new_ledger:
            _take_over(config, new_ledger)
        if target:
            _move(config, target)
        if new_ledger:
            aside = LedgerFile(config.ledger_file).put_aside()
            click.echo(f"The ledger went on in its database; its file is {aside} now.")
            click.echo("Set STORYBANK_LEDGER to that address, on every machine.", err=True)
    if target and not new_ledger and not config.ledger_database:
        click.echo(STAYS.format(config.ledger_file), err=True)


def _take_over(config: Config, address: str) -> None:
    if config.ledger_database:
        raise BadInput("The ledger is in a database already.")
    LedgerDatabase(address).take_over(LedgerFile(config.ledger_file).texts())


def _move(config: Config, target: str) -> None:
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
