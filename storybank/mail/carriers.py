"""Whoever takes a letter out of the house: the seam, and the mail folder for want of a server."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from storybank.mail.letters import Letter
from storybank.mail.rules import Problem, State


class NotCarried(Exception):
    """The letter did not go; says why in one of our own sentences."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class Carrier(Protocol):
    """Takes one letter out. Slow at times: never called with a transaction open."""

    done: State
    """Where a message stands that was taken."""

    def says(self) -> str:
        """Where letters go, without a password."""

    def carry(self, letter: Letter) -> None:
        """Raises NotCarried when it is not certain that the letter was taken."""


class MailFolder:
    """Keeps letters as files that any mail program opens; nobody but the house may look in."""

    done = State.KEPT

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def says(self) -> str:
        return f"the folder {self.folder}"

    def carry(self, letter: Letter) -> None:
        target = self._file(letter.number)
        draft = target.with_suffix(".draft")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(letter.email.as_bytes())
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(target)
        except OSError as no:
            raise NotCarried(Problem.FOLDER) from no

    def forget(self, numbers: Iterable[int]) -> None:
        """Take the files of these messages out of the folder."""
        for number in numbers:
            self._file(number).unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self.folder / f"message-{number}.eml"
