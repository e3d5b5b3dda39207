"""docs/consent.md names a test for what it claims, and each of them is there."""

from __future__ import annotations

import re

import pytest

from storybank.config import PROJECT

PAGE = (PROJECT / "docs" / "consent.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))
ROWS = dict(re.findall(r"^\| (R\d+) \|(.*)$", PAGE, re.MULTILINE))


def test_every_requirement_has_its_row_once():
    assert re.findall(r"^\| (R\d+) \|", PAGE, re.MULTILINE) == [f"R{n}" for n in range(1, 26)]


@pytest.mark.parametrize("row", ROWS)
def test_what_is_said_to_be_met_is_shown_by_a_test(row):
    _, state, shown = ROWS[row].rsplit("|", 1)[0].rsplit("|", 2)
    assert re.search(r"tests/\S+::test_", shown) or state.strip().startswith("not met")


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda part: part.rsplit("/")[-1])
def test_each_test_it_names_is_there(path, name):
    assert (PROJECT / path).is_file()
    text = (PROJECT / path).read_text(encoding="utf-8")
    assert not name or re.search(rf"^ *def {name}\(", text, re.MULTILINE)
