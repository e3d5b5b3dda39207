"""Codings are no longer lost."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.drop_table("coding_lost")


def downgrade() -> None:
    op.create_table(
        "coding_lost",
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_lost_coding_id_coding")
        ),
        sa.PrimaryKeyConstraint("coding_id", name=op.f("pk_coding_lost")),
    )
