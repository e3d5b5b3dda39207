"""How long a yes lasts, and when a day ends where the storyteller lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from storybank.errors import BadInput

LASTS = {"1 year": 1, "2 years": 2, "5 years": 5, "until I stop": None}

HOME = "Europe/London"

Day = TypeVar("Day", bound=date)


def years_later(day: Day, years: int) -> Day:
    """The same day ``years`` later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def midnight(day: date, time_zone: str = HOME) -> datetime:
    """When ``day`` begins where somebody lives, as a naive UTC moment.

    Where the clocks change at midnight it begins at the change, or at the first of two
    midnights: a yes never lasts longer than was said.
    """
    begins = datetime.combine(day, time(0), tzinfo=ZoneInfo(time_zone))
    return begins.astimezone(UTC).replace(tzinfo=None)


def local_date(moment: datetime, time_zone: str = HOME) -> date:
    """The day it is at a naive UTC moment where somebody lives."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).date()


def lasts_until(words: str, given_at: datetime, time_zone: str = HOME) -> datetime | None:
    """When a yes that lasts ``words`` runs out: as that day begins for the storyteller.

    None for "until I stop". Moments are naive UTC.

    Raises BadInput for anything not offered.
    """
    if words not in LASTS:
        raise BadInput("Say how long the yes lasts: " + ", ".join(LASTS) + ".")
    years = LASTS[words]
    if years is None:
        return None
    return midnight(years_later(local_date(given_at, time_zone), years), time_zone)
