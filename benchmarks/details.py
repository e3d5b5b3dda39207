"""How many personal details the house finds, and how much of what it points to is one.

    python benchmarks/details.py [--json] [SET.json]

Two sets of invented sentences about health and care in the United Kingdom (tests/details), with
each detail labelled by hand: one was looked at while the patterns were made, the other was written
after and run once. With a file in the format of Presidio's synthetic data (``full_text`` and
``spans``), that too: its sentences are made from templates, mostly American, so it says little of
stories. A detail is found where suggestions cover half of its letters; a suggestion is right where
it meets a detail. A title before a name need not be found. The first row is the figure that pages
show.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from storybank.demo.corpus import stories  # noqa: E402
from storybank.details import finding, names  # noqa: E402
from storybank.details.rules import Spot  # noqa: E402

SYNTHETIC = ROOT.parent / "shared" / "data" / "deid" / "synth_dataset_v2.json"
LABELLED = re.compile(r"\[\[(\w+)\|([^\]]*)\]\]")
TITLE = re.compile(r"(?:mr|mrs|ms|miss|dr|professor|nurse|councillor)\.? ", re.I)
KINDS = {
    "PERSON": "person", "GPE": "place", "ORGANIZATION": "organisation", "AGE": "age",
    "STREET_ADDRESS": "address", "DATE_TIME": "date", "PHONE_NUMBER": "phone", "NRP": "group",
    "EMAIL_ADDRESS": "email", "ZIP_CODE": "postcode", "DOMAIN_NAME": "web",
    "CREDIT_CARD": "number", "IBAN_CODE": "number", "US_SSN": "number", "IP_ADDRESS": "number",
    "US_DRIVER_LICENSE": "number",
}  # fmt: skip

Gold = tuple[int, int, str]
Find = Callable[[str], list[Spot]]


@dataclass
class Score:
    """What was found of one set."""

    details: Counter[str] = field(default_factory=Counter)
    likely: Counter[str] = field(default_factory=Counter)
    either: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def recall(self, found: Counter[str]) -> float:
        return found.total() / max(1, self.details.total())

    def precision(self, tier: str = "likely") -> float:
        return self.right[tier] / max(1, self.shown[tier])


def score(texts: Iterator[tuple[str, list[Gold], list[Gold]]], find: Find) -> Score:
    """``texts``: each text, its details, and what it does no harm to point to besides."""
    total = Score()
    for text, gold, besides in texts:
        spots = find(text)
        for start, end, kind in gold:
            total.details[kind] += 1
            for found, some in (
                (total.likely, [one for one in spots if one.likely]),
                (total.either, spots),
            ):
                covered = sum(max(0, min(end, one.end) - max(start, one.start)) for one in some)
                found[kind] += 2 * covered >= end - start
        for one in spots:
            total.shown[one.tier.value] += 1
            total.right[one.tier.value] += any(one.meets(s, e) for s, e, _ in [*gold, *besides])
    return total


def invented(name: str) -> Iterator[tuple[str, list[Gold], list[Gold]]]:
    """A set of invented sentences, by the name of its file."""
    path = ROOT / "tests" / "details" / f"invented_{name}.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        text, gold, at = "", [], 0
        for match in LABELLED.finditer(line):
            text += line[at : match.start()]
            titled = TITLE.match(match[2])
            start = len(text) + (titled.end() if titled and match[1] == "person" else 0)
            text += match[2]
            gold.append((start, len(text), match[1]))
            at = match.end()
        yield text + line[at:], gold, []


def synthetic(path: Path) -> Iterator[tuple[str, list[Gold], list[Gold]]]:
    """A file in the format of Presidio's synthetic data; titles are no details by themselves."""
    for one in json.loads(path.read_text(encoding="utf-8")):
        spans = [
            (s["start_position"], s["end_position"], KINDS.get(s["entity_type"], ""))
            for s in one["spans"]
        ]
        yield one["full_text"], [s for s in spans if s[2]], [s for s in spans if not s[2]]


def finders() -> dict[str, Find]:
    nlp, words = names.pipeline(), names.ordinary()
    plain: Find = lambda text: finding.found(text, [(0, len(text))])  # noqa: E731
    if nlp is None:
        return {"without the pipeline": plain}

    def whole(text: str) -> list[Spot]:
        return finding.found(
            text, [(0, len(text))], lambda parts: names.named(text, parts, nlp),
            words.__contains__,
        )  # fmt: skip

    whole("Warm up.")
    return {"with names": whole, "without the pipeline": plain}


def speed(find: Find) -> tuple[int, float]:
    """(words, words a CPU second) over the project's own invented stories, each read whole."""
    texts = [story.arrival.canon.text for story in stories()]
    began = process_time()
    for text in texts:
        find(text)
    words = sum(len(text.split()) for text in texts)
    return words, words / (process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SYNTHETIC)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sets: dict[str, Callable[[], Iterator[tuple[str, list[Gold], list[Gold]]]]] = {
        "invented, unseen": lambda: invented("unseen"),
        "invented, seen": lambda: invented("seen"),
    }
    if asked.file.is_file():
        sets["synthetic templates"] = lambda: synthetic(asked.file)
    found = {
        (name, how): score(texts(), find)
        for name, texts in sets.items()
        for how, find in finders().items()
    }
    fast = {how: speed(find) for how, find in finders().items()}
    if asked.json:
        print(json.dumps({"rows": rows(found, fast)}, indent=1))
        return
    print("| set | | details | likely | likely or less likely | right of likely | of less likely |")
    print("|---|---|---|---|---|---|---|")
    for (name, how), one in found.items():
        print(
            f"| {name} | {how} | {one.details.total()} | {one.recall(one.likely):.2f} | "
            f"{one.recall(one.either):.2f} | {one.precision():.2f} | "
            f"{one.precision('possible'):.2f} |"
        )
    for how, (words, a_second) in fast.items():
        print(f"\n{how}: {a_second:,.0f} words a CPU second, over {words:,} words of whole stories")
    for (name, how), one in found.items():
        if how == "with names":
            print(f"\n{name}, by kind: found as likely / at all, of all")
            for kind, count in sorted(one.details.items()):
                print(f"  {kind:13} {one.likely[kind]:4} / {one.either[kind]:4} of {count}")


def rows(
    found: dict[tuple[str, str], Score], fast: dict[str, tuple[int, float]]
) -> list[dict[str, object]]:
    measured = [
        (f"details: {what}, {name}, {how}", value, "share")
        for (name, how), one in found.items()
        for what, value in (
            ("recall as likely", one.recall(one.likely)),
            ("recall", one.recall(one.either)),
            ("precision of likely", one.precision()),
        )
    ]
    measured += [(f"details: speed, {how}", one, "words/CPU s") for how, (_, one) in fast.items()]
    return [
        {"name": name, "ours": round(value, 3), "unit": unit, "peer": None, "ratio": None,
         "target": None, "ok": None}
        for name, value, unit in measured
    ]  # fmt: skip


if __name__ == "__main__":
    main()
