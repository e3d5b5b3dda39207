"""Opening the house for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from storybank import db
from storybank.config import Config
from storybank.errors import NotReady
from storybank.wiring import House, open_house


@contextmanager
def the_house() -> Iterator[House]:
    """The house as the environment names it; work is drained by the command, not by a thread.

    Raises NotReady when it was never set up or is behind its migrations.
    """
    house = open_house(replace(Config.from_environment(), jobs="held"))
    try:
        if not db.may_serve(house.engine):
            raise NotReady("The database is not up to date. Run: storybank init")
        yield house
    finally:
        house.close()
