"""Which codings somebody wants in a file: by code, story, coder and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.coding.models import Coding
from storybank.coding.seeing import seen_throughout
from storybank.consent.rules import Use
from storybank.consent.terms import midnight
from storybank.errors import BadInput
from storybank.people.models import Account

BY_STORY, BY_CODE = "story", "code"
MOST = 200
"""How many codes or stories may be named."""
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Choice:
    """What is wanted; nothing named means all there is."""

    codes: tuple[str, ...] = ()
    """Keys of codes, such as EN-PEER."""
    stories: tuple[int, ...] = ()
    line: str = ""
    """A query line, as it is typed at the query page."""
    coder: int | None = None
    since: date | None = None
    until: date | None = None
    """The last day, itself included."""
    order: str = BY_STORY

    @property
    def everything(self) -> bool:
        return not (
            self.codes or self.stories or self.line or self.coder or self.since or self.until
        )

    def args(self) -> dict[str, list[str]]:
        """The same as arguments of an address; what is not chosen is left out."""
        found = {
            "code": list(self.codes),
            "story": [str(number) for number in self.stories],
            "q": [self.line],
            "coder": [str(self.coder)] if self.coder else [],
            "since": [self.since.isoformat()] if self.since else [],
            "until": [self.until.isoformat()] if self.until else [],
            "order": [self.order] if self.order != BY_STORY else [],
        }
        return {name: values for name, values in found.items() if any(values)}


def choice_from(sent: Mapping[str, list[str]]) -> Choice:
    """What a form or an address asks for: {name: all values sent under it}.

    Stories are numbers with commas or spaces between them. Raises BadInput for what is no
    number, no day, or too many.
    """
    numbers = " ".join(sent.get("story", [])).replace(",", " ").split()
    codes = tuple(dict.fromkeys(key for key in sent.get("code", []) if key))
    if len(codes) > MOST or len(numbers) > MOST:
        raise BadInput(f"Choose at most {MOST} codes and {MOST} stories, or take out all.")
    coder = _one(sent, "coder")
    return Choice(
        codes,
        tuple(dict.fromkeys(_number(typed, "story") for typed in numbers)),
        _one(sent, "q"),
        _number(coder, "coder") if coder else None,
        _day(_one(sent, "since")),
        _day(_one(sent, "until")),
        BY_CODE if _one(sent, "order") == BY_CODE else BY_STORY,
    )


def clauses(session: Session, choice: Choice) -> list[sa.ColumnElement[bool]]:
    """The choice as SQL over ``Coding``, but for its query line. No clause of it asks the door.

    Raises NotFound where the codebook has no such code.
    """
    found: list[sa.ColumnElement[bool]] = []
    if choice.codes:
        ids = [codebook.code(session, key).id for key in choice.codes]
        found.append(Coding.code_id.in_(ids))
    if choice.stories:
        found.append(Coding.story_id.in_(choice.stories))
    if choice.coder:
        found.append(Coding.coder_id == choice.coder)
    if choice.since:
        found.append(Coding.made_at >= midnight(choice.since))
    if choice.until:
        found.append(Coding.made_at < midnight(choice.until + timedelta(days=1)))
    return found


def coders(session: Session, use: Use) -> list[tuple[int, str]]:
    """(account id, name) of everybody whose codings the use may see, by name."""
    there = Account.id.in_(select(Coding.coder_id).where(seen_throughout(use)))
    rows = session.execute(
        select(Account.id, Account.name).where(there).order_by(Account.name, Account.id)
    )
    return [(number, name) for number, name in rows]


def _one(sent: Mapping[str, list[str]], name: str) -> str:
    return next((value.strip() for value in sent.get(name, []) if value.strip()), "")


def _number(typed: str, what: str) -> int:
    digits = typed.upper().removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits[:12]) <= LARGEST:
        raise BadInput(f"Give each {what} by its number, like 12.")
    return int(digits)


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        raise BadInput("Write a day like 2026-03-31.") from None
    if day and not 1900 <= day.year <= 2999:
        raise BadInput("Write a day like 2026-03-31.")
    return day
