"""Codings that lie on an interviewer's words, and are in no figure."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    # By itself and not in a batch: on SQLite that would make the table anew, and the triggers that
    # note each change for the consent epoch would be gone.
    op.add_column(
        "coding", sa.Column("aside", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("coding", "aside")
