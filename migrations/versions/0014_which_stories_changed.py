"""Which stories changed in what may be used of them, noted by the database itself."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
kind = "changes"

WATCHED = (
    "story_standing", "use_standing", "not_for_standing", "party_standing", "part_standing",
    "approval_standing", "story_attribute", "coding",
)  # fmt: skip
LOT = 2**40
"""A drawn number is at most this; sums that SQLite keeps stay below LIMIT."""
LIMIT = 2**62

_FUNCTION = f"""
CREATE FUNCTION {{name}}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    act bigint := floor(random() * {2**52})::bigint + 1;
    lot bigint := floor(random() * {LOT})::bigint + 1;
BEGIN
    IF EXISTS ({{changed}}) THEN
        INSERT INTO epoch (story_id, act, token)
        SELECT story_id, act, lot FROM ({{changed}}) AS stories UNION SELECT 0, act, lot;
    END IF;
    RETURN NULL;
END $$
"""


def _note_changes() -> None:
    """Have the database note each change in the transaction that makes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"INSERT INTO epoch VALUES (0, 0, floor(random() * {LOT})::bigint + 1)")
        one = "SELECT story_id FROM changed"
        op.execute(_FUNCTION.format(name="storybank_changed", changed=one))
        both = f"{one} UNION SELECT story_id FROM was"
        op.execute(_FUNCTION.format(name="storybank_changed_from", changed=both))
        for table in WATCHED:
            for verb, seen, does in (
                ("INSERT", "NEW TABLE AS changed", "storybank_changed"),
                ("DELETE", "OLD TABLE AS changed", "storybank_changed"),
                ("UPDATE", "OLD TABLE AS was NEW TABLE AS changed", "storybank_changed_from"),
            ):
                op.execute(
                    f"CREATE TRIGGER {table}_epoch_{verb.lower()} AFTER {verb} ON {table} "
                    f"REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION {does}()"
                )
        return
    op.execute(f"INSERT INTO epoch VALUES (0, 0, 1 + (random() & {LOT - 1}))")
    for table in WATCHED:
        for verb, when, row in (
            ("insert", "INSERT", "new"), ("delete", "DELETE", "old"), ("update", "UPDATE", "new"),
            ("moved", "UPDATE OF story_id", "old"),
        ):  # fmt: skip
            notes = "".join(
                f"INSERT INTO epoch VALUES ({story}, 0, 1 + (random() & {LOT - 1})) "
                "ON CONFLICT (story_id, act) DO UPDATE "
                f"SET token = (token + excluded.token) & {LIMIT - 1}; "
                for story in (f"{row}.story_id", "0")
            )
            op.execute(
                f"CREATE TRIGGER {table}_epoch_{verb} AFTER {when} ON {table} BEGIN {notes}END"
            )


def _note_no_changes() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    verbs = ("insert", "delete", "update") + (() if postgres else ("moved",))
    for table in WATCHED:
        for verb in verbs:
            op.execute(f"DROP TRIGGER {table}_epoch_{verb}" + (f" ON {table}" if postgres else ""))
    if postgres:
        op.execute("DROP FUNCTION storybank_changed()")
        op.execute("DROP FUNCTION storybank_changed_from()")


def upgrade() -> None:
    op.create_table(
        "epoch",
        sa.Column("story_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "act", name=op.f("pk_epoch")),
    )
    with op.batch_alter_table("use_standing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_use_standing_effective_from"), ["effective_from"], unique=False
        )
    _note_changes()


def downgrade() -> None:
    _note_no_changes()
    with op.batch_alter_table("use_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_use_standing_effective_from"))

    op.drop_table("epoch")
