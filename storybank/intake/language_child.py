"""Tells the language of a text in a process of its own, which keeps the model out of ours.

Run as `storybank.intake.child` is, but with the model loaded while it waits: the text in UTF-8 on
standard input, the code on standard output, "?" after it where it is not sure; nothing where
nobody can tell.
"""

from __future__ import annotations

import sys

from storybank.intake.language import language_of
from storybank.intake.limits import limit

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space; the model takes 110 MB, and the libraries set much aside unused."""

SECONDS = 2
"""Processor time."""


def prepare() -> None:
    """Load the model before there is a text."""
    language_of("The rain came down on the house.")


def main() -> None:
    """Read standard input and say its language."""
    limit(MEMORY, SECONDS)
    found = language_of(sys.stdin.buffer.read().decode())
    if found is not None:
        sys.stdout.write(found.code if found.sure else f"{found.code}?")


if __name__ == "__main__":
    main()
