"""The blind sample: a person codes sentences drawn by lot in full, without seeing any suggestion.

What they find is set against what the machine would have said: the only figures that are not
led by what the machine chose to show.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.coding.own import coder_of
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.errors import Conflict, NotFound
from storybank.jobs import queue
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.suggest.promising import promise_fit
from storybank.suggest.sample_acts import CHANCES, SAMPLED, SKIPPED
from storybank.suggest.sample_draw import draw
from storybank.suggest.sample_models import SampledPassage
from storybank.suggest.standing import model_in_use
from storybank.undoing import service as undoing
from storybank.undoing.models import Act

ENOUGH = 50
"""About so many make a useful figure: the interval of a share is then some 14 in 100 either way."""
LATER = 5
"""What was skipped comes back when so many others are done."""


@dataclass(frozen=True)
class Drawn:
    """A sentence to be coded, with its paragraph around it."""

    id: int
    place: Place
    title: str
    attribution: str
    before: str
    words: str
    after: str
    skipped: int


@dataclass(frozen=True)
class Progress:
    """How far one person, and all of them, are; of stories that may be studied now."""

    mine: int
    everybody: int
    skipped: int
    """How often this person said "not now"."""
    put_off: int
    """How many they skipped and have not done yet."""


def current(session: Session, use: Use) -> Drawn | None:
    """The sentence this person is to code now; None where one is to be drawn first."""
    for row in _open_rows(session, use):
        shown = _shown(session, use, row)
        if shown is not None:
            return shown
    return None


def begin(session: Session, use: Use) -> Drawn | None:
    """The sentence to code now, drawn anew where none is waiting; None where none is left."""
    waiting = current(session, use)
    if waiting is not None:
        return waiting
    who = coder_of(use)
    drawn = session.scalar(
        select(sa.func.count(SampledPassage.id)).where(SampledPassage.account_id == who)
    )
    # The same person draws the same sentences from the same stories: a lot that can be repeated.
    place = draw(session, use, Random(f"{who}-{drawn}"))
    if place is None:
        rest = [_shown(session, use, row) for row in _open_rows(session, use, every=True)]
        return next((one for one in rest if one is not None), None)
    row = SampledPassage(
        account_id=who, story_id=place.story_id, version=place.version, start=place.start,
        end=place.end, drawn_at=now(), code_ids=[], chances={},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _shown(session, use, row)


def save(session: Session, use: Use, sample_id: int, code_ids: Collection[int]) -> list[Coding]:
    """Put all codes on that apply, in the name of the person asking; none of them is an answer
    too. What the machine would have said is promised, to be filled in by a job.

    Raises NotFound where the passage is not theirs or may not be studied any more; Conflict where
    its words were corrected since, or they have answered already; BadInput for a code that is not
    in use.
    """
    row = _mine(session, use, sample_id)
    if row.done_at is not None:
        raise Conflict("You have coded this passage already. Draw the next one.")
    place = Place(row.story_id, row.version, row.start, row.end)
    before = undoing.last(session, use)
    made = coding.apply(session, use, place, code_ids) if code_ids else []
    in_use = model_in_use(session)
    row.done_at, row.code_ids = now(), sorted({one.code_id for one in made})
    row.model_id, row.chances = in_use.id if in_use else None, {}
    _note(session, use, row, before)
    queue.put(session, CHANCES, queue.SOON, sample_id=row.id)
    promise_fit(session)
    session.flush()
    return made


def skip(session: Session, use: Use, sample_id: int) -> None:
    """Not now: it comes back, and that it was skipped is counted. Raises as ``save`` does."""
    row = _mine(session, use, sample_id)
    if row.done_at is not None:
        raise Conflict("You have coded this passage already. Draw the next one.")
    row.skipped, row.skipped_at = row.skipped + 1, now()
    undoing.note(session, use, SKIPPED, {"sample": row.id}, story_id=row.story_id)


def progress(session: Session, use: Use) -> Progress:
    """Counts, of stories that may be studied now."""
    who, done = coder_of(use), SampledPassage.done_at.is_not(None)
    mine = SampledPassage.account_id == who
    row = session.execute(
        select(
            sa.func.count(sa.case((sa.and_(mine, done), 1))),
            sa.func.count(sa.case((done, 1))),
            sa.func.coalesce(sa.func.sum(sa.case((mine, SampledPassage.skipped))), 0),
            sa.func.count(sa.case((sa.and_(mine, ~done, SampledPassage.skipped > 0), 1))),
        ).where(permits(use, SampledPassage.story_id, SampledPassage))
    ).one()
    return Progress(*map(int, row))


def _open_rows(session: Session, use: Use, every: bool = False) -> list[SampledPassage]:
    """What was drawn for this person and is not done, the first drawn first; without what they
    put off, unless it is time again."""
    who = coder_of(use)
    rows = session.scalars(
        select(SampledPassage)
        .join(Story, Story.id == SampledPassage.story_id)
        .where(
            SampledPassage.account_id == who,
            SampledPassage.done_at.is_(None),
            SampledPassage.version == Story.current_version,
            permits(use, SampledPassage.story_id, SampledPassage),
        )
        .order_by(SampledPassage.skipped_at.is_not(None), SampledPassage.id)
    ).all()
    last = session.scalars(
        select(SampledPassage.done_at)
        .where(SampledPassage.account_id == who, SampledPassage.done_at.is_not(None))
        .order_by(SampledPassage.done_at.desc())
        .limit(LATER)
    ).all()
    since = last[-1] if len(last) == LATER else None

    def due(row: SampledPassage) -> bool:
        if row.skipped_at is None or every:
            return True
        return since is not None and since > row.skipped_at

    return [row for row in rows if due(row)]


def _shown(session: Session, use: Use, row: SampledPassage) -> Drawn | None:
    text = next(iter(reading.stories(session, use, [row.story_id])), None)
    if text is None or text.version != row.version:
        return None
    inside = (block for block in text.blocks if block.start <= row.start < block.end)
    start, end = next(((one.start, one.end) for one in inside), (row.start, row.end))
    return Drawn(
        row.id, Place(row.story_id, row.version, row.start, row.end), text.title,
        text.attribution, text.text[start : row.start], text.text[row.start : row.end],
        text.text[row.end : max(end, row.end)], row.skipped,
    )  # fmt: skip


def _mine(session: Session, use: Use, sample_id: int) -> SampledPassage:
    row = session.scalar(
        select(SampledPassage)
        .where(
            SampledPassage.id == sample_id,
            SampledPassage.account_id == coder_of(use),
            permits(use, SampledPassage.story_id, SampledPassage),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("That passage is not there any more. Draw another one.")
    return row


def _note(session: Session, use: Use, row: SampledPassage, before: Act | None) -> None:
    """One act for both: the codes that were put on, and that the passage is done."""
    detail = {"sample": row.id, "codings": [], "codes": row.code_ids}
    put_on = undoing.last(session, use)
    if put_on is None or (before is not None and put_on.id == before.id):
        undoing.note(session, use, SAMPLED, detail, story_id=row.story_id)
    else:
        put_on.kind, put_on.detail = SAMPLED, detail | put_on.detail
