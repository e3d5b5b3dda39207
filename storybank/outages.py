"""What an error of the database means for whoever waits for an answer."""

from __future__ import annotations

import sqlite3
from enum import Enum

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError


class Outage(Enum):
    """Why the database did not do what it was asked, where nobody is at fault."""

    AWAY = "away"
    """It does not answer, is starting or ending, or is another's standby now."""
    FULL = "full"
    """Its disk is full."""
    BUSY = "busy"
    """It took too long, or others were before this one for too long."""
    CLASH = "clash"
    """Two acts got into each other's way, and this one gave way: nothing of it was done."""


_CLASHES = ("40001", "40P01")
_FULL = ("53100", "53200")
_BUSY = ("55P03", "57014", "53400")
_AWAY = ("57P01", "57P02", "57P03", "57P05", "53300", "25006", "25P03", "58030")
_SQLITE = {
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_IOERR: Outage.AWAY,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
    sqlite3.SQLITE_READONLY: Outage.AWAY,
}


def outage(error: SQLAlchemyError) -> Outage | None:
    """What befell the database; None where the statement itself was wrong.

    By SQLSTATE on PostgreSQL (its manual, appendix A), by the result code on SQLite.
    """
    if isinstance(error, TimeoutError):
        return Outage.BUSY
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        # Newer codes say more in their higher bits.
        return _SQLITE.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    for states, meaning in (
        (_CLASHES, Outage.CLASH),
        (_FULL, Outage.FULL),
        (_BUSY, Outage.BUSY),
        (_AWAY, Outage.AWAY),
    ):
        if state in states:
            return meaning
    if error.connection_invalidated or (state or "").startswith("08"):
        return Outage.AWAY
    # The driver's own: no connection was had, or it broke off with no word from the server.
    kinds = [kind.__name__ for kind in type(error.orig).__mro__]
    broken = state is None and "OperationalError" in kinds  # a wait that was too long is one too
    return Outage.AWAY if broken and type(error.orig).__module__.startswith("psycopg") else None


def unanswered(error: SQLAlchemyError) -> bool:
    """Did the connection break while everything was being kept, so that nobody knows if it was?

    Only a COMMIT has no statement of its own; one that the server refused in words was not done.
    """
    if not isinstance(error, DBAPIError) or error.statement is not None:
        return False
    return outage(error) is Outage.AWAY and not getattr(error.orig, "sqlstate", None)
