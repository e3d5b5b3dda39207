"""Files as they are brought: one, many, or in a zip. Their bytes wait sealed until they are read.

No name and no path from outside reaches the file system. A file that can not come in is an item
as well, with a sentence that says why: whoever brought hundreds finds every one in the list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.intake import rules as incoming
from storybank.intake import text_file
from storybank.intake.reading import BY_MACHINE
from storybank.jobs import queue
from storybank.people import sealing
from storybank.people.rules import Actor
from storybank.receiving import unpacking
from storybank.receiving.models import Intake, IntakeBytes, IntakeFile, IntakeItem
from storybank.receiving.rules import (
    KEPT_DAYS,
    LONGEST_NAME,
    MAX_TABLE,
    TABLE_KINDS,
    TOO_BIG_TABLE,
    Outcome,
    Stage,
)

READ = "receiving.read"
"""The errand that reads what waits."""
PART = 1 << 20
"""Bytes of a file in one sealed stretch."""


def begin(
    session: Session, by: Actor | Use, source: str, *, keep_originals: bool = False
) -> Intake:
    """A new intake without files. ``source`` is ``page`` or ``command``."""
    actor = by.actor if isinstance(by, Use) else by
    moment = now()
    intake = Intake(
        account_id=actor.account_id, source=source, status=Stage.READING.value,
        keep_originals=keep_originals, made_at=moment,
        wipe_on=moment.date() + timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    session.add(intake)
    session.flush()
    return intake


def add_file(
    session: Session, intake: Intake, name: str, stream: IO[bytes], *, by_machine: bool = False
) -> list[IntakeFile]:
    """Put a file with the others of an intake; a zip of files becomes its members.

    ``stream`` can be read from where it stands, and sought. What is too large, empty or sealed
    with a password becomes an item that is refused, with its sentence. ``by_machine`` has PDFs
    whose pages are pictures read to words. Raises NotReady without keys.
    """
    begins = stream.tell()
    start = stream.read(unpacking.START)
    stream.seek(begins)
    if not unpacking.is_zip_of_files(start, stream):
        return _marked([_add(session, intake, name, start, stream)], by_machine)
    added = []
    try:
        for member in unpacking.members(stream):
            if member.refused:
                added.append(refused(session, intake, member.name, member.refused))
            else:
                # Members are small: those of a kind that may be long are cut off by the guard.
                body = BytesIO(member.body)
                added.append(
                    _add(session, intake, member.name, member.body[: unpacking.START], body)
                )
    except BadInput as problem:
        added.append(refused(session, intake, name, problem.sentence))
    return _marked(added, by_machine) or [refused(session, intake, name, unpacking.NOTHING_IN_IT)]


def refused(session: Session, intake: Intake, name: str, sentence: str) -> IntakeFile:
    """Note a file that can not come in, with the sentence that says why."""
    file = add_name(session, intake, name)
    item = add_item(session, intake, file)
    item.status, item.reason = Outcome.REFUSED.value, sentence
    session.flush()
    return file


def add_item(
    session: Session, intake: Intake, file: IntakeFile | None, line: int | None = None
) -> IntakeItem:
    """A new item at the end of an intake's list; it waits."""
    item = IntakeItem(
        intake_id=intake.id, n=next_place(session, intake.id),
        file_id=file.id if file else None, line=line, status=Outcome.WAITING.value, reason="",
        warnings=[], changed_at=now(),
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def next_place(session: Session, intake_id: int) -> int:
    """The number for the next item of an intake, which no other transaction can take.

    Raises NotFound where there is no such intake.
    """
    hold(session, intake_id)
    last = select(sa.func.max(IntakeItem.n)).where(IntakeItem.intake_id == intake_id)
    return (session.scalar(last) or 0) + 1


def hold(session: Session, intake_id: int) -> Intake:
    """An intake as it stands, which nobody else changes until this transaction ends.

    Raises NotFound where there is no such intake.
    """
    intake = session.scalar(
        select(Intake)
        .where(Intake.id == intake_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if intake is None:
        raise NotFound("There is no such intake.")
    return intake


def promise_reading(session: Session, intake: Intake) -> None:
    """Have what waits be read, as soon as this transaction is committed."""
    intake.status = Stage.READING.value
    queue.put(session, READ, queue.SOON, intake_id=intake.id)


def pieces(session: Session, file_id: int) -> Iterator[bytes]:
    """The bytes of a file that waits, a stretch at a time. Raises NotReady without the key."""
    parts = select(IntakeBytes.n).where(IntakeBytes.file_id == file_id).order_by(IntakeBytes.n)
    for n in session.scalars(parts).all():
        sealed = session.scalar(
            select(IntakeBytes.body).where(IntakeBytes.file_id == file_id, IntakeBytes.n == n)
        )
        if sealed is not None:
            yield sealing.unseal_bytes(session, sealed)


def name_of(session: Session, file: IntakeFile | None) -> str:
    """What a file was called where it came from; empty once that is wiped.

    It may be a person's name: it is shown to stewards on an intake's own pages, and nowhere else.
    """
    return sealing.unseal(session, file.name) if file is not None and file.name else ""


def wipe_bytes(session: Session, file_id: int) -> None:
    """Let go of the bytes of a file."""
    session.execute(
        sa.delete(IntakeBytes).where(IntakeBytes.file_id == file_id),
        execution_options={"synchronize_session": False},
    )


def _add(
    session: Session, intake: Intake, name: str, start: bytes, stream: IO[bytes]
) -> IntakeFile:
    kind = _kind(name, start, stream)
    most = MAX_TABLE if kind in TABLE_KINDS else incoming.MAX_FILE
    file = add_name(session, intake, name)
    file.kind = kind
    item = add_item(session, intake, file)
    size = n = 0
    while part := stream.read(PART):
        size += len(part)
        if size > most:
            break
        # Past the session's memory: a stretch is written and forgotten.
        sealed = sealing.seal_bytes(session, part)
        session.execute(sa.insert(IntakeBytes).values(file_id=file.id, n=n, body=sealed))
        n += 1
    file.size = size
    if not 0 < size <= most:
        wipe_bytes(session, file.id)
        item.status = Outcome.REFUSED.value
        item.reason = TOO_BIG_TABLE if kind in TABLE_KINDS else _size_sentence(size)
    session.flush()
    return file


def _marked(files: list[IntakeFile], by_machine: bool) -> list[IntakeFile]:
    for file in files:
        if by_machine and file.kind == "pdf":
            file.encoding = BY_MACHINE
    return files


def _size_sentence(size: int) -> str:
    try:
        incoming.check_size(size)
    except BadInput as problem:
        return problem.sentence
    return ""


def add_name(session: Session, intake: Intake, name: str) -> IntakeFile:
    """A file of an intake by its name alone, which is kept sealed; it has no bytes and no item."""
    shown = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    last = select(sa.func.max(IntakeFile.n)).where(IntakeFile.intake_id == intake.id)
    hold(session, intake.id)
    file = IntakeFile(
        intake_id=intake.id, n=(session.scalar(last) or 0) + 1,
        name=sealing.seal(session, "".join(filter(str.isprintable, shown))[-LONGEST_NAME:]),
        kind="", size=0,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file


def _kind(name: str, start: bytes, stream: IO[bytes]) -> str:
    """What a file is: by its beginning; the name only tells tables and lines from plain text."""
    if unpacking.is_zip(start):
        return unpacking.kind_of_document(stream)
    found = text_file.kind_of(start)
    if found:
        return found
    ending = PurePosixPath(name.lower()).suffix
    return {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}.get(ending, "")
