"""What takes long to load is loaded by whoever asks for it, not by who opens a first page."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("docx", "lxml", "numpy", "openpyxl", "scipy", "sklearn", "spacy", "xlsxwriter")
START = """
import storybank.cli.main
from pathlib import Path
from storybank.app import create_app
from storybank.config import Config
config = Config.for_home(Path({home!r}), jobs="held")  # what is swept meanwhile may load more
assert create_app(config).test_client().get("/sign-in").status_code == 200
"""


def loaded(program: str) -> set[str]:
    """Which of the heavy ones a new process has loaded when this is done."""
    program += f"\nimport sys; print('loaded', *[one for one in {HEAVY} if one in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, timeout=60, capture_output=True, text=True
    )
    return set(said.stdout.splitlines()[-1].split()[1:])


def test_the_house_is_open_and_shows_its_first_page_without_any_of_them(house):
    assert loaded(START.format(home=str(house.config.home))) == set()


def test_one_that_is_loaded_is_noticed():
    assert {"docx", "lxml"} <= loaded("import storybank.intake.docx_file")
