"""Coding: a person puts codes on a passage, takes them off, and undoes what they did last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding.models import Coding, CodingAct
from storybank.coding.rules import clean_place
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.rules import Place

ADD, REMOVE = "add", "remove"
Reopen = Callable[[Session, int], None]
"""Puts a suggestion back to waiting when the coding it led to is undone."""


@dataclass(frozen=True)
class CodingCard:
    """A coding as pages show it."""

    id: int
    place: Place
    code_id: int
    coder_id: int
    coder: str
    mine: bool
    suggested: bool


@dataclass(frozen=True)
class Undone:
    """What an undo did: codes taken off again, or put back."""

    story_id: int
    kind: str
    codings: int


def apply(
    session: Session,
    use: Use,
    place: Place,
    code_ids: Iterable[int],
    *,
    quote: str | None = None,
    suggestion_id: int | None = None,
) -> list[Coding]:
    """Put these codes on a passage in the name of the person asking.

    A code that this coder has on exactly these words already is left as it is. ``quote`` is
    what the person saw selected.

    Raises BadInput without a code or words; Conflict where the words are no longer what the
    person saw; NotFound where the use does not allow the story; Refused for anybody who may
    not code.
    """
    coder = _coder(use)
    codes = codebook.codes(session, code_ids)
    if not codes:
        raise BadInput("Choose at least one code.")
    story = reading.story(session, use, place.story_id)
    changed = Conflict("The story has changed since you opened it. Open it again and select anew.")
    if story.version != place.version:
        raise changed
    if quote is not None and _loose(story.text[place.start : place.end]) != _loose(quote):
        raise changed
    start, end = clean_place(story.text, place.start, place.end)
    there = {
        coding.code_id: coding
        for coding in session.scalars(
            select(Coding).where(
                Coding.story_id == place.story_id,
                Coding.version == place.version,
                Coding.start == start,
                Coding.end == end,
                Coding.coder_id == coder,
                Coding.removed_at.is_(None),
            )
        )
    }
    made = [
        Coding(
            story_id=place.story_id,
            version=place.version,
            start=start,
            end=end,
            code_id=code.id,
            coder_id=coder,
            made_at=now(),
            suggestion_id=suggestion_id,
        )
        for code in codes
        if code.id not in there
    ]
    session.add_all(made)
    session.flush()
    if made:
        _note_act(session, use, place.story_id, ADD, made, suggestion_id)
    return [there[code.id] for code in codes if code.id in there] + made


def remove(session: Session, use: Use, coding_id: int) -> Coding:
    """Take one of the person's own codings off.

    Raises NotFound where it is not there for this use; Refused for another person's coding.
    """
    coder = _coder(use)
    coding = session.get(Coding, coding_id, with_for_update=True)
    if coding is None or not reading.may(session, use, coding.story_id):
        raise NotFound("That coding is not there.")
    if coding.coder_id != coder:
        raise Refused("Only the person who put a code on can take it off.")
    if coding.removed_at is None:
        coding.removed_at = now()
        session.flush()
        _note_act(session, use, coding.story_id, REMOVE, [coding], None)
    return coding


def undo_last(session: Session, use: Use, reopen: Reopen | None = None) -> Undone | None:
    """Undo what this person did last at the desk; None when there is nothing to undo.

    Raises NotFound where the story may no longer be used so.
    """
    coder = _coder(use)
    act = session.scalar(
        select(CodingAct)
        .where(CodingAct.account_id == coder, CodingAct.undone_at.is_(None))
        .order_by(CodingAct.id.desc())
        .limit(1)
        .with_for_update()
    )
    if act is None:
        return None
    if not reading.may(session, use, act.story_id):
        raise NotFound("Your last change was in a story that is no longer here.")
    moment = now()
    changed = session.execute(
        sa.update(Coding)
        .where(Coding.id.in_(act.coding_ids), Coding.coder_id == coder)
        .where(Coding.removed_at.is_(None) if act.kind == ADD else Coding.removed_at.is_not(None))
        .values(removed_at=moment if act.kind == ADD else None)
    )
    act.undone_at = moment
    if act.suggestion_id is not None and reopen is not None:
        reopen(session, act.suggestion_id)
    session.flush()
    return Undone(act.story_id, act.kind, changed.rowcount)  # type: ignore[attr-defined]


def on_story(session: Session, use: Use, story_id: int, version: int) -> list[CodingCard]:
    """Every coding on one version of a story, by place, for a use that allows the story."""
    rows = session.execute(
        select(Coding, Account.name)
        .join(Account, Account.id == Coding.coder_id)
        .where(
            Coding.story_id == story_id,
            Coding.version == version,
            Coding.removed_at.is_(None),
            permits(use, Coding.story_id),
        )
        .order_by(Coding.start, Coding.end, Coding.id)
    )
    return [_card(use, coding, name) for coding, name in rows]


def with_codes(
    session: Session, use: Use, code_ids: Collection[int], *, permitted: bool = True
) -> list[CodingCard]:
    """Codings with any of these codes: those the use allows or, for counting, all there are."""
    query = (
        select(Coding, Account.name)
        .join(Account, Account.id == Coding.coder_id)
        .where(Coding.code_id.in_(list(code_ids)), Coding.removed_at.is_(None))
        .order_by(Coding.story_id, Coding.start, Coding.end, Coding.id)
    )
    if permitted:
        query = query.where(permits(use, Coding.story_id))
    return [_card(use, coding, name) for coding, name in session.execute(query)]


def count_by_story(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, int]:
    """How many codings each story carries, for stories the use allows."""
    rows = session.execute(
        select(Coding.story_id, sa.func.count())
        .where(
            Coding.story_id.in_(list(story_ids)),
            Coding.removed_at.is_(None),
            permits(use, Coding.story_id),
        )
        .group_by(Coding.story_id)
    )
    return {story_id: count for story_id, count in rows}


def count_by_code(session: Session, use: Use) -> dict[int, tuple[int, int]]:
    """For each code: how many codings and on how many stories, of those the use allows."""
    rows = session.execute(
        select(Coding.code_id, sa.func.count(), sa.func.count(sa.distinct(Coding.story_id)))
        .where(Coding.removed_at.is_(None), permits(use, Coding.story_id))
        .group_by(Coding.code_id)
    )
    return {code_id: (codings, stories) for code_id, codings, stories in rows}


def _coder(use: Use) -> int:
    if use.purpose is not Purpose.STUDY or use.actor.account_id is None:
        raise Refused("Only a researcher who is signed in can code.")
    return use.actor.account_id


def _card(use: Use, coding: Coding, coder: str) -> CodingCard:
    return CodingCard(
        coding.id,
        Place(coding.story_id, coding.version, coding.start, coding.end),
        coding.code_id,
        coding.coder_id,
        coder,
        coding.coder_id == use.actor.account_id,
        coding.suggestion_id is not None,
    )


def _note_act(
    session: Session,
    use: Use,
    story_id: int,
    kind: str,
    codings: list[Coding],
    suggestion_id: int | None,
) -> None:
    session.add(
        CodingAct(
            account_id=_coder(use),
            story_id=story_id,
            kind=kind,
            coding_ids=[coding.id for coding in codings],
            suggestion_id=suggestion_id,
            at=now(),
        )
    )
    session.flush()


def _loose(words: str) -> str:
    # A browser may give a selection across blocks with other white space between them.
    return " ".join(words.split())
