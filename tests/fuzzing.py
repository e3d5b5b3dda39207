"""Every form of the house, found by walking its pages, and values that nobody should send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote_plus, urlsplit

from storybank import db

LONG = "a" * 100_000
HOSTILE: dict[str, str | bytes | None] = {
    "100 kB": LONG,
    "many lines": "x\n" * 50_000,
    "NUL": "a\0b",
    "half of a pair": b"a%ED%A0%80b",
    "no UTF-8": b"%FF%FE%80",
    "bad percent signs": b"%zz%",
    "white space": " \t\r\n\u00a0\u2003",
    "negative": "-1",
    "nought": "0",
    "past four bytes": str(2**31),
    "past eight bytes": str(2**63),
    "thirty digits": "9" * 30,
    "too many digits": "9" * 5_000,
    "no integer": "1e309",
    "no number": "NaN",
    "other digits": "\u0661\u0662\u00b2",
    "places past all": f"{2**63}-1-0-{2**63}",
    "places of other digits": "\u00b2-1-0-9",
    "a day past all": "9999-12-31",
    "a day before all": "0001-01-01",
    "no day": "2027-02-30",
    "mark-up": "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>",
    "formula": "=cmd|'/C calc'!A0",
    "template": "{{7*7}}${7*7}%s%(x)s{0}",
    "another host": "//evil.example/\\x",
    "turned round": "\u202e\u2066" * 500,
    "piled": "Z" + "\u0301\u0327" * 2_000,
    "many": ",".join(["1"] * 20_000),
    "nothing": "",
    "missing": None,
}
"""By name: text, or bytes that are sent as they stand, or None to leave the field out."""
STORED_OTHERWISE = (
    "100 kB", "NUL", "half of a pair", "past four bytes", "past eight bytes", "too many digits",
    "other digits", "places past all", "a day past all", "a day before all",
)  # fmt: skip
"""What databases do not bear alike."""

OF_NUMBERS = (
    "negative", "nought", "past four bytes", "past eight bytes", "thirty digits",
    "too many digits", "no integer", "no number", "other digits", "NUL", "nothing", "missing",
    "places past all", "places of other digits", "many", "half of a pair",
)  # fmt: skip
OF_DAYS = ("a day past all", "a day before all", "no day", "too many digits", "NUL", "other digits")
OF_WORDS = tuple(what for what in HOSTILE if what not in OF_DAYS[:3])


def kinds_for(held: str, kinds: Sequence[str]) -> tuple[str, ...]:
    """Which of these kinds a field is worth trying with, by what it holds: a number (or several),
    a day, words."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", held):
        likely = OF_DAYS
    else:
        likely = OF_NUMBERS if re.fullmatch(r"[\d-]+", held) else OF_WORDS
    return tuple(what for what in likely if what in kinds)


LIKELY = {
    "email": "somebody@example.org", "password": "a door of green glass", "country": "Wales",
    "new_password": "a door of green glass", "current_password": "storybank-demo",
    "held_on": "2099-05-01", "use_until": "2099-06-01", "year": "2024", "copies": "4",
    "place": "1-1-0-60", "code": "1", "sentence": "0", "teller": "", "first": "", "last": "",
    "name_style": "chosen", "back": "/", "next": "/", "roles": "member",
    "story": "", "since": "", "who": "ST-0001", "phone": "0161 496 0000",
    "trusted_contact": "0161 496 0001", "other-name": "", "other-address": "", "other-contact": "",
    "people/new code": "", "held": "1", "sign-in email": "member@example.org",
    "sign-in password": "storybank-demo", "people who": "ST-0002", "review_on": "2099-05-01",
    "change words": "It was not so.", "links to": "EN-PEER", "answers body": "So it is.",
    "join code": "WALKED",
}  # fmt: skip
"""What somebody types into an empty field, so that a form is taken as it stands; some only where
an address ends so."""


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page, ready to be sent."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.fields if name != "csrf_token"))

    def body(self, **instead: str | bytes | None) -> bytes:
        """The form as a browser sends it, with some fields given other values."""
        pieces = []
        for name, value in self.fields:
            if name in instead:
                continue
            pieces.append(f"{quote_plus(name)}={quote_plus(value)}".encode())
        for name, other in instead.items():
            if other is not None:
                coded = other if isinstance(other, bytes) else quote_plus(other).encode()
                pieces.append(quote_plus(name).encode() + b"=" + coded)
        return b"&".join(pieces)


class Reader(HTMLParser):
    """Reads the forms and links of a page, and which tags and attributes are in it."""

    def __init__(self, page: str, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.forms: list[Form] = []
        self.queries: set[str] = set()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self._action: str | None = None
        self._fields: list[tuple[str, str]] = []
        self._choices: set[str] = set()
        self._select: str | None = None
        self._area: str | None = None
        self._typed = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= set(at)
        if tag == "a":
            self.queries |= {name for name, _ in parse_qsl(urlsplit(at.get("href", "")).query)}
        elif tag == "form":
            self._action = at.get("action") or self.url
            self._fields, self._choices = [], set()
            self._post = at.get("method", "get").lower() == "post"
        elif self._action is not None:
            self._field(tag, at)

    def _field(self, tag: str, at: dict[str, str]) -> None:
        name = at.get("name", "")
        if tag == "textarea":
            self._area, self._typed = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and at.get("value"):
            if self._select not in self._choices:
                self._choose(self._select, at["value"])
        elif tag in ("input", "button") and name:
            if at.get("type") in ("radio", "checkbox"):
                # One of each is ticked, so that the form means something.
                if name not in self._choices:
                    self._choose(name, self._likely(name) or at.get("value", "on"))
            elif at.get("type") != "file":
                typed = tag == "input" and at.get("type") != "hidden"
                likely = self._likely(name, "Some words") if typed else ""
                self._fields.append((name, at.get("value") or likely))

    def _likely(self, name: str, otherwise: str = "") -> str:
        end = "/".join((self._action or "").split("/")[-2:])
        ends = (end, end.rpartition("/")[2])
        return next(
            (LIKELY[key] for key in (*(f"{end} {name}" for end in ends), name) if key in LIKELY),
            otherwise,
        )

    def _choose(self, name: str, value: str) -> None:
        self._choices.add(name)
        self._fields.append((name, value))

    def handle_data(self, data: str) -> None:
        self._typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            typed = self._typed.strip() or "Some words of mine."
            self._fields.append((self._area, self._likely(self._area, typed)))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form" and self._action is not None:
            if self._post:
                self.forms.append(Form(self._action, tuple(self._fields)))
            else:
                self.queries |= {name for name, _ in self._fields}
            self._action = None


@contextmanager
def undone(house) -> Iterator[None]:
    """Nothing that is done in here stays done: savepoints inside a transaction thrown away."""
    with house.engine.connect().execution_options(**{db.WRITES: True}) as connection:
        outer = connection.begin()
        house.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            outer.rollback()
            house.sessions.configure(
                bind=house.engine, join_transaction_mode="conditional_savepoint"
            )
