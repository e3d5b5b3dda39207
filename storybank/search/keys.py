"""Keys with which programs search in somebody's name: made, used, revoked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput, NotFound, Refused
from storybank.people import service as people
from storybank.people.models import Account
from storybank.people.rules import Actor
from storybank.people.tokens import hash_token, new_token
from storybank.search.models import SearchKey
from storybank.stories.canon import one_line

MAX_NAME = 80
MOST = 20
"""How many keys one person may have at a time."""
NOTED_EVERY = timedelta(hours=1)

UNKNOWN = "Send a key that is in use, as: Authorization: Bearer <key>. You make keys at /me/keys."

_OPENS = (
    SearchKey.revoked_at.is_(None),
    # Whoever signs out everywhere, or changes the password, raises the version of the account.
    SearchKey.session_version == Account.session_version,
    Account.disabled_at.is_(None),
)


def keys(session: Session, actor: Actor) -> list[SearchKey]:
    """One's own keys that are in use, the newest first."""
    return list(
        session.scalars(
            select(SearchKey)
            .join(Account, Account.id == SearchKey.account_id)
            .where(SearchKey.account_id == actor.account_id, *_OPENS)
            .order_by(SearchKey.id.desc())
        )
    )


def make(session: Session, actor: Actor, name: str) -> tuple[SearchKey, str]:
    """A new key, and what it is: that is shown once, and kept nowhere.

    Raises BadInput without a name, or where there are too many; Refused without an account.
    """
    if actor.account_id is None:
        raise Refused("Sign in first.")
    name = one_line(name)
    if not name:
        raise BadInput("Say what the key is for, such as the name of the program.")
    if len(name) > MAX_NAME:
        raise BadInput(f"Keep the name under {MAX_NAME} letters.")
    if len(keys(session, actor)) >= MOST:
        raise BadInput(f"You have {MOST} keys. Revoke one first.")
    token = new_token()
    account = session.get_one(Account, actor.account_id)
    made = SearchKey(
        account_id=account.id, name=name, sha256=hash_token(token), made_at=now(),
        session_version=account.session_version,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made, token


def revoke(session: Session, actor: Actor, number: int) -> SearchKey:
    """The key opens nothing from now on, for good.

    Raises NotFound where it is not there, or is somebody else's.
    """
    found = session.get(SearchKey, number)
    if found is None or found.account_id != actor.account_id or found.revoked_at is not None:
        raise NotFound("That key is not here.")
    found.revoked_at = now()
    session.flush()
    return found


def whose(session: Session, token: str) -> tuple[Actor, SearchKey] | None:
    """Who asks with this key; None for one that opens nothing."""
    row = session.execute(
        select(SearchKey, Account)
        .join(Account, Account.id == SearchKey.account_id)
        .where(SearchKey.sha256 == hash_token(token), *_OPENS)
    ).one_or_none()
    if row is None:
        return None
    key, account = row
    return people.actor_for(session, account), key


def is_due(key: SearchKey) -> bool:
    """Is it time to write down again that this key is used?"""
    return key.used_at is None or now() - key.used_at >= NOTED_EVERY


def note_use(session: Session, number: int) -> None:
    """Write down that a key was used, to the hour."""
    found = session.get(SearchKey, number)
    if found is not None:
        found.used_at = now().replace(minute=0, second=0, microsecond=0)
