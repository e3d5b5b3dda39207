"""What the tests of stories share."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@pytest.fixture(scope="session")
def real_stories(real_data) -> list[dict[str, str]]:
    with (real_data / "stories" / "stories.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture
def stopwatch():
    """``with stopwatch(5):`` fails where the processor worked longer than that for us."""

    @contextmanager
    def at_most(seconds: float) -> Iterator[None]:
        start = time.process_time()
        yield
        assert time.process_time() - start < seconds

    return at_most
