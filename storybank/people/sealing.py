"""Personal details are sealed: only who holds the file of keys, kept outside the database, can
read them. The newest key stands first and seals; every key in the file opens.

``cryptography`` is imported at the first sealing, not at start: most pages need none of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.errors import NotReady

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

MISSING = (
    "The file of keys for personal details is missing. Put it back from its safe copy, or say "
    "where it is in STORYBANK_KEYS_FILE."
)
DAMAGED = "The file of keys for personal details is damaged. Put it back from its safe copy."
WRONG = (
    "These personal details were sealed with another key. Add that key as the last line of the "
    "file of keys (STORYBANK_KEYS_FILE), then try again."
)
CHANGE_OF_KEYS = 7_305_101
"""The lock that everybody who seals shares, and that who takes a key away holds alone."""
_SEALER = "sealer"


class Sealed(sa.LargeBinary):
    """A column of sealed text. Whoever changes the keys finds all such columns by this type."""


class Mark(sa.String):
    """A column that marks the sealed text in the column ``of``, so that it can be looked up.

    Equal texts have equal marks; without the key a mark tells nothing of its text.
    """

    def __init__(self, of: str = "") -> None:
        super().__init__(64)
        self.of = of


class Sealer:
    """The keys of one file. The file is read again whenever it has changed."""

    def __init__(self, keys_file: Path) -> None:
        self.keys_file = keys_file
        self._seen: tuple[int, int, int] | None = None
        self._keys: tuple[bytes, ...] = ()
        self._fernet: MultiFernet | None = None

    def all_keys(self) -> tuple[bytes, ...]:
        """Every key, newest first. Raises NotReady when the file is missing or damaged."""
        self._look()
        return self._keys

    def fernet(self) -> MultiFernet:
        """What seals with the newest key and opens with any. Raises NotReady."""
        return self._look()

    def _look(self) -> MultiFernet:
        try:
            found = os.stat(self.keys_file)
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._fernet is None or seen != self._seen:
                keys = tuple(self.keys_file.read_bytes().split())
                self._fernet = _fernet_of(keys)
                self._keys, self._seen = keys, seen
        except FileNotFoundError as missing:
            raise NotReady(MISSING) from missing
        return self._fernet


def carried(keys_file: Path) -> dict[str, Any]:
    """What a session must carry (``db.make_sessions(engine, info)``) to seal and unseal."""
    return {_SEALER: Sealer(keys_file)}


def sealer_of(session: Session) -> Sealer:
    """Raises NotReady when this session was made without keys."""
    sealer = session.info.get(_SEALER)
    if not isinstance(sealer, Sealer):
        raise NotReady(MISSING)
    return sealer


def seal(session: Session, text: str) -> bytes:
    """``text``, sealed with the newest key. Call it in a transaction that writes.

    Raises NotReady when the keys are missing.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Held until commit: no key is taken away between the sealing and the keeping of it.
        session.connection().execute(
            sa.select(sa.func.pg_advisory_xact_lock_shared(CHANGE_OF_KEYS))
        )
    return sealer_of(session).fernet().encrypt(text.encode())


def unseal(session: Session, sealed: bytes) -> str:
    """The text that was sealed. Raises NotReady when no key here opens it."""
    from cryptography.fernet import InvalidToken

    try:
        return sealer_of(session).fernet().decrypt(sealed).decode()
    except InvalidToken as wrong:
        raise NotReady(WRONG) from wrong


def mark(session: Session, text: str) -> str:
    """What to keep in a ``Mark`` column beside the sealed ``text``. Case and spaces are nothing."""
    return marks(session, text)[0]


def marks(session: Session, text: str) -> tuple[str, ...]:
    """What ``text`` may be marked with, by the newest key and by older ones still in use."""
    plain = "".join(text.casefold().split()).encode()
    # A key of its own is drawn from each sealing key: one use of a key must not weaken another.
    own = [
        hmac.digest(urlsafe_b64decode(key), b"storybank marks", "sha256")
        for key in sealer_of(session).all_keys()
    ]
    return tuple(hmac.new(key, plain, hashlib.sha256).hexdigest() for key in own)


def _fernet_of(keys: tuple[bytes, ...]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as damaged:  # Also where the file is empty.
        raise NotReady(DAMAGED) from damaged
