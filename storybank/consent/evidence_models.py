"""Tables of evidence: that a yes was seen or heard stays; what was written of it can be erased."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Sealed


class Evidence(Base):
    """What shows that a storyteller said yes. What was written of it lies in ``EvidenceNote``."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the note, and of the file where there is one: they can be erased, and never swapped."""
    made_at: Mapped[datetime]


class EvidenceNote(Base):
    """How somebody said yes, who saw it, their own words of understanding. Goes when they go."""

    __tablename__ = "evidence_note"

    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"), primary_key=True)
    note: Mapped[bytes] = mapped_column(Sealed)
    understanding: Mapped[bytes | None] = mapped_column(Sealed)


class EvidenceFile(Base):
    """A signed paper, or a sound recording of a yes. Goes when they go."""

    __tablename__ = "evidence_file"

    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    """Its media type, as found in its first bytes."""
    content: Mapped[bytes] = mapped_column(Sealed)
