"""How an answer is read from its page, and told again in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from storybank.consent.receipts import plain_date
from storybank.consent.rules import NameStyle
from storybank.errors import BadInput
from storybank.people.identity_rules import clean_lines
from storybank.portal.questions import QUESTIONS, Pick, Question, Write
from storybank.stories.canon import normalise

Said = dict[str, Any]
"""One answer as it is kept: a text, or a list of texts, for each field of the question."""
Typed = Mapping[str, list[str]]
"""A form as it was sent: every value of each field."""

MOST = 50
"""Lines in a list."""
FARTHEST = 10
"""Years ahead that a yes may begin."""


def read(question: Question, typed: Typed, today: date) -> tuple[Said, dict[str, str]]:
    """What was answered, and a sentence for each field that needs mending.

    ``today`` is the storyteller's own day.
    """
    said: Said = {}
    errors: dict[str, str] = {}
    for field in question.fields:
        try:
            said[field.name] = _read_field(field, typed, today)
        except BadInput as no:
            said[field.name] = _as_typed(field, typed)
            errors[field.name] = no.sentence
    errors |= {name: text for name, text in _together(question, said).items() if name not in errors}
    return said, errors


def is_blank(said: Said) -> bool:
    return not any(said.values())


def can_be_emptied(question: Question) -> bool:
    """Could somebody take back everything they answered here? A round button stays pressed."""
    return all(
        field.many if isinstance(field, Pick) else field.kind != "day" for field in question.fields
    )


def _read_field(field: Pick | Write, typed: Typed, today: date) -> Any:
    if isinstance(field, Pick):
        return _read_pick(field, [value for value in typed.get(field.name, []) if value])
    if field.kind == "day":
        return _read_day(field, typed, today)
    text = _clean(typed.get(field.name, [""])[0])
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if field.kind == "list":
        lines = list(dict.fromkeys(lines))
        if len(lines) > MOST or any(len(line) > field.most for line in lines):
            raise BadInput(f"Write at most {MOST} lines, each under {field.most} letters.")
        return lines
    if field.kind == "text":
        return clean_lines("\n".join(lines))
    if len(" ".join(lines)) > field.most:
        raise BadInput(f"That is too long. Keep it under {field.most} letters.")
    return " ".join(lines)


def _read_pick(field: Pick, values: list[str]) -> str | list[str]:
    if set(values) - set(field.labels) or (len(values) > 1 and not field.many):
        raise BadInput("Pick one of the answers.")
    if not field.many:
        return values[0] if values else ""
    if field.alone in values and len(values) > 1:
        raise BadInput(f"You ticked “{field.labels[field.alone]}” and more. Pick one or the other.")
    return [value for value in field.labels if value in values]


def _read_day(field: Write, typed: Typed, today: date) -> str:
    parts = [_clean(typed.get(f"{field.name}-{part}", [""])[0]).strip() for part in DAY]
    if not any(parts):
        return ""
    try:
        if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
            raise ValueError
        found = date(*(int(part) for part in reversed(parts)))
    except ValueError as no:
        raise BadInput("Write the day like this: 27 3 2031.") from no
    if found <= today:
        raise BadInput("Pick a day that is still to come, or leave it blank.")
    if found.year > today.year + FARTHEST:
        raise BadInput(f"Pick a day in the next {FARTHEST} years.")
    return found.isoformat()


DAY = ("day", "month", "year")


def _as_typed(field: Pick | Write, typed: Typed) -> Any:
    values = typed.get(field.name, [])
    if isinstance(field, Pick):
        return values if field.many else "".join(values[:1])
    if field.kind == "day":
        return [typed.get(f"{field.name}-{part}", [""])[0] for part in DAY]
    return values[:1] if field.kind == "list" else "".join(values[:1])


def _together(question: Question, said: Said) -> dict[str, str]:
    """What is wrong between the fields of one question."""
    match question.code:
        case "name" if said["style"] == NameStyle.NONE.value:
            said["name"] = ""
        case "name" if said["style"] and not said["name"]:
            return {"name": "Write the name to show."}
        case "name" if said["name"] and not said["style"]:
            return {"style": "Pick which kind of name this is."}
        case "long" if said["from"] and not said["lasts"]:
            return {"lasts": "Pick how long your yes lasts."}
        case "future" if said["future"] == "ask" and not said["person"]:
            return {"person": "Write who we should ask."}
        case "future" if not said["person"].isprintable():
            return {"person": "Write the name in letters that can be shown."}
        case "future" if said["person"] and not said["future"]:
            return {"future": "Pick one of the answers."}
    return {}


def _clean(text: str) -> str:
    # Characters that cannot be seen, or kept, are dropped here as they are from stories.
    return normalise(text)[0].strip()


TAKEN_BACK = {"stopped": "You stopped this", "run out": "Your yes ran out"}
"""Answers that stand and that nobody can pick: they are asked for anew."""


def in_words(question: Question, said: Said) -> tuple[str, ...]:
    """An answer as lines to read; none where it is blank."""
    if question.code == "long":
        return _long_in_words(said)
    lines: list[str] = []
    for field in question.fields:
        value = said.get(field.name)
        if isinstance(field, Pick):
            chosen: list[str] = value if isinstance(value, list) else [value] if value else []
            known = TAKEN_BACK | field.labels
            lines += [LEADS.get(field.name, "") + known.get(one, one) for one in chosen]
        elif value:
            lines += value if isinstance(value, list) else str(value).splitlines()
    return tuple(lines)


LEADS = {
    "shorten": "Shorter: ", "translate": "Another language or easy read: ", "tell_how": "How: ",
}  # fmt: skip
"""What stands before an answer where one page asks two things."""


def _long_in_words(said: Said) -> tuple[str, ...]:
    lasts, ends, begins = said.get("lasts"), said.get("ends"), said.get("from")
    if lasts:
        labels = QUESTIONS["long"].picks[0].labels
        lines = [labels[lasts]]
    elif ends:
        never = ends == "never"
        lines = ["Until I tell you to stop" if never else f"Until {_day(ends)}"]
    else:
        lines = []
    return (*lines, f"From {_day(begins)}") if begins else tuple(lines)


def _day(written: str) -> str:
    return plain_date(date.fromisoformat(written))
