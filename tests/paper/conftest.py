"""A workshop with a pack to print."""

from __future__ import annotations

import pytest
from workshops.meeting import Meeting
from workshops.test_pages import fay, full, stories, write  # noqa: F401  # fixtures


@pytest.fixture
def meeting(a):
    """Makes workshops, each with a pack: ``meeting(Purpose.TEACH, audience=["A clinic"])``."""
    return lambda *args, **kw: Meeting(a, *args, **kw)


@pytest.fixture
def room(meeting):
    """A workshop that nobody has said who comes to, with an empty pack."""
    return meeting()
