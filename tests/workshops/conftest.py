"""A workshop with an empty pack, to try in a session."""

from __future__ import annotations

import pytest
from workshops.meeting import Meeting


@pytest.fixture
def meeting(a):
    """Makes workshops, each with a pack: ``meeting(Purpose.TEACH, audience=["A clinic"])``."""
    return lambda *args, **kw: Meeting(a, *args, **kw)


@pytest.fixture
def room(meeting):
    """A workshop that nobody has said who comes to, with an empty pack."""
    return meeting()
