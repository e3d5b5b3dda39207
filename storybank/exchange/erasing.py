"""What becomes of a deleted story's GUIDs: those of its codings and memos go, for their numbers
may be given anew; its own stays, so that no file brings it in again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.exchange import guids
from storybank.memos.models import Memo


def erase(session: Session, story_id: int) -> None:
    """Forget by which GUIDs others know what stands on a story. Call before it is deleted."""
    codings = session.scalars(select(Coding.id).where(Coding.story_id == story_id)).all()
    memos = session.scalars(select(Memo.id).where(Memo.story_id == story_id)).all()
    home = guids.house(session)
    foreign = guids.known(session, guids.STORY, []).values()
    if home is not None and story_id not in foreign:
        guids.keep(session, guids.STORY, [(story_id, guids.derived(home, guids.STORY, story_id))])
    for kind in (guids.CODING, guids.PASSAGE):
        guids.forget(session, kind, codings)
    for kind in (guids.MEMO, guids.MEMO_PLACE):
        guids.forget(session, kind, memos)
