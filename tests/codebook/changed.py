"""A codebook on which there is something of everything, for tests that walk all pages."""

from __future__ import annotations

from storybank.codebook import changing, proposals, versions
from storybank.codebook import service as codebook
from storybank.codebook.rules import CodeWords
from storybank.coding import examples, splitting


def book_changed(session, use, coding_id: int) -> dict[str, list]:
    """A version, a proposal, a code below another, one retired, one being split, an example.
    A number or word for each argument of an address."""
    kept = versions.keep(session, use, "after pilot", "Twelve stories.")
    idea = proposals.propose(session, use, "Being tired", "It wears people out.")
    proposals.remark(session, use, idea.id, "I saw it, too.")
    words = CodeWords(name="A mentor", definition="Somebody who went before.", colour="#1f4c86")
    changing.add_code(session, use, "enabler", words, parent_key="EN-PEER", why="Seen often.")
    changing.retire(session, use, "BA-WHO", why="Too wide.")
    shown = examples.add(session, use, coding_id)
    key = codebook.codes_by_id(session)[shown.code_id].key
    split = splitting.start(session, use, key, ["EN-LEARN" if key != "EN-LEARN" else "EN-PAID"])
    return {
        "version_id": [kept.id, 0], "written": ["toml", "json"], "idea_id": [idea.id],
        "example_id": [shown.id], "split_id": [split], "family_key": ["enabler"],
        "example_key": [key],
    }  # fmt: skip
