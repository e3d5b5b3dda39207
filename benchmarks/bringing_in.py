"""200 documents of 1,500 words brought in as .docx, .txt and .html, beside Taguette 1.5.2.

    python benchmarks/bringing_in.py [--docs 200] [--peer-docs 200] [--taguette A_PYTHON] [--json]

Ours is `storybank take-in FOLDER` into a new house, from the start of the program to its end: read
apart, taken in with consent a story a transaction, put into the index, suggested codes for. It is
counted only if all of that is there afterwards. Taguette's is the wall time of its own upload
requests to a server that runs already; it neither indexes nor suggests. It has .docx and .txt
converted by Calibre's ``ebook-convert``, one process a file; as that takes minutes, ``--peer-docs``
lets it have fewer of those, and its time is then put in proportion. All texts are invented here.
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import docx
from desk import PROGRAM, install, project, text_of, upload
from measure import Row, figure, run, show

WORDS = 1_500
TARGET = 10.0
"""Seconds for 200 documents."""
SAID = (
    "The nurse listened to me.", "The work was unpaid.", "We were given training.",
    "They never told us what came of our feedback.", "I felt respected there.",
)  # fmt: skip
TYPES = {
    ".html": "text/html",
    ".txt": "text/plain",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--docs", type=int, default=200)
    asked.add_argument("--peer-docs", type=int, default=200)
    asked.add_argument("--taguette", default="")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="storybank-bringing-") as folder:
        scratch = Path(folder)
        texts = [story(number) for number in range(options.docs)]
        files = {ending: written(scratch, ending, texts) for ending in TYPES}
        python = options.taguette or install(scratch / "venv")
        with theirs(scratch, python) as send:
            for ending in TYPES:
                rows += brought(scratch, ending, files[ending], send, options.peer_docs)
    show(rows)


def story(number: int) -> str:
    """Invented sentences, with one in each paragraph that says something about taking part."""
    paragraphs = text_of(WORDS - 60, 2 + number).split("\n\n")
    told = (f"{one} {SAID[place % len(SAID)]}" for place, one in enumerate(paragraphs))
    return "\n\n".join(told)


def brought(
    scratch: Path, ending: str, files: list[Path], send: Callable[[Path], None], most: int
) -> Iterator[Row]:
    """The rows of one kind of file."""
    home = scratch / "home"
    os.environ["STORYBANK_HOME"] = str(home)
    subprocess.run([PROGRAM, "init"], check=True, capture_output=True)
    took = run([PROGRAM, "take-in", str(files[0].parent), "--uses", "keep,study",
                "--evidence", "bench"])  # fmt: skip
    suggested = all_there(home, len(files))
    shutil.rmtree(home)
    few = files if ending == ".html" else files[:most]
    name = f"{len(files)} documents of {WORDS:,} words as {ending}, indexed and suggested for"
    if ending != ".html" and not shutil.which("ebook-convert"):
        few, name = [], f"{name} (no ebook-convert here for Taguette)"
    elif len(few) < len(files):
        name += f" (Taguette from {len(few)})"
    start = time.perf_counter()
    for file in few:
        send(file)
    there = (time.perf_counter() - start) * len(files) / len(few) if few else None
    target = TARGET * len(files) / 200
    # Taguette does less; it is beside ours to show how much that costs, not to be raced.
    yield Row(name, round(took.wall, 2), "s", there and round(there, 2),
              there and round(there / took.wall, 1), target, took.wall <= target)  # fmt: skip
    yield figure(f"  {ending}: processor time of ours, its children's with it", took.cpu, "s")
    yield figure(f"  {ending}: peak memory of ours", took.memory, "MB")
    yield figure(f"  {ending}: suggestions made", suggested, "")


def written(scratch: Path, ending: str, texts: list[str]) -> list[Path]:
    """The texts as files of one kind, in a folder of their own."""
    folder = scratch / ending[1:]
    folder.mkdir()
    files = []
    for number, text in enumerate(texts):
        file = folder / f"{number:03}{ending}"
        paragraphs = text.split("\n\n")
        if ending == ".docx":
            document = docx.Document()
            for one in paragraphs:
                document.add_paragraph(one)
            document.save(str(file))
        elif ending == ".html":
            body = "".join(f"<p>{html.escape(one)}</p>\n" for one in paragraphs)
            file.write_text(f"<html><body>{body}</body></html>", "utf-8")
        else:
            file.write_text(text, "utf-8")
        files.append(file)
    return files


def all_there(home: Path, count: int) -> int:
    """How many suggestions there are. Raises SystemExit unless each story is there and the house
    says of itself that its index and all else holds what the database does."""
    with closing(sqlite3.connect(home / "storybank.db")) as database:
        stories, suggested = (
            int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
            for table in ("story", "suggestion")
        )
    checked = subprocess.run([PROGRAM, "check"], capture_output=True, check=False)
    if stories != count or not suggested or checked.returncode:
        raise SystemExit(f"not all there: {stories} stories, {suggested} suggestions")
    return suggested


@contextmanager
def theirs(scratch: Path, python: str) -> Iterator[Callable[[Path], int]]:
    """A Taguette with an empty project, and what uploads a file to it."""
    with project(scratch, python) as (client, number):

        def send(file: Path) -> int:
            return upload(
                client, f"/api/project/{number}", file.name, file.name, TYPES[file.suffix],
                file.read_bytes(),
            )  # fmt: skip

        yield send


if __name__ == "__main__":
    main()
