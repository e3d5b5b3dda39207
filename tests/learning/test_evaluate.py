"""The benchmark takes coded sets as they come."""

from __future__ import annotations

import importlib
import json
import sys

import numpy as np
import pytest
from learning.learning_from import CODES, passages

from storybank.config import PROJECT

FOLDER = PROJECT / "benchmarks" / "suggest"


@pytest.fixture(scope="module")
def evaluate():
    sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]
    try:
        yield importlib.import_module("evaluate")
    finally:
        sys.path[:] = [path for path in sys.path if path not in (str(FOLDER), str(FOLDER.parent))]


def lines(path, documents):
    path.write_text("\n".join(json.dumps(one) for one in documents))
    return str(path)


def documents(many, seed=1):
    for number, one in enumerate(passages(many, seed)):
        names = [CODES[code].name for code in sorted(one.confirmed)]
        yield {"id": f"d{number}", "text": one.text, "codes": names, "fold": number % 2}


def rows(capsys):
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)["rows"]}


def test_folds_with_peers(evaluate, tmp_path, capsys):
    data = lines(tmp_path / "data.jsonl", documents(60))
    book = tmp_path / "book.json"
    book.write_text(json.dumps([{"name": c.name, "cues": list(c.cues)} for c in CODES]))
    evaluate.main([data, "--codebook", str(book), "--folds", "--train", "0,20,all", "--seeds", "1",
                   "--baselines", "cues,tfidf", "--json"])  # fmt: skip
    found = rows(capsys)
    assert found["micro_f1@all"]["ours"] > 0.8 and found["micro_f1@all"]["peer"] is not None
    assert {name.partition("@")[0] for name in found} == set(evaluate.METRICS)


@pytest.mark.parametrize(
    "book",
    [
        None,
        ["Waiting", "Waiting", "Never used", ""],
        {"Waiting": "how long", "Kindness": {"cues": "kind, warm"}},
        {"codes": [{"label": "Waiting", "cues": None}, {"definition": "no name"}, 7]},
    ],
    ids=["none", "names", "object", "odd"],
)
def test_odd_codebooks_and_documents(evaluate, tmp_path, capsys, book):
    odd = [{"text": "", "codes": ["Waiting"]}, {"text": None, "codes": None}, {"codes": "Alone"}]
    data = lines(tmp_path / "data.jsonl", [*documents(12), *odd])
    test = lines(tmp_path / "test.jsonl", [*documents(6, seed=3), {"text": "x", "codes": ["New"]}])
    command = [
        data,
        "--test",
        test,
        "--train",
        "0,5,50",
        "--seeds",
        "1",
        "--no-baselines",
        "--json",
    ]
    if book is not None:
        (tmp_path / "book.json").write_text(json.dumps(book))
        command += ["--codebook", str(tmp_path / "book.json")]
    evaluate.main(command)
    assert all(np.isfinite(row["ours"]) for row in rows(capsys).values())
