"""What becomes of each file people bring, and how many of its words arrive, in their order.

    python benchmarks/intake.py [--formats FOLDER] [--json]

The same files are read by LibreOffice (Word, OpenDocument, rich text) and poppler's pdftotext (PDF)
in the same run, both from Debian. Words are runs of letters and figures, in small letters. Recall
and precision count them as a bag; the order is the longest common subsequence over the shorter of
the two, as difflib finds matching stretches. What one side leaves out on purpose (notes, comments,
headers, page numbers) counts against us here; the files it concerns are named.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1])]

from measure import SHARED, Row, figure, show  # noqa: E402

from storybank.errors import BadInput  # noqa: E402
from storybank.intake.reading import read_path  # noqa: E402

WORD = re.compile(r"\w+")
OFFICE, PAGES = (".docx", ".odt", ".rtf"), (".pdf",)
AT_LEAST = {".docx": 0.99, ".odt": 0.99, ".rtf": 0.99, ".pdf": 0.98}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--formats", type=Path, default=SHARED / "formats")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    files = sorted(one for one in options.formats.rglob("*.*") if one.is_file())
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        theirs = by_others(files, Path(folder))
    rows: list[Row] = []
    figures: dict[str, list[tuple[float, float, float, float]]] = {}
    outcomes: Counter[tuple[str, str]] = Counter()
    for file in files:
        start = time.perf_counter()
        try:
            ours = words(read_path(file).canon.text)
            outcome = "taken in"
        except BadInput as refusal:
            ours, outcome = [], refusal.sentence
        took = time.perf_counter() - start
        ending = file.suffix.lower()
        outcomes[ending, "taken in" if ours else "refused"] += 1
        line = f"{file.name[:44]:44} {took:5.2f} s  "
        if ours and file in theirs:
            found = compared(ours, theirs[file])
            figures.setdefault(ending, []).append((*found, took))
            line += "recall {:.3f}  precision {:.3f}  order {:.3f}".format(*found)
        else:
            line += f"{len(ours)} words" if ours else outcome
        print(line, file=sys.stderr)
    for ending, found in sorted(figures.items()):
        least = AT_LEAST[ending]
        for place, name in enumerate(("recall", "precision", "order")):
            middle = statistics.median(one[place] for one in found)
            rows.append(Row(f"{ending}: {name} of words, in the middle", round(middle, 4), "part",
                            target=least, ok=middle >= least))  # fmt: skip
        for place, name in enumerate(("recall", "precision")):
            fine = sum(one[place] >= least for one in found)
            rows.append(figure(f"{ending}: files with {name} of {least} or more, of {len(found)}",
                               fine, "files"))  # fmt: skip
        rows.append(figure(f"{ending}: longest", max(one[3] for one in found), "s"))
    for (ending, outcome), count in sorted(outcomes.items()):
        rows.append(figure(f"{ending}: {outcome}", count, "files"))
    show(rows)


def by_others(files: list[Path], folder: Path) -> dict[Path, list[str]]:
    """The words of each file as LibreOffice or pdftotext has them."""
    found: dict[Path, list[str]] = {}
    office = [file for file in files if file.suffix.lower() in OFFICE]
    if office and shutil.which("soffice"):
        named = {}
        for number, file in enumerate(office):
            named[folder / f"{number}.txt"] = file
            shutil.copy(file, folder / f"{number}{file.suffix.lower()}")
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder),
             *(str(folder / f"{n}{file.suffix.lower()}") for n, file in enumerate(office))],
            capture_output=True, check=False, timeout=900,
        )  # fmt: skip
        found |= {file: words(text.read_text("utf-8", "replace"))
                  for text, file in named.items() if text.exists()}  # fmt: skip
    if shutil.which("pdftotext"):
        for file in files:
            if file.suffix.lower() in PAGES:
                said = subprocess.run(
                    ["pdftotext", "-enc", "UTF-8", str(file), "-"], capture_output=True, check=False
                )
                if said.returncode == 0:
                    found[file] = words(said.stdout.decode("utf-8", "replace"))
    return found


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def compared(ours: list[str], theirs: list[str]) -> tuple[float, float, float]:
    """Recall, precision and order of our words beside theirs."""
    if not theirs:
        return 1.0, 0.0 if ours else 1.0, 1.0
    both = (Counter(ours) & Counter(theirs)).total()
    matched = sum(
        one.size for one in SequenceMatcher(None, ours, theirs, False).get_matching_blocks()
    )
    return both / len(theirs), both / len(ours), matched / min(len(ours), len(theirs))


if __name__ == "__main__":
    main()
