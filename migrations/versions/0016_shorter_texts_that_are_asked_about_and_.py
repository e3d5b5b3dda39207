"""Shorter texts that are asked about, and workshops that are practised."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("ask_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept", sa.JSON(), nullable=True))

    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rehearsal_of", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("no_passages", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_rehearsal_of"), ["rehearsal_of"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_workshop_rehearsal_of_workshop"), "workshop", ["rehearsal_of"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_workshop_rehearsal_of_workshop"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_workshop_rehearsal_of"))
        batch_op.drop_column("no_passages")
        batch_op.drop_column("rehearsal_of")

    with op.batch_alter_table("ask_request", schema=None) as batch_op:
        batch_op.drop_column("kept")
