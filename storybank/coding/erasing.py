"""What becomes of the codings on a story that is deleted: they go; a number may stay."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import CodeExample
from storybank.coding.models import Coding, CountedApart
from storybank.coding.round_models import Assignment
from storybank.undoing import service as undoing

QUIETLY = {"synchronize_session": False}


def erase(session: Session, story_id: int, *, keep_number: bool) -> None:
    """Delete every coding on a story, and what coders did there, so that nothing can be undone.

    ``keep_number``: add how many stood under each code to the numbers counted apart.
    """
    if keep_number:
        _count_apart(session, story_id)
    _erase_what_is_said_of_them(session, story_id)
    undoing.forget_story(session, story_id)
    for table in (CodeExample, Assignment, Coding):
        session.execute(
            sa.delete(table).where(table.story_id == story_id), execution_options=QUIETLY
        )
    session.expire_all()


def _erase_what_is_said_of_them(session: Session, story_id: int) -> None:
    """Whatever points to a coding goes with it, in whichever room it stands."""
    ids = select(Coding.id).where(Coding.story_id == story_id)
    for table in Coding.metadata.tables.values():
        for column in table.columns:
            if any(key.column.table is Coding.__table__ for key in column.foreign_keys):
                session.execute(sa.delete(table).where(column.in_(ids)))


def _count_apart(session: Session, story_id: int) -> None:
    rows = session.execute(
        select(Coding.code_id, sa.func.count())
        .where(Coding.story_id == story_id, Coding.removed_at.is_(None))
        .group_by(Coding.code_id)
    ).all()
    for code_id, count in rows:
        apart = session.get(CountedApart, code_id, with_for_update=True)
        if apart is None:
            session.add(CountedApart(code_id=code_id, n=count))
        else:
            apart.n += count
    session.flush()
