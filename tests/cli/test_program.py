"""The installed program itself: from any folder, in pipes, on a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import houses
import pytest
from commands import YES

PROGRAM = Path(sys.executable).with_name("storybank")


@pytest.fixture
def settings(house) -> dict[str, str]:
    """The environment of a program that works on the test's house."""
    project = str(Path(__file__).parents[2])
    unset = {"STORYBANK_DATABASE_URL", "PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return kept | houses.settings_of(house.config.home) | {"PYTHONPATH": project}


@pytest.fixture
def program(settings, tmp_path):
    """``program("check")``: run it in a folder that has nothing to do with the project."""

    def run(*words: object, **more) -> subprocess.CompletedProcess:
        return subprocess.run(
            [PROGRAM, *map(str, words)], env=settings, cwd=tmp_path, timeout=60,
            **{"capture_output": True, "text": True, **more},
        )  # fmt: skip

    return run


class TestAnotherProgram:
    def test_it_takes_in_and_searches_from_any_folder(self, program, tmp_path):
        (tmp_path / "a.txt").write_text("I waited at the clinic.")
        taken = program("take-in", "a.txt", *YES, "--json")
        assert (taken.returncode, taken.stderr) == (0, "1 taken in, 0 refused.\n")
        assert json.loads(taken.stdout)["story"] == 1
        added = program(
            "people", "add", "--email", "jo@example.org", "--role", "researcher",
            "--password-stdin", input="a door of green glass\n",
        )  # fmt: skip
        assert (added.returncode, added.stdout) == (0, "Added jo@example.org.\n")
        found = program(
            "search", "clinic", "--as", "jo@example.org", "--purpose", "study", "--json"
        )
        assert [row["story"] for row in json.loads(found.stdout)] == [1]

    def test_its_code_says_how_it_ended(self, program):
        refused = program("take-in", "gone.txt", *YES, "--json")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["outcome"] == "refused"

    def test_a_reader_that_goes_away_leaves_no_trace(self, settings, tmp_path):
        with subprocess.Popen(
            [PROGRAM, "routes"], env=settings, cwd=tmp_path, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as run:  # fmt: skip
            run.stdout.close()
            told = run.stderr.read()
        assert (run.returncode, told) == (1, b"")

    def test_a_full_disk_under_its_output_is_one_sentence(self, program):
        with open("/dev/full", "w") as full:
            said = program("routes", capture_output=False, stdout=full, stderr=subprocess.PIPE)
        assert said.returncode == 1
        assert said.stderr == "The machine refused that: No space left on device.\n"

    def test_input_that_is_not_utf_8_is_one_sentence(self, program, settings):
        settings["PYTHONUTF8"] = "1"
        said = program(
            "people", "add", "--email", "jo@example.org", "--role", "researcher",
            "--password-stdin", input=b"\xff\xfe a door of glass\n", text=False,
        )  # fmt: skip
        assert b"Traceback" not in said.stderr
        assert said.stderr.count(b"\n") <= 1

    def test_on_a_terminal_a_bar_moves_beside_clean_output(self, settings, tmp_path):
        (tmp_path / "a.txt").write_text("I waited at the clinic.")
        ours, theirs = pty.openpty()
        run = subprocess.run(
            [PROGRAM, "take-in", "a.txt", *YES, "--json"], env=settings | {"TERM": "xterm"},
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, timeout=60,
        )  # fmt: skip
        os.close(theirs)
        shown = os.read(ours, 65_536).decode()
        os.close(ours)
        assert json.loads(run.stdout)["story"] == 1
        assert "Taking in" in shown
        assert "1 taken in, 0 refused." in shown
