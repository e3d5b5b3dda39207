"""What becomes of each file people bring, and how many of its words arrive, in their order.

    python benchmarks/intake.py [--formats FOLDER] [--json]

The same files are read by LibreOffice (Word, OpenDocument, rich text) and poppler's pdftotext (PDF)
in the same run, both from Debian. Words are runs of letters and figures, in small letters. Recall
and precision count them as a bag; the order is the longest common subsequence over the shorter of
the two, as difflib finds matching stretches.

Where the two differ, each word is looked for among what is known to differ, and what is found is
told per file: words that we keep beside the text (comments, notes, heads, feet, hidden words);
numbers and bullets that LibreOffice writes before list items and notes; words in text boxes and
drawings, which LibreOffice leaves out of a text; words that one of the two splits or joins at a
hyphen or the end of a line. What none of these explains is what is lacking, and has the target:
a file under it is MISSED by name.

The speakers and the times of captions are counted from each file by a few lines here that share
nothing with the readers. Encodings are compared with what strict decoding and the letters of the
file's own language allow.
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

from intake_counts import encoding_is_right, own_cues  # noqa: E402
from intake_reasons import explained, words_of_boxes  # noqa: E402
from measure import SHARED, Row, figure, show  # noqa: E402

from storybank.errors import BadInput  # noqa: E402
from storybank.intake.reading import read_path  # noqa: E402
from storybank.intake.rules import Arrival  # noqa: E402

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
            read, outcome = read_path(file), "taken in"
        except BadInput as refusal:
            read, outcome = None, refusal.sentence
        took = time.perf_counter() - start
        ending = file.suffix.lower()
        outcomes[ending, "taken in" if read else "refused"] += 1
        line = f"{file.parent.name[:12]:12} {file.name[:34]:34} {took:5.2f} s  "
        if read is None:
            print(line + outcome, file=sys.stderr)
        elif file in theirs:
            found, said = one_file(file, read, theirs[file], rows)
            figures.setdefault(ending, []).append((*found, took))
            print(line + said, file=sys.stderr)
        else:
            print(line + text_file(file, read, rows), file=sys.stderr)
    for ending, some in sorted(figures.items()):
        least = AT_LEAST[ending]
        for place, name in enumerate(("recall", "precision", "order")):
            middle = statistics.median(one[place] for one in some)
            rows.append(Row(f"{ending}: {name} of words, in the middle", round(middle, 4), "part",
                            target=least, ok=middle >= least))  # fmt: skip
            fine = sum(one[place] >= least for one in some)
            rows.append(figure(f"{ending}: files with {name} of {least} or more, of {len(some)}",
                               fine, "files"))  # fmt: skip
        rows.append(figure(f"{ending}: longest", max(one[3] for one in some), "s"))
    for (ending, outcome), count in sorted(outcomes.items()):
        rows.append(figure(f"{ending}: {outcome}", count, "files"))
    show(rows)


def one_file(
    file: Path, read: Arrival, theirs: list[list[str]], rows: list[Row]
) -> tuple[tuple[float, float, float], str]:
    """Compare a file with the other reader: (recall, precision, order) and a line that says it.

    Of two orders the nearer to ours counts. Adds rows with the target where something differs.
    """
    ours = words(read.canon.text)
    found, best = max(((compared(ours, one), one) for one in theirs), key=lambda one: one[0][2])
    said = "recall {:.3f}  precision {:.3f}  order {:.3f}".format(*found)
    least = AT_LEAST[file.suffix.lower()]
    if min(found) >= least:
        return found, said
    beside = words(" ".join(note.words for note in read.canon.notes))
    boxes = words(words_of_boxes(file)) if file.suffix.lower() == ".docx" else []
    why = explained(ours, best, beside, boxes)
    recall = 1 - why.lacking / max(len(best), 1)
    precision = 1 - why.over / max(len(ours), 1)
    for name, part in (("recall", recall), ("precision", precision)):
        rows.append(Row(f"{file.name}: {name} but for what is explained", round(part, 4), "part",
                        target=least, ok=part >= least))  # fmt: skip
    return found, f"{said}  ({why.said}; unexplained {why.lacking} lacking, {why.over} over)"


def text_file(file: Path, read: Arrival, rows: list[Row]) -> str:
    """Check times and speakers of captions, and the encoding of any text; a line that says it."""
    data, canon = file.read_bytes(), read.canon
    said = f"{len(words(canon.text))} words"
    cues = own_cues(data, file.suffix.lower())
    if cues is not None:
        times = sorted(time.ms for time in canon.times)
        people = len({turn.speaker for turn in canon.turns})
        right = times == sorted(cues.times) and people == len(cues.speakers)
        said += f", {len(times)} times of {len(cues.times)}, {people} speakers of "
        said += f"{len(cues.speakers)}"
        rows.append(Row(f"{file.name}: times and speakers as counted", len(times), "times",
                        target=len(cues.times), ok=right))  # fmt: skip
    if read.encoding:
        right = encoding_is_right(data, read.encoding)
        said += f", read as {read.encoding}"
        if not right:
            rows.append(Row(f"{file.name}: encoding", 0, "right", target=1, ok=False))
    return said


def by_others(files: list[Path], folder: Path) -> dict[Path, list[list[str]]]:
    """The words of each file as LibreOffice has them, or pdftotext in its two orders: as it
    thinks a person reads, and as they stand in the file."""
    found: dict[Path, list[list[str]]] = {}
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
        found |= {file: [words(text.read_text("utf-8", "replace"))]
                  for text, file in named.items() if text.exists()}  # fmt: skip
    if shutil.which("pdftotext"):
        for file in files:
            if file.suffix.lower() in PAGES:
                for order in ([], ["-raw"]):
                    said = subprocess.run(["pdftotext", *order, "-enc", "UTF-8", str(file), "-"],
                                          capture_output=True, check=False)  # fmt: skip
                    if said.returncode == 0:
                        text = said.stdout.decode("utf-8", "replace")
                        found.setdefault(file, []).append(words(text))
    return found


def words(text: str) -> list[str]:
    """The words of a text in their order, without hyphens that only show at the end of a line."""
    return WORD.findall(text.lower().replace("\xad", ""))


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
