"""The ``storybank`` command. Errors are one plain sentence on stderr and a non-zero exit."""

import gc

# What is imported stays, so nothing is looked for in it: a fifth of the time to start.
gc.disable()

from storybank.cli.main import main  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["main"]
