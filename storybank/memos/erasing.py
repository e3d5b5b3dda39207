"""What becomes of memos on a story that is deleted: they go, with answers, names and links."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.memos.models import Memo, MemoLink, Mention

QUIETLY = {"synchronize_session": False}


def erase(session: Session, story_id: int) -> None:
    """Delete every memo on a story or a passage of it, and whatever points to one or to it."""
    codings = select(Coding.id).where(Coding.story_id == story_id)
    ids = list(
        session.scalars(
            select(Memo.id).where(sa.or_(Memo.story_id == story_id, Memo.coding_id.in_(codings)))
        )
    )
    answers = session.scalars(select(Memo.id).where(Memo.answers_id.in_(ids)))
    every = sorted({*ids, *answers})
    for gone in (
        sa.delete(Mention).where(Mention.memo_id.in_(every)),
        sa.delete(MemoLink).where(
            sa.or_(
                MemoLink.memo_id.in_(every),
                MemoLink.to_memo_id.in_(every),
                MemoLink.to_story_id == story_id,
            )
        ),
        sa.update(Memo).where(Memo.id.in_(every)).values(answers_id=None),
        sa.delete(Memo).where(Memo.id.in_(every)),
    ):
        session.execute(gone, execution_options=QUIETLY)
    session.expire_all()
