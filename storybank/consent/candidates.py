"""What would be published now, beside what is live, and what stands against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.consent import wordings
from storybank.consent.drafts import STANDARD, Words, live, words_of
from storybank.consent.organisation import (
    controllers_of,
    organisation,
    slots_of,
    trouble,
    values_of,
)
from storybank.consent.reading_age import reading_age
from storybank.consent.wording_models import Controllers, WordingVersion
from storybank.consent.wording_rules import (
    LANGUAGE,
    MOST_AGE,
    NEEDED,
    SLOTS,
    Format,
    digest,
    fill,
    slots_in,
)

WHO = "who"


@dataclass(frozen=True)
class Candidate:
    """What would be published of one wording in one format, beside what is live."""

    code: str
    format: Format
    old: WordingVersion | None
    source: Words
    text: str
    help_text: str
    sha256: str
    reading_age: float
    controllers: Controllers

    @property
    def words_change(self) -> bool:
        return self.old is None or self.old.sha256 != self.sha256

    @property
    def changes(self) -> bool:
        return self.words_change or self.old is None or self.old.controllers != self.controllers

    @property
    def too_hard(self) -> bool:
        return self.reading_age > MOST_AGE


def candidates(session: Session, codes: Iterable[str]) -> list[Candidate]:
    """What would be published of these wordings now, in every format each would have."""
    row = organisation(session)
    values, names = values_of(row), controllers_of(row)
    made = []
    for code in codes:
        old = live(session, code)
        for form, source in sorted(words_of(session, code).items(), key=_in_order):
            text, help_text = fill(source.text, values), fill(source.help_text, values)
            age = reading_age(f"{source.text}\n{source.help_text}", values)
            made.append(
                Candidate(
                    code, form, old.get(form), source, text, help_text,
                    digest(text, help_text), age, names,
                )
            )  # fmt: skip
    return made


def seal_of(found: Iterable[Candidate]) -> str:
    """sha256 over all that would be published: changes with any letter of it."""
    said = [[one.code, one.format, one.sha256, one.controllers] for one in found]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def stale(session: Session) -> list[str]:
    """Wordings that are live with another organisation, or others, than are filled in now."""
    row = organisation(session)
    names, values = controllers_of(row), values_of(row)
    now_live = wordings.current_rows(session, wordings.codes(), LANGUAGE, STANDARD.value)
    return [
        code
        for code, one in now_live.items()
        if one.controllers != names
        or (one.source_text and fill(one.source_text, values) != one.text)
        or fill(one.source_help, values) != one.help_text
    ]


def problems(session: Session, found: Iterable[Candidate]) -> list[str]:
    """Why these may not be published, in plain sentences; nothing where they may."""
    found = list(found)
    forms: dict[str, dict[Format, Candidate]] = {}
    for one in found:
        forms.setdefault(one.code, {})[one.format] = one
    said = []
    if trouble(slots_of(organisation(session))):
        said.append("Fill in the organisation, the others, why, and how to stop first.")
    for code, variants in forms.items():
        for form in NEEDED:
            if form not in variants or not variants[form].text.strip():
                said.append(f"{code}: there are no words in {form.label.lower()}.")
        said += [
            f"{code}: the {form.label.lower()} words have a reading age of {one.reading_age}. "
            "It can be 11 at most. Use shorter sentences and plainer words."
            for form, one in variants.items()
            if one.too_hard
        ]
    # Who, who else, why and how to stop are told together, in every format.
    for form, one in forms.get(WHO, {}).items():
        there = slots_in(one.source.text) | slots_in(one.source.help_text)
        if left_out := ", ".join(f"{{{name}}}" for name in SLOTS if name not in there):
            said.append(f"{WHO}: the {form.label.lower()} words leave out {left_out}.")
    if not any(one.changes for one in found):
        said.append("These are the words that are live now. There is nothing to publish.")
    return said


def _in_order(item: tuple[Format, Words]) -> int:
    return list(Format).index(item[0])
