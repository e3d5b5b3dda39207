"""A fuzzer led by coverage (atheris) on one reader after the other, each for a bounded time.

    python benchmarks/fuzz_readers.py [--seconds 180] [--only KIND ...] [--keep FOLDER]

It needs ``atheris`` (Apache-2.0; pip install atheris==3.0.0), which the house itself does not.
Seeds are the real files of each kind that are smaller than 100 kB. Of Word, OpenDocument and
spreadsheet files the XML inside is changed, element by element, not the archive around it: what is
changed there only breaks a checksum ("archive" changes that too). A finding is an exception that is
no refusal, a canon whose places do not hold, more than 10 seconds or 1.5 GB. Prints a row a reader;
what was found is kept as a file below ``--keep``.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1])]

from lxml import etree  # noqa: E402
from measure import SHARED, Row, at_most, figure, show  # noqa: E402

IN_ARCHIVES = {
    "docx": "word/document.xml",
    "odt": "content.xml",
    "xlsx": "xl/worksheets/sheet1.xml",
}
KINDS = {
    "docx": ".docx", "odt": ".odt", "xlsx": ".xlsx", "archive": ".docx", "rtf": ".rtf",
    "pdf": ".pdf", "eaf": ".eaf", "vtt": ".vtt", "srt": ".srt", "sbv": ".sbv", "html": ".html",
    "md": ".md", "txt": ".txt",
}  # fmt: skip
SEED_SIZE = 100_000
SEEDS = {
    "eaf": """<?xml version="1.0"?><ANNOTATION_DOCUMENT><HEADER TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="500"/><TIME_SLOT TIME_SLOT_ID="t2"
TIME_VALUE="900"/><TIME_SLOT TIME_SLOT_ID="t3"/></TIME_ORDER><TIER TIER_ID="A" PARTICIPANT="Anna">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2">
<ANNOTATION_VALUE>I waited.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="B" PARENT_REF="A"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a2"
ANNOTATION_REF="a1"><ANNOTATION_VALUE>It came.</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
</TIER></ANNOTATION_DOCUMENT>""",
    "sbv": "0:00:01.000,0:00:02.000\n>> Anna: I waited.\n\n0:00:02.000,0:00:03.000\nIt came.\n",
    "md": "# A title\n\nI *waited* for **it**.\n\n- one\n- two\n\n> said\n\n|a|b|\n|-|-|\n|1|2|\n",
}
"""For kinds of which there are no real files beside the project."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=int, default=180)
    asked.add_argument("--only", nargs="*", default=list(KINDS))
    asked.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "storybank-fuzz")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--within", help=argparse.SUPPRESS)
    options, passed = asked.parse_known_args()
    if options.within:
        return within(options.within, passed)
    rows: list[Row] = []
    for kind in options.only:
        rows += one_reader(kind, options.seconds, options.keep / kind)
    return show(rows)


def one_reader(kind: str, seconds: int, keep: Path) -> list[Row]:
    """Fuzz one reader in a process of its own."""
    (keep / "found").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plant(kind, Path(folder))
        ran = subprocess.run(
            [sys.executable, str(HERE), "--within", kind, f"-max_total_time={seconds}",
             "-timeout=10", "-rss_limit_mb=1500", "-max_len=200000", "-print_final_stats=1",
             f"-artifact_prefix={keep}/found/", folder],
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    (keep / "log.txt").write_text(ran.stderr[-200_000:] + ran.stdout[-20_000:])
    units = re.search(r"number_of_executed_units:\s*(\d+)", ran.stderr)
    seen = re.findall(r"cov: (\d+)", ran.stderr)
    found = len(list((keep / "found").iterdir()))
    return [
        figure(f"{kind}: inputs in {seconds} s", int(units[1]) if units else 0, ""),
        figure(f"{kind}: edges reached", int(seen[-1]) if seen else 0, ""),
        at_most(f"{kind}: findings", found or int(ran.returncode != 0), "", 0),
    ]


def plant(kind: str, folder: Path) -> None:
    """Write the seeds of a kind."""
    if kind in SEEDS:
        (folder / "own").write_text(SEEDS[kind], "utf-8")
    every = sorted((SHARED / "formats").rglob(f"*{KINDS[kind]}"))
    for number, file in enumerate(every):
        data = file.read_bytes()
        if kind in IN_ARCHIVES:
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    data = archive.read(IN_ARCHIVES[kind])
            except (zipfile.BadZipFile, KeyError, RuntimeError):
                continue
        if len(data) <= SEED_SIZE:
            (folder / str(number)).write_bytes(data)


def within(kind: str, passed: list[str]) -> None:
    """Be the process that atheris runs in."""
    import atheris

    with atheris.instrument_imports(include=["storybank", "docx", "odfdo", "striprtf", "webvtt",
                                             "pypdf", "openpyxl", "markdown"]):  # fmt: skip
        from storybank.intake import child, table_child

        child.prepare()
        table_child.prepare()
    wrap = wrapper(kind)

    def one(data: bytes) -> None:
        given = wrap(data)
        if kind == "xlsx":
            json.dumps(table_child.read(given))
            return
        answer = child.read(kind, given)
        json.dumps(answer, ensure_ascii=False).encode()
        if "refused" not in answer:
            hold(answer)

    bend = {"custom_mutator": bent} if kind in IN_ARCHIVES or kind == "eaf" else {}
    atheris.Setup([sys.argv[0], *passed], one, **bend)
    atheris.Fuzz()


ODD = ("", "-1", "0", "x", "99999999999999999999", "\u00b2", "true", "a b", "\u202e")


def bent(data: bytes, most: int, seed: int) -> bytes:
    """XML with one or some elements taken out, put again, put elsewhere, or with odd values; bytes
    changed anywhere would be no XML any more."""
    draw = random.Random(seed)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(b"<a/>")
    every = [one for one in root.iter() if isinstance(one.tag, str)]
    for _ in range(draw.randint(1, 4)):
        one, other = draw.choice(every), draw.choice(every)
        way = draw.randrange(6)
        if way == 0 and one.getparent() is not None:
            one.getparent().remove(one)
        elif way == 1 and one.getparent() is not None:
            one.addnext(copy.deepcopy(one))
        elif way == 2 and one is not root and one not in other.iterancestors() and one is not other:
            other.insert(draw.randint(0, len(other)), copy.deepcopy(one))
        elif way == 3 and one.attrib:
            one.set(draw.choice(list(one.attrib)), draw.choice(ODD))
        elif way == 4:
            one.text = draw.choice((*ODD, "words ", "\n"))
        else:
            one.tag = other.tag
    made = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made if len(made) <= most else data[:most]


def wrapper(kind: str) -> Callable[[bytes], bytes]:
    """What makes a file of a kind from what the fuzzer gives."""
    part = IN_ARCHIVES.get(kind)
    if part is None:
        return bytes
    smallest = min((SHARED / "formats").rglob(f"*{KINDS[kind]}"), key=lambda one: has(one, part))
    with zipfile.ZipFile(smallest) as archive:
        others = {name: archive.read(name) for name in archive.namelist() if name != part}

    def wrapped(data: bytes) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, held in others.items():
                archive.writestr(name, held)
            archive.writestr(part, data)
        return file.getvalue()

    return wrapped


def has(file: Path, part: str) -> int:
    """How large an archive is that has a part; very large for one that has not."""
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(one.file_size for one in archive.infolist()) if (
                part in archive.namelist()
            ) else sys.maxsize  # fmt: skip
    except zipfile.BadZipFile:
        return sys.maxsize


def hold(answer: dict) -> None:
    """The places of a canon are of its text, and its blocks are the text."""
    text, places = answer["text"], answer["places"]
    blocks = [text[start:end] for _, start, end, _ in places["blocks"]]
    assert "\n".join(blocks) == text, "blocks are not the text"
    assert all(block.strip() == block and block for block in blocks), "an empty block"
    size = len(text)
    for start, end, said, speaker in places["turns"]:
        assert 0 <= start <= said <= end <= size, "a turn beyond"
        assert speaker > 0, "a turn of nobody"
    for start, end, _ in places["marks"]:
        assert 0 <= start < end <= size, "a mark beyond"
    for at, ms in places["times"]:
        assert 0 <= at <= size, "a time beyond"
        assert 0 <= ms < 2**31, "a time past all"
    for kind, words, by, start, end in answer["notes"]:
        assert kind, "a note of no kind"
        assert isinstance(words, str), "a note without words"
        assert isinstance(by, str), "a note by no name"
        assert start is None or 0 <= start <= end <= size, "a note beyond"


if __name__ == "__main__":
    main()
