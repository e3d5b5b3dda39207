"""Which codings a merge or a split of codes carried."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "carried_coding",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("from_code_id", sa.Integer(), nullable=False),
        sa.Column("to_code_id", sa.Integer(), nullable=False),
        sa.Column("stood", sa.Boolean(), nullable=False),
        sa.Column("joined_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["codebook_change.id"],
            name=op.f("fk_carried_coding_change_id_codebook_change"),
        ),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_carried_coding_coding_id_coding")
        ),
        sa.ForeignKeyConstraint(
            ["from_code_id"], ["code.id"], name=op.f("fk_carried_coding_from_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["joined_id"], ["coding.id"], name=op.f("fk_carried_coding_joined_id_coding")
        ),
        sa.ForeignKeyConstraint(
            ["to_code_id"], ["code.id"], name=op.f("fk_carried_coding_to_code_id_code")
        ),
        sa.PrimaryKeyConstraint("change_id", "coding_id", name=op.f("pk_carried_coding")),
    )
    with op.batch_alter_table("carried_coding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_carried_coding_coding_id"), ["coding_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_carried_coding_joined_id"), ["joined_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("carried_coding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carried_coding_joined_id"))
        batch_op.drop_index(batch_op.f("ix_carried_coding_coding_id"))

    op.drop_table("carried_coding")
