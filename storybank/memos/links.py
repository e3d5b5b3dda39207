"""Links from memos to other memos, codes and stories, seen from both ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.codebook.models import Code
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.memos.models import Memo, MemoLink
from storybank.memos.seeing import seen


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
    other = aliased(Memo)
    rows = session.execute(
        select(MemoLink, Code.key, Code.name, other.title)
        .outerjoin(Code, Code.id == MemoLink.to_code_id)
        .outerjoin(other, other.id == MemoLink.to_memo_id)
        .where(
            MemoLink.memo_id.in_(list(memo_ids)),
            sa.or_(MemoLink.to_story_id.is_(None), permits(use, MemoLink.to_story_id)),  # type: ignore[arg-type]
            sa.or_(MemoLink.to_memo_id.is_(None), seen(use, other)),
        )
        .order_by(MemoLink.id)
    )
    found: dict[int, list[Link]] = {}
    for link, key, name, title in rows:
        words = f"story {link.to_story_id}"
        if link.to_code_id is not None:
            words = f"{key} {name}"
        elif link.to_memo_id is not None:
            words = f"memo {link.to_memo_id}" + (f": {title}" if title else "")
        found.setdefault(link.memo_id, []).append(
            Link(link.id, link.memo_id, link.to_memo_id, link.to_code_id, link.to_story_id, words)
        )
    return found


def leading_to(
    session: Session,
    use: Use,
    *,
    memo_id: int | None = None,
    code_id: int | None = None,
    story_id: int | None = None,
) -> list[int]:
    """The numbers of the memos this use may see that lead to a memo, a code or a story."""
    return list(
        session.scalars(
            select(MemoLink.memo_id)
            .join(Memo, Memo.id == MemoLink.memo_id)
            .where(
                sa.or_(
                    MemoLink.to_memo_id == memo_id,
                    MemoLink.to_code_id == code_id,
                    MemoLink.to_story_id == story_id,
                ),
                seen(use),
            )
            .distinct()
            .order_by(MemoLink.memo_id)
        )
    )
