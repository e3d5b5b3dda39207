"""The last good backup and the last good drill, for every node of a house to know.

Each is noted in a file of the data folder. Where several machines serve the house, the database
knows it too, for another one may have made it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storybank import db
from storybank.config import Config
from storybank.nodes import facts

BACKUP, DRILL = "last backup", "last drill"


def note(config: Config, name: str, at: datetime) -> None:
    """Tell the other nodes. The file has it, so a database that is away is no failure here."""
    if not config.on_server:
        return
    engine = db.make_engine(config.database_url)
    try:
        with suppress(SQLAlchemyError), engine.begin() as connection:
            facts.put(connection, name, {"at": str(at)})
    finally:
        engine.dispose()


def later(session: Session | None, name: str, here: datetime | None) -> datetime | None:
    """The later of what this machine knows and what the house does."""
    if session is None or session.get_bind().dialect.name != "postgresql":
        return here
    known = facts.get(session, name)
    value: dict[str, Any] = known.value if known else {}
    try:
        there = datetime.fromisoformat(value["at"])
    except (KeyError, TypeError, ValueError):
        return here
    return there if here is None or there > here else here
