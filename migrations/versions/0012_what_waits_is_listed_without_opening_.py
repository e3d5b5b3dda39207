"""What waits is listed without opening each row."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(
            "ix_suggestion_waiting",
            [
                "story_id",
                "version",
                "start",
                "end",
                "code_id",
                "answer",
                "model_id",
                "chance",
                "score",
                "rank",
                "answered_at",
            ],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestion_waiting")
