"""How much of what it should find the house finds: the figures that pages show, in one place.

They are what the last recorded run of ``benchmarks/details.py`` printed (docs/details.md); a test
holds the two together. All of it was measured on invented words, so a real story may fare worse.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Of ten details, how many; each share between 0 and 1, to two places."""

    details: int
    likely: float
    """Found, and shown as likely."""
    either: float
    """Found at all: likely, or a capital that the house does not know."""
    precision: float
    """Of what is shown as likely, how much was a detail."""


INVENTED = Measured(67, 0.75, 0.88, 0.91)
"""In invented sentences about health and care, with the pipeline that knows names."""
WITHOUT_NAMES = Measured(67, 0.40, 0.88, 0.90)
"""The same without it: by shapes and capitals alone."""


def in_ten(share: float) -> int:
    """A share as so many in ten, never rounded up."""
    return int(share * 10 + 1e-9)
