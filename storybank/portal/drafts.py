"""Answers that a storyteller has begun to give: kept at each press, sealed, counting for nothing.

A draft holds only what was answered in it. Whatever else is asked stands as it stood, so a stop
elsewhere is never undone by an old page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import ConsentDraft
from storybank.consent.rules import Answer, Purpose
from storybank.people import sealing
from storybank.portal.answering import Said
from storybank.portal.questions import QUESTIONS
from storybank.portal.what_stands import Stands


@dataclass
class Draft:
    """What somebody has answered and not yet sent."""

    answers: dict[str, Said] = field(default_factory=dict)
    shown: dict[str, list[int]] = field(default_factory=dict)
    """The wordings that each page showed, by its code, when it was left."""
    format: str = ""
    at: str = ""
    """Where to go on."""
    stood: dict[str, Said] = field(default_factory=dict)
    """What stood when it was begun, or last looked at."""
    others: int = 0
    seen: int = 0
    saved_at: datetime | None = None


def open_draft(
    session: Session, person_id: int, story_id: int, *, lock: bool = False
) -> Draft | None:
    """The draft of whoever fills it in; with ``lock`` nobody else sends it meanwhile."""
    row = session.get(ConsentDraft, (person_id, story_id), with_for_update=lock or None)
    if row is None:
        return None
    held = json.loads(sealing.unseal(session, row.answers))
    return Draft(**held, seen=row.seen, saved_at=row.saved_at)


def begin(standing: Stands) -> Draft:
    draft = Draft()
    look_at(draft, standing)
    return draft


def look_at(draft: Draft, standing: Stands) -> None:
    """What stands now has been seen by whoever fills this in."""
    draft.stood = {code: _compared(said) for code, said in standing.answers.items()}
    draft.seen, draft.others = standing.seen, standing.others


def keep(session: Session, person_id: int, story_id: int, draft: Draft) -> None:
    """Keep a draft as it is now. Raises NotReady without keys to seal it with."""
    held = {
        name: getattr(draft, name)
        for name in ("answers", "shown", "format", "at", "stood", "others")
    }
    row = session.get(ConsentDraft, (person_id, story_id))
    if row is None:
        row = ConsentDraft(person_id=person_id, story_id=story_id)
        session.add(row)
    row.answers = sealing.seal(session, json.dumps(held))
    row.seen, row.saved_at = draft.seen, now()
    session.flush()


def drop(session: Session, person_id: int, story_id: int) -> None:
    row = session.get(ConsentDraft, (person_id, story_id))
    if row is not None:
        session.delete(row)
        session.flush()


def waiting(session: Session, person_id: int) -> dict[int, datetime]:
    """Stories for which somebody has answers that do not count yet, and when each was saved."""
    rows = session.execute(
        select(ConsentDraft.story_id, ConsentDraft.saved_at).where(
            ConsentDraft.person_id == person_id
        )
    )
    return {story_id: saved_at for story_id, saved_at in rows}


def changed_since(draft: Draft, standing: Stands) -> list[str]:
    """Codes whose answer is another one than when the draft was begun or last looked at."""
    return [
        code
        for code in QUESTIONS
        if draft.stood.get(code) != _compared(standing.answers.get(code) or {})
        and (code in draft.stood or code in standing.answers)
    ]


def changed_by_others(draft: Draft, standing: Stands) -> bool:
    return draft.others != standing.others


def _compared(said: Said) -> Said:
    """An answer without what belongs to a person's details, which change elsewhere."""
    return {
        name: value for name, value in said.items() if name not in ("person", "contact")
    } or said


def together(draft: Draft | None, standing: Stands) -> dict[str, Said]:
    """Every answer as it would be once the draft counts."""
    return {**standing.answers, **(draft.answers if draft else {})}


def keeps(answers: dict[str, Said]) -> bool:
    """Is there a yes to keeping the story? Without it nothing else is asked."""
    return answers.get(Purpose.KEEP.value, {}).get("answer") == Answer.YES.value
