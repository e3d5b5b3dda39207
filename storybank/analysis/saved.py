"""Queries with names: one's own, and those that somebody shares with the team."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.language import parse
from storybank.analysis.models import SavedQuery
from storybank.analysis.saved_acts import NAME, REMOVE, SAVE
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.people.models import Account
from storybank.stories.canon import one_line
from storybank.undoing import service as undoing

MAX_NAME = 200


@dataclass(frozen=True)
class SavedCard:
    """A query with a name, as lists show it."""

    id: int
    name: str
    line: str
    shared: bool
    mine: bool
    by: str


def saved_queries(session: Session, use: Use) -> list[SavedCard]:
    """One's own queries and those that are shared, by name."""
    rows = session.execute(
        select(SavedQuery, Account.name)
        .join(Account, Account.id == SavedQuery.account_id)
        .where(
            SavedQuery.removed_at.is_(None),
            sa.or_(SavedQuery.account_id == use.actor.account_id, SavedQuery.shared),
        )
        .order_by(sa.func.lower(SavedQuery.name), SavedQuery.id)
    )
    return [
        SavedCard(
            one.id, one.name, one.line, one.shared, one.account_id == use.actor.account_id, by
        )
        for one, by in rows
    ]  # fmt: skip


def saved_query(session: Session, use: Use, number: int) -> SavedQuery:
    """One of one's own.

    Raises NotFound where it is not there, or is somebody else's.
    """
    found = session.get(SavedQuery, number)
    if found is None or found.removed_at or found.account_id != use.actor.account_id:
        raise NotFound("That query is not here.")
    return found


def save(session: Session, use: Use, name: str, line: str, shared: bool) -> SavedQuery:
    """Keep a query under a name.

    Raises BadInput for a line that cannot be understood, or no name; Refused for somebody
    without an account.
    """
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    made = SavedQuery(
        name=_clean(name), line=str(parse(line)), shared=shared,
        account_id=use.actor.account_id, made_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    undoing.note(session, use, SAVE, {"query": made.id, "name": made.name})
    return made


def rename(session: Session, use: Use, number: int, name: str, shared: bool) -> SavedQuery:
    """Give one of one's own another name, share it, or keep it to oneself.

    Raises NotFound and BadInput.
    """
    found = saved_query(session, use, number)
    after = {"name": _clean(name), "shared": shared}
    before = {"name": found.name, "shared": found.shared}
    if after != before:
        found.name, found.shared = _clean(name), shared
        session.flush()
        undoing.note(session, use, NAME, {"query": found.id, "before": before, "after": after})
    return found


def remove(session: Session, use: Use, number: int) -> SavedQuery:
    """Take one of one's own away; it can be put back.

    Raises NotFound.
    """
    found = saved_query(session, use, number)
    found.removed_at = now()
    session.flush()
    undoing.note(session, use, REMOVE, {"query": found.id, "name": found.name})
    return found


def _clean(name: str) -> str:
    name = one_line(name)
    if not name:
        raise BadInput("Give the query a name.")
    if len(name) > MAX_NAME:
        raise BadInput(f"Keep the name under {MAX_NAME} letters.")
    return name
