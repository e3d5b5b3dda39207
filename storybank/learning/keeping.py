"""A model in two files: numbers (``.npz``, no pickle) and a manifest (JSON) that says what made it.

No text is kept beyond the codebook's own, and words and runs of letters that at least three
tellers wrote.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
import snowballstemmer

from storybank.learning.codes import Code, codes_hash
from storybank.learning.departures import Departures
from storybank.learning.model import Learnt, Model, Scorer
from storybank.learning.prior import Prior, Reader
from storybank.learning.shared import Shared
from storybank.learning.vectors import Vectors
from storybank.learning.vocabulary import Vocabulary

FORMAT = 3
NUMBERS, MANIFEST = "model.npz", "model.json"


class Unusable(Exception):
    """A kept model that cannot be used: changed, of another format, or made with other vectors."""


def save(model: Model, folder: Path, about: Mapping[str, Any] | None = None) -> None:
    """Write both files; the manifest last, so that a model is there whole or not at all.

    ``about`` is what else made it, as the caller knows: numbers of stories, versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = io.BytesIO()
    np.savez_compressed(data, **_arrays(model))  # type: ignore[arg-type]
    numbers = data.getvalue()
    vectors = model.reader.vectors
    manifest = {
        "format": FORMAT,
        "numbers": hashlib.sha256(numbers).hexdigest(),
        "codes_hash": codes_hash(model.codes),
        "vectors": vectors.name if vectors else None,
        "made_with": _versions(),
        "scorers": len(model.learnt.scorers) if model.learnt else None,
        "calm": list(model.calm),
        "constant": model.prior.constant,
        "figures": dict(model.figures),
        "codes": [asdict(code) for code in model.codes],
        "about": dict(about or {}),
    }
    (folder / MANIFEST).unlink(missing_ok=True)
    _write(folder / NUMBERS, numbers)
    _write(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())


def load(folder: Path, vectors: Vectors | None = None) -> Model:
    """The model kept there; ``vectors`` are those it was made with.

    Raises Unusable, and OSError where there is none.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    numbers = (folder / NUMBERS).read_bytes()
    if manifest["format"] != FORMAT:
        raise Unusable("The model is of another format.")
    if hashlib.sha256(numbers).hexdigest() != manifest["numbers"]:
        raise Unusable("The model was changed since it was made.")
    if manifest["vectors"] != (vectors.name if vectors else None):
        raise Unusable("The model was made with other word vectors.")
    with np.load(io.BytesIO(numbers), allow_pickle=False) as kept:
        return _model({name: kept[name] for name in kept.files}, manifest, vectors)


def _arrays(model: Model) -> dict[str, np.ndarray]:
    v, prior = model.reader.vocabulary, model.prior
    made = {
        "stems": _strings(v.stems), "pairs": v.pairs, "letters": _strings(v.letters),
        "idf": v.idf, "letters_idf": v.letters_idf, "centre": model.reader.centre,
        "telling": prior.telling, "mean": prior.mean, "spread": prior.spread,
        "learnt": prior.learnt, "base": prior.base, "thresholds": model.thresholds,
    }  # fmt: skip
    learnt = model.learnt
    if learnt is not None:
        made |= {"rates": learnt.rates, "confirmed": learnt.confirmed, "common": learnt.base}
        made |= {f"last_{name}": value for name, value in asdict(learnt.last).items()}
        made |= {f"own_{name}": value for name, value in asdict(learnt.own).items()}
        for at, scorer in enumerate((learnt.sentences, *learnt.scorers)):
            made |= {f"scorer{at}_{name}": value for name, value in asdict(scorer).items()}
    return made


def _model(kept: Mapping[str, Any], manifest: Mapping[str, Any], vectors: Vectors | None) -> Model:
    codes = [
        Code(c["name"], c["definition"], tuple(c["cues"]), tuple(c["near_misses"]))
        for c in manifest["codes"]
    ]
    vocabulary = Vocabulary(
        tuple(kept["stems"].tolist()), kept["pairs"], tuple(kept["letters"].tolist()),
        kept["idf"], kept["letters_idf"],
    )  # fmt: skip
    reader = Reader(vocabulary, vectors)
    reader.centre = kept["centre"]
    prior = Prior(reader, codes)
    prior.telling, prior.mean, prior.spread = kept["telling"], kept["mean"], kept["spread"]
    prior.learnt, prior.base = kept["learnt"], kept["base"]
    prior.constant = manifest["constant"]
    learnt = None
    if manifest["scorers"] is not None:
        names = ("words", "meanings", "constant")
        scorers = tuple(
            Scorer(*(kept[f"scorer{at}_{name}"] for name in names))
            for at in range(manifest["scorers"] + 1)
        )
        last = Shared(kept["last_mean"], kept["last_spread"], kept["last_weights"])
        own = Departures(kept["own_mean"], kept["own_spread"], kept["own_weights"])
        learnt = Learnt(
            scorers[1:], scorers[0], kept["common"], kept["rates"], kept["confirmed"], last, own
        )
    slope, constant = manifest["calm"]
    return Model(prior, learnt, (slope, constant), kept["thresholds"], manifest["figures"])


def _strings(given: Sequence[str]) -> np.ndarray:
    return np.array(list(given), dtype=np.str_)


def _versions() -> dict[str, str]:
    made_with = (np, scipy, sklearn, snowballstemmer)
    return {module.__name__: getattr(module, "__version__", "") for module in made_with}


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    with draft.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
