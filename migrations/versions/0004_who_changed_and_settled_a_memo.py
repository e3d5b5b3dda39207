"""Who changed and settled a memo, and when its words were corrected"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("corrected_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("settled_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_memo_settled_by_account"), "account", ["settled_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_memo_changed_by_account"), "account", ["changed_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_memo_changed_by_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_memo_settled_by_account"), type_="foreignkey")
        batch_op.drop_column("settled_by")
        batch_op.drop_column("corrected_at")
        batch_op.drop_column("changed_by")
