"""How long a yes lasts."""

from __future__ import annotations

from datetime import datetime

from storybank.errors import BadInput

LASTS = {"1 year": 1, "2 years": 2, "5 years": 5, "until I stop": None}


def years_later(moment: datetime, years: int) -> datetime:
    """The same day ``years`` later; 29 February becomes 28 February."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


def lasts_until(words: str, given_at: datetime) -> datetime | None:
    """When a yes that lasts ``words`` runs out; None for "until I stop".

    Raises BadInput for anything not offered.
    """
    if words not in LASTS:
        raise BadInput("Say how long the yes lasts: " + ", ".join(LASTS) + ".")
    years = LASTS[words]
    return None if years is None else years_later(given_at, years)
