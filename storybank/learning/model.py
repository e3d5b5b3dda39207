"""A fitted model: how likely each code applies to a passage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit

from storybank.learning import pairs
from storybank.learning.codes import Code
from storybank.learning.departures import Departures
from storybank.learning.prior import Prior, Reader, Seen
from storybank.learning.shared import Shared
from storybank.learning.spreading import SHARE
from storybank.learning.words import Floats

AT_ONCE = 512
"""Passages that are scored together."""


@dataclass(frozen=True)
class Scorer:
    """Weights of words (stems, pairs and letters together) and of meanings; a share for all."""

    words: Floats
    meanings: Floats
    constant: Floats

    def say(self, rows: sparse.csr_array, meant: Floats) -> Floats:
        said = self.constant + np.zeros((rows.shape[0], len(self.constant)), np.float32)
        if self.words.size:
            said = said + rows @ self.words
        if self.meanings.size:
            said = said + meant @ self.meanings
        return np.asarray(said, np.float32)


def highest(scores: Floats, seen: Seen) -> Floats:
    """The highest score of a passage's sentences: passages x codes."""
    found = np.full((seen.read.count, scores.shape[1]), -np.inf, np.float32)
    np.maximum.at(found, seen.read.passages, scores)
    return found


@dataclass(frozen=True)
class Learnt:
    """What answers taught: nothing of it where there were none."""

    scorers: tuple[Scorer, ...]
    sentences: Scorer
    """Words alone, asked of each sentence: a long passage may speak of a code in one of many."""
    base: Floats
    rates: Floats
    confirmed: Floats
    last: Shared
    own: Departures


@dataclass(frozen=True)
class Model:
    """``figures`` are what was found out of fold; ``thresholds`` one for each code."""

    prior: Prior
    learnt: Learnt | None
    calm: tuple[float, float]
    """Slope and constant that turn log-odds into the share that was right."""
    thresholds: Floats
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> Sequence[Code]:
        return self.prior.codes

    @property
    def reader(self) -> Reader:
        return self.prior.reader

    def chances(self, texts: Sequence[str]) -> Floats:
        """Passages x codes: how likely each code applies."""
        made = [expit(self._odds(part)) for part in _parts(texts)]
        if not made:
            return np.zeros((0, len(self.codes)), np.float32)
        return np.concatenate(made).astype(np.float32)

    def _odds(self, texts: Sequence[str]) -> Floats:
        if not self.codes:
            return np.zeros((len(texts), 0), np.float32)
        slope, constant = self.calm
        return slope * self.odds(self.reader.see(texts)) + constant

    def odds(self, seen: Seen) -> Floats:
        """Log-odds before they are made calm."""
        signs = self.prior.signs(seen)
        said = self.prior.say(signs, learnt=SHARE)
        learnt = self.learnt
        if learnt is None:
            return said
        plain = np.broadcast_to(learnt.base, said.shape), np.asarray(expit(said), np.float32)
        scores = [
            plain[half] + part
            for scorer in learnt.scorers
            for half, part in enumerate(np.split(scorer.say(seen.rows, seen.meant), 2, 1))
        ]
        peaks = learnt.base + highest(learnt.sentences.say(seen.apart, seen.meant), seen)
        rates = np.where(signs[..., 0] > 0, learnt.rates[0], learnt.rates[1])
        late = pairs.late(signs, said, scores, peaks, learnt.confirmed, rates)
        return learnt.last.say(late, said) + learnt.own.say(late)


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(texts), AT_ONCE):
        yield texts[first : first + AT_ONCE]
