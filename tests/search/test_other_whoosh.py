"""The same contract holds on the Whoosh that would take the place of ours, and each reads what the
other wrote: changing over is no migration."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storybank.search.query import Word
from storybank.search.whoosh_index import WhooshIndex

ROOT = Path(__file__).resolve().parents[2]
WANTED = ROOT / "requirements" / "whoosh3.txt"
HERE = "tests/search/"

READ = """
import sys, whoosh
from pathlib import Path
from storybank.search.query import Word
from storybank.search.index import Document
from storybank.search.whoosh_index import WhooshIndex
assert whoosh.__version__[:1] == (3,), whoosh.__version__
index = WhooshIndex(Path(sys.argv[1]))
assert set(index.find(Word("nurse"), {1, 2, 3}).scores) == {1, 3}
index.forget([1])
index.put([Document(4, 1, "", "a nurse")])
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> dict[str, str]:
    """The surroundings in which ``import whoosh`` gives the other one."""
    folder = tmp_path_factory.mktemp("whoosh3")
    fetched = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes",
         "--disable-pip-version-check", "--target", folder, "-r", WANTED],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fetched.returncode and "hash" in fetched.stderr.lower():
        pytest.fail("whoosh3 is not what it was: its hash differs")
    if fetched.returncode:
        pytest.skip("whoosh3 cannot be fetched from here")
    return os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def test_the_contract_holds_on_the_other_whoosh(other, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n0",
         f"--basetemp={tmp_path / 'inner'}", "-k", "not fake and not postgres and not hundreds",
         f"{HERE}test_index.py", f"{HERE}test_whoosh_index.py", f"{HERE}test_whoosh_shelves.py"],
        cwd=ROOT, env=other, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-2_000:]


def test_each_reads_and_changes_what_the_other_wrote(other, whoosh, documents, tmp_path):
    whoosh.put(documents)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, tmp_path / "index"],
        cwd=ROOT, env=other, check=True, capture_output=True,
    )  # fmt: skip
    again = WhooshIndex(tmp_path / "index")
    assert set(again.find(Word("nurse"), {1, 2, 3, 4}).scores) == {3, 4}
    again.put(documents[:1])
    assert set(whoosh.find(Word("nurse"), {1, 2, 3, 4}).scores) == {1, 3, 4}
