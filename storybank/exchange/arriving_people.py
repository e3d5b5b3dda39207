"""Coders of an arrival: those who are known keep their accounts, others get one that is closed."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput
from storybank.exchange import guids
from storybank.exchange.came import Came
from storybank.people.models import Account
from storybank.people.rules import clean_name

NOBODY = uuid.UUID("0b7f1c1e-6f0e-5d55-9a4e-2f3f6c0a7d11")
"""What GUIDs of coders whom a file does not name are derived from."""


class PeopleTaker:
    """Finds or makes the account of a user of the file when it is first asked for."""

    def __init__(self, session: Session, came: Came) -> None:
        self._session, self._origin = session, came.origin
        self._names = {user.guid: user.name for user in came.users}
        self._known = guids.known(session, guids.ACCOUNT)
        self.made: list[int] = []
        for user in came.users:
            self.account(user.guid)

    def account(self, guid: str | None) -> int:
        """The account of this user; of one for whoever is not named, for None."""
        if guid is None or guid not in self._names:
            guid = str(uuid.uuid5(NOBODY, self._origin))
        if guid not in self._known:
            self._known[guid] = self._make(guid, self._names.get(guid))
        return self._known[guid]

    def _make(self, guid: str, name: str | None) -> int:
        try:
            shown = clean_name(name or f"A coder in {self._origin or 'another program'}"[:90])
        except BadInput:
            shown = f"Coder {len(self.made) + 1}"
        # No address, no password, no role, and closed: a name beside codings, not a way in.
        account = Account(name=shown, created_at=now(), disabled_at=now())
        self._session.add(account)
        self._session.flush()
        guids.keep(self._session, guids.ACCOUNT, [(account.id, guid)])
        self.made.append(account.id)
        return account.id
