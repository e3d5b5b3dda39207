"""Roles, the actor (who is asking), and what may be typed into an account."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

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
    PARTICIPANT = "participant"
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
    Role.PARTICIPANT: "Takes part in one workshop, joined by its code. Has no account.",
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
"""The roles an administrator can give; the others belong to everybody, to a seat, to the house."""

MIN_PASSWORD, MAX_PASSWORD = 10, 200
MAX_NAME = 200
LONGEST_PATH = 1000
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+|[^@\s,;<>]+@localhost")
_CODE = re.compile(r"(?:ST)?[\s-]*([0-9]{1,9})")


@dataclass(frozen=True)
class Actor:
    """Who is asking: an account's ids and roles, or the visitor, or the machine."""

    account_id: int | None
    person_id: int | None
    roles: frozenset[Role]
    name: str
    places: frozenset[str] = frozenset()
    """Where they work. A storyteller may have said "not for" such a place."""

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None


VISITOR = Actor(None, None, frozenset({Role.VISITOR}), "Visitor")
MACHINE = Actor(None, None, frozenset({Role.MACHINE}), "Storybank")


def clean_email(typed: str) -> str:
    """Lower-cased, trimmed e-mail address.

    Raises BadInput when it does not look like one.
    """
    email = unicodedata.normalize("NFC", typed.strip().lower())
    if not email:
        raise BadInput("Write an e-mail address, like name@example.org.")
    if len(email) > 254 or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise BadInput("That does not look like an e-mail address. Write it like name@example.org.")
    return email


def clean_name(typed: str) -> str:
    """A person's name as shown to themselves: trimmed, single spaces.

    Raises BadInput when it is empty, too long or holds characters that cannot be shown.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not name:
        raise BadInput("Write a name.")
    if len(name) > MAX_NAME:
        raise BadInput(f"Use a name of at most {MAX_NAME} characters.")
    if not name.isprintable():
        raise BadInput("Write the name with letters, spaces and marks that can be shown.")
    return name


def clean_organisation(typed: str | None) -> str | None:
    """Where somebody works, trimmed; None when nothing is written.

    Raises BadInput when it is too long or holds characters that cannot be shown.
    """
    place = " ".join(unicodedata.normalize("NFC", typed or "").split())
    if len(place) > MAX_NAME:
        raise BadInput(f"Use at most {MAX_NAME} characters for the place.")
    if not place.isprintable():
        raise BadInput("Write the place with letters, spaces and marks that can be shown.")
    return place or None


def code_of(person_id: int) -> str:
    """The name the team uses for a storyteller: "ST-0012" for 12."""
    return f"ST-{person_id:04d}"


def person_id_of(code: str) -> int:
    """The id behind a storyteller's code: 12 for "ST-0012".

    Raises BadInput when it is not such a code.
    """
    found = _CODE.fullmatch(code.strip().upper())
    if not found:
        raise BadInput("Write the storyteller's code like ST-0012.")
    return int(found[1])


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


def local_path(address: str | None) -> str | None:
    """``address`` when it is a path in this house, such as "/stories/3?page=2"; else None.

    Browsers read a double slash or a backslash as the start of another house's name.
    """
    if not address or len(address) > LONGEST_PATH:
        return None
    if not address.startswith("/") or address[1:2] == "/" or "\\" in address:
        return None
    return address if address.isprintable() else None


def path_of(url: str | None, host: str) -> str | None:
    """The local path of a full ``url`` on ``host``; None for any other host."""
    for house in (f"http://{host}", f"https://{host}"):
        if url and url.startswith(f"{house}/"):
            return local_path(url.removeprefix(house).partition("#")[0])
    return None


def path_asked(path: str, query: bytes) -> str | None:
    """The local path of a request, from its decoded path and its raw query."""
    encoded = quote(path)
    return local_path(f"{encoded}?{query.decode('ascii', 'ignore')}" if query else encoded)
