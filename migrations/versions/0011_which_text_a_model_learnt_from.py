"""Which text a model learnt from."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("learned_from", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edition", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("learned_from", schema=None) as batch_op:
        batch_op.drop_column("edition")
