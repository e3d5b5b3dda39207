"""The words themselves: the only table that holds any. Private to ``reading`` and ``writing``."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Sealed

TABLE = "story_words"


class StoryWords(Base):
    """A text, a title, or a name to show.

    ``ref`` is the version number for a text or a title, and a running number for a name.
    """

    __tablename__ = TABLE

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(sa.Text)


class SealedWords(Base):
    """The text of an earlier version as it was told, sealed with the keys of the house: personal
    details were replaced since. ``ref`` is the number of that version. Whoever changes the keys
    must reach it, so the tripwire does not guard it: without the keys it tells nothing."""

    __tablename__ = "sealed_original"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(Sealed)


def guard_words(engine: Engine, is_declared: type) -> None:
    """Set the tripwire: a statement that touches the words without a declared use is refused.

    ``is_declared`` is the type a declaration must have (``Use``).
    """

    def tripwire(
        conn: object, cursor: object, statement: str, params: object, context: object, many: bool
    ) -> None:
        if TABLE not in statement.lower():
            return
        if statement.lstrip().upper().startswith("PRAGMA") or getattr(context, "isddl", False):
            return
        options = getattr(context, "execution_options", None) or {}
        if not isinstance(options.get("use"), is_declared):
            raise UngovernedRead("A statement touched story words without a declared use.")

    event.listen(engine, "before_cursor_execute", tripwire)


class UngovernedRead(RuntimeError):
    """A programming mistake: words were asked for without saying who for and what for."""
