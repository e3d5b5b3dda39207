"""Rules of packs: what a workshop must say, short codes, and a fair spread of voices."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from storybank.consent.purposes import Purpose
from storybank.errors import BadInput
from storybank.stories.characters import one_line

PURPOSES = (Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH)
"""What a workshop may use passages for."""

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and figures that are not mistaken for each other in print."""

TAKEN_OUT = "taken out"
"""Why a card left a pack when it was a facilitator who took it out."""

CHANGED = "words changed"
"""Why a card left a pack when its storyteller corrected the words on it."""

MAX_COPIES = 500
MAX_AUDIENCE = 50
Thing = TypeVar("Thing")


def short_code() -> str:
    """A code for a pack's cards, such as K7M-4QX: 31^6, about 890 million."""
    letters = [secrets.choice(ALPHABET) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


def clean_line(words: str, what: str, longest: int) -> str:
    """One line of text, trimmed, with nothing in it that cannot be seen.

    Raises BadInput when it is empty or too long.
    """
    line = one_line(words)
    if not line:
        raise BadInput(f"Write {what}.")
    if len(line) > longest:
        raise BadInput(f"Keep {what} under {longest} letters.")
    return line


def clean_audience(labels: Iterable[str]) -> list[str]:
    """Who will be there, one name each, without doubles.

    Raises BadInput for too many or too long names.
    """
    cleaned = list(dict.fromkeys(filter(None, map(one_line, labels))))
    if len(cleaned) > MAX_AUDIENCE or any(len(label) > 200 for label in cleaned):
        raise BadInput(f"Name at most {MAX_AUDIENCE} organisations, each in 200 letters or fewer.")
    return cleaned


def check_use_until(use_until: date, today: date) -> date:
    """Raises BadInput when cards would be out of date before they are printed."""
    if use_until < today:
        raise BadInput("The cards' last day has passed already. Choose a later one.")
    return use_until


def wiping_day(ended_on: date, keep_days: int) -> date:
    """The day on which participants' data is wiped, ``keep_days`` after the workshop ended."""
    return ended_on + timedelta(days=keep_days)


def spread(things: Sequence[Thing], voice: Callable[[Thing], Hashable]) -> list[Thing]:
    """The same things with the voices taking turns, each voice's own order kept."""
    queues: dict[Hashable, list[Thing]] = {}
    for thing in things:
        queues.setdefault(voice(thing), []).append(thing)
    turns: list[Thing] = []
    depth = 0
    while len(turns) < len(things):
        turns += [queue[depth] for queue in queues.values() if depth < len(queue)]
        depth += 1
    return turns


def moved(order: Sequence[Thing], here: int, way: str) -> list[Thing]:
    """The same order with the thing at ``here`` moved ``up``, ``down`` or to be ``first``."""
    there = {"up": here - 1, "down": here + 1, "first": 0}.get(way, here)
    changed = list(order)
    if 0 <= there < len(changed):
        changed.insert(there, changed.pop(here))
    return changed


def mark(code: str, number: int) -> str:
    """What stands on a printed card to tell it by: K7M-4QX / 3."""
    return f"{code} / {number}"
