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
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.errors import NotReady

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


class Keys:
    """The keys of a file as they stood at one reading, newest first."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        from cryptography.fernet import Fernet

        if not keys:
            raise ValueError("no key")
        self.all = keys
        self._fernets: dict[bytes, Fernet] = {_own(key, "name")[:8]: Fernet(key) for key in keys}
        self.names = tuple(self._fernets)
        """What each sealed value begins with, before a colon: which key sealed it."""

    def seal(self, plain: bytes) -> bytes:
        return self.names[0] + b":" + self._fernets[self.names[0]].encrypt(plain)

    def unseal(self, sealed: bytes) -> bytes:
        """Raises NotReady when none of these keys opens it."""
        from cryptography.fernet import InvalidToken

        name, _, token = bytes(sealed).partition(b":")
        try:
            return self._fernets[name].decrypt(token)
        except (KeyError, InvalidToken) as wrong:
            raise NotReady(WRONG) from wrong

    def marks(self, text: str) -> tuple[str, ...]:
        """What ``text`` may be marked with, newest key first. Case and spaces are nothing."""
        plain = "".join(text.casefold().split()).encode()
        return tuple(
            hmac.new(_own(key, "marks"), plain, hashlib.sha256).hexdigest() for key in self.all
        )


class Sealer:
    """The keys of one file. The file is read again whenever it has changed."""

    def __init__(self, keys_file: Path) -> None:
        self.keys_file = keys_file
        self._read: tuple[tuple[int, int, int], Keys] | None = None

    def keys(self) -> Keys:
        """Raises NotReady when the file is missing or damaged."""
        try:
            found = os.stat(self.keys_file)
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._read is None or self._read[0] != seen:
                self._read = seen, Keys(tuple(self.keys_file.read_bytes().split()))
        except FileNotFoundError as missing:
            raise NotReady(MISSING) from missing
        except ValueError as damaged:
            raise NotReady(DAMAGED) from damaged
        return self._read[1]


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
    return seal_bytes(session, text.encode())


def seal_bytes(session: Session, plain: bytes) -> bytes:
    """A stretch of a file, sealed as ``seal`` seals a text; a third longer than it was."""
    if session.get_bind().dialect.name == "postgresql":
        # Held until commit: no key is taken away between the sealing and the keeping of it.
        session.connection().execute(
            sa.select(sa.func.pg_advisory_xact_lock_shared(CHANGE_OF_KEYS))
        )
    return sealer_of(session).keys().seal(plain)


def unseal(session: Session, sealed: bytes) -> str:
    """The text that was sealed. Raises NotReady when no key here opens it."""
    return unseal_bytes(session, sealed).decode()


def unseal_bytes(session: Session, sealed: bytes) -> bytes:
    """The stretch of a file that was sealed. Raises NotReady when no key here opens it."""
    return sealer_of(session).keys().unseal(sealed)


def mark(session: Session, text: str) -> str:
    """What to keep in a ``Mark`` column beside the sealed ``text``."""
    return marks(session, text)[0]


def marks(session: Session, text: str) -> tuple[str, ...]:
    """What ``text`` may be marked with, by the newest key and by older ones still in use."""
    return sealer_of(session).keys().marks(text)


def _own(key: bytes, purpose: str) -> bytes:
    # A key of its own is drawn for each purpose: one use of a key must not weaken another.
    drawn = hmac.digest(urlsafe_b64decode(key), f"storybank {purpose}".encode(), "sha256")
    return drawn.hex().encode()
