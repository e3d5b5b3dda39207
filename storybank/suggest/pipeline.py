"""Which spaCy pipeline the house uses, and what to say where it is a plain one."""

from __future__ import annotations


def notice() -> str | None:
    """What to tell whoever looks after the house; None when all is there."""
    return None
