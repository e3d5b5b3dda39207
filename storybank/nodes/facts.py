"""What is so about the house itself, for each node to read: a name, a few values, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.nodes.models import HouseFact


@dataclass(frozen=True)
class Known:
    """What was noted, and when."""

    value: dict[str, Any]
    noted_at: datetime


def put(at: Session | Connection, name: str, value: dict[str, Any]) -> None:
    """Note ``value`` under ``name``, in the transaction at hand, over what was noted before."""
    server = (at.get_bind() if isinstance(at, Session) else at).dialect.name == "postgresql"
    insert = postgresql.insert(HouseFact) if server else sqlite.insert(HouseFact)
    row = {"value": value, "noted_at": now()}
    assert isinstance(insert, postgresql.Insert | sqlite.Insert)
    at.execute(
        insert.values(name=name, **row).on_conflict_do_update(index_elements=["name"], set_=row)
    )


def get(at: Session | Connection, name: str) -> Known | None:
    """What was noted under ``name``, if anything."""
    asked = sa.select(HouseFact.value, HouseFact.noted_at).where(HouseFact.name == name)
    row = at.execute(asked).one_or_none()
    return Known(row.value, row.noted_at) if row else None
