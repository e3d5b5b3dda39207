"""Receipts: what a storyteller is given at each change, in words and as a record.

A receipt names the story by its number and the name to show by its kind, so that it stays
true, and says nothing, after the story is gone. Field names of the record follow ISO/IEC TS
27560:2023 (consent record information structure).
"""

from __future__ import annotations

from typing import Any

from storybank.consent.models import ConsentEvent
from storybank.consent.rules import EIGHT, Answer, Kind, Purpose, StoryState

SHORT_NAMES = {
    Purpose.KEEP: "Keep my story safe",
    Purpose.STUDY: "Study my story",
    Purpose.WORKSHOP: "Use short parts in workshops",
    Purpose.MEMBERS: "Let members read my story",
    Purpose.DECIDE: "Show short parts to people who make choices",
    Purpose.TEACH: "Use short parts to teach",
    Purpose.PUBLIC: "Let anyone see short parts",
    Purpose.REUSE: "Let other research teams use my story",
}


def plain_date(moment: Any) -> str:
    return f"{moment.day} {moment:%B %Y}"


def body(event: ConsentEvent, state: StoryState, changed: set[Purpose]) -> str:
    """The receipt in words: short lines, reading age 9 to 11."""
    lines = ["Here is a note of your choices. Keep it safe.", ""]
    lines += [f"Story number: {event.story_id}", f"Your code: ST-{event.person_id:04d}"]
    lines += [f"Date: {plain_date(event.at)}", ""]
    if event.kind == Kind.WITHDRAWN.value:
        if changed >= set(EIGHT):
            lines.append("You stopped all uses of your story.")
        else:
            lines.append("You stopped this use of your story:")
            lines += [f"- {SHORT_NAMES[purpose]}" for purpose in EIGHT if purpose in changed]
        lines += [
            "We have stopped. It is off our screens now.",
            "We can not get back cards or reports that are already out.",
            "",
        ]
    lines.append("Your choices now:")
    lines += [f"- {SHORT_NAMES[purpose]}: {_answer(state, purpose)}" for purpose in EIGHT]
    lines += ["", f"Name we show: {state.name_style.sentence}."]
    if state.not_for:
        lines.append("We do not use it where these are: " + "; ".join(state.not_for) + ".")
    lines += [
        "",
        "You can change your mind at any time. You do not have to say why.",
        "If something is wrong, tell us and we will fix it.",
        f"Receipt number: {event.id[:8]}",
    ]
    return "\n".join(lines)


def _answer(state: StoryState, purpose: Purpose) -> str:
    choice = state.choices.get(purpose)
    if choice is None:
        return "No (not answered)"
    words = choice.answer.words
    if choice.until is not None and choice.answer in (Answer.YES, Answer.ASK):
        words += f", until {plain_date(choice.until)}"
    return words


def record(event: ConsentEvent, state: StoryState) -> dict[str, Any]:
    """The receipt as data. ``principal_id`` is the pseudonym; moments are UTC, ISO 8601."""
    return {
        "schema_version": "ISO/IEC TS 27560:2023",
        "record_id": f"story-{event.story_id}",
        "receipt_id": event.id,
        "principal_id": f"ST-{event.person_id:04d}",
        "notice": {"wording_ids": event.wording_ids, "language": event.language},
        "purposes": [
            {
                "code": purpose.value,
                "answer": choice.answer.value if choice else "not answered",
                "valid_until": _iso(choice.until) if choice else None,
            }
            for purpose in EIGHT
            for choice in [state.choices.get(purpose)]
        ],
        "attribution": state.name_style.value,
        "data_types": ["story_text", "health"],
        "withdrawal_method": "Any channel, in one step, without giving a reason.",
        "events": [
            {
                "time": _iso(event.at),
                "type": event.kind,
                "state": event.hash,
                "entity": event.decided_in_role,
                "validity": _iso(event.valid_until),
            }
        ],
    }


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds") + "Z"
