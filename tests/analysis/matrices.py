"""A framework matrix with something in it, for tests that walk every page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.analysis import frameworks
from storybank.analysis.frameworks import EMPTY
from storybank.codebook import service as codebook
from storybank.consent.rules import Use


def matrix_in(session: Session, use: Use, story_id: int) -> dict[str, list]:
    """A matrix of two codes, one cell of this story written; the numbers for its address."""
    codes = [codebook.code(session, key).id for key in ("EN-PEER", "VA-SERVICE")]
    made = frameworks.make(session, use, "Who stood by", codes, "")
    card = frameworks.framework(session, made.id)
    for code in codes[:1]:
        frameworks.write(session, use, card, story_id, code, "They stood by.", EMPTY.seal)
    return {"framework_id": [made.id], "code_id": codes}
