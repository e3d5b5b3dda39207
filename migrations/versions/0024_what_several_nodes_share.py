"""What several nodes share: facts of the house, who serves it, tries, changes to search."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
kind = "changes"


def upgrade() -> None:
    op.create_table(
        "counted_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_try")),
    )
    with op.batch_alter_table("counted_try", schema=None) as batch_op:
        batch_op.create_index("ix_counted_try_key_at", ["key", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_counted_try_until"), ["until"], unique=False)

    op.create_table(
        "house_fact",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_fact")),
    )
    op.create_table(
        "node",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("head", sa.String(length=32), nullable=False),
        sa.Column("index_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
        sa.UniqueConstraint("name", name=op.f("uq_node_name")),
    )
    op.create_table(
        "search_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Boolean(), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_change")),
    )
    with op.batch_alter_table("search_change", schema=None) as batch_op:
        batch_op.create_index("ix_search_change_xact", ["xact", "id"], unique=False)

    op.create_table(
        "serving_head",
        sa.Column("head", sa.String(length=32), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("head", name=op.f("pk_serving_head")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("begun_by", sa.String(length=100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("begun_by")
        batch_op.drop_column("begun_at")

    op.drop_table("serving_head")
    with op.batch_alter_table("search_change", schema=None) as batch_op:
        batch_op.drop_index("ix_search_change_xact")

    op.drop_table("search_change")
    op.drop_table("node")
    op.drop_table("house_fact")
    with op.batch_alter_table("counted_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counted_try_until"))
        batch_op.drop_index("ix_counted_try_key_at")

    op.drop_table("counted_try")
