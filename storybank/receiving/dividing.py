"""One file that holds several stories is split; parts of one story are joined.

Each part is an item of its own. What another file brought is left out while it is joined, with
what was read kept, so that `part` gives it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput, Conflict
from storybank.intake import rules as incoming
from storybank.receiving import deciding, reading
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.rules import Outcome
from storybank.stories import canon_parts
from storybank.stories.canon import Canon
from storybank.stories.rules import MAX_TITLE

MOST_PARTS = 500
JOINED = "It was joined to the one before it."


def split(
    session: Session, intake: Intake, item: IntakeItem, places: Sequence[int]
) -> list[IntakeItem]:
    """Make an item into one for each part, cut where paragraphs begin; the parts, in order.

    ``places`` are code points of its text. Raises BadInput for other places, none, or too many;
    Conflict where it can not be changed any more.
    """
    deciding.check_open(intake, item)
    if not 0 < len(set(places)) < MOST_PARTS:
        raise BadInput("Tick each paragraph with which another story begins.")
    read = reading.of(session, item)
    parts = canon_parts.cut(read.canon, places)
    if len(parts) < 2:
        raise BadInput("The first paragraph begins the first story already. Tick another one.")
    for part in parts:
        incoming.check_canon(part)
    _make_room(session, intake.id, item.n, len(parts) - 1)
    made = [item]
    at = 0
    before = item.decided
    for count, part in enumerate(parts):
        people = canon_parts.people(read.canon, at, at + len(part.text))
        at += len(part.text) + 1
        if count:
            made.append(_another(session, item, item.n + count))
            made[-1].decided = before
            deciding.carry(session, made[-1], made[-1], people)
        there = replace(
            read, canon=part,
            title=read.title if not count else _title(read.title, part, count + 1),
            external_id=_id(read.external_id, count + 1),
        )  # fmt: skip
        reading.keep(session, made[-1], there)
    session.flush()
    return made


def next_of(session: Session, item: IntakeItem) -> IntakeItem | None:
    """The one after this in its list that is still to be taken in; None after the last."""
    return session.scalar(
        select(IntakeItem)
        .where(
            IntakeItem.intake_id == item.intake_id,
            IntakeItem.n > item.n,
            IntakeItem.status.in_(deciding.OPEN),
            IntakeItem.read.is_not(None),
        )
        .order_by(IntakeItem.n)
        .limit(1)
    )


def join(session: Session, intake: Intake, item: IntakeItem) -> int:
    """Add the next one to this; the place in the text, in code points, where it begins now.

    Raises Conflict where either can not be changed any more; BadInput where both together are too
    long.
    """
    deciding.check_open(intake, item)
    after = next_of(session, item)
    if after is None:
        raise Conflict("There is nothing after it to join.")
    first, second = reading.of(session, item), reading.of(session, after)
    whole = incoming.check_canon(canon_parts.joined([first.canon, second.canon]))
    reading.keep(session, item, replace(first, canon=whole))
    if after.file_id is not None and after.file_id == item.file_id and after.line is None:
        session.delete(after)
    else:
        after.status, after.reason, after.changed_at = Outcome.LEFT_OUT.value, JOINED, now()
    session.flush()
    return len(first.canon.text) + 1


def part(session: Session, intake: Intake, item: IntakeItem, place: int) -> None:
    """Take a `join` back that put the second text at this place. Raises as `split`."""
    deciding.check_open(intake, item)
    after = session.scalar(
        select(IntakeItem).where(
            IntakeItem.intake_id == intake.id, IntakeItem.n == item.n + 1,
            IntakeItem.reason == JOINED,
        )
    )  # fmt: skip
    if after is None or after.read is None:
        split(session, intake, item, [place])
        return
    read = reading.of(session, item)
    parts = canon_parts.cut(read.canon, [place])
    if len(parts) < 2:
        raise BadInput("Choose the beginning of a paragraph.")
    reading.keep(session, item, replace(read, canon=parts[0]))
    after.status, after.reason, after.changed_at = Outcome.READY.value, "", now()
    session.flush()


def _title(title: str, part: Canon, n: int) -> str:
    """What a later part is called: by its first line where that is a heading."""
    if part.blocks and part.blocks[0].kind == "h":
        return incoming.title_of(part)
    return _numbered(title, n)[-MAX_TITLE:] if title else incoming.title_of(part)


def _numbered(words: str | None, n: int) -> str:
    return f"{words[: MAX_TITLE - 8]} ({n})" if words else ""


def _id(given: str | None, n: int) -> str | None:
    """The id from elsewhere of part ``n``: no two stories may have the same."""
    return _numbered(given, n) if given and n > 1 else given


def _make_room(session: Session, intake_id: int, after: int, count: int) -> None:
    """Move what comes later in the list on, by way of numbers that nothing has."""
    later = (IntakeItem.intake_id == intake_id, IntakeItem.n > after)
    quietly = {"synchronize_session": "fetch"}
    session.execute(
        sa.update(IntakeItem).where(*later).values(n=-(IntakeItem.n + count)),
        execution_options=quietly,
    )
    session.execute(
        sa.update(IntakeItem)
        .where(IntakeItem.intake_id == intake_id, IntakeItem.n < 0)
        .values(n=-IntakeItem.n),
        execution_options=quietly,
    )


def _another(session: Session, item: IntakeItem, n: int) -> IntakeItem:
    made = IntakeItem(
        intake_id=item.intake_id, n=n, file_id=item.file_id, line=item.line,
        status=Outcome.READY.value, reason="", warnings=[], changed_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
