"""Neutral words are put in the place of details in a new version, and taken out again.

The version before is sealed with the keys of the house. Everything that stands in the story
follows its words: codings, memos, cards, decisions, suggestions and what is kept back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import carrying as consents
from storybank.consent import passages
from storybank.consent.rules import Span, Use
from storybank.details.carrying import Carry
from storybank.details.models import Detail, DetailsCheck, DetailsLook, ReplacedDetail
from storybank.details.reading import rows_of
from storybank.details.rules import Answer, Tier
from storybank.details.service import CHANGED, in_sight, signed
from storybank.errors import Conflict, NotFound
from storybank.stories import writing
from storybank.stories.mending import Swap, Swaps
from storybank.stories.models import Story, StoryCorrection, StoryVersion
from storybank.stories.rules import Place

MOST = 2_000
"""How many mentions may be replaced at once."""
_NUMBER = re.compile(r"(\d{1,6})\]?\Z")


def put_in(
    session: Session, use: Use, story_id: int, version: int, carriers: Sequence[Carry]
) -> tuple[int, int]:
    """Make the new version and sign for it; (its number, how many mentions were replaced).

    Raises Refused for a use that does not keep stories; Conflict where the story changed, or a
    likely detail waits for an answer; NotReady where the keys are missing.
    """
    _lock(session, story_id, version)
    rows = in_sight(session, story_id, version)
    waiting = sum(row.answer is None and row.tier == Tier.LIKELY.value for row in rows)
    if waiting:
        raise Conflict(f"{waiting} likely details wait for an answer. Answer them first.")
    chosen = _apart([row for row in rows if row.answer == Answer.REPLACE.value and row.instead])
    if len(chosen) > MOST:
        raise Conflict(f"Replace at most {MOST:,} mentions at once.")
    kept_back = consents.kept_back_of(session, story_id, version)
    swaps = [Swap(row.start, row.end, row.instead) for row in chosen]
    new, edit = writing.swap(session, use, story_id, version, swaps)
    for row, (start, end) in zip(chosen, edit.places(), strict=True):
        numbered = _NUMBER.search(row.instead)
        session.add(
            ReplacedDetail(
                story_id=story_id,
                version=new,
                start=start,
                end=end,
                kind=row.kind,
                number=int(numbered[1]) if numbered else row.thing,
                was_version=version,
                was_start=row.start,
                was_end=row.end,
                made_by=use.actor.account_id,
                made_at=now(),
            )  # fmt: skip
        )
    gone = [row.id for row in rows if row.answer == Answer.REPLACE.value]
    session.execute(
        sa.delete(Detail).where(Detail.id.in_(gone)),
        execution_options={"synchronize_session": "fetch"},
    )
    _carry(session, use, story_id, version, new, edit, kept_back, carriers)
    signed(session, use, story_id, new)
    return new, len(chosen)


def put_back(
    session: Session,
    use: Use,
    story_id: int,
    version: int,
    carriers: Sequence[Carry],
    replaced_ids: Collection[int] | None = None,
    *,
    keep: bool,
) -> tuple[int, int]:
    """Put what was told back where other words stand; (the new version, how many mentions).

    ``replaced_ids`` are some of them; None is all. With ``keep`` they count as answered, to stay
    as they are, for the storyteller wants them so; else they wait for an answer again, and the
    story counts as not checked. Raises as ``put_in`` does; NotFound where nothing was replaced.
    """
    _lock(session, story_id, version)
    marks = list(
        session.scalars(
            select(ReplacedDetail)
            .where(ReplacedDetail.story_id == story_id, ReplacedDetail.version == version)
            .order_by(ReplacedDetail.start)
        )
    )
    chosen = [one for one in marks if replaced_ids is None or one.id in set(replaced_ids)]
    if not chosen:
        raise NotFound("Choose what to put back. It may have been put back already.")
    places = [(m.start, m.end, m.was_version, m.was_start, m.was_end) for m in chosen]
    kept_back = consents.kept_back_of(session, story_id, version)
    new, edit = writing.put_back(session, use, story_id, version, places)
    top = max((row.thing for row in rows_of(session, story_id, version)), default=0)
    things: dict[tuple[str, int], int] = {}
    for mark, (start, end) in zip(chosen, edit.places(), strict=True):
        thing = things.setdefault((mark.kind, mark.number), top + len(things) + 1)
        session.add(
            Detail(
                story_id=story_id,
                version=new,
                start=start,
                end=end,
                kind=mark.kind,
                tier=Tier.LIKELY.value,
                thing=thing,
                by_hand=True,
                instead="",
                answer=Answer.KEEP.value if keep else None,
                answered_by=use.actor.account_id if keep else None,
                answered_at=now() if keep else None,
            )  # fmt: skip
        )
        session.delete(mark)
    session.flush()
    left = {one.was_version for one in marks if one not in chosen}
    _carry(session, use, story_id, version, new, edit, kept_back, carriers)
    needless = {one.was_version for one in chosen} - left
    writing.drop_sealed(session, use, story_id, needless)
    if keep and _was_checked(session, story_id, version):
        signed(session, use, story_id, new)
    return new, len(chosen)


def _lock(session: Session, story_id: int, version: int) -> None:
    current = session.scalar(
        select(Story.current_version).where(Story.id == story_id).with_for_update()
    )
    if current != version:
        raise Conflict(CHANGED)


def _carry(
    session: Session, use: Use, story_id: int, old: int, new: int, edit: Swaps,
    kept_back: Collection[Span], carriers: Sequence[Carry],
) -> None:  # fmt: skip
    where = {span: Span(new, *edit.widened(span.start, span.end)) for span in kept_back}
    consents.carry(session, use.actor, story_id, old, new, where)
    for carry in carriers:
        carry(session, story_id, old, new, edit)
    waiting = select(StoryCorrection).where(
        StoryCorrection.story_id == story_id,
        StoryCorrection.version == old,
        StoryCorrection.accepted_at.is_(None),
    )
    for one in session.scalars(waiting):
        place = edit.moved(one.start, one.end)
        if place is not None:
            one.version, (one.start, one.end) = new, place
    look = session.get(DetailsLook, story_id)
    if look is not None and look.version == old:
        look.version = new
    length = session.get_one(StoryVersion, (story_id, new)).length
    for person_id in consents.readers(session, story_id):
        # Who still has to read what was written down, has to read it as it stands now.
        if consents.unread_by(session, story_id, person_id):
            passages.transcribed(session, use.actor, story_id, person_id, new, length, "web")
    session.flush()


def _was_checked(session: Session, story_id: int, version: int) -> bool:
    found = session.scalar(
        select(DetailsCheck.id).where(
            DetailsCheck.story_id == story_id,
            DetailsCheck.version == version,
            DetailsCheck.taken_back_at.is_(None),
        )
    )
    return found is not None


def _apart(rows: list[Detail]) -> list[Detail]:
    """Without those that lie over a longer one."""
    kept: list[Detail] = []
    for row in sorted(rows, key=lambda one: (one.start - one.end, one.start)):
        if not any(row.start < one.end and one.start < row.end for one in kept):
            kept.append(row)
    return sorted(kept, key=lambda one: one.start)


__all__ = ["Place", "put_back", "put_in"]
