"""Receipts: what a storyteller is given at each change, in words and as a record.

A receipt names the story by its number and the name to show by its kind, so that it stays
true, and says nothing, after the story is gone. Field names of the record follow ISO/IEC TS
27560:2023 (consent record information structure).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from storybank.consent.answers import Answer, Fact, Kind, Mark, Medium, Part, Reason
from storybank.consent.folding import StoryState
from storybank.consent.models import ConsentEvent
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.terms import HOME, local_date

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

STOPPED = [
    "We have stopped. It is off our screens now.",
    "We can not get back cards or reports that are already out.",
]

HAPPENED: dict[str, list[str]] = {
    Kind.PAUSED.value: [
        "You paused your story.",
        "We have stopped using it for now. You can start again when you like.",
    ],
    Kind.RESUMED.value: ["You started your story again.", "Your choices are as they were."],
    Kind.ERASED.value: [
        "You asked us to delete your story.",
        "We have stopped. Your words are wiped from Storybank now.",
        "They will be gone from our spare copies within 30 days.",
        "We can not get back cards or reports that are already out.",
        "We keep this note: that you asked, and when. Your story is not in it.",
    ],
    Kind.UNMARKED.value: ["You took back a mark. That part follows your other choices now."],
    Kind.READ_BACK.value: ["You checked the words we wrote down, and said they are right."],
    Kind.TRANSCRIBED.value: [
        "We wrote down what you said.",
        "No one outside our team sees it until you have checked the words.",
    ],
    Kind.JOINED.value: ["You are part of this story now."],
    Kind.LEFT.value: ["You are not part of this story any more."],
    Kind.CAPACITY.value: ["We wrote a note about who can decide for this story."],
    Kind.AGE.value: ["We wrote a note about the age of the storyteller."],
}

MARKED = {
    Mark.LEAVE_OUT.value: "You kept one part back. We leave that part out.",
    Mark.ASK_FIRST.value: "You marked one part. We ask you first before we use it.",
}


def plain_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def body(
    event: ConsentEvent, state: StoryState, changed: set[Purpose], time_zone: str = HOME
) -> str:
    """The receipt in words: short lines, reading age 9 to 11. Days are the storyteller's own."""
    lines = ["Here is a note of your choices. Keep it safe.", ""]
    lines += [f"Story number: {event.story_id}", f"Your code: ST-{event.person_id:04d}"]
    lines += [f"Date: {plain_date(local_date(event.at, time_zone))}", ""]
    said = _what_happened(event, changed)
    lines += [*said, ""] if said else []
    if state.closed is Reason.ERASED:
        lines.append("No one may use it any more.")
    else:
        lines += _choices_now(state, time_zone)
    lines += ["", *_who(event)]
    if state.closed is not Reason.ERASED:
        lines.append("You can change your mind at any time. You do not have to say why.")
    lines += [
        "If something is wrong, tell us and we will fix it.",
        f"Receipt number: {event.id[:8]}",
    ]
    return "\n".join(lines)


def _what_happened(event: ConsentEvent, changed: set[Purpose]) -> list[str]:
    if event.kind == Kind.WITHDRAWN.value:
        if changed >= set(EIGHT):
            return ["You stopped all uses of your story.", *STOPPED]
        names = [f"- {SHORT_NAMES[purpose]}" for purpose in EIGHT if purpose in changed]
        return ["You stopped this use of your story:", *names, *STOPPED]
    if event.kind == Kind.MARKED.value:
        return [MARKED[event.mark or ""]]
    if event.kind == Kind.ASK_ANSWERED.value:
        yes = event.answered == Answer.YES.value
        return [f"We asked about one use of your words. You said {'yes' if yes else 'no'}."]
    return HAPPENED.get(event.kind, [])


def _choices_now(state: StoryState, time_zone: str) -> list[str]:
    lines = ["Your choices now:"]
    lines += [f"- {SHORT_NAMES[use]}: {_answer(state, use, time_zone)}" for use in EIGHT]
    lines += ["", f"Name we show: {state.name_style.sentence}."]
    ways = [medium.sentence for medium in Medium if medium in state.media]
    lines.append("How people can get it: " + (" ".join(ways) if ways else "No way ticked."))
    if state.facts:
        said = " ".join(fact.sentence for fact in Fact if fact in state.facts)
        lines.append("What else we may say about you: " + said)
    if state.not_for:
        many = len(state.not_for)
        lines.append(
            "We do not use it where "
            + (f"the {many} places on your list are." if many > 1 else "the place on your list is.")
        )
    kept = [part for part in state.kept_back if part.mark in (Mark.LEAVE_OUT, Mark.ASK_FIRST)]
    if kept:
        lines.append(f"Parts you marked: {len(kept)}.")
    if state.closed is Reason.PAUSED:
        lines.append("Your story is paused. No one uses it for now.")
    return lines


def _who(event: ConsentEvent) -> list[str]:
    lines = []
    if event.decided_in_role not in (Part.TELLER.value, Part.CO_TELLER.value):
        lines.append(f"Who decided: {event.decided_in_role}.")
    if event.helped_by:
        lines.append("Who helped: " + ", ".join(event.helped_by) + ". They did not decide.")
    return lines


def _answer(state: StoryState, purpose: Purpose, time_zone: str) -> str:
    choice = state.choices.get(purpose)
    if choice is None:
        return "No (not answered)"
    words = choice.answer.words
    if choice.answer in (Answer.YES, Answer.ASK):
        if choice.since is not None:
            words += f", from {plain_date(local_date(choice.since, time_zone))}"
        if choice.until is not None:
            words += f", until {plain_date(local_date(choice.until, time_zone))}"
    return words


def record(
    event: ConsentEvent, state: StoryState, controllers: list[dict[str, str]]
) -> dict[str, Any]:
    """The receipt as data. ``principal_id`` is the pseudonym; moments are UTC, ISO 8601."""
    return {
        "schema_version": "ISO/IEC TS 27560:2023",
        "record_id": f"story-{event.story_id}",
        "receipt_id": event.id,
        "principal_id": f"ST-{event.person_id:04d}",
        "notice": {
            "wording_ids": event.wording_ids,
            "language": event.language,
            "format": event.format_used,
        },
        "purposes": [
            {
                "code": purpose.value,
                "answer": choice.answer.value if choice else "not answered",
                "media": sorted(medium.value for medium in state.media),
                "attribution": state.name_style.value,
                "valid_from": _iso(choice.since) if choice else None,
                "valid_until": _iso(choice.until) if choice else None,
            }
            for purpose in EIGHT
            for choice in [state.choices.get(purpose)]
        ],
        "attribution": state.name_style.value,
        "controllers": controllers,
        "data_types": ["story_text", "health"],
        "storage_location": "Storybank, run by the first controller",
        "retention": "Until the storyteller deletes it. Spare copies: 30 days.",
        "jurisdiction": "GB",
        "recipients": [],
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


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds") + "Z"
