"""Tables of the collective answer. Every row says who made it; what is taken away stays a row."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Cluster(Base):
    """Answers and passages that people put together under a title of their own."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ClusterItem(Base):
    """An answer, or a passage of the pack, in a cluster: in one at a time."""

    __tablename__ = "cluster_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    response_id: Mapped[str | None] = mapped_column(sa.ForeignKey("response.id"), index=True)
    pack_item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("pack_item.id", ondelete="CASCADE"), index=True
    )
    added_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]


class ThemeLink(Base):
    """What a cluster does to a code: supports, extends or challenges it; or it is new."""

    __tablename__ = "theme_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"))
    """None where the theme is new."""
    relation: Mapped[str] = mapped_column(sa.String(12))
    suggested: Mapped[bool] = mapped_column(default=False)
    """The machine named the code; a person confirmed it."""
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Recommendation(Base):
    """A recommendation, or a resolution: its number and what has become of it."""

    __tablename__ = "recommendation"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(14))
    """resolution or recommendation; each is numbered from 1."""
    number: Mapped[int]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class RecommendationText(Base):
    """One wording of a recommendation; the highest ``n`` stands."""

    __tablename__ = "recommendation_text"
    __table_args__ = (sa.UniqueConstraint("recommendation_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendation.id"))
    n: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    why: Mapped[str] = mapped_column(sa.Text, default="")
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]


class SignOff(Base):
    """A group or a participant agrees with one wording. Another wording asks anew."""

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendation_text.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_group.id"))
    participant_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="SET NULL")
    )
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """Who wrote down that a group agreed."""
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Support(Base):
    """How one group stands to one wording, in numbers, with a note of those who differ."""

    __tablename__ = "support"
    __table_args__ = (sa.UniqueConstraint("text_id", "group_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendation_text.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_group.id"))
    for_n: Mapped[int] = mapped_column(default=0)
    live_with_n: Mapped[int] = mapped_column(default=0)
    unsure_n: Mapped[int] = mapped_column(default=0)
    against_n: Mapped[int] = mapped_column(default=0)
    minority: Mapped[str] = mapped_column(sa.Text, default="")
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]


class SupportVote(Base):
    """What one participant said on their phone to one wording: for, live with, unsure, against."""

    __tablename__ = "support_vote"
    __table_args__ = (sa.UniqueConstraint("text_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendation_text.id"))
    participant_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="SET NULL")
    )
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_group.id"))
    says: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]


class Evidence(Base):
    """What a recommendation stands on. One without any is marked so."""

    __tablename__ = "evidence_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendation.id"), index=True)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster.id"))
    pack_item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("pack_item.id", ondelete="CASCADE")
    )
    added_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SynthesisPart(Base):
    """One of the parts of the synthesis: room, online, agree or differ."""

    __tablename__ = "synthesis_part"

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    changed_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    changed_at: Mapped[datetime]


class TellerTold(Base):
    """A storyteller was told what their words did at a workshop."""

    __tablename__ = "teller_told"

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    people: Mapped[int]
    """To how many their words were shown."""
    told_at: Mapped[datetime]
