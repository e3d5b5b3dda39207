"""Scanned PDFs: their pictures read to letters by programs of the machine, where it has them.

ocrmypdf and tesseract are not ours and not fetched: whoever runs the house may install Debian's.
They get no environment of ours, little time and memory, and a folder that is gone afterwards.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from storybank.errors import BadInput
from storybank.intake import rules

WARNING = "Read by machine from a picture: check every word."
NOT_HERE = (
    "This PDF holds pictures of pages and no words. To have them read by machine, whoever runs "
    "this house installs ocrmypdf and tesseract-ocr. Or type the words in."
)
NO_LETTERS = "The machine found no words in these pictures. Type the words in."
SECONDS = 300
"""How long a whole file may take by the clock on the wall; a page takes some seconds."""
MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space for each program."""
LARGEST = 100 * 1024 * 1024
"""The largest file, in bytes, that they may write."""
LANGUAGES = ("eng", "cym")
"""Of these, tesseract reads the ones it knows."""

_PROGRAMS = ("ocrmypdf", "tesseract")
_MEMORY_DISK = Path("/dev/shm")  # noqa: S108 (nobody else reads a folder of tempfile there)


def can_read() -> bool:
    """Say whether this machine has the programs that read letters from pictures."""
    return all(shutil.which(program) for program in _PROGRAMS)


def with_letters(data: bytes) -> bytes:
    """Return a PDF of pictures with the words in them added, as pdfs of scanners have them.

    Raises BadInput where the programs are not here, fail, or take too long. It may take minutes.
    """
    if not can_read():
        raise BadInput(NOT_HERE)
    disk = _MEMORY_DISK if os.access(_MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="storybank-", dir=disk) as folder:
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": folder, "TMPDIR": folder,
            "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1",
        }  # fmt: skip
        known = _run(["tesseract", "--list-langs"], b"", environment, 10).decode(errors="ignore")
        languages = [name for name in LANGUAGES if name in known.split()] or ["eng"]
        command = ["ocrmypdf", "--quiet", "--jobs", "1", "--output-type", "pdf", "--skip-text"]
        command += ["--language", "+".join(languages), "-", "-"]
        read = _run(command, data, environment, SECONDS)
    if not read.startswith(b"%PDF-"):
        raise BadInput(NO_LETTERS)
    return read


def _run(command: list[str], data: bytes, environment: dict[str, str], seconds: float) -> bytes:
    """What a program writes; nothing where it fails. Raises BadInput where it takes too long."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=environment["HOME"],
        start_new_session=True,
    ) as program:
        with suppress(OSError, ValueError, AttributeError):  # it ended, or no such limits here
            for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, LARGEST),
                               (resource.RLIMIT_CORE, 0)):  # fmt: skip
                resource.prlimit(program.pid, kind, (most, most))
        try:
            said, _ = program.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired as slow:
            raise BadInput(rules.TOO_HARD) from slow
        finally:
            with suppress(ProcessLookupError):  # its own children too
                os.killpg(program.pid, signal.SIGKILL)
    return said if program.returncode == 0 else b""
