"""spaCy takes about a second to load: nobody waits for it who only opens a page."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["storybank.app", "storybank.cli.main"])
def test_starting_the_house_does_not_load_spacy(module):
    asked = f"import sys, {module}; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], timeout=60).returncode == 0


def test_the_question_would_notice_it():
    asked = "import sys, storybank.suggest.spacy_suggester; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], timeout=60).returncode == 1
