"""The only place that asks the time. Moments are naive datetimes in UTC everywhere."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment: naive, UTC, to the microsecond."""
    return datetime.now(UTC).replace(tzinfo=None)
