"""The ``storybank`` command. Errors are one plain sentence on stderr and a non-zero exit."""

from storybank.cli.main import main

__all__ = ["main"]
