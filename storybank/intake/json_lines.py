"""Files of one JSON object a line, read a line at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from storybank.intake import rules
from storybank.intake.rules import BadRow


def read_objects(source: Path | bytes) -> Iterator[tuple[int, dict[str, Any]] | BadRow]:
    """Yield each line's number, from 1, and its object, or what is wrong with the line."""
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        for number, line in _lines(file):
            if line is None:
                yield BadRow(number, "The line is over 10 MB. Split the story into parts.")
            elif line.strip():
                yield _object(number, line)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number from 1; None where it is longer than may be held."""
    number = 0
    while line := file.readline(rules.MAX_FILE + 1):
        number += 1
        if len(line) > rules.MAX_FILE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(rules.MAX_FILE)
            yield number, None
        else:
            yield number, line


def _object(number: int, line: bytes) -> tuple[int, dict[str, Any]] | BadRow:
    try:
        found = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return BadRow(number, "The line is not in UTF-8. Save the file as UTF-8 and try again.")
    except (ValueError, RecursionError):
        return BadRow(number, "The line is not JSON. Each line must be one object in braces.")
    if not isinstance(found, dict):
        return BadRow(number, "The line is not a story. Each line must be one object in braces.")
    return number, found
