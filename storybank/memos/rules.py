"""What a memo may hold and be about, whom it names, and whether it copies a story. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storybank.errors import BadInput
from storybank.stories.canon import normalise, one_line
from storybank.stories.rules import Place

MAX_TITLE = 200
MAX_BODY = 20_000
"""The longest memo, in code points: about 3,500 words."""
MAX_NAMED = 50

COLLEAGUE = "@a colleague"


class Kind(StrEnum):
    """What a memo is about."""

    PASSAGE = "passage"
    CODE = "code"
    STORY = "story"
    PROJECT = "project"

    @property
    def words(self) -> str:
        return {"project": "the whole project"}.get(self.value, f"a {self.value}")

    @property
    def shared(self) -> bool:
        """Is it the team's, so that every researcher may change it? Else its writer's alone."""
        return self in (Kind.CODE, Kind.PROJECT)


@dataclass(frozen=True)
class Subject:
    """What a memo is about: one of the kinds, with what it needs."""

    kind: Kind
    story_id: int | None = None
    place: Place | None = None
    code_id: int | None = None
    coding_id: int | None = None


def clean_title(typed: str) -> str:
    """One line; may be empty. Raises BadInput where it is too long."""
    title = one_line(typed)
    if len(title) > MAX_TITLE:
        raise BadInput(f"Keep the title under {MAX_TITLE} letters.")
    return title


def clean_body(typed: str) -> str:
    """Markdown as it was typed, without what cannot be seen.

    Raises BadInput for nothing, or for too much.
    """
    body = normalise(typed)[0].strip("\n").rstrip()
    if not body.strip():
        raise BadInput("Write the memo first.")
    if len(body) > MAX_BODY:
        raise BadInput(f"Keep a memo under {MAX_BODY:,} letters. Write a second one for the rest.")
    return body


# Copies of a story

TOO_MANY, MANY = 12, 8
"""So many words in a row equal to a story's: too many for a memo; enough to ask about."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Scripts written without spaces: there two letters count as one word."""
_BETWEEN = re.escape('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~') + "\u00a1\u00ab\u00bb\u00bf\u2010-\u2018"
_BETWEEN += "\u201a-\u206f\u3000-\u303f\u0964\u0965\u060c\u061b\u061f\uff01-\uff0f"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\s{_BETWEEN}{_UNSPACED}]+")
_SINGLE = re.compile(f"[{_UNSPACED}]")
_MARKS = str.maketrans("", "", "'\u2019\u02bc")


@dataclass(frozen=True)
class Copied:
    """A run of words that a memo shares with a story: where it stands there, in code points."""

    start: int
    end: int
    too_many: bool


def copied(typed: str, text: str) -> Copied | None:
    """The first long run of words of ``text`` that ``typed`` holds too; None where there is none.

    Capitals, punctuation, marks of Markdown and white space do not count. Linear in both.
    """
    mine, theirs = _words(typed), _words(text)
    for most, too_many in ((TOO_MANY, True), (MANY, False)):
        for length, spaced in ((most, True), (2 * most, False)):
            found = _shared([word for word, _, _ in mine], theirs, length, spaced)
            if found is not None:
                return Copied(*found, too_many)
    return None


def _words(text: str) -> list[tuple[str, int, int]]:
    found = (
        (match[0].translate(_MARKS).casefold(), match.start(), match.end())
        for match in _WORD.finditer(text)
    )
    return [one for one in found if one[0]]


def _shared(
    mine: list[str], theirs: list[tuple[str, int, int]], length: int, spaced: bool
) -> tuple[int, int] | None:
    """Where the first stretch of words stands that both share, ``length`` words or longer."""
    runs = set(zip(*(mine[at:] for at in range(length)), strict=False))
    words = [word for word, _, _ in theirs]
    first = last = None
    for at, run in enumerate(zip(*(words[at:] for at in range(length)), strict=False)):
        if run in runs and not (spaced and any(map(_SINGLE.match, run))):
            first = at if first is None else first
            last = at
        elif first is not None:
            break
    if first is None or last is None:
        return None
    return theirs[first][1], theirs[last + length - 1][2]


# Who is named


def handles(people: Mapping[int, str]) -> dict[str, int]:
    """What each person may be called after an "@": the whole name, with spaces, dots or nothing
    between its parts, or its first part; whatever would mean two people means nobody."""
    found: dict[str, set[int]] = {}
    for number, name in people.items():
        parts = name.casefold().split()
        for handle in {" ".join(parts), ".".join(parts), "".join(parts), *parts[:1]}:
            found.setdefault(handle, set()).add(number)
    return {handle: whose.pop() for handle, whose in found.items() if len(whose) == 1}


def named(body: str, people: Mapping[int, str]) -> set[int]:
    """The people a memo names: "@Ana Lopez", "@ana.lopez", "@ana" where there is one Ana."""
    known = handles(people)
    return {known[match[1]] for match in _calls(known).finditer(body.casefold())}


def unknown(body: str, people: Mapping[int, str]) -> int:
    """How many words after an "@" are nobody's name, or more than one person's."""
    every = len(_AT.findall(body))
    return max(0, every - len(_calls(handles(people)).findall(body.casefold())))


def without_names(body: str, people: Mapping[int, str]) -> str:
    """The memo with its "@" names taken out."""
    names = sorted({name for name in people.values() if name}, key=len, reverse=True)
    firsts = sorted({name.split()[0] for name in names if name.split()}, key=len, reverse=True)
    for some in (names, firsts):
        if some:
            pattern = f"(?<![\\w@])@(?:{'|'.join(map(re.escape, some))})(?!\\w)"
            body = re.sub(pattern, COLLEAGUE, body, flags=re.IGNORECASE)
    return _AT.sub(COLLEAGUE, body.replace(COLLEAGUE, "\0")).replace("\0", COLLEAGUE)


_AT = re.compile(r"(?<![\w@])@\w[\w.-]*")


def _calls(known: Mapping[str, int]) -> re.Pattern[str]:
    if not known:
        return re.compile(r"(?!)()")
    longest_first = sorted(known, key=len, reverse=True)
    return re.compile(f"(?<![\\w@])@({'|'.join(map(re.escape, longest_first))})(?!\\w)")


# Links

_TARGET = re.compile(r"(memo|story|code)?[\s:#]*(\S+)", re.IGNORECASE)


def target(typed: str) -> tuple[str, str]:
    """What a link leads to: ("memo", "12"), ("story", "3") or ("code", "EN-PEER").

    Raises BadInput where it is none of these.
    """
    found = _TARGET.fullmatch(one_line(typed)[:100])
    kind, what = (found[1] or "code").lower() if found else "", found[2] if found else ""
    number = what.isascii() and what.isdecimal() and len(what) < 10
    if not found or (kind in ("memo", "story") and not number):
        raise BadInput("Write memo 12, story 3, or the key of a code, like EN-PEER.")
    return kind, what
