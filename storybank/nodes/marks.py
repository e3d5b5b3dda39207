"""By which marks the keys of a house are known, so that a machine with others is not let in.

A machine with another secret key would sign everybody out whom the others let in; one with other
keys of personal details would seal what nobody else can open. A mark is drawn from a key one way:
it tells nothing of the key, and each key is 32 random bytes or more.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storybank.config import Config
from storybank.errors import NotReady
from storybank.nodes import facts
from storybank.nodes.models import HouseFact

FACT = "keys"
OTHER_SECRET = (
    "This machine has another secret key than the house. Copy the file secret_key from the data "
    "folder of a machine that serves it."
)
OTHER_KEYS = (
    "This machine does not have the key that seals the personal details of the house. Copy the "
    "file identity_keys from a machine that serves it."
)
_HERE = sa.text(
    "SELECT (SELECT system_identifier FROM pg_control_system())"
    " || '.' || CAST(CAST('house_fact' AS regclass) AS oid)"
)


def check(engine: Engine, config: Config, anew: bool = False) -> None:
    """Raises NotReady where another machine noted other keys. Notes ours where nobody did, and
    the newest where it took over from one that is here too; in any case ``anew``.

    A database that was put back or moved is another one: whoever comes first notes it again.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table(HouseFact.__tablename__):
            return
        ours, sealing = _ours(connection, config)
        known = facts.get(connection, FACT)
        theirs = known.value if known else {}
        if not anew and theirs.get("database") == ours["database"]:
            if theirs["secret"] != ours["secret"]:
                raise NotReady(OTHER_SECRET)
            if sealing and theirs["sealing"] not in (None, *sealing):
                raise NotReady(OTHER_KEYS)
            if not sealing:
                return  # who needs the missing file says so
        if theirs != ours:
            facts.put(connection, FACT, ours)


def _ours(connection: Connection, config: Config) -> tuple[dict[str, Any], list[str]]:
    sealing = [_mark(key) for key in _keys(config.keys_file)]
    ours = {
        "database": connection.scalar(_HERE),
        "secret": _mark(config.secret_key.encode()),
        "sealing": sealing[0] if sealing else None,
    }
    return ours, sealing


def _keys(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().split()
    except OSError:
        return []


def _mark(key: bytes) -> str:
    drawn = blake2b(key, digest_size=32, person=b"storybank key").digest()
    return blake2b(b"the mark of this key", key=drawn, digest_size=12).hexdigest()
