"""Calling ``storybank`` as another program does, without starting one each time."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import houses

from storybank.cli.main import main

YES = ("--uses", "keep,study,members", "--evidence", "Said yes out loud; Jo Park was there.")
"""What a take-in needs besides the story."""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said on standard output and on standard error."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One object for each line."""
        return [json.loads(line) for line in self.lines]


class Terminal:
    """``terminal("stop", 3, "--all", ...)``: the command in this process, its streams caught."""

    def __init__(self, monkeypatch, capsys) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *words: object, stdin: str = "") -> Said:
        self.capsys.readouterr()
        with self.monkeypatch.context() as patch:
            patch.setattr("sys.argv", ["storybank", *map(str, words)])
            patch.setattr("sys.stdin", io.StringIO(stdin))
            try:
                main()
            except SystemExit as end:
                code = end.code
        told = self.capsys.readouterr()
        return Said(code, told.out, told.err)

    def in_house(self, home) -> Terminal:
        """Let the commands work on this data folder."""
        self.monkeypatch.delenv("STORYBANK_DATABASE_URL", raising=False)
        for name, value in houses.settings_of(home).items():
            self.monkeypatch.setenv(name, value)
        return self
