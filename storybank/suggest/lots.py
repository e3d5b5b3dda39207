"""Lots: which suggestions a person is shown because chance fell on them, and in which order.

Pure. The same person sees the same order all day, however much they answer meanwhile, so that
no page shuffles under their hands; tomorrow the lots fall anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

PRIME = 2_147_483_647
NIGHT = 4
"""The hour (UTC) at which a working day ends."""


@dataclass(frozen=True)
class Lots:
    """One person's lots of one day: x -> a x + b modulo a prime, for a and b drawn once."""

    a: int
    b: int

    @staticmethod
    def of(account_id: int, day: date) -> Lots:
        drawn = sha256(f"suggestions {account_id} {day.isoformat()}".encode()).digest()
        a, b = int.from_bytes(drawn[:8]), int.from_bytes(drawn[8:16])
        return Lots(a % (PRIME - 1) + 1, b % PRIME)

    def place(self, number: Any) -> Any:
        """Where a suggestion's number stands in the order of the lots: 0 to PRIME - 1. Takes an
        integer, or a column of 64 bits."""
        return (number * self.a + self.b) % PRIME

    def drawn(self, number: int) -> bool:
        """Is this one of the half that is shown by lot?"""
        return bool(self.place(number) % 2 == 0)


def day_of(moment: datetime) -> date:
    """The working day of a moment (UTC): a late evening belongs to the day before midnight."""
    return (moment - timedelta(hours=NIGHT)).date()


def tomorrow(moment: datetime) -> datetime:
    """When the next working day begins."""
    return datetime.combine(day_of(moment) + timedelta(days=1), time(NIGHT))
