"""A bed of machines, in memory where there is room."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import bed as beds
import factories
import houses
import pytest
from journeys.test_canary import tell


@pytest.fixture(scope="package")
def ground() -> Iterator[Path]:
    """A folder that the database's own user may enter."""
    houses.alone()
    if not beds.VERSIONS.is_dir():
        pytest.skip("Debian's postgresql is not installed; make test-setup installs it")
    memory = Path("/dev/shm")
    folder = Path(
        tempfile.mkdtemp(prefix="storybank-bed-", dir=memory if memory.is_dir() else None)
    )
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def scene(ground) -> Iterator[SimpleNamespace]:
    """Two nodes and two workers over a house where a story with a word nobody else uses was told:
    ``bed``, ``told`` (who is who, and what to ask for), ``house`` and ``app`` in this process."""
    here = SimpleNamespace()

    def furnish(bed: beds.Bed) -> None:
        here.house = beds.house_on(bed)
        here.app = factories.make_app(here.house)
        here.told = tell(here.app, here.house, bed.keys)

    with beds.laid(ground / "told", furnish) as bed:
        here.bed = bed
        yield here
        here.house.close()
