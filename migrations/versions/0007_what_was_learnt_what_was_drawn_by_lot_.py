"""What was learnt, what was drawn by lot, what was put off."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "learned_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("codebook", sa.String(length=100), nullable=False),
        sa.Column("codes_hash", sa.String(length=64), nullable=False),
        sa.Column("pipeline", sa.String(length=200), nullable=False),
        sa.Column("vectors", sa.String(length=100), nullable=True),
        sa.Column("code_ids", sa.JSON(), nullable=False),
        sa.Column("held_back", sa.JSON(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_model")),
    )
    with op.batch_alter_table("learned_model", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learned_model_state"), ["state"], unique=False)

    op.create_table(
        "first_pass",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_first_pass_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_first_pass_story_id_story")
        ),
        sa.PrimaryKeyConstraint("account_id", "story_id", name=op.f("pk_first_pass")),
    )
    with op.batch_alter_table("first_pass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_pass_story_id"), ["story_id"], unique=False)

    op.create_table(
        "learned_from",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["learned_model.id"], name=op.f("fk_learned_from_model_id_learned_model")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_learned_from_story_id_story")
        ),
        sa.PrimaryKeyConstraint("model_id", "story_id", name=op.f("pk_learned_from")),
    )
    with op.batch_alter_table("learned_from", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learned_from_story_id"), ["story_id"], unique=False)

    op.create_table(
        "sampled_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("code_ids", sa.JSON(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("chances", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sampled_passage_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["learned_model.id"],
            name=op.f("fk_sampled_passage_model_id_learned_model"),
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_sampled_passage_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled_passage")),
    )
    with op.batch_alter_table("sampled_passage", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sampled_passage_account_done", ["account_id", "done_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sampled_passage_story_id"), ["story_id"], unique=False)

    op.create_table(
        "suggestion_not_now",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_suggestion_not_now_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_not_now_suggestion_id_suggestion"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "suggestion_id", name=op.f("pk_suggestion_not_now")),
    )
    with op.batch_alter_table("suggestion_not_now", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suggestion_not_now_suggestion_id"), ["suggestion_id"], unique=False
        )

    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chance", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("model_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answered_in", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("drawn", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_suggestion_model_id"), ["model_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_suggestion_model_id_learned_model"),
            "learned_model",
            ["model_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_suggestion_model_id_learned_model"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_suggestion_model_id"))
        batch_op.drop_column("drawn")
        batch_op.drop_column("rank")
        batch_op.drop_column("answered_in")
        batch_op.drop_column("model_id")
        batch_op.drop_column("chance")

    with op.batch_alter_table("suggestion_not_now", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_not_now_suggestion_id"))

    op.drop_table("suggestion_not_now")
    with op.batch_alter_table("sampled_passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sampled_passage_story_id"))
        batch_op.drop_index("ix_sampled_passage_account_done")

    op.drop_table("sampled_passage")
    with op.batch_alter_table("learned_from", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learned_from_story_id"))

    op.drop_table("learned_from")
    with op.batch_alter_table("first_pass", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_pass_story_id"))

    op.drop_table("first_pass")
    with op.batch_alter_table("learned_model", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learned_model_state"))

    op.drop_table("learned_model")
