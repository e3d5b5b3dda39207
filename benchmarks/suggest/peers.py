"""What others would do with the same answers: trained anew, scored on the same passages."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import spacy
from coded import Coded
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.training import Example

from storybank.learning.codes import Code
from storybank.learning.phrases import Phrases
from storybank.learning.vocabulary import make_vocabulary
from storybank.learning.words import read

Scores = tuple[np.ndarray, np.ndarray]
"""Chances, and what is answered yes: passages x codes."""
Peer = Callable[[Sequence[Code], Coded, Sequence[str], int], Scores]

EPOCHS, AT_ONCE = 20, 32


def cues(codes: Sequence[Code], train: Coded, texts: Sequence[str], seed: int) -> Scores:
    """Yes where a cue stands, whatever was answered; the more cues the likelier."""
    told = [" ".join((code.name, *code.cues)) for code in codes]
    vocabulary = make_vocabulary(read(train.texts), np.arange(len(train.texts)), told)
    phrases, given = Phrases(vocabulary, codes), read(texts)
    found = phrases.found(given, vocabulary.stem_numbers(given))
    many = np.maximum((found @ phrases.of_code).toarray(), 0)
    return 1 - 0.6**many, many > 0


def tfidf(codes: Sequence[Code], train: Coded, texts: Sequence[str], seed: int) -> Scores:
    """TF-IDF of one and two words, a logistic regression a code, its threshold out of fold."""
    if not len(train.texts):
        return _nothing(codes, texts)
    chance = _regress(train.texts, train.truth, texts)
    held = np.zeros_like(train.truth)
    fold_of = np.random.default_rng(seed).permutation(len(train.texts)) % 3
    for fold in range(3):
        out = np.flatnonzero(fold_of == fold)
        kept = train.some(np.flatnonzero(fold_of != fold).tolist())
        if len(out) and kept.texts:
            held[out] = _regress(kept.texts, kept.truth, [train.texts[at] for at in out])
    return chance, chance >= _threshold(train.truth, held)


def _regress(texts: Sequence[str], truth: np.ndarray, unseen: Sequence[str]) -> np.ndarray:
    made = np.tile(truth.mean(0), (len(unseen), 1))
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), strip_accents="unicode")
    try:
        rows, others = words.fit_transform(texts), words.transform(unseen)
    except (ValueError, NotFittedError):
        return made
    for code in range(truth.shape[1]):
        if 0 < truth[:, code].sum() < len(truth):
            fitted = LogisticRegression(C=10, solver="liblinear", tol=1e-3)
            made[:, code] = fitted.fit(rows, truth[:, code]).predict_proba(others)[:, 1]
    return made


def bag_of_words(codes: Sequence[Code], train: Coded, texts: Sequence[str], seed: int) -> Scores:
    bag = {"exclusive_classes": False, "ngram_size": 1, "no_output_layer": False, "length": 262144}
    return _textcat("spacy.TextCatBOW.v3", bag, codes, train, texts, seed)


def ensemble(codes: Sequence[Code], train: Coded, texts: Sequence[str], seed: int) -> Scores:
    return _textcat(None, {}, codes, train, texts, seed)


def _textcat(
    named: str | None, more: dict, codes: Sequence[Code], train: Coded, texts: Sequence[str],
    seed: int,
) -> Scores:  # fmt: skip
    """spaCy's textcat_multilabel as it comes, ``EPOCHS`` times over the passages, its threshold
    from a fifth of them that it has not seen."""
    if len(train.texts) < 5:
        return _nothing(codes, texts)
    config = {"model": {"@architectures": named, **more}} if named else {}
    order = np.random.default_rng(seed).permutation(len(train.texts)).tolist()
    cut = max(1, len(order) // 5)
    unseen, kept = train.some(order[:cut]), train.some(order[cut:])
    held = _trained(config, len(codes), kept, unseen.texts, seed)
    chance = _trained(config, len(codes), train, texts, seed)
    return chance, chance >= _threshold(unseen.truth, held)


def _trained(config: dict, width: int, train: Coded, texts: Sequence[str], seed: int) -> np.ndarray:
    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("en")
    part = nlp.add_pipe("textcat_multilabel", config=config)
    for code in range(width):
        part.add_label(str(code))
    examples = [
        Example.from_dict(
            nlp.make_doc(text), {"cats": {str(c): float(row[c]) for c in range(width)}}
        )
        for text, row in zip(train.texts, train.truth, strict=True)
        if text.strip()
    ]
    if not examples:
        return np.tile(train.truth.mean(0), (len(texts), 1))
    optimizer = nlp.initialize(lambda: examples[:100])
    for _ in range(EPOCHS):
        random.shuffle(examples)
        for first in range(0, len(examples), AT_ONCE):
            nlp.update(examples[first : first + AT_ONCE], sgd=optimizer)
    docs = nlp.pipe(text or " " for text in texts)
    return np.array([[doc.cats[str(code)] for code in range(width)] for doc in docs])


def _threshold(truth: np.ndarray, chance: np.ndarray) -> float:
    """The one for all codes with the highest micro-F1."""
    grid = np.arange(0.04, 0.9, 0.02)
    made = [
        (truth * (chance >= at)).sum() / max(1, truth.sum() + (chance >= at).sum()) for at in grid
    ]
    return float(grid[int(np.argmax(made))])


def _nothing(codes: Sequence[Code], texts: Sequence[str]) -> Scores:
    none = np.zeros((len(texts), len(codes)))
    return none, none


PEERS: dict[str, Peer] = {
    "cues": cues, "tfidf": tfidf, "bow": bag_of_words, "ensemble": ensemble,
}  # fmt: skip
