"""Coded sets and codebooks in files, taken as they come."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from storybank.learning.codes import Code

NAMES = ("name", "code", "label", "title", "id")


@dataclass(frozen=True)
class Coded:
    """Documents: texts, which codes people put on them (documents x codes), whose, which fold."""

    texts: list[str]
    truth: np.ndarray
    tellers: list[int]
    folds: np.ndarray

    def some(self, at: Sequence[int]) -> Coded:
        return Coded(
            [self.texts[n] for n in at],
            self.truth[np.array(at, int)],
            [self.tellers[n] for n in at],
            self.folds[np.array(at, int)],
        )


def read_codebook(path: Path | None) -> dict[str, Code]:
    """Codes by name. A list of names or of objects, or an object of them; twice the same is one."""
    found: dict[str, Code] = {}
    given = json.loads(path.read_text(encoding="utf-8-sig")) if path else []
    for one in _entries(given):
        code = _code(one)
        if code.name:
            other = found.get(code.name, code)
            found[code.name] = Code(
                code.name,
                other.definition or code.definition,
                tuple(dict.fromkeys(other.cues + code.cues)),
                tuple(dict.fromkeys(other.near_misses + code.near_misses)),
            )
    return found


def _entries(given: Any) -> Iterator[Any]:
    if isinstance(given, dict) and isinstance(given.get("codes"), list | dict):
        given = given["codes"]
    if isinstance(given, dict):
        for name, more in given.items():
            yield {"name": name, **(more if isinstance(more, dict) else {"definition": more})}
    elif isinstance(given, list):
        yield from given


def _code(one: Any) -> Code:
    if not isinstance(one, dict):
        return Code(_text(one))
    name = next((_text(one[key]) for key in NAMES if one.get(key) not in (None, "")), "")
    return Code(
        name,
        _text(one.get("definition") or one.get("description")),
        _phrases(one.get("cues")),
        _phrases(one.get("near_misses")),
    )


def _phrases(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        given = given.split(",")
    if not isinstance(given, list | tuple):
        return ()
    told = (_text(one.get("phrase") if isinstance(one, dict) else one) for one in given)
    return tuple(dict.fromkeys(phrase for phrase in told if phrase))


def _text(given: Any) -> str:
    return "" if given is None else str(given).strip()


def read_documents(path: Path) -> list[dict[str, Any]]:
    """One object a line, or a list of them."""
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("["):
        return [one for one in json.loads(text) if isinstance(one, dict)]
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def names_in(documents: Iterable[dict[str, Any]]) -> dict[str, None]:
    return dict.fromkeys(name for one in documents for name in _names(one))


def _names(one: dict[str, Any]) -> list[str]:
    given = one.get("codes", one.get("labels")) or []
    if isinstance(given, str):
        given = [given]
    return [name for name in (_code(code).name for code in given) if name]


def coded(documents: Sequence[dict[str, Any]], names: Sequence[str]) -> Coded:
    """The documents as numbers; codes that are not among ``names`` are left out."""
    at = {name: number for number, name in enumerate(names)}
    truth = np.zeros((len(documents), len(names)), np.float32)
    tellers: dict[Any, int] = {}
    whose, folds = [], []
    for number, one in enumerate(documents):
        for name in _names(one):
            if name in at:
                truth[number, at[name]] = 1
        key = str(one.get("id", number))
        whose.append(tellers.setdefault(one.get("teller", f"document {number}"), len(tellers)))
        fold = one.get("fold")
        folds.append(fold if isinstance(fold, int) else zlib.crc32(key.encode()) % 5)
    texts = [str(one.get("text") or "") for one in documents]
    return Coded(texts, truth, whose, np.array(folds, int))
