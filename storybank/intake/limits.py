"""What a process that reads one file gives up for good."""

import resource
from contextlib import suppress

from storybank.intake.walls import close_in


def limit(memory: int, seconds: int) -> None:
    """Allow ``memory`` bytes of address space and ``seconds`` of processor time; no file but to
    read, no network, no child, no dump. What a machine does not know of these is left as it is."""
    most_of = (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", 16),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", memory),
    )
    for name, most in most_of:
        kind = getattr(resource, name, None)
        if kind is not None:
            with suppress(ValueError, OSError):  # a lower limit is in force already
                resource.setrlimit(kind, (most, most))
    close_in()
