"""Notes as note-takers send them: read from whatever came, before anything is asked or kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from storybank.errors import BadInput
from storybank.meetings.answer_rules import clean_id
from storybank.stories.characters import one_line

LARGEST = 2**31 - 1
AT_ONCE = 50
"""How many notes one sending may carry."""

_SHEET = re.compile(r"[A-Z0-9][A-Z0-9 ()-]{0,13}")
_UNREADABLE = "We could not read that note. Load the page again and send it."


class Captured(StrEnum):
    """How somebody's answer was written down by somebody else."""

    NOTE_TAKER = "note-taker"
    VOICE = "voice"
    PAPER = "paper"

    @property
    def sentence(self) -> str:
        """What forms print."""
        return HOW[self]


HOW = {
    Captured.NOTE_TAKER: "They said it in the group",
    Captured.VOICE: "They said it on the phone",
    Captured.PAPER: "They wrote it on paper",
}


@dataclass(frozen=True)
class Entry:
    """One note. ``id`` is a UUID made where it was written, so that it is kept once."""

    id: str
    prompt_id: int
    group_id: int | None = None
    text: str = ""
    stance: str | None = None
    value: int | None = None
    choices: Mapping[str, int] | None = None
    captured: Captured = Captured.NOTE_TAKER
    verbatim: bool = True
    may_quote: bool = False
    made_at: datetime | None = None
    sheet: str | None = None
    taken_back: bool = False
    """It was taken back before it was known to have arrived: it is kept, but hidden."""


def entry_of(sent: object) -> Entry:
    """A note out of what a device sent as JSON.

    Raises BadInput for anything that is no note, whatever it is.
    """
    if not isinstance(sent, dict):
        raise BadInput(_UNREADABLE)
    prompt_id = _number(sent.get("prompt"))
    if prompt_id is None:
        raise BadInput("Choose the question that this answers.")
    return Entry(
        id=id_of(sent.get("id")),
        prompt_id=prompt_id,
        group_id=_number(sent.get("group")),
        text=_text(sent.get("text")),
        stance=_text(sent.get("stance")) or None,
        value=_number(sent.get("value")),
        choices=_choices(sent.get("choices")),
        captured=captured_of(_text(sent.get("captured"))),
        verbatim=sent.get("verbatim") is not False,
        may_quote=sent.get("may_quote") is True,
        made_at=_moment(sent.get("made_at")),
        taken_back=sent.get("taken_back") is True,
    )


def id_of(sent: object) -> str:
    """The id of a note. Raises BadInput for anything but a UUID."""
    return clean_id(_text(sent)[:80])


def captured_of(word: str) -> Captured:
    """How it was written down; by the note-taker in the group where nothing else is said."""
    return next((how for how in Captured if how == word), Captured.NOTE_TAKER)


def clean_sheet(typed: str) -> str:
    """A sheet's number in one spelling: "k7m-012" is "K7M-012", and "007" is "7".

    Raises BadInput where it is missing, too long, or holds other signs.
    """
    number = one_line(typed[:200]).upper()
    if not number:
        raise BadInput("Type the number that is printed on the sheet.")
    if not number.isascii() or not _SHEET.fullmatch(number):
        raise BadInput("A sheet's number has up to 14 letters and numbers, like 12 or K7M-12.")
    return (number.lstrip("0") or "0") if number.isdigit() else number


def id_on_sheet(form_id: str, prompt_id: int) -> str:
    """The id of one answer of a sheet: the same form sent twice gives the same ids."""
    return str(uuid5(UUID(form_id), str(prompt_id)))


def _number(sent: object) -> int | None:
    if isinstance(sent, bool) or not isinstance(sent, int) or abs(sent) > LARGEST:
        return None
    return sent


def _text(sent: object) -> str:
    return sent if isinstance(sent, str) else ""


def _choices(sent: object) -> dict[str, int] | None:
    if not isinstance(sent, dict) or len(sent) > 100:
        return None
    read = {str(key)[:10]: _number(value) for key, value in sent.items()}
    return {key: value for key, value in read.items() if value is not None}


def _moment(sent: object) -> datetime | None:
    """Milliseconds since 1970, as a naive UTC datetime; None for anything else."""
    if isinstance(sent, bool) or not isinstance(sent, int) or not 0 < sent < 10**14:
        return None
    try:
        return datetime.fromtimestamp(sent / 1000, UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        return None
