"""What the workshop forms send, kept as it was typed when something is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.workshops import rules
from storybank.workshops.models import Workshop

WRITE_DAY = "Choose a day, like 12 March 2027."
KEEP_FOR = timedelta(days=30)
FIRST_YEAR, LAST_YEAR = 2000, 2200


PLACE = re.compile(r"(\d{1,9})-(\d{1,9})-(\d{1,9})-(\d{1,9})", re.ASCII)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def places_sent(values: Iterable[str]) -> list[Place]:
    """The places that were ticked; what no page of ours sends is left out."""
    found = [PLACE.fullmatch(value) for value in values]
    return [Place(*map(int, match.groups())) for match in found if match]


def numbers_sent(value: str) -> list[int]:
    """Numbers with commas between; what is not a number is left out."""
    return [int(one) for one in value.split(",") if NUMBER.fullmatch(one)]


def day_typed(words: str) -> date | None:
    """A day as a browser sends it, or as somebody types it where it offers no calendar."""
    for form in ("%Y-%m-%d", "%d %B %Y", "%d/%m/%Y"):
        try:
            day = datetime.strptime(words.strip(), form).date()
        except ValueError:
            continue
        return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None


def _check_day(errors: dict[str, str], name: str, words: str) -> date:
    day = day_typed(words)
    if day is None:
        errors[name] = WRITE_DAY
    return day or date.min


def _check(errors: dict[str, str], name: str, words: str, what: str, longest: int) -> None:
    try:
        rules.clean_line(words, what, longest)
    except BadInput as problem:
        errors[name] = problem.sentence


def _check_audience(errors: dict[str, str], words: str) -> None:
    try:
        rules.clean_audience(words.splitlines())
    except BadInput as problem:
        errors["audience"] = problem.sentence


@dataclass
class WorkshopForm:
    """Planning a workshop."""

    title: str = ""
    question: str = ""
    held_on: str = ""
    purpose: str = ""
    audience: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    day: date = date.min
    """The day meant, where nothing is wrong."""

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> WorkshopForm:
        """The form as it came, with a sentence for each field that needs mending."""
        made = cls(
            form.get("title", ""), form.get("question", ""), form.get("held_on", ""),
            form.get("purpose", ""), form.get("audience", ""),
        )  # fmt: skip
        _check(made.errors, "title", made.title, "a title", 200)
        _check(made.errors, "question", made.question, "the question", 500)
        made.day = _check_day(made.errors, "held_on", made.held_on)
        if made.purpose not in {purpose.value for purpose in rules.PURPOSES}:
            made.errors["purpose"] = "Choose what the workshop is for."
        _check_audience(made.errors, made.audience)
        return made

    @property
    def use(self) -> Purpose:
        return Purpose(self.purpose)


@dataclass
class AudienceForm:
    """Who will be there, one name on each line."""

    audience: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def for_(cls, workshop: Workshop) -> AudienceForm:
        return cls("\n".join(workshop.audience))

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> AudienceForm:
        made = cls(form.get("audience", ""))
        _check_audience(made.errors, made.audience)
        return made

    @property
    def names(self) -> list[str]:
        return self.audience.splitlines()


@dataclass
class PackForm:
    """Making a pack."""

    title: str = ""
    use_until: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    last_day: date = date.min
    """The day meant, where nothing is wrong."""

    @classmethod
    def for_(cls, workshop: Workshop) -> PackForm:
        """An empty form whose last day is a month after the workshop, or after today."""
        return cls(use_until=(max(workshop.held_on, now().date()) + KEEP_FOR).isoformat())

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> PackForm:
        made = cls(form.get("title", ""), form.get("use_until", ""))
        _check(made.errors, "title", made.title, "a title", 200)
        made.last_day = _check_day(made.errors, "use_until", made.use_until)
        if "use_until" not in made.errors:
            try:
                rules.check_use_until(made.last_day, now().date())
            except BadInput as problem:
                made.errors["use_until"] = problem.sentence
        return made
