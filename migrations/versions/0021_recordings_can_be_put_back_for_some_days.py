"""Recordings can be put back for some days."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("story_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("story_file", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
