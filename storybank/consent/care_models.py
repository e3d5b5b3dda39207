"""Tables of what the team notes about a story: holds, and the other people in it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Sealed


class Hold(Base):
    """A story, or a part, that nobody uses while something is looked into."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(20))
    """safeguarding, legal, third person, quality or complaint."""
    why: Mapped[bytes] = mapped_column(Sealed)
    lead_account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    review_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class ThirdPerson(Base):
    """Somebody else who is spoken of in a story."""

    __tablename__ = "third_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    label: Mapped[bytes] = mapped_column(Sealed)
    """Who they are, as the teller or the team says it: "my sister"."""
    relationship: Mapped[str] = mapped_column(sa.String(40))
    living: Mapped[str] = mapped_column(sa.String(10))
    """yes, no or unknown."""
    child: Mapped[bool]
    identifiable: Mapped[bool]
    throughout: Mapped[bool]
    """They are spoken of in so many places that the whole story waits for the decision."""
    noted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    noted_at: Mapped[datetime]


class ThirdPersonPart(Base):
    """Where a third person is spoken of."""

    __tablename__ = "third_person_part"

    third_person_id: Mapped[int] = mapped_column(sa.ForeignKey("third_person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    end: Mapped[int] = mapped_column(primary_key=True)


class ThirdPersonDecision(Base):
    """What was decided about a third person; the last one counts."""

    __tablename__ = "third_person_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    third_person_id: Mapped[int] = mapped_column(sa.ForeignKey("third_person.id"), index=True)
    outcome: Mapped[str] = mapped_column(sa.String(20))
    """names changed, said yes, already public, has died, exempt; or undecided again."""
    informed: Mapped[str] = mapped_column(sa.String(20))
    """told, impossible, disproportionate or would harm (UK GDPR Article 14)."""
    note: Mapped[bytes] = mapped_column(Sealed)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime]
