"""How good suggestions are on any coded set, beside what others would do with the same answers.

    python benchmarks/suggest/evaluate.py DATA.jsonl --codebook CODEBOOK.json --folds
        --train 0,20,100,500,1000,all --seeds 3 --json

DATA and TEST hold one document a line: {"id", "text", "codes"}; with --folds each of its "fold"s
is the test in turn. The codebook is a list of {"name", "definition"?, "cues"?}. A size is how many
documents are answered in full; the others of the training part are there without answers, as are
stories that nobody has coded. The component is the product's own, through its own interface.
The seconds to fit hold the reading of those others too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parents[1]))

from coded import Coded, coded, names_in, read_codebook, read_documents
from marks import average_precision, counts, f1, marks
from measure import Row, show
from peers import PEERS
from threadpoolctl import threadpool_limits

from storybank.learning import resources
from storybank.learning.codes import Answered, Code
from storybank.suggest.spacy_suggester import learner_pipeline

METRICS = (
    "micro_f1", "macro_f1", "map", "hit_at_3", "recall_at_3", "lrap", "shown_ece", "fit_cpu_s",
    "words_per_cpu_s",
)  # fmt: skip
LOWER = ("shown_ece", "fit_cpu_s")
TARGETS = {
    "hit_at_3@0": 0.74, "hit_at_3@100": 0.89, "hit_at_3@1000": 0.93, "micro_f1@20": 0.58,
    "micro_f1@100": 0.61, "micro_f1@1000": 0.71, "micro_f1@all": 0.75, "macro_f1@all": 0.66,
    "map@20": 0.57, "map@100": 0.60, "map@1000": 0.68, "map@all": 0.73, "shown_ece@20": 0.05,
    "shown_ece@500": 0.03, "shown_ece@1000": 0.03, "shown_ece@all": 0.03, "fit_cpu_s@1000": 3.0,
    "fit_cpu_s@all": 10.0,
}  # fmt: skip
"""For five folds of the NHS set; words a second are 20,000 everywhere."""


class Ours:
    """The product's component in a pipeline of its own: one for each training part."""

    def __init__(self, codes: Sequence[Code], train: Coded, seed: int) -> None:
        self.nlp = learner_pipeline()
        self.part: Any = self.nlp.get_pipe("storybank_learner")
        start = time.process_time()
        self.part.prepare(codes, train.texts, train.tellers, seed)
        self.prepared = time.process_time() - start

    def learn(self, train: Coded) -> float:
        """CPU seconds to fit, reading the unanswered passages included."""
        answers = [
            Answered(text, teller, frozenset(np.flatnonzero(row).tolist()), in_full=True)
            for text, teller, row in zip(train.texts, train.tellers, train.truth, strict=True)
        ]
        start = time.process_time()
        self.part.learn(answers)
        return self.prepared + time.process_time() - start

    def score(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, float]:
        """Chances, what is answered yes, and words a CPU second from text to suggestions."""
        start = time.process_time()
        rows = [doc.user_data["chances"][0] for doc in self.nlp.pipe(texts)]
        taken = time.process_time() - start
        chance = np.array(rows).reshape(len(texts), -1)
        words = sum(len(text.split()) for text in texts)
        return chance, chance >= self.part.model.thresholds, words / max(taken, 1e-6)


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    with threadpool_limits(1):
        _run(given)
    return 0


def _run(given: argparse.Namespace) -> None:
    documents = read_documents(given.data)
    tests = read_documents(given.test) if given.test else []
    book = read_codebook(given.codebook)
    for name in names_in([*documents, *tests]):
        book.setdefault(name, Code(name))
    codes = list(book.values())
    data = coded(documents, list(book))
    parts = list(_parts(data, coded(tests, list(book)) if given.test else None))
    peers = [] if given.no_baselines else [p for p in given.baselines.split(",") if p]
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    per_code: dict[str, list[Any]] = {}
    for train, test in parts:
        ours = Ours(codes, train, 0)
        for size in given.train.split(","):
            whole = size == "all" or int(size) >= len(train.texts)
            for seed in range(1 if whole or size == "0" else given.seeds):
                order = np.random.default_rng(seed).permutation(len(train.texts))
                some = train.some(order[: None if whole else int(size)].tolist())
                taken = ours.learn(some)
                chance, said, speed = ours.score(test.texts)
                got = marks(test.truth, chance, said)
                got |= {"fit_cpu_s": taken, "words_per_cpu_s": speed}
                found.setdefault(size, {}).setdefault("ours", []).append(got)
                per_code.setdefault(size, []).append((test.truth, chance, said))
                for peer in peers:
                    start = time.process_time()
                    scores = PEERS[peer](codes, some, test.texts, seed)
                    got = marks(test.truth, scores[0], scores[1].astype(float))
                    got["fit_cpu_s"] = time.process_time() - start
                    found[size].setdefault(peer, []).append(got)
    _tell(given, codes, found, per_code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--codebook", type=Path)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--test", type=Path, help="another file to test on")
    which.add_argument(
        "--folds", action="store_true", help="each fold is the test in turn (default)"
    )
    parser.add_argument("--train", default="0,20,100,500,1000,all", help="sizes, with commas")
    parser.add_argument("--seeds", type=int, default=3, help="draws of each size")
    parser.add_argument("--baselines", default=",".join(PEERS), help="which peers to run")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser


def _parts(data: Coded, test: Coded | None) -> Iterator[tuple[Coded, Coded]]:
    if test is not None:
        yield data, test
        return
    for fold in np.unique(data.folds):
        inside, outside = data.folds == fold, data.folds != fold
        if outside.any():
            yield (
                data.some(np.flatnonzero(outside).tolist()),
                data.some(np.flatnonzero(inside).tolist()),
            )


def _tell(given: Any, codes: Sequence[Code], found: Any, per_code: Any) -> None:
    means = {
        size: {
            who: {name: float(np.mean([got[name] for got in all_])) for name in all_[0]}
            for who, all_ in by.items()
        }
        for size, by in found.items()
    }
    targets = TARGETS if given.data.name == "nhs_comments.jsonl" and not given.test else {}
    rows = [_row(metric, size, by, targets) for size, by in means.items() for metric in METRICS]
    tables = {size: _per_code(codes, scored) for size, scored in per_code.items()}
    if given.json:
        told = {
            "rows": [row.__dict__ for row in rows], "baselines": means, "per_code": tables,
            "notice": resources.notice(),
        }  # fmt: skip
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return
    for size, by in means.items():
        for who, got in by.items():
            marked = "  ".join(f"{name} {got[name]:.3f}" for name in METRICS if name in got)
            print(f"{size:>5} {who:<9} {marked}")
    for size, table in list(tables.items())[-1:]:
        print(f"\nEach code at {size}: on how many passages, precision, recall, F1, AP")
        for one in table:
            print(
                "  {name:<50.50} {used:>5} {precision:.2f} {recall:.2f} {f1:.2f} {ap:.2f}".format(
                    **one
                )
            )
    if resources.notice():
        print(resources.notice())
    print()
    show(rows)


def _row(metric: str, size: str, by: dict[str, dict[str, float]], targets: dict[str, float]) -> Row:
    ours, name = by["ours"][metric], f"{metric}@{size}"
    others = [got[metric] for who, got in by.items() if who != "ours" and metric in got]
    best = (min if metric in LOWER else max)(others) if others else None
    best = best or None  # a peer that said nothing
    target = 20_000.0 if metric == "words_per_cpu_s" else targets.get(name)
    ok = None if target is None else ours <= target if metric in LOWER else ours >= target
    unit = {"fit_cpu_s": "s", "words_per_cpu_s": "words/s"}.get(metric, "")
    ratio = round(ours / best, 3) if best else None
    return Row(
        name, round(ours, 4), unit, None if best is None else round(best, 4), ratio, target, ok
    )


def _per_code(codes: Sequence[Code], scored: Sequence[Any]) -> list[dict[str, Any]]:
    truth, chance, said = (np.concatenate(part) for part in zip(*scored, strict=True))
    right, wrong, missed = counts(truth, said)
    ap = np.mean([average_precision(t, c) for t, c, _ in scored], 0)
    scores = f1(truth, said)
    return [
        {
            "name": code.name,
            "used": int(truth[:, at].sum()),
            "precision": round(float(right[at] / max(1, right[at] + wrong[at])), 3),
            "recall": round(float(right[at] / max(1, right[at] + missed[at])), 3),
            "f1": round(float(scores[at]), 3),
            "ap": round(float(ap[at]), 3),
        }
        for at, code in enumerate(codes)
    ]


if __name__ == "__main__":
    sys.exit(main())
