"""What the workshop forms send, kept as it was typed when something is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.workshops import rules
from storybank.workshops.models import Workshop

WRITE_DAY = "Choose a day, like 12 March 2027."
KEEP_FOR = timedelta(days=30)


PLACE = re.compile(r"(\d{1,9})-(\d{1,9})-(\d{1,9})-(\d{1,9})", re.ASCII)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def places_sent(values: Iterable[str]) -> list[Place]:
    """The places that were ticked; what no page of ours sends is left out."""
    found = [PLACE.fullmatch(value) for value in values]
    return [Place(*map(int, match.groups())) for match in found if match]


def numbers_sent(value: str) -> list[int]:
    """Numbers with commas between; what is not a number is left out."""
    return [int(one) for one in value.split(",") if NUMBER.fullmatch(one)]


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        return None


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

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> WorkshopForm:
        """The form as it came, with a sentence for each field that needs mending."""
        made = cls(
            form.get("title", ""), form.get("question", ""), form.get("held_on", ""),
            form.get("purpose", ""), form.get("audience", ""),
        )  # fmt: skip
        _check(made.errors, "title", made.title, "a title", 200)
        _check(made.errors, "question", made.question, "the question", 500)
        if _day(made.held_on) is None:
            made.errors["held_on"] = WRITE_DAY
        if made.purpose not in {purpose.value for purpose in rules.PURPOSES}:
            made.errors["purpose"] = "Choose what the workshop is for."
        _check_audience(made.errors, made.audience)
        return made

    @property
    def use(self) -> Purpose:
        return Purpose(self.purpose)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.held_on.strip())


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

    @classmethod
    def for_(cls, workshop: Workshop) -> PackForm:
        """An empty form whose last day is a month after the workshop."""
        return cls(use_until=(workshop.held_on + KEEP_FOR).isoformat())

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> PackForm:
        made = cls(form.get("title", ""), form.get("use_until", ""))
        _check(made.errors, "title", made.title, "a title", 200)
        day = _day(made.use_until)
        if day is None:
            made.errors["use_until"] = WRITE_DAY
        else:
            try:
                rules.check_use_until(day, now().date())
            except BadInput as problem:
                made.errors["use_until"] = problem.sentence
        return made

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.use_until.strip())
