"""Roles, and the actor: who is asking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from storybank.errors import BadInput


class Role(StrEnum):
    """What somebody is here to do. A person may hold several roles."""

    STORYTELLER = "storyteller"
    RESEARCHER = "researcher"
    FACILITATOR = "facilitator"
    MEMBER = "member"
    STEWARD = "steward"
    ADMINISTRATOR = "administrator"
    VISITOR = "visitor"
    MACHINE = "machine"

    @property
    def sentence(self) -> str:
        """What this role does, in words that forms print."""
        return ROLE_SENTENCES[self]


ROLE_SENTENCES = {
    Role.STORYTELLER: "Tells a story and decides what may be done with it.",
    Role.RESEARCHER: "Reads stories and puts codes on passages.",
    Role.FACILITATOR: "Draws passages into packs for workshops.",
    Role.MEMBER: "Reads whole stories shared with members.",
    Role.STEWARD: "Takes stories in and looks after storytellers' choices.",
    Role.ADMINISTRATOR: "Looks after accounts and settings. Sees no story.",
    Role.VISITOR: "Anyone, signed in or not.",
    Role.MACHINE: "The house itself, at its named housekeeping.",
}

GIVEN_TO_ACCOUNTS = (
    Role.STORYTELLER,
    Role.RESEARCHER,
    Role.FACILITATOR,
    Role.MEMBER,
    Role.STEWARD,
    Role.ADMINISTRATOR,
)
"""The roles an administrator can give; the other two belong to everybody and to the house."""

MIN_PASSWORD, MAX_PASSWORD = 10, 200
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+|[^@\s,;<>]+@localhost")


@dataclass(frozen=True)
class Actor:
    """Who is asking: an account's ids and roles, or the visitor, or the machine."""

    account_id: int | None
    person_id: int | None
    roles: frozenset[Role]
    name: str

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None


VISITOR = Actor(None, None, frozenset({Role.VISITOR}), "Visitor")
MACHINE = Actor(None, None, frozenset({Role.MACHINE}), "Storybank")


def clean_email(typed: str) -> str:
    """Lower-cased, trimmed e-mail address.

    Raises BadInput when it does not look like one.
    """
    email = typed.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise BadInput("That does not look like an e-mail address. Write it like name@example.org.")
    return email


def check_password(password: str) -> None:
    """Raises BadInput when a new password is too short or too long."""
    if len(password) < MIN_PASSWORD:
        raise BadInput(f"Use a password of at least {MIN_PASSWORD} characters.")
    if len(password) > MAX_PASSWORD:
        raise BadInput(f"Use a password of at most {MAX_PASSWORD} characters.")


def read_role(word: str) -> Role:
    """The role somebody may be given by this name.

    Raises BadInput for any other word.
    """
    for role in GIVEN_TO_ACCOUNTS:
        if role.value == word.strip().lower():
            return role
    names = ", ".join(role.value for role in GIVEN_TO_ACCOUNTS)
    raise BadInput(f"That is not a role. Use one of: {names}.")
