"""A command line in a house of its own."""

from __future__ import annotations

import json
from pathlib import Path

import commands
import pytest
from commands import YES


@pytest.fixture
def bare(monkeypatch, capsys, tmp_path) -> commands.Terminal:
    """A command line where nothing was set up."""
    return commands.Terminal(monkeypatch, capsys).in_house(tmp_path / "home")


@pytest.fixture
def storybank(house, monkeypatch, capsys) -> commands.Terminal:
    """A command line on the test's own house, which the test may look into as well."""
    return commands.Terminal(monkeypatch, capsys).in_house(house.config.home)


@pytest.fixture
def lines(tmp_path):
    """``lines({"id": ..., "text": ...}, ...)``: a .jsonl file of these stories."""

    def write(*stories: dict) -> Path:
        path = tmp_path / "stories.jsonl"
        path.write_text("".join(json.dumps(story) + "\n" for story in stories))
        return path

    return write


@pytest.fixture
def taken(storybank, tmp_path):
    """``taken("words", ...)``: take texts in with a yes; the numbers of their stories."""

    def take_in(*texts: str) -> list[int]:
        path = tmp_path / "taken.jsonl"
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        said = storybank("take-in", path, *YES, "--json")
        assert said.code == 0, said
        return [row["story"] for row in said.rows]

    return take_in


@pytest.fixture
def with_account(storybank):
    """``with_account("researcher")``: the address of a new account of this role."""

    def add(role: str) -> str:
        email = f"{role}@example.org"
        assert storybank("people", "add", "--email", email, "--role", role).code == 0
        return email

    return add
