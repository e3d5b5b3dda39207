"""Passwords as argon2 hashes: made, checked, and made anew when the parameters move on."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storybank.people.rules import MAX_PASSWORD

hasher = PasswordHasher()
"""The library's default parameters: 64 MiB and about a seventh of a second each."""

# Each hashing holds 64 MiB, so a rush of sign-ins could otherwise take all the memory.
_turns = threading.BoundedSemaphore(4)


def make_hash(password: str) -> str:
    """The argon2id hash of ``password``, with its salt and parameters in it."""
    with _turns:
        return hasher.hash(_as_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` made ``password_hash``.

    Without a hash (no such account, or no password yet) the answer is no, after as much work as
    any other answer: the time taken tells nobody which accounts exist.
    """
    if len(password) > MAX_PASSWORD:
        return False
    against = password_hash or _nobodys_hash(hasher)
    try:
        with _turns:
            hasher.verify(against, _as_bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return hasher.check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def _nobodys_hash(maker: PasswordHasher) -> str:
    with _turns:
        return maker.hash(b"nobody has this password")


def _as_bytes(password: str) -> bytes:
    # One keyboard writes an accented letter as one character, another as two: both must open.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
