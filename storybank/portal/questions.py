"""What a storyteller is asked: in which order, which answers there are, how one is read.

The question's own words come from the published wordings; the labels of the answers here are
sentences of those wordings, so that what was shown is what the event names. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storybank.consent.receipts import SHORT_NAMES, plain_date
from storybank.consent.rules import EIGHT, Answer, Change, Fact, Medium, NameStyle, Purpose
from storybank.consent.terms import LASTS
from storybank.consent.wording_rules import Wording
from storybank.errors import BadInput
from storybank.people.identity_rules import CHANNELS, MAX_LINES, clean_lines
from storybank.stories.canon import normalise
from storybank.stories.rules import MAX_NAME

Said = dict[str, Any]
"""One answer as it is kept: a text, or a list of texts, for each field of the question."""
Typed = Mapping[str, list[str]]
"""A form as it was sent: every value of each field."""

LONGEST, MOST = 200, 50
FARTHEST = 10
"""Years ahead that a yes may begin."""
IF_BLANK = "1 year"
"""How long a yes lasts where that question is left blank: the shortest there is."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Pick:
    """Answers to pick one of, or many."""

    name: str
    options: tuple[Option, ...]
    many: bool = False
    alone: str = ""
    """The answer that goes with no other: "nothing else"."""
    asks: str = ""
    """The sentence of the wording that asks this, where it is not the first question in it."""

    @property
    def labels(self) -> dict[str, str]:
        return {option.value: option.label for option in self.options}


@dataclass(frozen=True)
class Write:
    """Something to write: a line, several lines of one text, a list (one a line), or a day."""

    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    most: int = LONGEST
    """Letters in the text, or in one line of a list."""


@dataclass(frozen=True)
class Question:
    """One page of the agreement. Without fields there is nothing to answer on it."""

    code: str
    short: str
    """What the answer is called where all answers stand together."""
    fields: tuple[Pick | Write, ...] = ()
    if_blank: str = "You left this blank. We take it as no."
    more: tuple[str, ...] = ()
    """Sentences that stand below the wording."""

    @property
    def picks(self) -> tuple[Pick, ...]:
        return tuple(field for field in self.fields if isinstance(field, Pick))

    @property
    def use(self) -> Purpose | None:
        return next((use for use in EIGHT if use.value == self.code), None)


def _options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label.rstrip(".")) for value, label in pairs)


CHANGES = _options(*((change.value, change.sentence) for change in Change))
KEEP = _options(("yes", "Yes"), ("no", "No"))
USE = _options(*((one.value, one.words) for one in (Answer.YES, Answer.ASK, Answer.NO)))


def _all() -> Iterable[Question]:
    yield Question("intro", "Your story is yours")
    yield Question("who", "Who looks after your story")
    yield Question("limits", "When we tell someone else")
    for use in EIGHT:
        options = KEEP if use is Purpose.KEEP else USE
        yield Question(use.value, SHORT_NAMES[use], (Pick("answer", options),))
    media = _options(*((one.value, one.sentence) for one in Medium))
    yield Question(
        "formats", "How people can get my story", (Pick("ticked", media, many=True),),
        "You left this blank. People can read your words, and that is all.",
    )  # fmt: skip
    styles = _options(*((style.value, style.sentence) for style in NameStyle))
    yield Question(
        "name", "The name we use",
        (
            Pick("style", styles),
            Write("name", "Write the name to show", hint="Did you pick “No name”? Leave it blank.",
                  most=MAX_NAME),
        ),
        "You left this blank. We show no name.",
    )  # fmt: skip
    facts = _options(*((fact.value, fact.sentence) for fact in Fact), ("none", "Nothing else"))
    yield Question(
        "about", "What else we can say about me",
        (Pick("ticked", facts, many=True, alone="none"),),
        "You left this blank. We say nothing else.",
    )  # fmt: skip
    yield Question("parts", "Parts I keep back", if_blank="You have not marked any part.")
    other = "Can we put your words in another language or in easy read?"
    yield Question(
        "words", "Changes to my words",
        (Pick("shorten", CHANGES), Pick("translate", CHANGES, asks=other)),
    )  # fmt: skip
    yield Question(
        "not_for", "Who must not see my story",
        (Write("places", "Places, teams or groups", "list", "Write each one on its own line."),),
        "You left this blank. No one is on your list.",
    )  # fmt: skip
    names = ("One year", "Two years", "Five years", "Until I tell you to stop")
    yield Question(
        "long", "How long my yes lasts",
        (
            Pick("lasts", _options(*zip(LASTS, names, strict=True))),
            Write("from", "Should it start on a later day?", "day",
                  "You can leave this blank. Then it starts now."),
        ),
        "You left this blank. Your yes lasts one year.",
    )  # fmt: skip
    often = _options(("every", "Every time"), ("some", "A few times a year"), ("none", "No thanks"))
    # The wording spells it so; the form of details, which is older, does not.
    how = _options(
        *((str(way), label.replace("E-mail", "Email")) for way, label in CHANNELS.items())
    )
    yield Question(
        "tell", "When we tell me about a use",
        (Pick("tell", often), Pick("tell_how", how, asks="How should we tell you?")),
        "You left this blank. We do not send you news of each use. It is on your page.",
    )  # fmt: skip
    about = _options(
        ("check", "To check your story with you"), ("workshop", "To ask you to a workshop"),
        ("more", "To ask if you have more to tell"), ("none", "No"),
    )  # fmt: skip
    yield Question("contact", "Other things you can contact me for",
                   (Pick("contact", about, many=True, alone="none"),))  # fmt: skip
    then = _options(
        ("keep", "Keep to my choices"), ("ask", "Ask this person"), ("stop", "Stop using my story"),
    )  # fmt: skip
    yield Question(
        "future", "If I die or can no longer choose",
        (
            Pick("future", then),
            Write("person", "Who should we ask?", hint="You only need this for “Ask this person”."),
            Write("reach", "How can we reach them?", "text", most=MAX_LINES),
        ),
        "You skipped this one.",
    )  # fmt: skip
    yield Question(
        "others", "Other people in my story",
        (Write("people", "Tell us who", "list",
               "Write each one on its own line. You can write “my sister” or “the nurse”."),),
        "You left this blank.",
        ("Until we have done that, only our team can read your story.",),
    )  # fmt: skip


QUESTIONS = {question.code: question for question in _all()}
"""Every page by its code, in the order people are asked."""
TELLS = ("intro", "who", "limits")


def next_after(code: str, codes: Iterable[str]) -> str | None:
    """The code that comes after this one; None after the last."""
    order = list(codes)
    place = order.index(code) + 1
    return order[place] if place < len(order) else None


# Reading an answer


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


# An answer in words

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
            chosen = value if isinstance(value, list) else [value] if value else []
            known = TAKEN_BACK | field.labels
            labels = [known.get(one, one) for one in chosen]
            lines += [f"{LEADS[field.name]}{label}" for label in labels] if field.asks else labels
        elif value:
            lines += value if isinstance(value, list) else str(value).splitlines()
    if question.code == "words" and said.get("shorten"):
        lines[0] = f"Shorter: {lines[0]}"
    return tuple(lines)


LEADS = {"translate": "Another language or easy read: ", "tell_how": "How: "}


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


# A wording as a page shows it


@dataclass(frozen=True)
class Asked:
    """The published words of one question, in the parts a page is made of."""

    heading: str
    lines: tuple[str, ...]
    """What explains it, sentence by sentence, without the answers to pick from."""


def asked(question: Question, wording: Wording) -> Asked:
    """The first sentence that asks is the heading; labels and second questions stand elsewhere."""
    heading = next((line for line in wording.sentences if line.endswith("?")), wording.question)
    labels = {label for pick in question.picks for label in pick.labels.values()}
    elsewhere = labels | {pick.asks for pick in question.picks} | {heading.rstrip(".")}
    elsewhere |= {field.label for field in question.fields if isinstance(field, Write)}
    lines = [line for line in wording.sentences if line.rstrip(".") not in elsewhere]
    return Asked(heading, tuple(line for line in lines if line != heading))
