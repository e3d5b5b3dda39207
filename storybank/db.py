"""The database: one base class, sessions, and the way to its engine and its migrations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from storybank.connecting import BUSY, WRITES, make_engine
from storybank.releases import alembic_config, current_and_head, may_serve, upgrade

__all__ = [
    "BUSY", "WRITES", "Base", "alembic_config", "begin_writing", "current_and_head", "make_engine",
    "make_sessions", "may_serve", "slices", "upgrade", "writing",
]  # fmt: skip

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SLICE = 500
"""How many ids go into one IN list: well below every database's limit."""

Item = TypeVar("Item")


class Base(DeclarativeBase):
    """Every table's base. Constraint names are fixed so that migrations can speak of them."""

    metadata = sa.MetaData(naming_convention=NAMES)


def make_sessions(engine: Engine, info: dict[str, Any] | None = None) -> sessionmaker[Session]:
    """Sessions on ``engine``; each carries ``info`` (its keys, for one)."""
    return sessionmaker(engine, expire_on_commit=False, info=info or {})


def begin_writing(session: Session) -> None:
    """Say, before the first statement, that this session's transaction will write."""
    session.connection(execution_options={WRITES: True})


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One writing transaction: committed at the end, rolled back on any error."""
    with sessions() as session:
        begin_writing(session)
        yield session
        session.commit()


def slices(items: Iterable[Item], size: int = SLICE) -> Iterator[list[Item]]:
    """The same items in lists of at most ``size``: ids short enough for one statement, stories few
    enough to hold in memory together."""
    every = list(items)
    for start in range(0, len(every), size):
        yield every[start : start + size]
