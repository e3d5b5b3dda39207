"""What is done with files that wait: they are read, and then taken in, a story at a time.

A file is read while no transaction is open; a story is taken in, and its item crossed out, in
one. Whoever dies in between leaves whole stories and a list that says what is still to be done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from io import BytesIO

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.intake import reading as files
from storybank.intake.rules import Arrival
from storybank.intake.service import receive
from storybank.jobs import queue
from storybank.people.rules import Actor
from storybank.receiving import choosing, columns, deciding, gathering, reading
from storybank.receiving.models import Intake, IntakeFile, IntakeItem
from storybank.receiving.reading import Read
from storybank.receiving.rules import TABLE_KINDS, Outcome, Stage
from storybank.stories import files as kept_files
from storybank.stories import notes, speaking
from storybank.stories.canon import Canon
from storybank.stories.models import Story

TAKE = "receiving.take"
"""The errand that takes in what is ready."""
ANY_TYPE = "application/octet-stream"
NOT_READY = "This is not ready to be taken in, or it was taken in just now."


@dataclass(frozen=True)
class Progress:
    """How many items of an intake are how far."""

    total: int
    waiting: int
    ready: int
    asked: int
    taken: int
    refused: int
    left_out: int


def progress(session: Session, intake_id: int) -> Progress:
    """How far an intake is, its items counted."""
    rows = session.execute(
        select(IntakeItem.status, sa.func.count())
        .where(IntakeItem.intake_id == intake_id)
        .group_by(IntakeItem.status)
    )
    found = Counter({Outcome(status): count for status, count in rows})
    return Progress(
        found.total(), found[Outcome.WAITING], found[Outcome.READY], found[Outcome.ASKED],
        found[Outcome.TAKEN], found[Outcome.REFUSED], found[Outcome.LEFT_OUT],
    )  # fmt: skip


def read_now(session: Session, file: IntakeFile) -> None:
    """Read one file here, and keep what was read with its item; at most some seconds.

    It is for a file read anew, with another ``encoding`` for one: what was decided about it
    stays, but parts it was split into are one again. A table waits instead. What can not be read
    is refused, with its sentence in the item. Raises NotFound where its bytes are gone; Conflict
    where it was taken in; NotReady without the key.
    """
    if file.kind in TABLE_KINDS:
        columns.read_again(session, file)
        return
    items = session.scalars(
        select(IntakeItem).where(IntakeItem.file_id == file.id).order_by(IntakeItem.n)
    ).all()
    data = b"".join(gathering.pieces(session, file.id))
    if not items or not data:
        raise NotFound(reading.NOT_READ)
    if any(item.status == Outcome.TAKEN.value for item in items):
        raise Conflict("Some of this file was taken in already. Undo that first.")
    for item in items[1:]:
        session.delete(item)
    note(session, items[0], look(gathering.name_of(session, file), data, file.encoding))


def look(name: str, data: bytes, encoding: str | None = None) -> Read | str:
    """What is in one file, or the sentence that says why it can not be read."""
    try:
        return as_read(files.read_file(name, data, encoding=encoding))
    except BadInput as problem:
        return problem.sentence


def as_read(arrival: Arrival) -> Read:
    """What a reader returned, with the turns that only its letters tell."""
    return Read.from_arrival(replace(arrival, canon=speaking.turns_of(arrival.canon)))


def note(session: Session, item: IntakeItem, found: Read | str) -> None:
    """Write down what reading one item came to."""
    if isinstance(found, str):
        item.status, item.reason, item.read = Outcome.REFUSED.value, found, None
    else:
        item.status, item.reason = Outcome.READY.value, ""
        reading.keep(session, item, found)
    item.changed_at = now()
    session.flush()


def take(session: Session, by: Actor, item: IntakeItem) -> Story:
    """Take one item in, in the caller's transaction: the story, its choices, all that came with
    it, and the item that says so stand or fall together.

    Raises Conflict where it is not ready, or the story is there; Refused without a yes to keeping
    it or without evidence; BadInput where its words or its choices can not be taken; NotReady
    without keys.
    """
    intake = gathering.hold(session, item.intake_id)
    session.refresh(item)
    if item.status not in (Outcome.READY.value, Outcome.ASKED.value) or item.read is None:
        raise Conflict(NOT_READY)
    found = reading.of(session, item)
    chosen = deciding.decided(session, item)
    choices = choosing.choices_of(session, intake, item, found)
    arrival = replace(found.arrival, title=deciding.title_of(found, chosen))
    story, _ = receive(session, by, arrival, choices, person_id=chosen.person_id)
    original = _original(session, intake, item)
    beside(session, by, story, found.canon, original)
    if chosen.speakers:
        use = Use.claim(by, Purpose.TAKE_IN, now())
        speaking.set_roles(session, use, story.id, chosen.speakers)
    taken(session, item, story)
    return story


def beside(
    session: Session, by: Actor, story: Story, canon: Canon, original: BytesIO | None = None
) -> None:
    """Keep what came in a file beside the words of a story that was just taken in, and the file
    itself where it is given."""
    use = Use.claim(by, Purpose.TAKE_IN, now())
    if canon.notes:
        notes.keep(session, use, story.id, canon.notes)
    if original is not None:
        kept_files.keep(session, use, story.id, kept_files.ORIGINAL, ANY_TYPE, original)


def _original(session: Session, intake: Intake, item: IntakeItem) -> BytesIO | None:
    """The bytes of a file that holds this story and no other, where they are to be kept."""
    if not intake.keep_originals or item.file_id is None or item.line is not None:
        return None
    others = select(IntakeItem.id).where(
        IntakeItem.file_id == item.file_id, IntakeItem.id != item.id
    )
    if session.scalar(others.limit(1)) is not None:
        return None
    return BytesIO(b"".join(gathering.pieces(session, item.file_id)))


def taken(session: Session, item: IntakeItem, story: Story) -> None:
    """Cross an item out: its story is there, and what waited is wiped."""
    item.status, item.reason, item.story_id = Outcome.TAKEN.value, "", story.id
    item.read = item.decided = None
    item.changed_at = now()
    session.flush()
    if item.file_id is not None and not _wanted(session, item.file_id):
        gathering.wipe_bytes(session, item.file_id)


def _wanted(session: Session, file_id: int) -> bool:
    """Does any item still need the bytes of this file?"""
    query = select(IntakeItem.id).where(
        IntakeItem.file_id == file_id,
        IntakeItem.status.in_([Outcome.WAITING.value, Outcome.READY.value, Outcome.ASKED.value]),
    )
    return session.scalar(query.limit(1)) is not None


def promise_taking(session: Session, by: Actor, intake: Intake) -> None:
    """Have what is ready be taken in, as soon as this transaction is committed; what was asked
    about is tried again. Raises Conflict where files are still being read."""
    if progress(session, intake.id).waiting:
        raise Conflict("Files are still being read. Wait until all are.")
    session.execute(
        sa.update(IntakeItem)
        .where(
            IntakeItem.intake_id == intake.id,
            IntakeItem.status == Outcome.ASKED.value,
            IntakeItem.read.is_not(None),
        )
        .values(status=Outcome.READY.value, reason="")
    )
    intake.status = Stage.TAKING.value
    queue.put(session, TAKE, queue.SOON, intake_id=intake.id, account_id=by.account_id)


def pause(session: Session, intake_id: int) -> None:
    """Stop reading or taking in after the one that is at work. Raises Conflict where neither is
    going on."""
    intake = gathering.hold(session, intake_id)
    if intake.status not in (Stage.READING.value, Stage.TAKING.value):
        raise Conflict("Nothing is going on that could be stopped.")
    intake.status = Stage.PAUSED.value


def go_on(session: Session, by: Actor, intake_id: int) -> None:
    """Go on with what was paused. Raises Conflict where it was not."""
    intake = gathering.hold(session, intake_id)
    if intake.status != Stage.PAUSED.value:
        raise Conflict("This was not stopped.")
    stands = progress(session, intake_id)
    if stands.waiting:
        gathering.promise_reading(session, intake)
    elif stands.taken and stands.ready:
        promise_taking(session, by, intake)
    else:
        intake.status = Stage.LOOKING.value
