"""The house as it first stood."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
kind = "changes"


# What was said, and its proof, is never changed or taken out: mistakes are mended by a new event.
APPEND_ONLY = (
    "wording_version",
    "wording_retired",
    "wording_change",
    "identity_reading",
    "evidence",
    "consent_event",
    "consent_choice",
    "receipt",
)


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION storybank_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'this table is append-only'; END $$"
        )
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION storybank_append_only()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
            )


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION storybank_append_only()")
        return
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")


def upgrade() -> None:
    op.create_table(
        "codebook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("unit_of_coding", sa.Text(), nullable=False),
        sa.Column("ground_rules", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook")),
        sa.UniqueConstraint("key", name=op.f("uq_codebook_key")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("run_after", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["failed_at", "priority", "id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("backup_made_at", sa.DateTime(), nullable=False),
        sa.Column("restored_at", sa.DateTime(), nullable=False),
        sa.Column("ledger_lines", sa.Integer(), nullable=False),
        sa.Column("ledger_hash", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("with_ledger", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "code_family",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("codebook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["codebook_id"], ["codebook.id"], name=op.f("fk_code_family_codebook_id_codebook")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_family")),
        sa.UniqueConstraint("key", name=op.f("uq_code_family_key")),
    )
    op.create_table(
        "evidence_file",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_file_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_file")),
    )
    op.create_table(
        "evidence_note",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("understanding", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_note_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_note")),
    )
    op.create_table(
        "person_identity",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("legal_name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("trusted_person", sa.LargeBinary(), nullable=True),
        sa.Column("trusted_contact", sa.LargeBinary(), nullable=True),
        sa.Column("name_mark", sa.String(length=64), nullable=True),
        sa.Column("email_mark", sa.String(length=64), nullable=True),
        sa.Column("phone_mark", sa.String(length=64), nullable=True),
        sa.Column("preferred_channel", sa.String(length=10), nullable=False),
        sa.Column("preferred_format", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_identity_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_identity")),
    )
    op.create_index(
        op.f("ix_person_identity_email_mark"), "person_identity", ["email_mark"], unique=False
    )
    op.create_index(
        op.f("ix_person_identity_name_mark"), "person_identity", ["name_mark"], unique=False
    )
    op.create_index(
        op.f("ix_person_identity_phone_mark"), "person_identity", ["phone_mark"], unique=False
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "assisted_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("format_used", sa.String(length=20), nullable=False),
        sa.Column("helped_by", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assisted_window_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assisted_window_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_window")),
    )
    op.create_index(
        op.f("ix_assisted_window_account_id"), "assisted_window", ["account_id"], unique=False
    )
    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("include", sa.Text(), nullable=False),
        sa.Column("exclude", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("not_example", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["family_id"], ["code_family.id"], name=op.f("fk_code_family_id_code_family")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("key", name=op.f("uq_code_key")),
    )
    op.create_index(op.f("ix_code_family_id"), "code", ["family_id"], unique=False)
    op.create_table(
        "identity_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_reading_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_reading_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_reading")),
    )
    op.create_index(
        op.f("ix_identity_reading_account_id"), "identity_reading", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_identity_reading_at"), "identity_reading", ["at"], unique=False)
    op.create_index(
        op.f("ix_identity_reading_person_id"), "identity_reading", ["person_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["account.id"], name=op.f("fk_invitation_claimed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_invitation_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("back", sa.String(length=99), nullable=True),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mailed_link_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    op.create_index(op.f("ix_mailed_link_account_id"), "mailed_link", ["account_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("to", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("last_problem", sa.String(length=99), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_message_one_receiver")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_account_id"), "message", ["account_id"], unique=False)
    op.create_index(op.f("ix_message_person_id"), "message", ["person_id"], unique=False)
    op.create_index("ix_message_state", "message", ["state", "id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("no_others", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("withdraw", sa.String(length=500), nullable=False),
        sa.Column("placeholder", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_organisation_changed_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(), nullable=False),
        sa.Column("taken_in_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_story_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["taken_in_by"], ["account.id"], name=op.f("fk_story_taken_in_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("external_id", name=op.f("uq_story_external_id")),
    )
    op.create_index(op.f("ix_story_person_id"), "story", ["person_id"], unique=False)
    op.create_table(
        "wording_draft",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("help_text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_wording_draft_changed_by_account")
        ),
        sa.PrimaryKeyConstraint("code", "language", "format", name=op.f("pk_wording_draft")),
    )
    op.create_table(
        "wording_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_wording_proposal_asked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_proposal")),
    )
    op.create_table(
        "wording_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("help_text", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("source_help", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("controllers", sa.JSON(), nullable=False),
        sa.Column("reading_age", sa.Double(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("no_change_of_meaning", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_wording_version_approved_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_version")),
        sa.UniqueConstraint(
            "code", "version", "language", "format", name=op.f("uq_wording_version_code")
        ),
    )
    op.create_table(
        "workshop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_workshop_made_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
    )
    op.create_table(
        "access_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_access_record_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_access_record_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_index(
        "ix_access_record_account_at", "access_record", ["account_id", "at"], unique=False
    )
    op.create_index(op.f("ix_access_record_at"), "access_record", ["at"], unique=False)
    op.create_index(op.f("ix_access_record_story_id"), "access_record", ["story_id"], unique=False)
    op.create_table(
        "ask_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_title", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("audience_words", sa.Text(), nullable=False),
        sa.Column("name_style", sa.String(length=10), nullable=False),
        sa.Column("name_ref", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer_by", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_ask_request_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_ask_request_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_request")),
    )
    op.create_index(op.f("ix_ask_request_answer_by"), "ask_request", ["answer_by"], unique=False)
    op.create_index(op.f("ix_ask_request_event"), "ask_request", ["event"], unique=False)
    op.create_index(op.f("ix_ask_request_story_id"), "ask_request", ["story_id"], unique=False)
    op.create_table(
        "code_cue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("phrase", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_code_cue_code_id_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_cue")),
        sa.UniqueConstraint("code_id", "kind", "phrase", name=op.f("uq_code_cue_code_id")),
    )
    op.create_table(
        "consent_draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_draft_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_consent_draft_story_id_story")
        ),
        sa.PrimaryKeyConstraint("person_id", "story_id", name=op.f("pk_consent_draft")),
    )
    op.create_table(
        "counted_apart",
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["code.id"], name=op.f("fk_counted_apart_code_id_code")
        ),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_counted_apart")),
    )
    op.create_table(
        "excluded_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_excluded_place_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excluded_place")),
    )
    op.create_index(
        op.f("ix_excluded_place_story_id"), "excluded_place", ["story_id"], unique=False
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("lead_account_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_hold_closed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["lead_account_id"], ["account.id"], name=op.f("fk_hold_lead_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["account.id"], name=op.f("fk_hold_opened_by_account")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_hold_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_story_id"), "hold", ["story_id"], unique=False)
    op.create_table(
        "invitation_key",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_key_invitation_id_invitation"),
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitation_key")),
    )
    op.create_index(
        op.f("ix_invitation_key_invitation_id"), "invitation_key", ["invitation_id"], unique=False
    )
    op.create_table(
        "not_for_standing",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_not_for_standing_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "key", name=op.f("pk_not_for_standing")),
    )
    op.create_table(
        "pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("use_until", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_pack_made_by_account")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_pack_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("code", name=op.f("uq_pack_code")),
    )
    op.create_index(op.f("ix_pack_workshop_id"), "pack", ["workshop_id"], unique=False)
    op.create_table(
        "part_standing",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_part_standing_story_id_story")
        ),
        sa.PrimaryKeyConstraint(
            "story_id", "version", "start", "end", "mark", "lead", name=op.f("pk_part_standing")
        ),
    )
    op.create_table(
        "party_standing",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("owns", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_party_standing_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_party_standing_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "person_id", name=op.f("pk_party_standing")),
    )
    op.create_index(
        "ix_party_standing_person", "party_standing", ["person_id", "story_id"], unique=False
    )
    op.create_table(
        "reminder",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_reminder_story_id_story")
        ),
        sa.PrimaryKeyConstraint("person_id", "story_id", "about", name=op.f("pk_reminder")),
    )
    op.create_table(
        "rights_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended_months", sa.Integer(), nullable=False),
        sa.Column("extended_to", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.String(length=20), nullable=True),
        sa.Column("told_of_extension_at", sa.DateTime(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
        sa.Column("proposed_outcome", sa.String(length=20), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("exemption", sa.String(length=20), nullable=True),
        sa.Column("signed_off_by", sa.Integer(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("harm_statement", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_rights_request_closed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rights_request_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_rights_request_proposed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_rights_request_recorded_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["signed_off_by"], ["account.id"], name=op.f("fk_rights_request_signed_off_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_rights_request_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_rights_request_reference")),
    )
    op.create_index(op.f("ix_rights_request_due_on"), "rights_request", ["due_on"], unique=False)
    op.create_index(
        op.f("ix_rights_request_person_id"), "rights_request", ["person_id"], unique=False
    )
    op.create_table(
        "story_attribute",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_attribute_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "name", name=op.f("pk_story_attribute")),
    )
    op.create_index(
        "ix_story_attribute_name_value", "story_attribute", ["name", "value"], unique=False
    )
    op.create_table(
        "story_standing",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name_style", sa.String(length=10), nullable=False),
        sa.Column("name_ref", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("closed", sa.String(length=20), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("held_by", sa.Integer(), nullable=False),
        sa.Column("unchecked", sa.Boolean(), nullable=False),
        sa.Column("third", sa.Boolean(), nullable=False),
        sa.Column("media", sa.String(length=60), nullable=False),
        sa.Column("shorten", sa.String(length=5), nullable=False),
        sa.Column("translate", sa.String(length=5), nullable=False),
        sa.Column("facts", sa.String(length=60), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_story_standing_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_standing_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story_standing")),
    )
    op.create_index(
        op.f("ix_story_standing_person_id"), "story_standing", ["person_id"], unique=False
    )
    op.create_table(
        "story_version",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_version_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "n", name=op.f("pk_story_version")),
    )
    op.create_index(op.f("ix_story_version_sha256"), "story_version", ["sha256"], unique=False)
    op.create_table(
        "story_words",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_words_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "kind", "ref", name=op.f("pk_story_words")),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("cue_ids", sa.JSON(), nullable=False),
        sa.Column("check_meaning", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_suggestion_answered_by_account")
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_suggestion_code_id_code")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_suggestion_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint(
            "story_id", "version", "start", "end", "code_id", name=op.f("uq_suggestion_story_id")
        ),
    )
    op.create_index(
        "ix_suggestion_story_answer", "suggestion", ["story_id", "answer"], unique=False
    )
    op.create_table(
        "third_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("relationship", sa.String(length=40), nullable=False),
        sa.Column("living", sa.String(length=10), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.Column("identifiable", sa.Boolean(), nullable=False),
        sa.Column("throughout", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["account.id"], name=op.f("fk_third_person_noted_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_third_person_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_person")),
    )
    op.create_index(op.f("ix_third_person_story_id"), "third_person", ["story_id"], unique=False)
    op.create_table(
        "use_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("name_style", sa.String(length=10), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("audience_size", sa.Integer(), nullable=True),
        sa.Column("made_by_account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_account_id"],
            ["account.id"],
            name=op.f("fk_use_record_made_by_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_use_record_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_record")),
    )
    op.create_index(op.f("ix_use_record_reference"), "use_record", ["reference"], unique=False)
    op.create_index(op.f("ix_use_record_story_id"), "use_record", ["story_id"], unique=False)
    op.create_table(
        "use_standing",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("effective_from", sa.DateTime(), nullable=True),
        sa.Column("valid_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_use_standing_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "use", name=op.f("pk_use_standing")),
    )
    op.create_index(
        "ix_use_standing_use_answer", "use_standing", ["use", "answer", "story_id"], unique=False
    )
    op.create_index(
        op.f("ix_use_standing_valid_until"), "use_standing", ["valid_until"], unique=False
    )
    op.create_table(
        "wording_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("meaning_changed", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_wording_change_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_wording_change_confirmed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["new_id"],
            ["wording_version.id"],
            name=op.f("fk_wording_change_new_id_wording_version"),
        ),
        sa.ForeignKeyConstraint(
            ["old_id"],
            ["wording_version.id"],
            name=op.f("fk_wording_change_old_id_wording_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_change")),
        sa.UniqueConstraint("new_id", name=op.f("uq_wording_change_new_id")),
    )
    op.create_index(op.f("ix_wording_change_code"), "wording_change", ["code"], unique=False)
    op.create_table(
        "wording_retired",
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=False),
        sa.Column("retired_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["retired_by"], ["account.id"], name=op.f("fk_wording_retired_retired_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"],
            ["wording_version.id"],
            name=op.f("fk_wording_retired_wording_id_wording_version"),
        ),
        sa.PrimaryKeyConstraint("wording_id", name=op.f("pk_wording_retired")),
    )
    op.create_table(
        "approval_standing",
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("name_style", sa.String(length=10), nullable=False),
        sa.Column("name_ref", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["ask_request.id"], name=op.f("fk_approval_standing_ask_id_ask_request")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_approval_standing_story_id_story")
        ),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_approval_standing")),
    )
    op.create_index(
        "ix_approval_standing_story_id",
        "approval_standing",
        ["story_id", "version", "start"],
        unique=False,
    )
    op.create_table(
        "coding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_coding_code_id_code")),
        sa.ForeignKeyConstraint(
            ["coder_id"], ["account.id"], name=op.f("fk_coding_coder_id_account")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_coding_story_id_story")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_coding_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding")),
    )
    op.create_index("ix_coding_code_removed", "coding", ["code_id", "removed_at"], unique=False)
    op.create_index(op.f("ix_coding_coder_id"), "coding", ["coder_id"], unique=False)
    op.create_index("ix_coding_story_removed", "coding", ["story_id", "removed_at"], unique=False)
    op.create_index(op.f("ix_coding_suggestion_id"), "coding", ["suggestion_id"], unique=False)
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
    op.create_index(op.f("ix_coding_act_account_id"), "coding_act", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_coding_act_suggestion_id"), "coding_act", ["suggestion_id"], unique=False
    )
    op.create_table(
        "consent_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("effective_from", sa.DateTime(), nullable=True),
        sa.Column("valid_until", sa.DateTime(), nullable=True),
        sa.Column("decided_by_person_id", sa.Integer(), nullable=False),
        sa.Column("decided_in_role", sa.String(length=20), nullable=False),
        sa.Column("recorded_by_account_id", sa.Integer(), nullable=True),
        sa.Column("helped_by", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("format_used", sa.String(length=20), nullable=False),
        sa.Column("wording_ids", sa.JSON(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("corrects_event_id", sa.String(length=36), nullable=True),
        sa.Column("treated_as_objection", sa.Boolean(), nullable=False),
        sa.Column("name_style", sa.String(length=10), nullable=True),
        sa.Column("name_ref", sa.Integer(), nullable=True),
        sa.Column("not_for", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("media", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shorten", sa.String(length=5), nullable=True),
        sa.Column("translate", sa.String(length=5), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("preferences", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(length=20), nullable=True),
        sa.Column("ask_id", sa.Integer(), nullable=True),
        sa.Column("answered", sa.String(length=5), nullable=True),
        sa.Column("part", sa.String(length=20), nullable=True),
        sa.Column("state", sa.Boolean(), nullable=True),
        sa.Column("approval", sa.String(length=100), nullable=True),
        sa.Column("counting", sa.String(length=10), nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["ask_request.id"], name=op.f("fk_consent_event_ask_id_ask_request")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_event_id"],
            ["consent_event.id"],
            name=op.f("fk_consent_event_corrects_event_id_consent_event"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_person_id"],
            ["person.id"],
            name=op.f("fk_consent_event_decided_by_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_consent_event_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_event_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_account_id"],
            ["account.id"],
            name=op.f("fk_consent_event_recorded_by_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_consent_event_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
        sa.UniqueConstraint("person_id", "seq", name=op.f("uq_consent_event_person_id")),
    )
    op.create_index(op.f("ix_consent_event_story_id"), "consent_event", ["story_id"], unique=False)
    op.create_table(
        "pack_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("pulled_at", sa.DateTime(), nullable=True),
        sa.Column("pulled_because", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_pack_item_code_id_code")),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_pack_item_pack_id_pack")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_pack_item_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_item")),
    )
    op.create_index(op.f("ix_pack_item_pack_id"), "pack_item", ["pack_id"], unique=False)
    op.create_index(
        "ix_pack_item_story_pulled", "pack_item", ["story_id", "pulled_at"], unique=False
    )
    op.create_table(
        "recipient_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("use_record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["done_by"], ["account.id"], name=op.f("fk_recipient_task_done_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_recipient_task_story_id_story")
        ),
        sa.ForeignKeyConstraint(
            ["use_record_id"],
            ["use_record.id"],
            name=op.f("fk_recipient_task_use_record_id_use_record"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_task")),
    )
    op.create_index(
        op.f("ix_recipient_task_story_id"), "recipient_task", ["story_id"], unique=False
    )
    op.create_table(
        "rights_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("by_account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_account_id"], ["account.id"], name=op.f("fk_rights_note_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rights_request.id"],
            name=op.f("fk_rights_note_request_id_rights_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_note")),
    )
    op.create_index(op.f("ix_rights_note_request_id"), "rights_note", ["request_id"], unique=False)
    op.create_table(
        "rights_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rights_request.id"],
            name=op.f("fk_rights_pause_request_id_rights_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_pause")),
    )
    op.create_index(
        op.f("ix_rights_pause_request_id"), "rights_pause", ["request_id"], unique=False
    )
    op.create_table(
        "story_correction",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("keep_old", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_story_correction_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rights_request.id"],
            name=op.f("fk_story_correction_request_id_rights_request"),
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_correction_story_id_story")
        ),
        sa.PrimaryKeyConstraint("story_id", "ref", name=op.f("pk_story_correction")),
        sa.UniqueConstraint("request_id", name=op.f("uq_story_correction_request_id")),
    )
    op.create_table(
        "third_person_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("third_person_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("informed", sa.String(length=20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_third_person_decision_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["third_person_id"],
            ["third_person.id"],
            name=op.f("fk_third_person_decision_third_person_id_third_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_person_decision")),
    )
    op.create_index(
        op.f("ix_third_person_decision_third_person_id"),
        "third_person_decision",
        ["third_person_id"],
        unique=False,
    )
    op.create_table(
        "third_person_part",
        sa.Column("third_person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["third_person_id"],
            ["third_person.id"],
            name=op.f("fk_third_person_part_third_person_id_third_person"),
        ),
        sa.PrimaryKeyConstraint(
            "third_person_id", "version", "start", "end", name=op.f("pk_third_person_part")
        ),
    )
    op.create_table(
        "use_notice",
        sa.Column("use_record_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_use_notice_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["use_record_id"],
            ["use_record.id"],
            name=op.f("fk_use_notice_use_record_id_use_record"),
        ),
        sa.PrimaryKeyConstraint("use_record_id", "person_id", name=op.f("pk_use_notice")),
    )
    op.create_index(op.f("ix_use_notice_person_id"), "use_notice", ["person_id"], unique=False)
    op.create_table(
        "coding_check",
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_check_coding_id_coding")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coding_check_person_id_person")
        ),
        sa.PrimaryKeyConstraint("coding_id", "person_id", name=op.f("pk_coding_check")),
    )
    op.create_table(
        "coding_lost",
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_lost_coding_id_coding")
        ),
        sa.PrimaryKeyConstraint("coding_id", name=op.f("pk_coding_lost")),
    )
    op.create_table(
        "consent_choice",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["consent_event.id"],
            name=op.f("fk_consent_choice_event_id_consent_event"),
        ),
        sa.PrimaryKeyConstraint("event_id", "use", name=op.f("pk_consent_choice")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["consent_event.id"], name=op.f("fk_receipt_event_id_consent_event")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_receipt_person_id_person")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_receipt_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("event_id", name=op.f("uq_receipt_event_id")),
    )
    op.create_index(op.f("ix_receipt_person_id"), "receipt", ["person_id"], unique=False)
    op.create_index(op.f("ix_receipt_story_id"), "receipt", ["story_id"], unique=False)
    _refuse_changes()


def downgrade() -> None:
    _allow_changes()
    op.drop_index(op.f("ix_receipt_story_id"), table_name="receipt")
    op.drop_index(op.f("ix_receipt_person_id"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_table("consent_choice")
    op.drop_table("coding_lost")
    op.drop_table("coding_check")
    op.drop_index(op.f("ix_use_notice_person_id"), table_name="use_notice")
    op.drop_table("use_notice")
    op.drop_table("third_person_part")
    op.drop_index(
        op.f("ix_third_person_decision_third_person_id"), table_name="third_person_decision"
    )
    op.drop_table("third_person_decision")
    op.drop_table("story_correction")
    op.drop_index(op.f("ix_rights_pause_request_id"), table_name="rights_pause")
    op.drop_table("rights_pause")
    op.drop_index(op.f("ix_rights_note_request_id"), table_name="rights_note")
    op.drop_table("rights_note")
    op.drop_index(op.f("ix_recipient_task_story_id"), table_name="recipient_task")
    op.drop_table("recipient_task")
    op.drop_index("ix_pack_item_story_pulled", table_name="pack_item")
    op.drop_index(op.f("ix_pack_item_pack_id"), table_name="pack_item")
    op.drop_table("pack_item")
    op.drop_index(op.f("ix_consent_event_story_id"), table_name="consent_event")
    op.drop_table("consent_event")
    op.drop_index(op.f("ix_coding_act_suggestion_id"), table_name="coding_act")
    op.drop_index(op.f("ix_coding_act_account_id"), table_name="coding_act")
    op.drop_table("coding_act")
    op.drop_index(op.f("ix_coding_suggestion_id"), table_name="coding")
    op.drop_index("ix_coding_story_removed", table_name="coding")
    op.drop_index(op.f("ix_coding_coder_id"), table_name="coding")
    op.drop_index("ix_coding_code_removed", table_name="coding")
    op.drop_table("coding")
    op.drop_index("ix_approval_standing_story_id", table_name="approval_standing")
    op.drop_table("approval_standing")
    op.drop_table("wording_retired")
    op.drop_index(op.f("ix_wording_change_code"), table_name="wording_change")
    op.drop_table("wording_change")
    op.drop_index(op.f("ix_use_standing_valid_until"), table_name="use_standing")
    op.drop_index("ix_use_standing_use_answer", table_name="use_standing")
    op.drop_table("use_standing")
    op.drop_index(op.f("ix_use_record_story_id"), table_name="use_record")
    op.drop_index(op.f("ix_use_record_reference"), table_name="use_record")
    op.drop_table("use_record")
    op.drop_index(op.f("ix_third_person_story_id"), table_name="third_person")
    op.drop_table("third_person")
    op.drop_index("ix_suggestion_story_answer", table_name="suggestion")
    op.drop_table("suggestion")
    op.drop_table("story_words")
    op.drop_index(op.f("ix_story_version_sha256"), table_name="story_version")
    op.drop_table("story_version")
    op.drop_index(op.f("ix_story_standing_person_id"), table_name="story_standing")
    op.drop_table("story_standing")
    op.drop_index("ix_story_attribute_name_value", table_name="story_attribute")
    op.drop_table("story_attribute")
    op.drop_index(op.f("ix_rights_request_person_id"), table_name="rights_request")
    op.drop_index(op.f("ix_rights_request_due_on"), table_name="rights_request")
    op.drop_table("rights_request")
    op.drop_table("reminder")
    op.drop_index("ix_party_standing_person", table_name="party_standing")
    op.drop_table("party_standing")
    op.drop_table("part_standing")
    op.drop_index(op.f("ix_pack_workshop_id"), table_name="pack")
    op.drop_table("pack")
    op.drop_table("not_for_standing")
    op.drop_index(op.f("ix_invitation_key_invitation_id"), table_name="invitation_key")
    op.drop_table("invitation_key")
    op.drop_index(op.f("ix_hold_story_id"), table_name="hold")
    op.drop_table("hold")
    op.drop_index(op.f("ix_excluded_place_story_id"), table_name="excluded_place")
    op.drop_table("excluded_place")
    op.drop_table("counted_apart")
    op.drop_table("consent_draft")
    op.drop_table("code_cue")
    op.drop_index(op.f("ix_ask_request_story_id"), table_name="ask_request")
    op.drop_index(op.f("ix_ask_request_event"), table_name="ask_request")
    op.drop_index(op.f("ix_ask_request_answer_by"), table_name="ask_request")
    op.drop_table("ask_request")
    op.drop_index(op.f("ix_access_record_story_id"), table_name="access_record")
    op.drop_index(op.f("ix_access_record_at"), table_name="access_record")
    op.drop_index("ix_access_record_account_at", table_name="access_record")
    op.drop_table("access_record")
    op.drop_table("workshop")
    op.drop_table("wording_version")
    op.drop_table("wording_proposal")
    op.drop_table("wording_draft")
    op.drop_index(op.f("ix_story_person_id"), table_name="story")
    op.drop_table("story")
    op.drop_index(op.f("ix_passkey_account_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_table("organisation")
    op.drop_index("ix_message_state", table_name="message")
    op.drop_index(op.f("ix_message_person_id"), table_name="message")
    op.drop_index(op.f("ix_message_account_id"), table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_mailed_link_account_id"), table_name="mailed_link")
    op.drop_table("mailed_link")
    op.drop_index(op.f("ix_invitation_person_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_identity_reading_person_id"), table_name="identity_reading")
    op.drop_index(op.f("ix_identity_reading_at"), table_name="identity_reading")
    op.drop_index(op.f("ix_identity_reading_account_id"), table_name="identity_reading")
    op.drop_table("identity_reading")
    op.drop_index(op.f("ix_code_family_id"), table_name="code")
    op.drop_table("code")
    op.drop_index(op.f("ix_assisted_window_account_id"), table_name="assisted_window")
    op.drop_table("assisted_window")
    op.drop_table("account_role")
    op.drop_index(op.f("ix_person_identity_phone_mark"), table_name="person_identity")
    op.drop_index(op.f("ix_person_identity_name_mark"), table_name="person_identity")
    op.drop_index(op.f("ix_person_identity_email_mark"), table_name="person_identity")
    op.drop_table("person_identity")
    op.drop_table("evidence_note")
    op.drop_table("evidence_file")
    op.drop_table("code_family")
    op.drop_table("account")
    op.drop_table("restoration")
    op.drop_table("person")
    op.drop_index("ix_job_due", table_name="job")
    op.drop_table("job")
    op.drop_table("evidence")
    op.drop_table("codebook")
