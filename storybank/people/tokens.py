"""What a way in is opened with: the token of a link, and the short code of a printed slip.

Only their hashes are kept. A token has 256 bits, so one round of SHA-256 is enough. A code is
short enough to type (12 letters and digits, 59 bits), so its hash is made slow and heavy: who
steals the database cannot try all codes, and who guesses on the page meets the limits first.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L: on paper nobody can tell them apart."""
GROUPS, IN_A_GROUP = 3, 4
_CODE = re.compile(f"[{ALPHABET}]{{{GROUPS * IN_A_GROUP}}}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# Each code takes 16 MiB for a moment, so a rush of them could otherwise take all the memory.
_turns = threading.BoundedSemaphore(4)


def new_token() -> str:
    """43 characters that fit in an address; 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_code() -> str:
    """A code as it is printed: "K7QM-2WXA-P9RD"."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(IN_A_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def clean_code(typed: str) -> str | None:
    """A code without what was typed around it; None when it is none."""
    plain = "".join(re.findall(r"[^\W_]", typed[:100])).upper()
    return plain if _CODE.fullmatch(plain) else None


def hash_code(code: str) -> str:
    """What is kept of a code: slow to make (about 40 ms), the same each time.

    One salt for all: a code is looked up by its hash, and no two codes are alike.
    """
    with _turns:
        made = hashlib.scrypt(
            code.encode(), salt=b"storybank slip", n=2**14, r=8, p=1, maxmem=2**25
        )
    return made.hex()[:64]


def hash_of(token_or_code: str) -> str | None:
    """The hash by which either is looked up; None when it can be neither.

    Slow for a code: call it before a transaction begins, so that nobody waits for it.
    """
    if _TOKEN.fullmatch(token_or_code):
        return hash_token(token_or_code)
    code = clean_code(token_or_code)
    return hash_code(code) if code else None
