"""Reads one file in a process of its own, which may use little, write nothing and be killed.

Run as a program: the kind of file as its one argument, the bytes on standard input, and on
standard output one JSON object: either the canon's parts or the sentence of a refusal. It
prints nothing else, so no words can reach a log.
"""

import json
import sys
from pathlib import Path
from typing import Any

MEMORY = 280 * 1024 * 1024
"""Bytes of address space. A short document takes 35 MB of it, one of 872 pages 110 MB."""

SECONDS = 5
"""Processor time; the parent also looks at the clock."""


def read(kind: str, data: bytes) -> dict[str, Any]:
    """Return {"text", "places", "title", "warnings"} or {"refused": sentence}."""
    from storybank.errors import BadInput
    from storybank.intake import rules

    try:
        if kind == "docx":
            from storybank.intake.docx_file import read_docx

            canon = read_docx(data)
        else:
            from storybank.intake.markdown_file import read_markdown

            canon = read_markdown(data.decode())
        rules.check_canon(canon)
    except BadInput as refusal:
        return {"refused": refusal.sentence}
    except (MemoryError, RecursionError):
        return {"refused": rules.TOO_HARD}
    return {
        "text": canon.text,
        "places": canon.to_places(),
        "title": canon.title,
        "warnings": canon.warnings,
    }


def main() -> None:
    """Read standard input as the kind of file named by the first argument."""
    from storybank.intake.limits import limit

    limit(MEMORY, SECONDS)
    answer = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    # Run by its path and in isolation, so it finds the house by where it stands itself.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
