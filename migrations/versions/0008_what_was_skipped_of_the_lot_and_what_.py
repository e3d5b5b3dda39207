"""What was skipped of the lot, and what hints were put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "help_put_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_put_aside_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_put_aside")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_help_put_aside_kind")),
    )
    with op.batch_alter_table("sampled_passage", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(sa.Column("skipped_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sampled_passage", schema=None) as batch_op:
        batch_op.drop_column("skipped_at")
        batch_op.drop_column("skipped")

    op.drop_table("help_put_aside")
