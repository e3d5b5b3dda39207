"""Tables of memos: what researchers note, and whom they name in it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Memo(Base):
    """A researcher's note on a passage, a code, a story or the whole project; or an answer to
    such a note. It quotes nothing. One on a story is shown where the use allows the story (or
    the passage), and goes when the story is deleted."""

    __tablename__ = "memo"
    __table_args__ = (sa.Index("ix_memo_story_id_removed_at", "story_id", "removed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    """passage, code, story or project."""
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    """Markdown, as it was written."""
    story_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id"))
    version: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"), index=True)
    coding_id: Mapped[int | None] = mapped_column(sa.ForeignKey("coding.id"), index=True)
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("memo.id"), index=True)
    """The memo this is an answer to: a thread is a memo and its answers."""
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """Who changed it last, where that was somebody else: memos on codes and on the project are
    the team's."""
    corrected_at: Mapped[datetime | None]
    """When its storyteller corrected the words it stands on."""
    settled_at: Mapped[datetime | None]
    """When its thread was called settled."""
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]


class MemoLink(Base):
    """A memo points to another memo, a code or a story."""

    __tablename__ = "memo_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    memo_id: Mapped[int] = mapped_column(sa.ForeignKey("memo.id"), index=True)
    to_memo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("memo.id"), index=True)
    to_code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"), index=True)
    to_story_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id"), index=True)


class Mention(Base):
    """Somebody is named in a memo ("@"), and is told on their own page until they have looked."""

    __tablename__ = "mention"

    memo_id: Mapped[int] = mapped_column(sa.ForeignKey("memo.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id"), primary_key=True, index=True
    )
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
