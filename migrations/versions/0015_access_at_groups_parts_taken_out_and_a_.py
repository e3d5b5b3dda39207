"""Access at groups, parts taken out, and a log that knows when moderation was switched."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("meeting_group", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("access_notes", sa.String(length=500), server_default="", nullable=False)
        )
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("moderation_entry", schema=None) as batch_op:
        batch_op.alter_column("response_id", existing_type=sa.String(length=36), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM moderation_entry WHERE response_id IS NULL")
    with op.batch_alter_table("moderation_entry", schema=None) as batch_op:
        batch_op.alter_column("response_id", existing_type=sa.String(length=36), nullable=False)
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
    with op.batch_alter_table("meeting_group", schema=None) as batch_op:
        batch_op.drop_column("access_notes")
