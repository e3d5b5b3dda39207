"""PostgreSQL: its own pg_dump, pg_restore and psql."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from storybank import db
from storybank.backups.copies import CACHES, FACTS, PASSING, PASSING_FACTS, Mark, Taken
from storybank.backups.manifest import sync
from storybank.consent.models import ConsentEvent
from storybank.errors import Conflict, NotReady
from storybank.search.postgres_schema import NEW, quoted, schema_of

VERSIONS = Path("/usr/lib/postgresql")
_COPY = re.compile(rb'COPY (?:"?[^".]+"?\.)?"?([^" ]+)"? \(.*FROM stdin;\n')


class PostgresCopies:
    kind = "postgresql"
    file = "storybank.dump"

    def take(self, url: str, file: Path) -> Taken:
        with _connected(url) as connection:
            # One snapshot for the counts and the copy; writers go on beside it.
            snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
            taken = Taken(
                {
                    name: _count(connection, name)
                    for name in sa.inspect(connection).get_table_names()
                },
                str(connection.scalar(sa.text("SELECT version_num FROM alembic_version"))),
                connection.scalar(sa.select(sa.func.max(ConsentEvent.at))),
            )
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
            # Whatever lies beside the house's own tables is made anew, never restored: a search
            # index, what was learnt, and calls of promised work.
            beside = connection.scalars(_BESIDE).all()
            _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                 *(f"--exclude-schema={quoted(name)}" for name in beside),
                 f"--snapshot={snapshot}", f"--file={file}")  # fmt: skip
        if _rows_in(file) != dict(taken.rows):
            raise NotReady("The copy of the database does not hold what it should. Try again.")
        sync(file)
        return taken

    def put(self, url: str, file: Path, rows: Mapping[str, int], mark: Mark) -> None:
        if _rows_in(file) != dict(rows):
            raise NotReady("The copy of the database does not hold what it should. Use another.")
        with _connected(url) as connection:
            if connection.scalar(_OTHERS):
                raise Conflict("Others are using that database. Stop Storybank, then try again.")
            schema = str(connection.scalar(sa.text("SELECT current_schema()")))
            before = list(_dropping(connection, {*rows, *db.Base.metadata.tables}))
        caches = sorted(name for name in rows if name.endswith(CACHES))
        after = [
            *(f'DELETE FROM "{schema}"."{name}";' for name in PASSING if name in rows),
            *(
                f'DELETE FROM "{schema}"."{FACTS}" WHERE name = {_literal(name)};'
                for name in PASSING_FACTS
                if FACTS in rows
            ),
            *(f'DELETE FROM "{schema}"."{name}";' for name in caches),
            f'INSERT INTO "{schema}".restoration ({", ".join(mark.values)}) VALUES '
            f"({', '.join(_literal(value) for value in mark.values.values())});",
        ]
        # What goes wrong is told by its code: PostgreSQL would quote the row.
        start = ["\\set ON_ERROR_STOP on", "\\set VERBOSITY sqlstate", "BEGIN;"]
        _put(url, file, [*start, *before], [*after, "COMMIT;"])


_BESIDE = sa.text(
    "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' "
    "AND nspname NOT IN ('information_schema', current_schema())"
)
_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def program(name: str, version: int | None = None) -> str:
    """One of PostgreSQL's own programs: of that version, or the newest that is here.

    Raises NotReady where it is not installed.
    """
    if version is not None:
        exact = VERSIONS / str(version) / "bin" / name
        if exact.is_file():
            return str(exact)
        raise NotReady(f"{name} {version} is not here. Install Debian's postgresql-{version}.")
    here = [path for path in VERSIONS.glob(f"*/bin/{name}") if path.parts[-3].isdecimal()]
    newest = max(here, key=lambda path: int(path.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        raise NotReady(f"{name} is not here. Install Debian's postgresql-client.")
    return found


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = db.make_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection
    finally:
        engine.dispose()


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0


def _dropping(connection: Connection, ours: Iterable[str]) -> Iterator[str]:
    """Statements that take away what of ours is there now, the search index with it."""
    for index in (schema_of(connection), schema_of(connection) + NEW):
        yield f"DROP SCHEMA IF EXISTS {quoted(index)} CASCADE;"
    tables = sorted(set(sa.inspect(connection).get_table_names()).intersection(ours))
    if tables:
        named = ", ".join('"' + name + '"' for name in tables)
        yield f"DROP TABLE {named} CASCADE;"
    for (function,) in connection.execute(
        sa.text(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'storybank\\_%' "
            "AND pronamespace = current_schema()::regnamespace"
        )
    ):
        yield f"DROP FUNCTION {function} CASCADE;"


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def reach(url: str) -> tuple[str, dict[str, str]]:
    """How PostgreSQL's programs find the database; a password goes where nobody can list it."""
    made = make_url(url)
    parts = {
        "host": made.host, "port": made.port, "user": made.username, "dbname": made.database,
        **made.query,
    }  # fmt: skip
    told = " ".join(
        f"{name}='{str(value).replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}'"
        for name, value in parts.items()
        if value is not None
    )
    secret = {"PGPASSWORD": str(made.password)} if made.password else {}
    return told, {**os.environ, **secret}


def _run(url: str, name: str, *options: str) -> None:
    told, environment = reach(url)
    done = subprocess.run(
        [program(name), *options, f"--dbname={told}"],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotReady(f"The database could not be copied ({name} ended with {done.returncode}).")


def _rows_in(file: Path) -> dict[str, int]:
    """How many rows the copy holds for each table, by reading all of it."""
    rows: dict[str, int] = {}
    table = None
    with _reading(file, "--data-only") as script:
        for line in script:
            if table is None:
                found = _COPY.fullmatch(line)
                if found:
                    table = found[1].decode()
                    rows[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                rows[table] += 1
    return rows


@contextmanager
def _reading(file: Path, *options: str) -> Iterator[IO[bytes]]:
    """The copy as statements. Raises NotReady at the end when it could not all be read."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", *options]
    with subprocess.Popen(
        [*command, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        assert reader.stdout is not None
        yield reader.stdout
    if reader.returncode:
        raise NotReady("The copy of the database cannot be read. Use another.")


def _put(url: str, file: Path, before: list[str], after: list[str]) -> None:
    """Run the statements of a copy, with others around them, as one transaction."""
    told, environment = reach(url)
    with subprocess.Popen(
        [program("psql"), "--no-psqlrc", "--quiet", f"--dbname={told}"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as writer:  # fmt: skip
        assert writer.stdin is not None and writer.stderr is not None
        try:
            writer.stdin.write("\n".join([*before, ""]).encode())
            with _reading(file) as script:
                shutil.copyfileobj(script, writer.stdin)
            # Reached only when all of it could be read: without a COMMIT nothing is changed.
            writer.stdin.write("\n".join(["", *after, ""]).encode())
            writer.stdin.close()
        except BrokenPipeError:
            pass
        except BaseException:
            writer.kill()
            with suppress(OSError):
                writer.stdin.close()
            raise
        codes = re.findall(rb"ERROR: +([0-9A-Z]{5})", writer.stderr.read())
    if writer.returncode:
        code = codes[0].decode() if codes else f"psql ended with {writer.returncode}"
        raise NotReady(f"PostgreSQL did not take the backup ({code}). Nothing was changed.")
