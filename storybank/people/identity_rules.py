"""What is asked about a storyteller as a person, and what may be written in each answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from storybank.errors import BadInput
from storybank.people.rules import clean_email, clean_name

HOME_ZONE = "Europe/London"
HOME_LANGUAGE = "en-GB"
MAX_LINES = 500
_PHONE = re.compile(r"\+?[0-9]{5,20}")


class Channel(StrEnum):
    """How somebody wants to hear from us."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    CALL = "call"
    TRUSTED = "trusted"


class Format(StrEnum):
    """How somebody wants words to come to them."""

    STANDARD = "standard"
    EASY_READ = "easy_read"
    LARGE_PRINT = "large_print"
    AUDIO = "audio"


CHANNELS = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "Text",
    Channel.LETTER: "Letter",
    Channel.CALL: "Phone call",
    Channel.TRUSTED: "Through someone I trust",
}
FORMATS = {
    Format.STANDARD: "Plain words",
    Format.EASY_READ: "Easy read",
    Format.LARGE_PRINT: "Large print",
    Format.AUDIO: "Sound",
}
LANGUAGES = {
    "en-GB": "English",
    "cy": "Cymraeg",
    "ar": "العربية",
    "bn": "বাংলা",
    "fr": "Français",
    "gu": "ગુજરાતી",
    "pa": "ਪੰਜਾਬੀ",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "so": "Soomaali",
    "es": "Español",
    "ur": "اردو",
    "zh": "中文",
}
"""Each under the name its own speakers give it."""


@dataclass(frozen=True)
class Details:
    """How to reach a storyteller, and who to ask if they die or can no longer choose.

    Empty text where nothing was told.
    """

    legal_name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    trusted_person: str = ""
    trusted_contact: str = ""
    preferred_channel: str = Channel.EMAIL
    preferred_format: str = Format.STANDARD
    language: str = HOME_LANGUAGE

    def __repr__(self) -> str:
        # A log or a traceback must not tell what is sealed everywhere else.
        return "Details(...)"


NEEDS = {
    Channel.EMAIL: ("email", "Write your e-mail address, or pick another way."),
    Channel.SMS: ("phone", "Write your phone number, or pick another way."),
    Channel.LETTER: ("address", "Write your address, or pick another way."),
    Channel.CALL: ("phone", "Write your phone number, or pick another way."),
    Channel.TRUSTED: ("trusted_contact", "Write how to reach them, or pick another way."),
}
"""What each channel cannot do without."""


def clean_details(typed: Details) -> tuple[Details, dict[str, str]]:
    """``typed`` tidied, and what is wrong with it: a sentence for each field that is."""
    cleaners = {
        "legal_name": clean_name,
        "email": clean_email,
        "phone": clean_phone,
        "address": clean_lines,
        "trusted_person": clean_name,
        "trusted_contact": clean_lines,
        "preferred_channel": lambda word: _one_of(word, Channel),
        "preferred_format": lambda word: _one_of(word, Format),
        "language": lambda word: _one_of(word, LANGUAGES),
    }
    errors: dict[str, str] = {}
    clean: dict[str, str] = {}
    for field in fields(Details):
        value: str = getattr(typed, field.name)
        try:
            clean[field.name] = cleaners[field.name](value) if value.strip() else ""
        except BadInput as no:
            errors[field.name] = no.sentence
    for choice in ("preferred_channel", "preferred_format", "language"):
        if clean.get(choice) == "":
            clean[choice] = str(getattr(Details(), choice))  # Left open.
    return replace(typed, **clean), errors


def missing_for_channel(details: Details) -> tuple[str, str] | None:
    """The field that the chosen channel needs and that is empty, with a sentence; None if none."""
    field, sentence = NEEDS[Channel(details.preferred_channel)]
    return None if getattr(details, field) else (field, sentence)


def clean_phone(typed: str) -> str:
    """Digits, with a + before a country's code: "+4420" for "0044 (0)20".

    Raises BadInput when it is no phone number.
    """
    number = re.sub(r"[\s().\-/]", "", unicodedata.normalize("NFKC", typed).replace("(0)", ""))
    number = f"+{number[2:]}" if number.startswith("00") else number
    if not _PHONE.fullmatch(number):
        raise BadInput("That does not look like a phone number. Use numbers only.")
    return number


def phone_spellings(phone: str) -> tuple[str, ...]:
    """How the same cleaned number may have been written: at home, and from abroad."""
    if phone.startswith("+44"):
        return phone, f"0{phone[3:]}"
    return (phone, f"+44{phone[1:]}") if phone.startswith("0") else (phone,)


def clean_lines(typed: str) -> str:
    """Lines of an address: trimmed, none empty.

    Raises BadInput when they are too long or hold characters that cannot be shown.
    """
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", typed).splitlines()]
    text = "\n".join(line for line in lines if line)
    if len(text) > MAX_LINES:
        raise BadInput(f"That is too long. Use at most {MAX_LINES} letters.")
    if not text.replace("\n", "").isprintable():
        raise BadInput("Write this with letters, spaces and marks that can be shown.")
    return text


def clean_zone(name: str) -> str:
    """Raises BadInput when there is no such time zone."""
    if name not in zones():
        raise BadInput("Pick a place from the list.")
    return name


@cache
def zones() -> frozenset[str]:
    """Every time zone's name that this computer knows: "Europe/London"."""
    return frozenset(available_timezones())


@cache
def places() -> tuple[str, ...]:
    """The zones to choose from: those named after a place, the home zone first."""
    oceans = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
              "Europe/", "Indian/", "Pacific/")  # fmt: skip
    return (HOME_ZONE, *sorted(z for z in zones() if z.startswith(oceans) and z != HOME_ZONE))


def _one_of(word: str, known: Iterable[str]) -> str:
    for one in known:
        if one == word:
            return str(one)
    raise BadInput("Pick one from the list.")
