"""The scene of every way in."""

from __future__ import annotations

import pytest
from ways_in import coming_in


@pytest.fixture
def scene(app, house) -> coming_in.Scene:
    return coming_in.scene(app, house)
