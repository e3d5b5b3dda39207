"""Whether PostgreSQL keeps its journal (WAL), where it was told to."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

STOPPED = "PostgreSQL could not keep its journal since {}; see archive_command and its folder"
_STATE = sa.text(
    "SELECT last_failed_time FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off' "
    "AND last_failed_time > coalesce(last_archived_time, '-infinity')"
)


def trouble(session: Session) -> str | None:
    """What is wrong with it; None where nothing is, or no journal is kept."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    since = session.scalar(_STATE)
    return STOPPED.format(f"{since:%d %B %Y, %H:%M}") if since else None
