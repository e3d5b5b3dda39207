"""Words have one home: no other table, and no table's column but one, is made to hold any."""

from __future__ import annotations

import ast
from pathlib import Path

from storybank import tables
from storybank.config import PROJECT

PACKAGE = PROJECT / "storybank"

# Text that people who work here write about their own work, none of it a storyteller's.
WRITTEN_HERE = {
    "account.name", "account.organisation", "code.definition", "code.example", "code.exclude",
    "code.include", "code.name", "code.not_example", "code_cue.phrase", "code_family.name",
    "code_family.question", "codebook.name", "codebook.unit_of_coding",
    "approval_standing.audience",
    "ask_request.audience_words", "ask_request.event_title", "consent_event.approval",
    "excluded_place.label",
    "not_for_standing.key", "not_for_standing.label", "pack.title", "receipt.body",
    "story_attribute.value", "use_record.place", "wording_version.text", "workshop.question",
    "workshop.title", "wording_version.help_text", "wording_version.source_text",
    "wording_version.source_help", "wording_draft.text", "wording_draft.help_text",
    "organisation.name", "organisation.address", "organisation.contact", "organisation.why",
    "organisation.withdraw", "message.subject", "original_opened.reason",
    "adjudication.why", "code_proposal.definition", "code_proposal.name", "code_proposal.why",
    "codebook_change.why", "codebook_version.name", "codebook_version.note", "coding_round.name",
    "coding_round.note", "framework.line", "framework.name", "framework_summary.body", "memo.body",
    "memo.title", "proposal_remark.body", "saved_query.line", "saved_query.name",
    "saved_search.line", "saved_search.name",
    "workshop.why", "workshop.in_scope", "workshop.out_of_scope", "workshop.decider",
    "workshop.policy", "pack_item.note", "frozen_item.note", "cluster.title", "cluster.summary",
    "recommendation_text.text", "recommendation_text.why", "support.minority",
    "synthesis_part.text", "segment.title", "segment.says", "meeting_group.access_notes",
    "meeting_group.where", "prompt.text", "prompt.help_text", "column_mapping.name",
    "intake_item.reason",
}  # fmt: skip
# Text that people write who take part in a workshop: what they think, none of it a story.
WRITTEN_IN_THE_ROOM = {"response.text", "answer_draft.text", "participant.access_needs"}
SHORT = 100


def test_every_long_text_column_is_accounted_for():
    long_columns = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.type.python_type is str and (getattr(column.type, "length", 0) or 9999) >= SHORT
    }
    ids = {"account.email", "account.password_hash", "codebook.key", "story.external_id",
           "suggestion.made_by", "job.trouble", "job.begun_by", "node.name", "counted_try.key",
           "learned_model.codebook", "learned_model.pipeline", "learned_model.vectors",
           "story_file.media_type"}  # fmt: skip
    assert long_columns - WRITTEN_HERE - WRITTEN_IN_THE_ROOM - ids == {"story_words.body"}


def test_only_the_door_and_the_way_in_import_the_words():
    allowed = {"stories/reading.py", "stories/writing.py", "stories/erasing.py",
               "stories/words.py", "tables.py", "wiring.py"}  # fmt: skip
    importers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "storybank.stories.words" in _imports(path)
    }
    assert importers <= allowed


def test_no_log_line_is_given_more_than_names_and_numbers():
    """A log call takes an event name and keyword facts; never a formatted sentence."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "log":
                assert all(isinstance(arg, ast.Constant) for arg in node.args), path


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found
