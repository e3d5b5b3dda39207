"""What the workshop forms send, kept as it was typed when something is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.workshops import rules
from storybank.workshops.models import Workshop

WRITE_DAY = "Choose a day, like 12 March 2027."
KEEP_FOR = timedelta(days=30)


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
        made = cls(*(form.get(name, "") for name in
                     ("title", "question", "held_on", "purpose", "audience")))  # fmt: skip
        _check(made.errors, "title", made.title, "a title", 200)
        _check(made.errors, "question", made.question, "the question", 500)
        if _day(made.held_on) is None:
            made.errors["held_on"] = WRITE_DAY
        if made.purpose not in {purpose.value for purpose in rules.PURPOSES}:
            made.errors["purpose"] = "Choose what the workshop is for."
        try:
            rules.clean_audience(made.audience.splitlines())
        except BadInput as problem:
            made.errors["audience"] = problem.sentence
        return made

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def use(self) -> Purpose:
        return Purpose(self.purpose)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.held_on.strip())


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
    def ok(self) -> bool:
        return not self.errors

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.use_until.strip())
