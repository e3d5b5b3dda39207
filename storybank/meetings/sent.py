"""An answer as a form or a script sends it, and as it stands in a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from storybank.meetings.answer_rules import Status
from storybank.meetings.models import Response

LARGEST = 2**31 - 1


class Sent:
    """What was sent; whatever cannot be read is as if it was not sent."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.keep = bool(body.get("keep"))
        self.id = str(body.get("id") or "")[:100] or str(uuid4())
        self.text = _text(body.get("text"))
        self.stance = _text(body.get("stance"))[:20] or None
        self.value = _whole(body.get("value"))
        self.may_quote = body.get("may_quote") in ("yes", True)
        self.made_at = _moment(body.get("made_at"))
        self.choices = {
            name.removeprefix("choice-")[:4]: number
            for name, put in list(body.items())[:200]
            if name.startswith("choice-") and (number := _whole(put)) is not None
        }


def blank(text: str = "", stance: str | None = None) -> dict[str, Any]:
    """What stands in a form for a new answer, with what somebody has begun to write."""
    return {
        "id": str(uuid4()), "text": text, "stance": stance, "value": None, "choices": {},
        "may_quote": False,
    }  # fmt: skip


def filled(given: Response) -> dict[str, Any]:
    """What stands in a form that changes an answer."""
    return {
        "id": given.id, "text": given.text, "stance": given.stance, "value": given.value,
        "choices": given.choices or {}, "may_quote": given.may_quote,
    }  # fmt: skip


def said(status: str, changed: bool = False) -> str:
    """What somebody is told when their answer has come."""
    if status == Status.HIDDEN:
        return "Changed. It is still hidden."
    if status == Status.HELD:
        return "It is yours again, and still held back. Change it, and we look at it again."
    done = "Done." if changed else "Sent. Thank you."
    if status == Status.WAITING:
        return f"{done} Somebody looks at it before others can see it."
    return done


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _whole(found: Any) -> int | None:
    """A whole number as forms and scripts send it; None for anything else."""
    plain = str(found).strip() if isinstance(found, str | int) else ""
    digits = plain.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 11):
        return None
    return max(-LARGEST, min(LARGEST, int(plain)))


def _moment(found: Any) -> datetime | None:
    """A moment as scripts write it, in UTC."""
    try:
        said = datetime.fromisoformat(_text(found)[:40])
        return said.astimezone(UTC).replace(tzinfo=None) if said.tzinfo else said
    except (ValueError, OverflowError):
        return None
