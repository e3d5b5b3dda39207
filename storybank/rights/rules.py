"""Which rights there are, when an answer is due, and what a refusal needs. Nothing here knows a
clock or a database; the days that are holidays are handed in.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from storybank.errors import BadInput, Refused
from storybank.rights.kinds import Exemption, Kind, Outcome

IsHoliday = Callable[[date], bool]

UK = ZoneInfo("Europe/London")
"""Whose days count: the law's, which are the same in all four nations."""
ACKNOWLEDGE = timedelta(days=30)
"""Within this a complaint is acknowledged."""
MOST_MONTHS = 2
"""By so many months the time may be made longer."""
OLDEST = timedelta(days=3 * 366)
"""A request that came longer ago was not just found in the post: the day was mistyped."""
SATURDAY = 5


SIGNED_OFF = frozenset({Kind.ERASURE, Kind.OBJECTION, Kind.RESTRICTION})
"""Kinds that one steward alone may never refuse, whatever the reason."""


@dataclass(frozen=True)
class Pause:
    """Days on which the clock stood still: from the first, up to but not with the last."""

    from_on: date
    to_on: date | None

    @property
    def days(self) -> int:
        """How many days it added; none while it lasts."""
        return 0 if self.to_on is None else (self.to_on - self.from_on).days


def local_day(moment: datetime) -> date:
    """The day it is in the United Kingdom at a moment (naive, UTC)."""
    return moment.replace(tzinfo=UTC).astimezone(UK).date()


def months_after(day: date, months: int) -> date:
    """The corresponding date so many months later; a month's last day where it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_day(day: date, is_holiday: IsHoliday) -> date:
    """The same day or, where that is a weekend or a holiday, the next that is neither."""
    while day.weekday() >= SATURDAY or is_holiday(day):
        day += timedelta(days=1)
    return day


def due_on(
    received_on: date, is_holiday: IsHoliday, pauses: Iterable[Pause] = (), more_months: int = 0
) -> date:
    """By when a request must be answered: one calendar month, days of standing still, and the
    months of an extension; moved to the next working day.

    ``more_months`` is 0, 1 or 2.
    """
    last = months_after(received_on, 1 + more_months)
    return working_day(last + timedelta(days=sum(one.days for one in pauses)), is_holiday)


def acknowledge_by(received_on: date) -> date:
    """The last day on which a complaint may be acknowledged."""
    return received_on + ACKNOWLEDGE


def check_received(received_on: date, today: date) -> None:
    """Raises BadInput for a day that is still to come, or one that can only be a slip."""
    if received_on > today:
        raise BadInput("The day it came cannot be after today.")
    if received_on < today - OLDEST:
        raise BadInput("That day is long ago. Check the year.")


def check_extension(months: int, already: int, today: date, due: date) -> None:
    """Raises Refused where the time cannot be made longer, BadInput for an odd number of months."""
    if already:
        raise Refused("The time was made longer once. It can not be made longer again.")
    if not 1 <= months <= MOST_MONTHS:
        raise BadInput("Choose one month or two months.")
    if today >= due:
        raise Refused("The person had to be told before the answer was due. It is too late now.")


def needs_sign_off(kind: Kind, outcome: Outcome, exemption: Exemption | None) -> bool:
    """Must a second steward agree before this answer counts?

    To refuse erasure or an objection, or anything for the sake of research, takes two people
    and a written account of the harm. No setting changes that.
    """
    if outcome not in (Outcome.REFUSED, Outcome.PARTLY):
        return False
    return kind in SIGNED_OFF or exemption is Exemption.RESEARCH


def check_answer(
    kind: Kind, outcome: Outcome, exemption: Exemption | None, harm: str, answer: str
) -> None:
    """Raises BadInput where an answer lacks what it must have."""
    if outcome is Outcome.WITHDRAWN:
        raise BadInput("Choose done, partly or refused.")
    refused = outcome in (Outcome.REFUSED, Outcome.PARTLY)
    if refused and kind is not Kind.COMPLAINT and exemption is None:
        raise BadInput("Choose the reason that the law allows. Without one, it is not refused.")
    if needs_sign_off(kind, outcome, exemption) and not harm.strip():
        raise BadInput("Write down what harm it would do. Without that, it is not refused.")
    if (refused or kind is Kind.COMPLAINT) and not answer.strip():
        raise BadInput("Write what we tell the person.")


def days_left(due: date, today: date) -> int:
    """Days until an answer is due; below nought, how many days it is late."""
    return (due - today).days
