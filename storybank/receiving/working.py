"""What is done with files that wait: they are read, and then taken in, a story at a time.

A file is read while no transaction is open; a story is taken in, and its item crossed out, in
one. Whoever dies in between leaves whole stories and a list that says what is still to be done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Answer, NameStyle, Purpose, Use
from storybank.consent.service import Proof
from storybank.errors import Conflict, NotReady, Refused, StorybankError
from storybank.intake import reading as files
from storybank.intake.rules import Arrival
from storybank.intake.service import Choices, receive
from storybank.jobs import queue
from storybank.people.rules import Actor
from storybank.receiving import gathering, reading
from storybank.receiving.models import Intake, IntakeFile, IntakeItem
from storybank.receiving.reading import Read
from storybank.receiving.rules import Outcome, Stage
from storybank.stories import notes
from storybank.stories.models import Story

TAKE = "receiving.take"
"""The errand that takes in what is ready."""
NO_CHOICES = "Say what the storytellers chose first."
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

    Nothing is read twice but on purpose: with another ``encoding``, for one. What can not be read
    is refused, with its sentence in the item. Raises NotReady without the key.
    """
    items = session.scalars(
        select(IntakeItem).where(
            IntakeItem.file_id == file.id, IntakeItem.status != Outcome.TAKEN.value
        )
    ).all()
    name = gathering.name_of(session, file)
    data = b"".join(gathering.pieces(session, file.id))
    for item in items[:1]:
        note(session, item, look(name, data, file.encoding))


def look(name: str, data: bytes, encoding: str | None = None) -> Read | str:
    """What is in one file, or the sentence that says why it can not be read."""
    try:
        return Read.from_arrival(files.read_file(name, data, encoding=encoding))
    except NotReady:
        raise
    except StorybankError as problem:
        return problem.sentence


def note(session: Session, item: IntakeItem, found: Read | str) -> None:
    """Write down what reading one item came to."""
    if isinstance(found, str):
        item.status, item.reason, item.read = Outcome.REFUSED.value, found, None
    else:
        item.status, item.reason = Outcome.READY.value, ""
        reading.keep(session, item, found)
    item.changed_at = now()
    session.flush()


def take(session: Session, by: Actor, item: IntakeItem, choices: Choices | None = None) -> Story:
    """Take one item in, in the caller's transaction: the story, its choices, all that came with
    it, and the item that says so stand or fall together.

    ``choices`` are those that hold where nothing else was said for this item. Raises Conflict
    where it is not ready, or the story is there; Refused without a yes to keeping it or without
    evidence; BadInput where its words or its choices can not be taken; NotReady without keys.
    """
    gathering.hold(session, item.intake_id)
    session.refresh(item)
    if item.status not in (Outcome.READY.value, Outcome.ASKED.value):
        raise Conflict(NOT_READY)
    found = reading.of(session, item)
    arrival = found.arrival
    if choices is None:
        raise Refused(NO_CHOICES)
    story, _ = receive(session, by, arrival, for_row(choices, arrival))
    with_all(session, by, story, found)
    taken(session, item, story)
    return story


def with_all(session: Session, by: Actor, story: Story, found: Read) -> None:
    """Keep what came in a file beside the words of a story that was just taken in."""
    use = Use.claim(by, Purpose.TAKE_IN, now())
    if found.canon.notes:
        notes.keep(session, use, story.id, found.canon.notes)


def for_row(choices: Choices, arrival: Arrival) -> Choices:
    """The choices that hold for one story: what its own row says comes before what was said for
    all of them."""
    if arrival.answers is not None:
        answers = {Purpose(use): Answer(said) for use, said in arrival.answers.items()}
        choices = replace(choices, answers=answers)
    if arrival.evidence is not None:
        kind = choices.proof.kind if choices.proof else "witness_note"
        proof = Proof(kind, arrival.evidence) if arrival.evidence.strip() else None
        choices = replace(choices, proof=proof)
    if arrival.name is not None:
        choices = replace(choices, name=arrival.name)
    if arrival.name_style:
        choices = replace(choices, name_style=NameStyle(arrival.name_style))
    return choices


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
    """Have what is ready be taken in, as soon as this transaction is committed."""
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
