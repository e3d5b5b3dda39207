"""Bank holidays. The only module that imports the library that knows them."""

from __future__ import annotations

from datetime import date
from functools import cache

from storybank.config import nation
from storybank.rights.rules import IsHoliday


def here() -> IsHoliday:
    """Says of any day whether it is a bank holiday in the nation that STORYBANK_NATION names.

    Raises NotReady where it names none.
    """
    return holidays_of(nation())


@cache
def holidays_of(nation: str) -> IsHoliday:
    """The same for a nation of the United Kingdom, such as "Wales"."""
    # A twentieth of a second, and few pages need it.
    from holidays import country_holidays

    known: dict[int, frozenset[date]] = {}

    def is_holiday(day: date) -> bool:
        if day.year not in known:
            days = country_holidays("GB", subdiv=nation, years=day.year)
            known[day.year] = frozenset(one for one in days if one.year == day.year)
        return day in known[day.year]

    return is_holiday
