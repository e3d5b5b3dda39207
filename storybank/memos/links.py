"""Links from memos to other memos, codes and stories, seen from both ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code
from storybank.consent.rules import Use
from storybank.memos.models import Memo, MemoLink
from storybank.memos.seeing import seen
from storybank.stories import reading


@dataclass(frozen=True)
class Link:
    """One link of a memo: to one of the three."""

    id: int
    memo_id: int
    to_memo_id: int | None
    to_code_id: int | None
    to_story_id: int | None
    name: str
    """What it leads to, without a storyteller's words: "memo 12", "EN-PEER Peers", "story 3"."""


def of(session: Session, use: Use, memo_ids: Collection[int]) -> dict[int, list[Link]]:
    """The links of these memos that lead to what the use allows."""
    rows = session.execute(
        select(MemoLink, Code.key, Code.name)
        .outerjoin(Code, Code.id == MemoLink.to_code_id)
        .where(MemoLink.memo_id.in_(list(memo_ids)))
        .order_by(MemoLink.id)
    ).all()
    titles = _titles(session, use, {row[0].to_memo_id for row in rows})
    stories = {row[0].to_story_id for row in rows if row[0].to_story_id is not None}
    open_stories = reading.permitted_among(session, use, stories) if stories else set()
    found: dict[int, list[Link]] = {}
    for link, key, name in rows:
        if link.to_code_id is not None:
            words = f"{key} {name}"
        elif link.to_memo_id in titles:
            words = titles[link.to_memo_id]
        elif link.to_story_id in open_stories:
            words = f"story {link.to_story_id}"
        else:
            continue
        found.setdefault(link.memo_id, []).append(
            Link(link.id, link.memo_id, link.to_memo_id, link.to_code_id, link.to_story_id, words)
        )
    return found


def _titles(session: Session, use: Use, memo_ids: Collection[int | None]) -> dict[int, str]:
    """What the memos among these are called that the use allows: "memo 12: Silence"."""
    wanted = [number for number in memo_ids if number is not None]
    if not wanted:
        return {}
    rows = session.execute(select(Memo.id, Memo.title).where(Memo.id.in_(wanted), seen(use)))
    return {number: f"memo {number}" + (f": {title}" if title else "") for number, title in rows}


def leading_to(
    session: Session,
    use: Use,
    *,
    memo_id: int | None = None,
    code_id: int | None = None,
    story_id: int | None = None,
) -> list[int]:
    """The numbers of the memos this use may see that lead to a memo, a code or a story."""
    ends = (
        (MemoLink.to_memo_id, memo_id),
        (MemoLink.to_code_id, code_id),
        (MemoLink.to_story_id, story_id),
    )
    leads = [column == number for column, number in ends if number is not None]
    every = session.scalars(select(MemoLink.memo_id).where(sa.or_(sa.false(), *leads))).all()
    return sorted(_titles(session, use, set(every)))
