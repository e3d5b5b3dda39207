"""Reads one file of another program in a process of its own, which may use little, write nothing
and be killed. Run as a program: the kind of file as its one argument, the bytes on standard
input; on standard output one JSON object: what came, or the sentence of a refusal."""

import json
import sys
from pathlib import Path
from typing import Any

MEMORY = 1_500 * 1024 * 1024
"""Bytes of address space. A project of 100,000 codings takes about 400 MB of it."""
SECONDS = 60
"""Processor time; the parent also looks at the clock."""


def read(kind: str, data: bytes) -> dict[str, Any]:
    """Return {"came": what came} or {"refused": sentence}."""
    from storybank.errors import BadInput
    from storybank.exchange import refi_in, taguette_csv, taguette_in

    readers = {
        "qdpx": refi_in.read_project,
        "qdc": refi_in.read_codebook,
        "sqlite3": taguette_in.read_taguette,
        "csv": taguette_csv.read_codebook_csv,
    }
    try:
        return {"came": readers[kind](data).to_json()}
    except BadInput as refusal:
        return {"refused": refusal.sentence}
    except (MemoryError, RecursionError):
        return {"refused": None}


def main() -> None:
    """Read standard input as the kind of file named by the first argument."""
    from storybank.intake.limits import limit

    limit(MEMORY, SECONDS)
    answer = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    # Run by its path and in isolation, so it finds the house by where it stands itself.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
