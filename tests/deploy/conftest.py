"""Houses that are served by the real program, as an operator serves them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import houses
import pytest
from deploy.serving import PROGRAM, Served, settings_of


@pytest.fixture
def served(tmp_path) -> Iterator:
    """``with served(settings, "--processes", "2") as house``: it ends with the block."""

    @contextmanager
    def serve(settings: dict[str, str], *words: str) -> Iterator[Served]:
        one = Served(settings, tmp_path / "served.log", *words)
        try:
            yield one
        finally:
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()

    return serve


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory, postgres_url) -> dict[str, str]:
    """The settings of a house of its own on PostgreSQL."""
    houses.alone()
    home = tmp_path_factory.mktemp("house")
    settings = settings_of(home, postgres_url, STORYBANK_METRICS_TOKEN="a-monitor")
    subprocess.run([PROGRAM, "init"], env=settings, check=True, capture_output=True, cwd="/")
    return settings
