"""Answers to suggestions as acts that can be undone and done again: one at a time, or a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.coding.acts import changeable, places_of
from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.stories.rules import Place
from storybank.suggest.models import CONFIRMED, DECLINED, Suggestion, waits
from storybank.suggest.promising import promise_fit
from storybank.suggest.sample_models import FirstPass, NotNow
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

ANSWER, FIRST = "suggestion answered", "first pass done"
SINCE = "Nothing: it was changed since."


@dataclass(frozen=True)
class Given:
    """One answer, as an act remembers it: numbers only."""

    suggestion: int
    answer: str
    where: str
    drawn: bool
    codings: list[int]
    """The codings that it made."""


def note(
    session: Session,
    use: Use,
    story_ids: set[int],
    given: Sequence[Given] = (),
    put_off: Sequence[int] = (),
    until: datetime | None = None,
) -> Act:
    """Write down as one act what was answered, and what was put off until a moment."""
    detail = {
        "answers": [asdict(one) for one in given],
        "put_off": list(put_off),
        "until": until.isoformat() if until else "",
    }
    only = next(iter(story_ids)) if len(story_ids) == 1 else None
    return undoing.note(session, use, ANSWER, detail, story_id=only)


class Answered:
    """Suggestions that were answered, or put off. Undone, they wait again and the codings that
    came of them are off; done again, the same, save where somebody else answered meanwhile."""

    def says(self, act: Act) -> str:
        given, put_off = _given(act), act.detail["put_off"]
        if len(given) + len(put_off) > 1:
            return f"{len(given) + len(put_off)} suggestions answered"
        if put_off:
            return "suggestion put off"
        said = {CONFIRMED: "suggestion confirmed", DECLINED: "suggestion declined"}
        return said.get(given[0].answer, "suggestion changed and put on")

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        given = _given(act)
        rows = _rows(session, use, [one.suggestion for one in given])
        opened = []
        for one in given:
            row = rows.get(one.suggestion)
            if row is not None and (row.answer, row.answered_by) == (one.answer, act.account_id):
                row.answer = row.answered_by = row.answered_at = row.answered_in = None
                row.drawn = False
                opened.append(row)
        codings = _codings(session, use, act, given, Coding.removed_at.is_(None))
        for coding in codings:
            coding.removed_at = now()
        _learn_of(session, codings)
        opened += _shown_again(session, use, act)
        session.flush()
        if not opened and not codings:
            return Done(SINCE, act.story_id)
        said = _count(opened, "the suggestion waits again.", "suggestions wait again.")
        return Done(said, act.story_id, _places(opened, codings))

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        given = _given(act)
        numbers = [one.suggestion for one in given]
        rows = _rows(session, use, numbers)
        waiting = select(Suggestion.id).where(Suggestion.id.in_(numbers), waits())
        still_open = set(session.scalars(waiting))
        again = [one for one in given if one.suggestion in still_open or one.suggestion not in rows]
        answered = []
        for one in again:
            row = rows.get(one.suggestion)
            if row is not None:
                row.answer, row.answered_by, row.answered_at = one.answer, act.account_id, now()
                row.answered_in, row.drawn = one.where, one.drawn
                answered.append(row)
        codings = _codings(session, use, act, again, Coding.removed_at.is_not(None))
        for coding in codings:
            coding.removed_at = None
        _learn_of(session, codings)
        answered += _put_off_again(session, use, act)
        session.flush()
        if not answered and not codings:
            return Done(SINCE, act.story_id)
        said = _count(answered, "the suggestion is answered.", "suggestions are answered.")
        return Done(said, act.story_id, _places(answered, codings))


class FirstPassDone:
    """Somebody said that they coded a story once by themselves, and saw suggestions from then."""

    def says(self, act: Act) -> str:
        return "story said to be coded once"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        row = session.get(FirstPass, (act.account_id, act.story_id))
        if row is None or row.done_at != _moment(act.detail["done_at"]):
            return Done(SINCE, act.story_id)
        session.delete(row)
        session.flush()
        return Done("the story counts as not yet coded once.", act.story_id)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        story_id = act.story_id
        if story_id is not None and session.get(FirstPass, (act.account_id, story_id)) is None:
            done_at = _moment(act.detail["done_at"])
            session.add(FirstPass(account_id=act.account_id, story_id=story_id, done_at=done_at))
            session.flush()
        return Done("the story counts as coded once.", story_id)


def put_off(session: Session, account_id: int, suggestion_id: int, until: datetime) -> None:
    """Do not show a suggestion to this person before a moment."""
    row = session.get(NotNow, (account_id, suggestion_id))
    if row is None:
        session.add(NotNow(account_id=account_id, suggestion_id=suggestion_id, until=until))
    else:
        row.until = until
    session.flush()


def _shown_again(session: Session, use: Use, act: Act) -> list[Suggestion]:
    if not act.detail["put_off"]:
        return []
    off = session.scalars(
        select(NotNow).where(
            NotNow.account_id == act.account_id,
            NotNow.suggestion_id.in_(act.detail["put_off"]),
            NotNow.until == _moment(act.detail["until"]),
        )
    ).all()
    rows = _rows(session, use, [one.suggestion_id for one in off])
    for one in off:
        session.delete(one)
    return list(rows.values())


def _put_off_again(session: Session, use: Use, act: Act) -> list[Suggestion]:
    if not act.detail["put_off"] or _moment(act.detail["until"]) <= now():
        return []
    rows = _rows(session, use, act.detail["put_off"])
    for number in rows:
        put_off(session, act.account_id, number, _moment(act.detail["until"]))
    return list(rows.values())


def _learn_of(session: Session, codings: Sequence[Coding]) -> None:
    """An answer was taken back, or given again: whoever learns from answers is told."""
    for coding in codings:
        events.publish(session, events.Coded(coding.story_id))
    if not codings:
        promise_fit(session)


def _given(act: Act) -> list[Given]:
    return [Given(**one) for one in act.detail["answers"]]


def _rows(session: Session, use: Use, ids: Sequence[int]) -> dict[int, Suggestion]:
    """These suggestions, those on stories the use allows, held until all is written."""
    found = session.scalars(
        select(Suggestion)
        .where(Suggestion.id.in_(ids), permits(use, Suggestion.story_id, Suggestion))
        .order_by(Suggestion.id)
        .with_for_update(of=Suggestion)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in found}


def _codings(
    session: Session, use: Use, act: Act, given: Sequence[Given], *where: sa.ColumnElement[bool]
) -> list[Coding]:
    ids = [number for one in given for number in one.codings]
    return changeable(session, act, ids, permits(use, Coding.story_id, Coding), *where)


def _places(rows: Sequence[Suggestion], codings: Sequence[Coding]) -> tuple[Place, ...]:
    asked = {Place(row.story_id, row.version, row.start, row.end) for row in rows}
    return tuple(sorted({*asked, *places_of(codings)}))


def _count(rows: Sequence[Suggestion], one: str, several: str) -> str:
    return f"{len(rows)} {several}" if len(rows) > 1 else one


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


UNDOERS: dict[str, undoing.Undoer] = {ANSWER: Answered(), FIRST: FirstPassDone()}
