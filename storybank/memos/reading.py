"""Memos as pages and files show them, for a use: every list and count asks the rule anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.codebook.models import Code
from storybank.coding.models import Coding
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.memos import links, naming
from storybank.memos.links import Link
from storybank.memos.models import Memo, Mention
from storybank.memos.rules import Kind
from storybank.memos.seeing import allowed, seen, unveiled
from storybank.people.models import Account
from storybank.stories.rules import Place

ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class MemoCard:
    """A memo as pages and files show it. It holds no word of a story."""

    id: int
    kind: Kind
    title: str
    body: str
    """Markdown, as it was written."""
    story_id: int | None
    place: Place | None
    code_id: int | None
    """The code it is about, or that of its coding."""
    coding_id: int | None
    answers_id: int | None
    account_id: int
    writer: str
    mine: bool
    made_at: datetime
    changed_at: datetime
    changed_by: str | None
    corrected_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    answers: int
    """How many answers this use may see."""
    removed: bool = False
    named: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def changed(self) -> bool:
        return self.changed_at != self.made_at

    @property
    def may_change(self) -> bool:
        """May the person asking change its words?"""
        return self.mine or (self.kind.shared and self.answers_id is None)


@dataclass(frozen=True)
class Thread:
    """A memo and its answers, in the order they came. The memo is None where it was taken away,
    or the person asking may not see it now, and answers stand all the same."""

    root_id: int
    root: MemoCard | None
    answers: tuple[MemoCard, ...]
    taken_away: bool = False

    @property
    def first(self) -> MemoCard:
        return self.root or self.answers[0]


class Talk(StrEnum):
    """What becomes of a thread."""

    DISCUSSED = "discussed"
    SETTLED = "settled"


class Order(StrEnum):
    """How a list of memos is put in order."""

    CHANGED = "changed"
    NEWEST = "newest"
    OLDEST = "oldest"
    STORY = "story"
    WRITER = "writer"

    @property
    def words(self) -> str:
        return {
            "changed": "Changed last",
            "newest": "Newest",
            "oldest": "Oldest",
            "story": "By story and place",
            "writer": "By writer",
        }[self.value]


@dataclass(frozen=True)
class Wanted:
    """What a list of memos is narrowed to; ``since`` and ``until`` (exclusive) in UTC."""

    kind: Kind | None = None
    code_id: int | None = None
    story_id: int | None = None
    writer_id: int | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    talk: Talk | None = None
    names_me: bool = False
    order: Order = field(default=Order.CHANGED)


def found(session: Session, use: Use, wanted: Wanted) -> list[int]:
    """The numbers of the memos that are wanted, in order."""
    coding, writer, root = aliased(Coding), aliased(Account), aliased(Memo)
    query = (
        select(Memo.id)
        .join(writer, writer.id == Memo.account_id)
        .outerjoin(coding, coding.id == Memo.coding_id)
        .outerjoin(root, root.id == Memo.answers_id)
        .where(seen(use), *_narrowed(session, use, wanted, coding, root))
        .order_by(*_in_order(wanted.order, writer))
    )
    words = wanted.text.casefold().split()
    if not words:
        return list(session.scalars(query))
    # Databases fold capitals in ways of their own, so the words are looked for here.
    rows = session.execute(query.add_columns(Memo.title, Memo.body))
    return [
        number
        for number, title, body in rows
        if all(word in f"{title}\n{body}".casefold() for word in words)
    ]


def _narrowed(
    session: Session, use: Use, wanted: Wanted, coding: Any, root: Any
) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.kind is not None:
        yield Memo.kind == wanted.kind.value
    if wanted.code_id is not None:
        codes = with_merged(session, wanted.code_id)
        yield sa.or_(Memo.code_id.in_(codes), coding.code_id.in_(codes))
    if wanted.story_id is not None:
        yield Memo.story_id == wanted.story_id
    if wanted.writer_id is not None:
        yield Memo.account_id == wanted.writer_id
    if wanted.since is not None:
        yield Memo.changed_at >= wanted.since
    if wanted.until is not None:
        yield Memo.changed_at < wanted.until
    if wanted.talk is not None:
        settled = sa.func.coalesce(root.settled_at, Memo.settled_at)
        answer = aliased(Memo)
        answered = sa.exists().where(
            answer.answers_id == Memo.id, answer.removed_at.is_(None), unveiled(use, answer)
        )
        yield (
            settled.is_not(None)
            if wanted.talk is Talk.SETTLED
            else sa.and_(settled.is_(None), sa.or_(Memo.answers_id.is_not(None), answered))
        )
    if wanted.names_me:
        yield sa.exists().where(
            Mention.memo_id == Memo.id, Mention.account_id == use.actor.account_id
        )


def _in_order(order: Order, writer: Any) -> tuple[Any, ...]:
    if order is Order.NEWEST:
        return Memo.made_at.desc(), Memo.id.desc()
    if order is Order.OLDEST:
        return Memo.made_at, Memo.id
    if order is Order.STORY:
        # Databases put what is missing first or last as they like.
        return Memo.story_id.is_(None), Memo.story_id, Memo.start.is_not(None), Memo.start, Memo.id
    if order is Order.WRITER:
        return sa.func.lower(writer.name), Memo.made_at.desc(), Memo.id.desc()
    return Memo.changed_at.desc(), Memo.id.desc()


def with_merged(session: Session, code_id: int) -> list[int]:
    """A code and every code that was merged into it, on whatever way."""
    every, new = {code_id}, {code_id}
    while new:
        merged = session.scalars(select(Code.id).where(Code.merged_into_id.in_(sorted(new))))
        new = set(merged) - every
        every |= new
    return sorted(every)


def cards(
    session: Session, use: Use, memo_ids: Sequence[int], *, removed: bool = False
) -> list[MemoCard]:
    """These memos, in this order, those that the use may see (with ``removed``, also those that
    were taken away)."""
    there: dict[int, MemoCard] = {}
    for at in range(0, len(memo_ids), ASKED_AT_ONCE):
        some = memo_ids[at : at + ASKED_AT_ONCE]
        clause = allowed(use) if removed else seen(use)
        rows = session.execute(_rows(use).where(Memo.id.in_(some), clause)).all()
        names = naming.of(session, some)
        led = links.of(session, use, some)
        for row in rows:
            card = _card(use, row)
            there[card.id] = replace(
                card, named=tuple(names.get(card.id, ())), links=tuple(led.get(card.id, ()))
            )
    return [there[number] for number in memo_ids if number in there]


def card(session: Session, use: Use, memo_id: int) -> MemoCard:
    """One memo. Raises NotFound where it is not there for this use."""
    some = cards(session, use, [memo_id])
    if not some:
        raise NotFound("There is no such memo here.")
    return some[0]


def thread(session: Session, use: Use, root_id: int) -> Thread:
    """A memo with its answers. Raises NotFound where this use sees neither."""
    threads = _threads(session, use, [root_id])
    if not threads:
        raise NotFound("There is no such memo here.")
    return threads[0]


def on_story(session: Session, use: Use, story_id: int) -> list[Thread]:
    """The threads on a story: those on the whole of it, then by place."""
    rows = session.execute(
        select(sa.func.coalesce(Memo.answers_id, Memo.id), Memo.start, Memo.end)
        .where(Memo.story_id == story_id, seen(use))
        .order_by(Memo.start.is_not(None), Memo.start, Memo.end, Memo.id)
    )
    return _threads(session, use, list(dict.fromkeys(row[0] for row in rows)))


def answers_to(session: Session, use: Use, root_ids: Sequence[int]) -> dict[int, list[int]]:
    """The numbers of the answers to these memos that this use may see, in the order they came."""
    answers: dict[int, list[int]] = {}
    for at in range(0, len(root_ids), ASKED_AT_ONCE):
        rows = session.scalars(
            select(Memo)
            .where(Memo.answers_id.in_(root_ids[at : at + ASKED_AT_ONCE]), seen(use))
            .order_by(Memo.made_at, Memo.id)
        )
        for row in rows:
            answers.setdefault(row.answers_id or 0, []).append(row.id)
    return answers


def _threads(session: Session, use: Use, root_ids: Sequence[int]) -> list[Thread]:
    answers = answers_to(session, use, root_ids)
    numbers = [number for some in answers.values() for number in some]
    every = cards(session, use, list(dict.fromkeys([*root_ids, *numbers])), removed=True)
    said = {one.id: one for one in every}
    return [
        Thread(
            number,
            said[number] if number in said and not said[number].removed else None,
            tuple(said[one] for one in answers.get(number, ()) if one in said),
            taken_away=number in said and said[number].removed,
        )
        for number in root_ids
        if number in answers or (number in said and not said[number].removed)
    ]


def for_export(session: Session, use: Use, wanted: Wanted | None = None) -> list[MemoCard]:
    """Every memo that the use may see now, with names and links, by story and place; or those
    that are wanted. For files: a memo quotes nothing, so there is no word of a story in them."""
    return cards(session, use, found(session, use, wanted or Wanted(order=Order.STORY)))


def held(session: Session, use: Use, story_id: int) -> list[MemoCard]:
    """Every memo on a story that there is a row of, those taken away too: for its storyteller,
    who is to get all that is held about them."""
    numbers = session.scalars(select(Memo.id).where(Memo.story_id == story_id).order_by(Memo.id))
    return cards(session, use, list(numbers), removed=True)


def names(session: Session) -> dict[int, str]:
    """What everybody is called who wrote a memo or was named in one."""
    wrote = sa.exists().where(Memo.account_id == Account.id)
    is_named = sa.exists().where(Mention.account_id == Account.id)
    rows = session.execute(select(Account.id, Account.name).where(sa.or_(wrote, is_named)))
    return {number: name for number, name in rows}


@dataclass(frozen=True)
class Noted:
    """Who wrote the memos that somebody may see, and what they are about: to choose from."""

    writers: dict[int, str]
    """{account id: name}, by name."""
    code_ids: frozenset[int]
    story_ids: tuple[int, ...]


def noted(session: Session, use: Use) -> Noted:
    """What a list of memos can be narrowed to."""
    rows = session.execute(
        select(Memo.account_id, Account.name, Memo.story_id, Memo.code_id, Coding.code_id)
        .join(Account, Account.id == Memo.account_id)
        .outerjoin(Coding, Coding.id == Memo.coding_id)
        .where(seen(use))
        .distinct()
    ).all()
    by_name = sorted({(row[1].casefold(), row[0], row[1]) for row in rows})
    return Noted(
        {number: name for _, number, name in by_name},
        frozenset(number for row in rows for number in row[3:] if number is not None),
        tuple(sorted({row[2] for row in rows if row[2] is not None})),
    )


def _rows(use: Use) -> sa.Select[*tuple[Any, ...]]:
    writer, changer, settler = aliased(Account), aliased(Account), aliased(Account)
    answer = aliased(Memo)
    answers = (
        select(sa.func.count())
        .select_from(answer)
        .where(
            # An answer is about what its memo is about, and allowed where that is.
            answer.answers_id == Memo.id,
            answer.removed_at.is_(None),
            unveiled(use, answer),
        )
        .correlate(Memo)
        .scalar_subquery()
    )
    return (
        select(Memo, writer.name, changer.name, settler.name, Coding.code_id, answers)
        .join(writer, writer.id == Memo.account_id)
        .outerjoin(changer, changer.id == Memo.changed_by)
        .outerjoin(settler, settler.id == Memo.settled_by)
        .outerjoin(Coding, Coding.id == Memo.coding_id)
    )


def _card(use: Use, row: Any) -> MemoCard:
    memo, writer, changer, settler, code_id, answers = row
    return MemoCard(
        id=memo.id, kind=Kind(memo.kind), title=memo.title, body=memo.body,
        story_id=memo.story_id, place=place_of(memo), code_id=memo.code_id or code_id,
        coding_id=memo.coding_id, answers_id=memo.answers_id, account_id=memo.account_id,
        writer=writer, mine=memo.account_id == use.actor.account_id, made_at=memo.made_at,
        changed_at=memo.changed_at, changed_by=changer, corrected_at=memo.corrected_at,
        settled_at=memo.settled_at, settled_by=settler, answers=answers,
        removed=memo.removed_at is not None,
    )  # fmt: skip


def place_of(memo: Memo) -> Place | None:
    """Where a memo on a passage stands; None for the others."""
    if memo.story_id is None or memo.version is None or memo.start is None or memo.end is None:
        return None
    return Place(memo.story_id, memo.version, memo.start, memo.end)


def places(some: Iterable[MemoCard]) -> list[Place]:
    """Where these memos stand, each place once."""
    return sorted({one.place for one in some if one.place is not None})
