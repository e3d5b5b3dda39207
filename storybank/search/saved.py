"""Searches with names, and how much is new since their owner last looked.

Only what was typed is kept. What is new is counted when somebody looks, among what their use
allows at that moment; nothing of what was found is remembered but how much it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.search.evidence import Searches
from storybank.search.language import MAX_LETTERS, parse
from storybank.search.models import SavedSearch
from storybank.search.saved_acts import REMOVE, SAVE
from storybank.search.service import matching
from storybank.stories.canon import one_line
from storybank.stories.models import Story
from storybank.undoing import service as undoing

MAX_NAME = 200
MOST = 20
"""How many searches one person may keep for one use."""


@dataclass(frozen=True)
class SavedCard:
    """A saved search as lists show it."""

    id: int
    name: str
    line: str
    same: bool
    stories: int | None
    """How many it finds now; None where it cannot be asked just now."""
    new: int
    """How many it did not find, as far as numbers tell, when its owner last looked."""
    looked_at: datetime


def cards(session: Session, index: Searches, use: Use) -> list[SavedCard]:
    """One's own searches for this use, by name, each asked anew."""
    return [_card(session, index, use, one) for one in _own(session, use)]


def news(session: Session, index: Searches, uses: Collection[Use]) -> dict[Purpose, int]:
    """{use: how many of one's own searches for it find something new}, each asked anew."""
    found: dict[Purpose, int] = {}
    kept = set(
        session.execute(
            select(SavedSearch.account_id, SavedSearch.purpose)
            .where(SavedSearch.account_id.in_({use.actor.account_id for use in uses}))
            .distinct()
        ).all()
    )
    for use in uses:
        if (use.actor.account_id, use.purpose.value) not in kept:
            continue
        new = sum(bool(card.new) for card in cards(session, index, use))
        found |= {use.purpose: new} if new else {}
    return found


def names(session: Session, use: Use) -> dict[str, str]:
    """{what was typed: its name} of one's own searches for this use: nothing is asked."""
    return {one.line: one.name for one in _own(session, use)}


def removed(session: Session, use: Use) -> list[SavedSearch]:
    """One's own searches for this use that were taken away last, and can be put back."""
    return list(
        session.scalars(
            select(SavedSearch)
            .where(
                *_mine(use),
                SavedSearch.removed_at.is_not(None),
            )
            .order_by(SavedSearch.removed_at.desc())
            .limit(5)
        )
    )


def save(
    session: Session, index: Searches, use: Use, name: str, line: str, same: bool
) -> SavedSearch:
    """Keep a search under a name.

    Raises BadInput for no name, no search or one that cannot be read, and where there are too
    many; Refused for somebody without an account.
    """
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    line, name = one_line(line), one_line(name)
    if not name:
        raise BadInput("Give the search a name.")
    if len(name) > MAX_NAME:
        raise BadInput(f"Keep the name under {MAX_NAME} letters.")
    asked = parse(line)
    if asked.refused or not line or (asked.tree is None and not asked.narrow):
        raise BadInput(f"Search for something first, in at most {MAX_LETTERS} letters.")
    if len(_own(session, use)) >= MOST:
        raise BadInput(f"You keep {MOST} searches here. Take one away first.")
    made = SavedSearch(
        account_id=use.actor.account_id, purpose=use.purpose.value, name=name, line=line,
        same=same, found=len(matching(session, index, use, line, same) or ()), looked_at=now(),
        made_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    undoing.note(session, use, SAVE, {"search": made.id, "name": made.name})
    return made


def look(session: Session, index: Searches, use: Use, number: int) -> SavedSearch:
    """One of one's own, looked at now: what it finds is no longer new.

    Raises NotFound.
    """
    found = one(session, use, number)
    ids = matching(session, index, use, found.line, found.same)
    if ids is not None:
        found.found, found.looked_at = len(ids), now()
        session.flush()
    return found


def remove(session: Session, use: Use, number: int) -> SavedSearch:
    """Take one of one's own away; it can be put back.

    Raises NotFound.
    """
    found = one(session, use, number)
    found.removed_at = now()
    session.flush()
    undoing.note(session, use, REMOVE, {"search": found.id, "name": found.name})
    return found


def put_back(session: Session, use: Use, number: int) -> SavedSearch:
    """One that was taken away is there again.

    Raises NotFound.
    """
    found = one(session, use, number, removed=True)
    found.removed_at = None
    session.flush()
    return found


def one(session: Session, use: Use, number: int, removed: bool = False) -> SavedSearch:
    """One of one's own for this use.

    Raises NotFound where it is not there, or is somebody else's.
    """
    found = session.get(SavedSearch, number)
    mine = found is not None and found.account_id == use.actor.account_id
    if found is None or not mine or found.purpose != use.purpose.value:
        raise NotFound("That search is not here.")
    if found.removed_at is not None and not removed:
        raise NotFound("That search is not here.")
    return found


def _mine(use: Use) -> tuple[sa.ColumnElement[bool], ...]:
    """What holds for one's own searches for this use, taken away or not."""
    return (
        SavedSearch.account_id == use.actor.account_id,
        SavedSearch.purpose == use.purpose.value,
    )


def _own(session: Session, use: Use) -> list[SavedSearch]:
    return list(
        session.scalars(
            select(SavedSearch)
            .where(
                *_mine(use),
                SavedSearch.removed_at.is_(None),
            )
            .order_by(sa.func.lower(SavedSearch.name), SavedSearch.id)
        )
    )


def _card(session: Session, index: Searches, use: Use, kept: SavedSearch) -> SavedCard:
    ids = matching(session, index, use, kept.line, kept.same)
    new = 0
    if ids is not None:
        # One may have come while another went: whichever of the two counts says more.
        later = session.scalars(select(Story.id).where(Story.taken_in_at > kept.looked_at))
        new = max(len(ids.intersection(later)), len(ids) - kept.found, 0)
    return SavedCard(
        kept.id, kept.name, kept.line, kept.same, None if ids is None else len(ids), new,
        kept.looked_at,
    )  # fmt: skip
