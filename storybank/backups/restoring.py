"""Putting a backup back. What comes out of this is shut until ``finishing`` is done."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from storybank import db
from storybank.backups import manifest as manifests
from storybank.backups.base_copies import PUT_BACK, is_base
from storybank.backups.copies import Mark
from storybank.backups.making import copies_for
from storybank.backups.manifest import Manifest
from storybank.backups.opening import alone, is_unfinished, refuse_nodes
from storybank.clock import now
from storybank.config import Config
from storybank.consent import ledger
from storybank.errors import BadInput, Conflict, NotReady

NOTHING = "There is no restore to finish here."
_LIVED_IN = ("story", "person", "account")
"""A house that was only set up has no rows in these."""


def check(config: Config, folder: Path, with_ledger: bool) -> Manifest:
    """Everything that can be known before anything is touched.

    Raises NotReady for a damaged backup, one of another release, or a ledger that does not go
    with it; BadInput for a backup of another kind of database.
    """
    manifest = manifests.checked(folder)
    if is_base(manifest):
        raise BadInput(PUT_BACK)
    if copies_for(config.database_url).kind != manifest.database:
        raise BadInput(
            f"This backup is of a {manifest.database} database. Set STORYBANK_DATABASE_URL to one."
        )
    script = ScriptDirectory.from_config(db.alembic_config(config.database_url))
    try:
        script.get_revision(manifest.revision)
    except CommandError as problem:
        raise NotReady(
            "The backup was made by another release of Storybank. Use that one, or a later."
        ) from problem
    if with_ledger:
        ledger.of(config).read().after(manifest.ledger)
    return manifest


def put_back(config: Config, folder: Path, manifest: Manifest, replace: bool) -> None:
    """Put a checked backup where the house's database is, all at once, and bring it up to date.

    Raises Conflict when somebody is in the house, or stories are and ``replace`` is not set.
    """
    copies = copies_for(config.database_url)
    with alone(config.home):
        refuse_nodes(config.database_url)
        if not replace and _lived_in(config.database_url):
            raise Conflict(
                "There are stories or accounts in this house. To put the backup in their place, "
                "say --replace: what is there now will be gone."
            )
        # It holds words of the old database; an index is rebuilt, never restored.
        shutil.rmtree(config.index_folder, ignore_errors=True)
        # So does what was learnt from it: that is learnt anew.
        shutil.rmtree(config.learned_folder, ignore_errors=True)
        copies.put(
            config.database_url,
            folder / manifest.file,
            manifest.rows,
            Mark(manifest.made_at, now(), manifest.ledger),
        )
        db.upgrade(config.database_url)


def make_ready(config: Config) -> None:
    """Bring a restored database up to date before it is finished, where that was cut off.

    Raises NotReady where there is no restore to finish.
    """
    engine = db.make_engine(config.database_url)
    try:
        if not is_unfinished(engine):
            raise NotReady(NOTHING)
        current, head = db.current_and_head(engine)
    finally:
        engine.dispose()
    if current != head:
        with alone(config.home):
            db.upgrade(config.database_url)


def copy_whole(source: Path, target: Path) -> None:
    """A copy that only its owner reads, there whole or not at all."""
    manifests.write_whole(target, source.read_text(encoding="utf-8"))


def _lived_in(url: str) -> bool:
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            there = set(sa.inspect(connection).get_table_names())
            return any(
                connection.scalar(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))
                for name in _LIVED_IN
                if name in there
            )
    except SQLAlchemyError:
        # Broken is why a backup is put back; but who does it says so.
        return True
    finally:
        engine.dispose()
