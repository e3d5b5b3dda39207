"""Cards that went out on paper, and those that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "printed_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("letters", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("returned", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["print_run.id"], name=op.f("fk_printed_card_run_id_print_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_card")),
    )
    with op.batch_alter_table("printed_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printed_card_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_printed_card_letters"), ["letters"], unique=False)
        batch_op.create_index(batch_op.f("ix_printed_card_run_id"), ["run_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("printed_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printed_card_run_id"))
        batch_op.drop_index(batch_op.f("ix_printed_card_letters"))
        batch_op.drop_index(batch_op.f("ix_printed_card_item_id"))

    op.drop_table("printed_card")
