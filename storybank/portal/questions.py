"""What a storyteller is asked: in which order, and which answers there are to each question.

The question's own words come from the published wordings; the labels of the answers here are
sentences of those wordings, so that what was shown is what the event names. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, Answer, Change, Fact, Medium, NameStyle, Purpose
from storybank.consent.terms import LASTS
from storybank.consent.wording_rules import Wording
from storybank.people.identity_rules import CHANNELS, MAX_LINES
from storybank.stories.rules import MAX_NAME

LONGEST = 200
"""Letters in one line."""
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


OPT_OUT = (
    "You may have told the NHS not to share your health records. That is about your records. What "
    "you say here is about your story, and it counts."
)
"""The national data opt-out does not stand against what somebody explicitly agrees to."""


def _all() -> Iterable[Question]:
    yield Question("intro", "Your story is yours")
    yield Question("who", "Who looks after your story", more=(OPT_OUT,))
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


def next_after(code: str, codes: Iterable[str]) -> str | None:
    """The code that comes after this one; None after the last."""
    order = list(codes)
    place = order.index(code) + 1
    return order[place] if place < len(order) else None


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
