"""Paper: 200 cards of a pack as tagged PDF, Word and slides, and what is and is not in the files.

    python benchmarks/paper.py [--cards 200] [--json]

Times are of the whole request, processor time of the server, with wall time beside the one that
has a target. The cards are invented; each storyteller's real name is known to the house and each
chose another name or none, so that it must be in no file: no text, property, file name, or words
for a picture.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

from measure import Row, at_most, figure, my_memory, show  # noqa: E402

REAL = "Zebedee Quillfeather"
SENTENCES = (
    "They moved the meeting to the evening so that I could come after work.",
    "It was the first time anybody had asked when I was free.",
    "I said it three times and nobody wrote it down.",
    "Then a doctor said it once, and everybody did.",
    "Somebody from the group rang me every Friday until I came back.",
    "We were given a budget and told to spend it as we thought best.",
)
NAMES = ("Wren", "A carer from the coast", "J.", None)
SECONDS = 3
ASKED = (
    ("cards", "pdf"), ("a6", "pdf"), ("large", "pdf"), ("easy", "pdf"), ("handout", "pdf"),
    ("slides", "pdf"), ("guide", "pdf"), ("cards", "docx"), ("large", "docx"), ("slides", "pptx"),
    ("cards", "html"),
)  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cards", type=int, default=200, help="how many, 200 at most")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        show(measure(Path(folder), options.cards))


def measure(folder: Path, many: int) -> list[Row]:
    """Rows for each file, and what was found in them."""
    import factories
    from crawling import Person

    factories.make_empty_house(folder / "empty")
    with factories.open_copy(folder / "empty", folder / "home") as house:
        tellers = build(house, many)
        before = my_memory()
        fay = Person(factories.make_app(house), "fay@example.org")
        rows, files = [], {}
        cpu, wall, _ = fetch(fay, "cards", "pdf")
        rows.append(figure("the first PDF of a process (loads WeasyPrint)", cpu, "s"))
        for form, file in ASKED:
            cpu, wall, files[form, file] = fetch(fay, form, file)
            name = f"{many} cards, {form} as {file}"
            if (form, file) == ("cards", "pdf"):
                rows.append(at_most(f"{many} cards, tagged PDF", cpu, "s", SECONDS))
                rows.append(figure("the same, wall time", wall, "s"))
            else:
                rows.append(figure(name, cpu, "s"))
        rows.append(figure("size of the PDF", len(files["cards", "pdf"][1]) / 1e6, "MB"))
        rows.append(figure("memory it took at its peak", my_memory() - before, "MB"))
        return rows + checked(files, many, tellers)


def build(house, many: int) -> list[str]:
    """A pack of ``many`` cards by as many storytellers; the opening words of each card."""
    import factories

    from storybank import db
    from storybank.consent.rules import NameStyle, Purpose
    from storybank.people import identity
    from storybank.people.identity_rules import Details
    from storybank.people.rules import MACHINE, Role
    from storybank.stories.rules import Place
    from storybank.workshops import service

    lots = random.Random(4)
    told = []
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        a.actor(Role.FACILITATOR, email="fay@example.org")
        use = a.use(Purpose.WORKSHOP)
        meeting = service.plan(
            session, use, title="How people are heard", question="What would help?",
            held_on=date(2099, 5, 1), purpose=Purpose.WORKSHOP, audience=[],
        )  # fmt: skip
        pack = service.new_pack(
            session, use, meeting.id, title="Being heard", use_until=date(2099, 6, 1)
        )
        places = []
        for number in range(many):
            words = " ".join(lots.choices(SENTENCES, k=lots.choice((1, 2, 3, 4, 5, 8))))
            words = f"This is told by number {number}. {words}"
            name = NAMES[number % 4]
            story = a.story(words, name=name or REAL,
                            style=NameStyle.CHOSEN if name else NameStyle.NONE)  # fmt: skip
            details = Details(legal_name=REAL, email=f"{number}@example.org")
            identity.save_details(session, MACHINE, story.person_id, details)
            places.append(Place(story.id, 1, 0, len(words)))
            told.append(f"This is told by number {number}.")
        service.draw(session, use, pack.id, places)
    return told


def fetch(fay, form: str, file: str) -> tuple[float, float, tuple[str, bytes]]:
    """Seconds of processor and wall for the request, the file's name and its bytes."""
    paper = "/packs/workshop/1/paper"
    made = fay.post(paper, on=paper, form=form, file=file, copies=1)
    if made.status_code != 303:
        raise SystemExit(f"{form} as {file} was not made.")
    where = made.location if file == "html" else f"{made.location}/{file}"
    cpu, wall = time.process_time(), time.perf_counter()
    answer = fay.get(where)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if answer.status_code != 200:
        raise SystemExit(f"{form} as {file} did not come.")
    return cpu, wall, (str(answer.headers), answer.data)


def checked(
    files: dict[tuple[str, str], tuple[str, bytes]], many: int, told: list[str]
) -> list[Row]:
    """What other programs find in the files."""
    import docx
    import pdf_files
    import pptx

    rows = []
    for (form, file), (headers, data) in files.items():
        if file == "html":
            continue
        name = f"{form} as {file}"
        if file == "pdf":
            found = pdf_files.read(data)
            text, everything = found.text, found.everything
            right = found.marked and found.language == "en-GB" and bool(found.title)
            right = right and "H1" in found.tags and "/Author" not in found.metadata
            right = right and (form == "guide" or found.tags.count("BlockQuote") >= many)
            right = right and found.tags.count("Figure") == len(found.alts)
            rows.append(yes_or_no(f"{name}: tags, title, language", right))
        else:
            core = (docx.Document if file == "docx" else pptx.Presentation)(
                io.BytesIO(data)
            ).core_properties
            right = bool(core.title) and core.language == "en-GB" and not core.author
            rows.append(yes_or_no(f"{name}: title, language, no author", right))
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                everything = "\n".join(
                    [*archive.namelist(), *(archive.read(n).decode("utf-8", "replace")
                                            for n in archive.namelist())]
                )  # fmt: skip
            text = re.sub(r"<[^>]+>", "", everything)
        if form != "guide":
            there = sum(words in text for words in told)
            rows.append(Row(f"{name}: cards in it", there, "cards", target=many, ok=there == many))
        parts = [part.lower() for part in REAL.split()]
        seen = sum(part in (everything + headers).lower() for part in parts)
        rows.append(Row(f"{name}: the real name in it", seen, "times", target=0, ok=not seen))
    return rows


def yes_or_no(name: str, right: bool) -> Row:
    return Row(name, int(right), "yes", target=1, ok=right)


if __name__ == "__main__":
    main()
