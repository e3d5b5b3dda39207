"""Where personal details stand, who looked for them, and what was sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "detail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("thing", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("instead", sa.String(length=60), server_default="", nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_detail_answered_by_account")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_detail_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detail")),
        sa.UniqueConstraint("story_id", "version", "start", "end", name=op.f("uq_detail_story_id")),
    )
    with op.batch_alter_table("detail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_detail_story_id"), ["story_id"], unique=False)

    op.create_table(
        "details_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_details_check_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_details_check_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_details_check")),
    )
    with op.batch_alter_table("details_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_details_check_story_id"), ["story_id"], unique=False)

    op.create_table(
        "details_look",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("with_names", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("in_title", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_details_look_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_details_look")),
    )
    op.create_table(
        "original_opened",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_original_opened_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_original_opened_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_opened")),
    )
    with op.batch_alter_table("original_opened", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_original_opened_story_id"), ["story_id"], unique=False)

    op.create_table(
        "replaced_detail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("was_version", sa.Integer(), nullable=False),
        sa.Column("was_start", sa.Integer(), nullable=False),
        sa.Column("was_end", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_replaced_detail_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_replaced_detail_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_detail")),
    )
    with op.batch_alter_table("replaced_detail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replaced_detail_story_id"), ["story_id"], unique=False)

    op.create_table(
        "sealed_original",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_sealed_original_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "ref", name=op.f("pk_sealed_original")),
    )


def downgrade() -> None:
    op.drop_table("sealed_original")
    with op.batch_alter_table("replaced_detail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replaced_detail_story_id"))

    op.drop_table("replaced_detail")
    with op.batch_alter_table("original_opened", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_original_opened_story_id"))

    op.drop_table("original_opened")
    op.drop_table("details_look")
    with op.batch_alter_table("details_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_details_check_story_id"))

    op.drop_table("details_check")
    with op.batch_alter_table("detail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_detail_story_id"))

    op.drop_table("detail")
