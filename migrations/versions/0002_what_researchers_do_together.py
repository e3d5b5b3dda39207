"""What researchers do together: undo for everything, memos, rounds, a codebook that grows, queries,
and other programs' projects."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
kind = "changes"

COLUMNS = ("id", "account_id", "story_id", "suggestion_id", "at", "undone_at")
OLD = sa.table("coding_act", *map(sa.column, (*COLUMNS, "kind")), sa.column("coding_ids", sa.JSON))
NEW = sa.table("act", *map(sa.column, (*COLUMNS, "kind", "over")), sa.column("detail", sa.JSON))
NAMES = {"add": "code", "remove": "uncode"}


def _copy_acts() -> None:
    """What coders could undo before, they can undo now."""
    bind = op.get_bind()
    rows = bind.execute(sa.select(OLD).order_by(OLD.c.id)).mappings().all()
    for row in rows:
        kept = {name: row[name] for name in COLUMNS if name != "id"}
        kind, detail = NAMES[row["kind"]], {"codings": row["coding_ids"]}
        bind.execute(sa.insert(NEW).values(**kept, kind=kind, detail=detail, over=False))


def _copy_acts_back() -> None:
    bind = op.get_bind()
    back = {new: old for old, new in NAMES.items()}
    rows = bind.execute(sa.select(NEW).where(NEW.c.kind.in_(back)).order_by(NEW.c.id))
    for row in rows.mappings().all():
        kept = {name: row[name] for name in COLUMNS if name != "id"}
        kind, codings = back[row["kind"]], row["detail"]["codings"]
        bind.execute(sa.insert(OLD).values(**kept, kind=kind, coding_ids=codings))


def upgrade() -> None:
    op.create_table(
        "foreign_id",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_foreign_id")),
        sa.UniqueConstraint("kind", "guid", name=op.f("uq_foreign_id_kind")),
    )
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=90), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_arrival_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_sha256"), ["sha256"], unique=False)

    op.create_table(
        "codebook_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_codebook_version_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_version")),
    )
    op.create_table(
        "coding_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_coding_round_made_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_round")),
    )
    op.create_table(
        "framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code_ids", sa.JSON(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_framework_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
    )
    op.create_table(
        "saved_query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_query_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_query")),
    )
    with op.batch_alter_table("saved_query", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_query_account_id"), ["account_id"], unique=False)

    op.create_table(
        "adjudication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("applies", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("coding_ids", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_adjudication_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["code.id"], name=op.f("fk_adjudication_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["coding_round.id"], name=op.f("fk_adjudication_round_id_coding_round")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_adjudication_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudication")),
    )
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjudication_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjudication_story_id"), ["story_id"], unique=False)

    op.create_table(
        "arrival_story",
        sa.Column("arrival_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrival_id"], ["arrival.id"], name=op.f("fk_arrival_story_arrival_id_arrival")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_arrival_story_story_id_story")
        ),
        sa.PrimaryKeyConstraint("arrival_id", "story_id", name=op.f("pk_arrival_story")),
    )
    with op.batch_alter_table("arrival_story", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_story_story_id"), ["story_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assignment_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["coding_round.id"], name=op.f("fk_assignment_round_id_coding_round")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_assignment_story_id_story")
        ),
        sa.PrimaryKeyConstraint("round_id", "story_id", "account_id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assignment_account_id_story_id", ["account_id", "story_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assignment_story_id"), ["story_id"], unique=False)

    op.create_table(
        "code_example",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_code_example_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["code.id"], name=op.f("fk_code_example_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_code_example_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_example")),
    )
    with op.batch_alter_table("code_example", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_example_code_id"), ["code_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_example_story_id"), ["story_id"], unique=False)

    op.create_table(
        "code_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_code_proposal_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_code_proposal_answered_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["code.id"], name=op.f("fk_code_proposal_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["code_family.id"], name=op.f("fk_code_proposal_family_id_code_family")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_proposal")),
    )
    op.create_table(
        "codebook_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_codebook_change_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["code.id"], name=op.f("fk_codebook_change_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["code_family.id"], name=op.f("fk_codebook_change_family_id_code_family")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_change")),
    )
    with op.batch_alter_table("codebook_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_codebook_change_code_id"), ["code_id"], unique=False)

    op.create_table(
        "framework_summary",
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_framework_summary_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["code.id"], name=op.f("fk_framework_summary_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_framework_summary_framework_id_framework"),
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_framework_summary_story_id_story")
        ),
        sa.PrimaryKeyConstraint(
            "framework_id", "story_id", "code_id", name=op.f("pk_framework_summary")
        ),
    )
    with op.batch_alter_table("framework_summary", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_framework_summary_story_id"), ["story_id"], unique=False
        )

    op.create_table(
        "act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("suggestion_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_act_account_id_account")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_act_story_id_story")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_act_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index(
            "ix_act_account_id_undone_at", ["account_id", "undone_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_act_story_id"), ["story_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_act_suggestion_id"), ["suggestion_id"], unique=False)

    op.create_table(
        "proposal_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_proposal_remark_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["code_proposal.id"],
            name=op.f("fk_proposal_remark_proposal_id_code_proposal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_remark")),
    )
    with op.batch_alter_table("proposal_remark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_remark_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "coding_flag",
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_flag_coding_id_coding")
        ),
        sa.PrimaryKeyConstraint("coding_id", "name", name=op.f("pk_coding_flag")),
    )
    op.create_table(
        "memo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("coding_id", sa.Integer(), nullable=True),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_memo_account_id_account")
        ),
        sa.ForeignKeyConstraint(["answers_id"], ["memo.id"], name=op.f("fk_memo_answers_id_memo")),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_memo_code_id_code")),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_memo_coding_id_coding")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_memo_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo")),
    )
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memo_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memo_answers_id"), ["answers_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memo_code_id"), ["code_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memo_coding_id"), ["coding_id"], unique=False)
        batch_op.create_index(
            "ix_memo_story_id_removed_at", ["story_id", "removed_at"], unique=False
        )

    op.create_table(
        "memo_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("memo_id", sa.Integer(), nullable=False),
        sa.Column("to_memo_id", sa.Integer(), nullable=True),
        sa.Column("to_code_id", sa.Integer(), nullable=True),
        sa.Column("to_story_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["memo_id"], ["memo.id"], name=op.f("fk_memo_link_memo_id_memo")),
        sa.ForeignKeyConstraint(
            ["to_code_id"], ["code.id"], name=op.f("fk_memo_link_to_code_id_code")
        ),
        sa.ForeignKeyConstraint(
            ["to_memo_id"], ["memo.id"], name=op.f("fk_memo_link_to_memo_id_memo")
        ),
        sa.ForeignKeyConstraint(
            ["to_story_id"], ["story.id"], name=op.f("fk_memo_link_to_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo_link")),
    )
    with op.batch_alter_table("memo_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memo_link_memo_id"), ["memo_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memo_link_to_code_id"), ["to_code_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memo_link_to_memo_id"), ["to_memo_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memo_link_to_story_id"), ["to_story_id"], unique=False)

    op.create_table(
        "mention",
        sa.Column("memo_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mention_account_id_account")
        ),
        sa.ForeignKeyConstraint(["memo_id"], ["memo.id"], name=op.f("fk_mention_memo_id_memo")),
        sa.PrimaryKeyConstraint("memo_id", "account_id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_account_id"), ["account_id"], unique=False)

    _copy_acts()
    with op.batch_alter_table("coding_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_act_account_id"))
        batch_op.drop_index(batch_op.f("ix_coding_act_suggestion_id"))

    op.drop_table("coding_act")
    with op.batch_alter_table("code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("colour", sa.String(length=7), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_code_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_code_merged_into_id_code"), "code", ["merged_into_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_code_parent_id_code"), "code", ["parent_id"], ["id"]
        )

    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("to_check", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.drop_column("to_check")

    with op.batch_alter_table("code", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_code_parent_id_code"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_code_merged_into_id_code"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_code_parent_id"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("colour")
        batch_op.drop_column("parent_id")

    op.create_table(
        "coding_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("coding_ids", sa.JSON(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_coding_act_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_coding_act_story_id_story")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_coding_act_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_act")),
    )
    with op.batch_alter_table("coding_act", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coding_act_suggestion_id"), ["suggestion_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_coding_act_account_id"), ["account_id"], unique=False)
    _copy_acts_back()

    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_account_id"))

    op.drop_table("mention")
    with op.batch_alter_table("memo_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memo_link_to_story_id"))
        batch_op.drop_index(batch_op.f("ix_memo_link_to_memo_id"))
        batch_op.drop_index(batch_op.f("ix_memo_link_to_code_id"))
        batch_op.drop_index(batch_op.f("ix_memo_link_memo_id"))

    op.drop_table("memo_link")
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.drop_index("ix_memo_story_id_removed_at")
        batch_op.drop_index(batch_op.f("ix_memo_coding_id"))
        batch_op.drop_index(batch_op.f("ix_memo_code_id"))
        batch_op.drop_index(batch_op.f("ix_memo_answers_id"))
        batch_op.drop_index(batch_op.f("ix_memo_account_id"))

    op.drop_table("memo")
    op.drop_table("coding_flag")
    with op.batch_alter_table("proposal_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_remark_proposal_id"))

    op.drop_table("proposal_remark")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_act_suggestion_id"))
        batch_op.drop_index(batch_op.f("ix_act_story_id"))
        batch_op.drop_index("ix_act_account_id_undone_at")

    op.drop_table("act")
    with op.batch_alter_table("framework_summary", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_framework_summary_story_id"))

    op.drop_table("framework_summary")
    with op.batch_alter_table("codebook_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_codebook_change_code_id"))

    op.drop_table("codebook_change")
    op.drop_table("code_proposal")
    with op.batch_alter_table("code_example", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_example_story_id"))
        batch_op.drop_index(batch_op.f("ix_code_example_code_id"))

    op.drop_table("code_example")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_story_id"))
        batch_op.drop_index("ix_assignment_account_id_story_id")

    op.drop_table("assignment")
    with op.batch_alter_table("arrival_story", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arrival_story_story_id"))

    op.drop_table("arrival_story")
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjudication_story_id"))
        batch_op.drop_index(batch_op.f("ix_adjudication_round_id"))

    op.drop_table("adjudication")
    with op.batch_alter_table("saved_query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_query_account_id"))

    op.drop_table("saved_query")
    op.drop_table("framework")
    op.drop_table("coding_round")
    op.drop_table("codebook_version")
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arrival_sha256"))

    op.drop_table("arrival")
    op.drop_table("foreign_id")
