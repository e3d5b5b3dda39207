"""Reads one spreadsheet in a process of its own, with the limits of `storybank.intake.child`.

On standard input the bytes; on standard output one JSON object: what `read_xlsx` returns, or the
sentence of a refusal.
"""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any, cast

MEMORY = 280 * 1024 * 1024
"""Bytes of address space."""

SECONDS = 5
"""Processor time; the parent also looks at the clock."""


def read(data: bytes) -> dict[str, Any]:
    """Return the sheets, or {"refused": sentence}."""
    from storybank.errors import BadInput
    from storybank.intake import rules
    from storybank.intake.xlsx_file import read_xlsx

    try:
        return read_xlsx(data)
    except BadInput as refusal:
        return {"refused": refusal.sentence}
    except (MemoryError, RecursionError):
        return {"refused": rules.TABLE_TOO_HARD}


def prepare() -> None:
    """Load what spreadsheets need, before there is one."""
    # openpyxl loads it where it is there, to tell numbers; its threads would take the memory.
    sys.modules.setdefault("numpy", cast(ModuleType, None))
    import storybank.intake.xlsx_file  # noqa: F401


def main() -> None:
    """Read standard input as a spreadsheet."""
    from storybank.intake.limits import limit

    prepare()
    limit(MEMORY, SECONDS)
    answer = read(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
