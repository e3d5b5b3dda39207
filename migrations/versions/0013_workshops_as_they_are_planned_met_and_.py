"""Workshops as they are planned, met and answered."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_cluster_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_cluster_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
    )
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cluster_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "meeting_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("facilitator", sa.String(length=80), nullable=False),
        sa.Column("note_taker", sa.String(length=80), nullable=False),
        sa.Column("bridge", sa.String(length=80), nullable=False),
        sa.Column("where", sa.String(length=300), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_meeting_group_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_group")),
    )
    with op.batch_alter_table("meeting_group", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_group_workshop_id"), ["workshop_id"], unique=False
        )

    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_recommendation_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_recommendation_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recommendation_workshop_id"), ["workshop_id"], unique=False
        )

    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_segment_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_segment_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "synthesis_part",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_synthesis_part_changed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_synthesis_part_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "part", name=op.f("pk_synthesis_part")),
    )
    op.create_table(
        "teller_told",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_teller_told_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_teller_told_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "person_id", name=op.f("pk_teller_told")),
    )
    op.create_table(
        "workshop_helper",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_workshop_helper_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_workshop_helper_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "account_id", name=op.f("pk_workshop_helper")),
    )
    op.create_table(
        "pack_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["account.id"], name=op.f("fk_pack_version_frozen_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack.id"], name=op.f("fk_pack_version_pack_id_pack")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_version")),
        sa.UniqueConstraint("pack_id", "n", name=op.f("uq_pack_version_pack_id")),
    )
    with op.batch_alter_table("pack_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_version_pack_id"), ["pack_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("access_needs", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("wipe_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["meeting_group.id"], name=op.f("fk_participant_group_id_meeting_group")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_participant_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_participant_token_hash")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participant_workshop_id"), ["workshop_id"], unique=False
        )

    op.create_table(
        "recommendation_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_recommendation_text_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_recommendation_text_recommendation_id_recommendation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_text")),
        sa.UniqueConstraint(
            "recommendation_id", "n", name=op.f("uq_recommendation_text_recommendation_id")
        ),
    )
    op.create_table(
        "theme_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_theme_link_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_theme_link_code_id_code")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_theme_link_made_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_link")),
    )
    with op.batch_alter_table("theme_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_link_cluster_id"), ["cluster_id"], unique=False)

    op.create_table(
        "evidence_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("pack_item_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["account.id"], name=op.f("fk_evidence_link_added_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_evidence_link_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["pack_item_id"],
            ["pack_item.id"],
            name=op.f("fk_evidence_link_pack_item_id_pack_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_evidence_link_recommendation_id_recommendation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_link")),
    )
    with op.batch_alter_table("evidence_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_link_recommendation_id"), ["recommendation_id"], unique=False
        )

    op.create_table(
        "frozen_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_version_id", sa.Integer(), nullable=False),
        sa.Column("pack_item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["pack_item_id"], ["pack_item.id"], name=op.f("fk_frozen_item_pack_item_id_pack_item")
        ),
        sa.ForeignKeyConstraint(
            ["pack_version_id"],
            ["pack_version.id"],
            name=op.f("fk_frozen_item_pack_version_id_pack_version"),
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_frozen_item_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_item")),
    )
    with op.batch_alter_table("frozen_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_frozen_item_pack_item_id"), ["pack_item_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_frozen_item_pack_version_id"), ["pack_version_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_frozen_item_story_id"), ["story_id"], unique=False)

    op.create_table(
        "print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("pack_version_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("file", sa.String(length=5), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("returned", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_print_run_made_by_account")
        ),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_print_run_pack_id_pack")),
        sa.ForeignKeyConstraint(
            ["pack_version_id"],
            ["pack_version.id"],
            name=op.f("fk_print_run_pack_version_id_pack_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
    )
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_run_pack_id"), ["pack_id"], unique=False)

    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("help_text", sa.String(length=500), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("pack_item_id", sa.Integer(), nullable=True),
        sa.Column("passages", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("max_len", sa.Integer(), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pack_item_id"], ["pack_item.id"], name=op.f("fk_prompt_pack_item_id_pack_item")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_prompt_segment_id_segment")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_prompt_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
    )
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_off_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["meeting_group.id"], name=op.f("fk_sign_off_group_id_meeting_group")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_sign_off_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["recommendation_text.id"],
            name=op.f("fk_sign_off_text_id_recommendation_text"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_off_text_id"), ["text_id"], unique=False)

    op.create_table(
        "support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("for_n", sa.Integer(), nullable=False),
        sa.Column("live_with_n", sa.Integer(), nullable=False),
        sa.Column("unsure_n", sa.Integer(), nullable=False),
        sa.Column("against_n", sa.Integer(), nullable=False),
        sa.Column("minority", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["meeting_group.id"], name=op.f("fk_support_group_id_meeting_group")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_support_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["recommendation_text.id"],
            name=op.f("fk_support_text_id_recommendation_text"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint("text_id", "group_id", name=op.f("uq_support_text_id")),
    )
    op.create_table(
        "support_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("says", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["meeting_group.id"], name=op.f("fk_support_vote_group_id_meeting_group")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_support_vote_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["recommendation_text.id"],
            name=op.f("fk_support_vote_text_id_recommendation_text"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_vote")),
        sa.UniqueConstraint("text_id", "participant_id", name=op.f("uq_support_vote_text_id")),
    )
    op.create_table(
        "answer_draft",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=True),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_answer_draft_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompt.id"], name=op.f("fk_answer_draft_prompt_id_prompt")
        ),
        sa.PrimaryKeyConstraint("participant_id", "prompt_id", name=op.f("pk_answer_draft")),
    )
    op.create_table(
        "meeting_state",
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("prompt_id", sa.Integer(), nullable=True),
        sa.Column("paused_at", sa.DateTime(), nullable=True),
        sa.Column("timer_ends_at", sa.DateTime(), nullable=True),
        sa.Column("timer_left", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompt.id"], name=op.f("fk_meeting_state_prompt_id_prompt")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_meeting_state_segment_id_segment")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_meeting_state_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_meeting_state")),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=True),
        sa.Column("captured", sa.String(length=12), nullable=False),
        sa.Column("verbatim", sa.Boolean(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("held_reason", sa.String(length=40), nullable=True),
        sa.Column("sheet", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_response_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["meeting_group.id"], name=op.f("fk_response_group_id_meeting_group")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_response_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompt.id"], name=op.f("fk_response_prompt_id_prompt")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_response_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_response_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_response_prompt_id"), ["prompt_id"], unique=False)
        batch_op.create_index(
            "ix_response_workshop_status", ["workshop_id", "status"], unique=False
        )

    op.create_table(
        "cluster_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.String(length=36), nullable=True),
        sa.Column("pack_item_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["account.id"], name=op.f("fk_cluster_item_added_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_item_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["pack_item_id"],
            ["pack_item.id"],
            name=op.f("fk_cluster_item_pack_item_id_pack_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["account.id"], name=op.f("fk_cluster_item_removed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_cluster_item_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_item")),
    )
    with op.batch_alter_table("cluster_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cluster_item_cluster_id"), ["cluster_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_cluster_item_pack_item_id"), ["pack_item_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_cluster_item_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "moderation_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_moderation_entry_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_moderation_entry_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_moderation_entry_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_entry")),
    )
    with op.batch_alter_table("moderation_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moderation_entry_response_id"), ["response_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_entry_workshop_id"), ["workshop_id"], unique=False
        )

    with op.batch_alter_table("pack_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("note", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("kept", sa.JSON(), nullable=True))

    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("in_scope", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("out_of_scope", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("decider", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("reply_by", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("mode", sa.String(length=10), server_default="both", nullable=False)
        )
        batch_op.add_column(
            sa.Column("template", sa.String(length=20), server_default="reflection", nullable=False)
        )
        batch_op.add_column(
            sa.Column("status", sa.String(length=10), server_default="draft", nullable=False)
        )
        batch_op.add_column(sa.Column("join_code", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("observer_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("moderated", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(sa.Column("policy", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("keep_days", sa.Integer(), server_default="30", nullable=False)
        )
        batch_op.add_column(sa.Column("wipe_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("wiped_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("rehearsal", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("self_check", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
        )
        batch_op.add_column(sa.Column("pack_version_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_workshop_join_code"), ["join_code"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_workshop_observer_hash"), ["observer_hash"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_workshop_pack_version_id_pack_version"),
            "pack_version",
            ["pack_version_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_workshop_pack_version_id_pack_version"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_workshop_observer_hash"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_workshop_join_code"), type_="unique")
        batch_op.drop_column("pack_version_id")
        batch_op.drop_column("self_check")
        batch_op.drop_column("rehearsal")
        batch_op.drop_column("wiped_at")
        batch_op.drop_column("wipe_on")
        batch_op.drop_column("keep_days")
        batch_op.drop_column("policy")
        batch_op.drop_column("moderated")
        batch_op.drop_column("observer_hash")
        batch_op.drop_column("join_code")
        batch_op.drop_column("status")
        batch_op.drop_column("template")
        batch_op.drop_column("mode")
        batch_op.drop_column("reply_by")
        batch_op.drop_column("decider")
        batch_op.drop_column("out_of_scope")
        batch_op.drop_column("in_scope")
        batch_op.drop_column("why")

    with op.batch_alter_table("pack_item", schema=None) as batch_op:
        batch_op.drop_column("kept")
        batch_op.drop_column("note")

    with op.batch_alter_table("moderation_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_entry_workshop_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_entry_response_id"))

    op.drop_table("moderation_entry")
    with op.batch_alter_table("cluster_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_item_response_id"))
        batch_op.drop_index(batch_op.f("ix_cluster_item_pack_item_id"))
        batch_op.drop_index(batch_op.f("ix_cluster_item_cluster_id"))

    op.drop_table("cluster_item")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index("ix_response_workshop_status")
        batch_op.drop_index(batch_op.f("ix_response_prompt_id"))
        batch_op.drop_index(batch_op.f("ix_response_participant_id"))

    op.drop_table("response")
    op.drop_table("meeting_state")
    op.drop_table("answer_draft")
    op.drop_table("support_vote")
    op.drop_table("support")
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_off_text_id"))

    op.drop_table("sign_off")
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prompt_workshop_id"))

    op.drop_table("prompt")
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_run_pack_id"))

    op.drop_table("print_run")
    with op.batch_alter_table("frozen_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frozen_item_story_id"))
        batch_op.drop_index(batch_op.f("ix_frozen_item_pack_version_id"))
        batch_op.drop_index(batch_op.f("ix_frozen_item_pack_item_id"))

    op.drop_table("frozen_item")
    with op.batch_alter_table("evidence_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_link_recommendation_id"))

    op.drop_table("evidence_link")
    with op.batch_alter_table("theme_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_link_cluster_id"))

    op.drop_table("theme_link")
    op.drop_table("recommendation_text")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_workshop_id"))

    op.drop_table("participant")
    with op.batch_alter_table("pack_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pack_version_pack_id"))

    op.drop_table("pack_version")
    op.drop_table("workshop_helper")
    op.drop_table("teller_told")
    op.drop_table("synthesis_part")
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_segment_workshop_id"))

    op.drop_table("segment")
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendation_workshop_id"))

    op.drop_table("recommendation")
    with op.batch_alter_table("meeting_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_group_workshop_id"))

    op.drop_table("meeting_group")
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_workshop_id"))

    op.drop_table("cluster")
