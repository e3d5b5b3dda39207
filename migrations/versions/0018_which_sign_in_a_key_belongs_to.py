"""Which sign-in a key for programs belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("search_key", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("session_version", sa.Integer(), server_default="0", nullable=False)
        )
    op.execute(
        "UPDATE search_key SET session_version = "
        "(SELECT session_version FROM account WHERE account.id = search_key.account_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("search_key", schema=None) as batch_op:
        batch_op.drop_column("session_version")
