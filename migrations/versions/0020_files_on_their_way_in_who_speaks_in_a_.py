"""Files on their way in, who speaks in a story, and recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("gone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_column_mapping_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.Column("choices", sa.LargeBinary(), nullable=True),
        sa.Column("mapping_id", sa.Integer(), nullable=True),
        sa.Column("keep_originals", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("wipe_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_intake_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["mapping_id"], ["column_mapping.id"], name=op.f("fk_intake_mapping_id_column_mapping")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_status"), ["status"], unique=False)

    op.create_table(
        "story_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("from_ms", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_story_file_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_file_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_file")),
    )
    with op.batch_alter_table("story_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_file_story_id"), ["story_id"], unique=False)

    op.create_table(
        "story_note",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_note_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "ref", name=op.f("pk_story_note")),
    )
    op.create_table(
        "story_speaker",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_speaker_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "n", name=op.f("pk_story_speaker")),
    )
    op.create_table(
        "intake_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["intake_id"],
            ["intake.id"],
            name=op.f("fk_intake_file_intake_id_intake"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_file")),
    )
    with op.batch_alter_table("intake_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_file_intake_id"), ["intake_id"], unique=False)

    op.create_table(
        "story_file_part",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["story_file.id"],
            name=op.f("fk_story_file_part_file_id_story_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", "n", name=op.f("pk_story_file_part")),
    )
    op.create_table(
        "intake_bytes",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["intake_file.id"],
            name=op.f("fk_intake_bytes_file_id_intake_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", "n", name=op.f("pk_intake_bytes")),
    )
    op.create_table(
        "intake_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("read", sa.LargeBinary(), nullable=True),
        sa.Column("decided", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["intake_file.id"],
            name=op.f("fk_intake_item_file_id_intake_file"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"],
            ["intake.id"],
            name=op.f("fk_intake_item_intake_id_intake"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_intake_item_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_item")),
        sa.UniqueConstraint("intake_id", "n", name=op.f("uq_intake_item_intake_id")),
    )
    with op.batch_alter_table("intake_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_item_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_item_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_item_story_id"), ["story_id"], unique=False)

    with op.batch_alter_table("story_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turns", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("times", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("story_version", schema=None) as batch_op:
        batch_op.drop_column("times")
        batch_op.drop_column("turns")

    with op.batch_alter_table("intake_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_item_story_id"))
        batch_op.drop_index(batch_op.f("ix_intake_item_intake_id"))
        batch_op.drop_index(batch_op.f("ix_intake_item_file_id"))

    op.drop_table("intake_item")
    op.drop_table("intake_bytes")
    op.drop_table("story_file_part")
    with op.batch_alter_table("intake_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_file_intake_id"))

    op.drop_table("intake_file")
    op.drop_table("story_speaker")
    op.drop_table("story_note")
    with op.batch_alter_table("story_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_file_story_id"))

    op.drop_table("story_file")
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_status"))
        batch_op.drop_index(batch_op.f("ix_intake_fingerprint"))

    op.drop_table("intake")
    op.drop_table("column_mapping")
