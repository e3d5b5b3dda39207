"""What learning and suggesting cost: processor seconds, memory, words a second.

    python benchmarks/suggest/fit.py [--data nhs_comments.jsonl --codebook nhs_codebook.json]
        [--large] [--serving] [--json]

Answers are the documents of a coded set, in full. ``--large`` measures 300 codes and 200,000
codings once (minutes); ``--serving`` how much a house that is being served grows while it learns.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))

from coded import coded, names_in, read_codebook, read_documents
from measure import SHARED, Row, at_most, figure, my_memory, show

from storybank.learning.codes import Answered, Code

TARGETS = {1_000: 3.0, 3_600: 10.0}
WORDS = 20_000
"""Words a processor second that suggestions are to be made at, at least."""


def fits(data: Path, codebook: Path) -> list[Row]:
    """Seconds to fit so many confirmations, reading the pool included; then suggesting."""
    from storybank.learning.learner import Learner
    from storybank.learning.resources import vectors

    documents = read_documents(data)
    names = list(dict.fromkeys([*read_codebook(codebook), *names_in(documents)]))
    book = read_codebook(codebook)
    codes = [book.get(name, Code(name)) for name in names]
    every = coded(documents, names)
    rows = []
    for many, most in TARGETS.items():
        some = every.some(range(min(many, len(every.texts))))
        answers = [
            Answered(text, teller, frozenset(row.nonzero()[0].tolist()), in_full=True)
            for text, teller, row in zip(some.texts, some.tellers, some.truth, strict=True)
        ]
        start = time.process_time()
        learner = Learner(codes, vectors(), 0)
        learner.prepare(every.texts, every.tellers)
        read = time.process_time() - start
        model = learner.fit(answers)
        took = time.process_time() - start
        rows += [
            at_most(f"fit {len(answers):,} confirmations", took, "CPU s", most),
            figure(f"of these, reading {len(every.texts):,} passages", read, "CPU s"),
        ]
    return rows + speed(model, codes, every.texts)


def speed(model: Any, codes: list[Code], texts: list[str]) -> list[Row]:
    """Words a processor second: tokeniser alone, cue phrases, and all with the reasons why."""
    import spacy

    from storybank.learning import keeping
    from storybank.stories.canon import plain
    from storybank.suggest.spacy_suggester import SpacySuggester
    from storybank.suggest.suggester import CuePhrase, SuggestInput

    given = []
    for first in range(0, len(texts), 10):
        canon = plain("\n\n".join(texts[first : first + 10]))
        given.append(SuggestInput(canon.text, canon.sentences()))
    words = sum(len(one.text.split()) for one in given)
    phrases = [(at, cue) for at, code in enumerate(codes) for cue in code.cues]
    cues = [CuePhrase(number, at + 1, cue) for number, (at, cue) in enumerate(phrases)]
    about = {
        "code_ids": list(range(1, len(codes) + 1)), "held_back": [], "answers": 100, "noes": 100,
        "confirmed": [9] * len(codes), "declined": [9] * len(codes),
    }  # fmt: skip
    nlp = spacy.blank("en")

    def per_second(work: Any) -> float:
        start = time.process_time()
        count = work()
        took = time.process_time() - start
        print(f"  {count} made", file=sys.stderr)
        return words / took

    with tempfile.TemporaryDirectory() as folder:
        keeping.save(model, Path(folder), about)
        alone = SpacySuggester(cues)
        whole = SpacySuggester(cues, "both", Path(folder), 1)
        for one in (alone, whole):
            list(one.propose(given[:2]))
        tokens = per_second(lambda: sum(len(nlp.make_doc(one.text)) for one in given))
        by_cue = per_second(lambda: sum(map(len, alone.propose(given))))
        both = per_second(lambda: sum(map(len, whole.propose(given))))
    return [
        figure("tokeniser alone", tokens, "words a CPU s"),
        figure("cue phrases alone", by_cue, "words a CPU s"),
        Row("suggestions with reasons", round(both), "words a CPU s", round(tokens),
            round(both / tokens, 4), WORDS, both >= WORDS),
    ]  # fmt: skip


def large(codes: int = 300, codings: int = 200_000) -> list[Row]:
    """So many made-up codings of so many codes: that it fits, in which time and memory."""
    from storybank.learning.learner import Learner
    from storybank.learning.resources import vectors

    lot = random.Random(1)
    kinds = [f"{lot.choice('bcdfglmnprstv')}{lot.choice('aeiou')}{n}" for n in range(6_000)]
    book = [Code(f"{kinds[at]} {kinds[at + 1]}", "", (kinds[at],)) for at in range(codes)]
    answers = []
    while codings > 0:
        own = sorted({min(codes - 1, int(lot.expovariate(6 / codes))) for _ in range(2)})
        said = [kinds[lot.randrange(len(kinds))] for _ in range(25)]
        for place, code in enumerate(own):
            if lot.random() < 0.7:
                said[place] = kinds[code + lot.randrange(2)]
        answers.append(Answered(" ".join(said), lot.randrange(3_000), frozenset(own), in_full=True))
        codings -= len(own)
    before, start = my_memory(), time.process_time()
    learner = Learner(book, vectors(), 0)
    learner.prepare([one.text for one in answers], [one.teller for one in answers])
    learner.fit(answers)
    took = time.process_time() - start
    return [
        figure(f"fit {codes} codes, {len(answers):,} passages of 200,000 codings", took, "CPU s"),
        figure("its peak memory, over that of the answers", my_memory() - before, "MB"),
    ]


def serving() -> list[Row]:
    """How much the process that serves pages grows while its house learns and suggests."""
    command = str(Path(sys.executable).parent / "storybank")
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"STORYBANK_HOME": home}
        for word in ("init", "demo"):
            subprocess.run([command, word], env=env, check=True, capture_output=True)
        house = subprocess.Popen(
            [command, "serve", "--port", "8939"], env=env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not _children(house.pid) and house.poll() is None:
                time.sleep(2)
            time.sleep(8)
            pids = [house.pid, *_children(house.pid)]
            before = sum(map(_resident, pids))
            deadline, learnt = time.monotonic() + 240, Path(home) / "learned"
            while not list(learnt.glob("*/model.json")) and time.monotonic() < deadline:
                time.sleep(2)
            time.sleep(15)
            after = sum(map(_resident, pids))
        finally:
            house.terminate()
            house.wait()
    grown = (after - before) / 1024
    return [at_most("the web process grows while its house learns", grown, "MB", 60.0)]


def _children(pid: int) -> list[int]:
    listed = ["ps", "-o", "pid=", "--ppid", str(pid)]
    said = subprocess.run(listed, capture_output=True, check=False).stdout.split()
    return [int(one) for one in said]


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(one.split()[1]) for one in lines if one.startswith("VmRSS")), 0)


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=SHARED / "codes" / "nhs_comments.jsonl")
    parser.add_argument("--codebook", type=Path, default=SHARED / "codes" / "nhs_codebook.json")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--serving", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(given)
    rows = fits(chosen.data, chosen.codebook)
    rows += large() if chosen.large else []
    rows += serving() if chosen.serving else []
    show(rows)


if __name__ == "__main__":
    main()
