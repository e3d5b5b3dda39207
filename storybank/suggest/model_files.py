"""The files of what was learnt, in the database, for every node of a house to copy.

Only on PostgreSQL, in a schema beside the house's own: no backup copies them and no migration knows
them. They are not logged, so nothing learnt goes into a journal or to a standby; after a crash of
the server they are gone, and put there again by a node that has them, or learnt anew.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

DRAFT = ".draft"
"""How the folder of a model begins that is not whole yet."""
TRIES = 3


def put(session: Session, model_id: int, folder: Path) -> None:
    """Keep the files of a model in this transaction; nothing in a house of one file."""
    if not _on_server(session):
        return
    table = _table(session)
    schema = table.rpartition(".")[0]
    session.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    session.execute(
        sa.text(
            f"CREATE UNLOGGED TABLE IF NOT EXISTS {table} (model_id integer NOT NULL,"
            " name text NOT NULL, data bytea NOT NULL, PRIMARY KEY (model_id, name))"
        )
    )
    row = sa.text(
        f"INSERT INTO {table} VALUES (:model_id, :name, :data)"  # noqa: S608 (a quoted name)
        " ON CONFLICT (model_id, name) DO UPDATE SET data = excluded.data"
    )
    for file in sorted(folder.iterdir()):
        session.execute(row, {"model_id": model_id, "name": file.name, "data": file.read_bytes()})


def there(session: Session) -> set[int]:
    """The models whose files are kept; none where a standby is asked, which has none."""
    if not _on_server(session):
        return set()
    found = "SELECT to_regclass(:name) IS NOT NULL AND NOT pg_is_in_recovery()"
    if not session.scalar(sa.text(found), {"name": _table(session)}):
        return set()
    asked = sa.text(f"SELECT DISTINCT model_id FROM {_table(session)}")  # noqa: S608
    return set(session.scalars(asked))


def bring(session: Session, models: Path, model_id: int) -> bool:
    """Copy a model's files into its folder below ``models`` where it is not here; is it here now?

    The caller asked, in this very session, whether the model may be used.
    """
    folder = models / str(model_id)
    if folder.is_dir():
        return True
    if model_id not in there(session):
        return False
    asked = sa.text(f"SELECT name, data FROM {_table(session)} WHERE model_id = :id")  # noqa: S608
    files = {str(name): bytes(data) for name, data in session.execute(asked, {"id": model_id})}
    models.mkdir(mode=0o700, exist_ok=True)
    for _ in range(TRIES):
        draft = Path(tempfile.mkdtemp(prefix=f"{DRAFT}-", dir=models))
        try:
            for name, data in files.items():
                (draft / Path(name).name).write_bytes(data)
            draft.rename(folder)
        except OSError:
            # Somebody tidied up just then, or was quicker.
            shutil.rmtree(draft, ignore_errors=True)
        if folder.is_dir():
            return True
    return False


def keep_only(session: Session, model_ids: Collection[int]) -> None:
    """Delete the files of every other model in this transaction."""
    gone = there(session) - set(model_ids)
    if gone:
        delete = sa.text(f"DELETE FROM {_table(session)} WHERE model_id = ANY(:ids)")  # noqa: S608
        session.execute(delete, {"ids": sorted(gone)})


def _on_server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _table(session: Session) -> str:
    name = f"{session.scalar(sa.text('SELECT current_schema()'))}_learned"
    quoted = name.replace('"', '""')
    return f'"{quoted}".file'
