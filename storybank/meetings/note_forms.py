"""Notes as forms and devices hold them: read from a form, and told to a page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from storybank import web
from storybank.errors import BadInput
from storybank.meetings.agenda import agenda
from storybank.meetings.answer_rules import clean_id
from storybank.meetings.grouping import groups
from storybank.meetings.models import Response
from storybank.meetings.noted import Entry, captured_of
from storybank.workshops.models import Workshop

STATES = {
    "waiting": "Kept. A moderator looks at it first.",
    "shown": "Kept, and let through",
    "held": "Held back by a moderator",
    "hidden": "Taken back",
}
"""What pages say of a note, by its state."""


def entry_from(form: Mapping[str, str]) -> Entry:
    """A note out of a form. Raises BadInput where it names no question."""
    prompt_id = number(form.get("prompt"))
    if prompt_id is None:
        raise BadInput("Choose the question that this answers.")
    return Entry(
        id=clean_id(form.get("id", "")[:80]), prompt_id=prompt_id,
        group_id=number(form.get("group")), text=form.get("text", ""),
        captured=captured_of(form.get("captured", "")),
        verbatim=form.get("verbatim") != "no", may_quote=form.get("may_quote") == "yes",
        **answers_from(form, prompt_id),
    )  # fmt: skip


def answers_from(form: Mapping[str, str], prompt_id: int) -> dict[str, Any]:
    """What a form holds for one question beside words: stance, value and choices."""
    start = f"choice-{prompt_id}-"
    choices = {
        name.removeprefix(start)[:4]: number(value)
        for name, value in form.items()
        if name.startswith(start) and value.strip()
    }
    return {
        "stance": form.get(f"stance-{prompt_id}") or None,
        "value": number(form.get(f"value-{prompt_id}")),
        "choices": {key: -1 if value is None else value for key, value in choices.items()} or None,
    }


def as_sent(one: Response) -> dict[str, Any]:
    """An answer as a device holds one, with its state."""
    return {
        "id": one.id, "prompt": one.prompt_id, "group": one.group_id, "text": one.text,
        "stance": one.stance, "value": one.value, "choices": one.choices,
        "captured": one.captured, "verbatim": one.verbatim, "may_quote": one.may_quote,
        "state": one.status, "says": STATES[one.status],
    }  # fmt: skip


def plan_of(session: Session, workshop: Workshop) -> str:
    """A word that changes when the questions or groups do."""
    said = [[p.id, p.kind, p.text, p.options] for p in agenda(session, workshop.id).prompts]
    here = [[one.id, one.name] for one in groups(session, workshop.id)]
    return hashlib.sha256(json.dumps([said, here]).encode()).hexdigest()[:12]


def number(typed: str | None) -> int | None:
    """A row's number out of a form; None for anything that no database could hold."""
    try:
        return web.number(typed) if typed and len(typed) < 12 else None
    except ValueError:
        return None
