"""The way in: what the codebook says, passages nobody coded, and answers become a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from storybank.learning import pairs
from storybank.learning.calibration import (
    USUAL,
    by_code,
    calm_down,
    expected,
    faded,
    foreseen,
    thresholds,
)
from storybank.learning.codes import Answered, Code
from storybank.learning.departures import fit_departures
from storybank.learning.model import AT_ONCE, Learnt, Model
from storybank.learning.prior import Prior, Reader, Seen
from storybank.learning.scorers import doubled, fit_scorers
from storybank.learning.shared import Shared, fit_shared, out_of_fold
from storybank.learning.spreading import SHARE
from storybank.learning.vectors import Vectors
from storybank.learning.vocabulary import make_vocabulary
from storybank.learning.words import Floats, Ints, read

FOLDS = 5
MOST_POOL = 6_000
"""Passages without answers that are read; more teach nothing new."""
SOME = 1_500
"""Of these, how many say from which chance on to say yes, where answers are few."""
MOST_ANSWERS = 10_000
"""Passages with answers that are learnt from: those of rare codes first."""
MOST_PAIRS = 200_000
"""Pairs that the shared regression learns from."""
RARE = 50


class Learner:
    """Knows a codebook and a pool of passages; fits a model to whatever answers there are."""

    def __init__(
        self, codes: Sequence[Code], vectors: Vectors | None = None, seed: int = 0
    ) -> None:
        self.codes, self.vectors, self.seed = tuple(codes), vectors, seed
        self.prior: Prior | None = None
        self.some: Seen | None = None
        self.texts: list[str] = []

    def prepare(self, pool: Sequence[str], tellers: Sequence[int]) -> None:
        """Read passages that may be learnt from without answers; ``tellers`` says whose each is."""
        chosen: Sequence[int] = range(len(pool))
        if len(pool) > MOST_POOL:
            every = np.random.default_rng(self.seed).permutation(len(pool))
            chosen = sorted(every[:MOST_POOL].tolist())
        with threadpool_limits(1):
            given = read([pool[at] for at in chosen])
            told = [" ".join((c.name, c.definition, *c.cues, *c.near_misses)) for c in self.codes]
            whose = np.array([tellers[at] for at in chosen], np.int64)
            reader = Reader(make_vocabulary(given, whose, told), self.vectors)
            reader.centre_on(given)
            self.prior = Prior(reader, self.codes)
            seen = reader.look(given)
            self.prior.fit(seen)
            some = np.random.default_rng(self.seed).permutation(len(chosen))[:SOME]
            self.texts = [pool[chosen[at]] for at in some.tolist()]
            self.some = reader.see(self.texts)

    def fit(self, answers: Sequence[Answered]) -> Model:
        """A model from all answers so far; from the codebook alone where there are none."""
        if self.prior is None:
            self.prepare([one.text for one in answers], [one.teller for one in answers])
        assert self.prior is not None
        answers = [one for one in answers if one.in_full or one.confirmed or _no(one)]
        if not answers or not self.codes:
            usual = np.full(len(self.codes), USUAL, np.float32)
            none = np.zeros((0, len(self.codes)), np.float32)
            return self._foresee(Model(self.prior, None, (1.0, 0.0), usual), none, ())
        with threadpool_limits(1):
            fit = _Fit(self.prior, _most(answers, self.seed), self.seed)
            model = fit.model()
            return self._foresee(model, fit.held, answers)

    def _foresee(self, model: Model, held: Floats, answers: Sequence[Answered]) -> Model:
        """With thresholds that also weigh what is likely in passages nobody coded, and in those
        with answers (``held``, out of fold)."""
        if self.some is None or not self.some.read.count or not self.codes:
            return model
        slope, constant = model.calm
        chance = np.asarray(expit(slope * model.odds(self.some) + constant), np.float32)
        answered = {one.text for one in answers}
        fresh = [text not in answered for text in self.texts]
        chance = np.vstack([chance[fresh], held])
        many = model.learnt.confirmed if model.learnt else np.zeros(len(self.codes), np.float32)
        made = faded(model.thresholds, foreseen(chance), many)
        return replace(model, thresholds=made)


def _most(answers: Sequence[Answered], seed: int) -> Sequence[Answered]:
    """All answers, or where there are very many those of rare codes and as many others as fit."""
    if len(answers) <= MOST_ANSWERS:
        return answers
    used: dict[int, int] = {}
    for one in answers:
        for code in one.confirmed:
            used[code] = used.get(code, 0) + 1
    rare = np.array([min((used[c] for c in a.confirmed), default=RARE) >= RARE for a in answers])
    order = np.random.default_rng(seed).permutation(len(answers))
    kept = order[np.argsort(rare[order], kind="stable")][:MOST_ANSWERS]
    return [answers[at] for at in sorted(kept.tolist())]


class _Fit:
    """One fit: passages x codes, whether confirmed (``truth``) and whether anybody said."""

    def __init__(self, prior: Prior, answers: Sequence[Answered], seed: int) -> None:
        self.prior, self.answers = prior, answers
        self.tellers = np.array([one.teller for one in answers], np.int64)
        self.truth, self.known, self.heard = _matrix(answers, len(prior.codes))
        self.folds = _folds(self.tellers, seed)
        self.seed = seed
        self.held: Floats = np.zeros((0, len(prior.codes)), np.float32)
        """The chances of passages with answers, out of fold; once there is a model."""

    def model(self) -> Model:
        seen = self.prior.reader.see([one.text for one in self.answers])
        guess, found = self._guess()
        confirmed = np.asarray((self.truth * self.known).sum(0), np.float32)
        chance = np.asarray(expit(guess), np.float32)
        # What was answered was mostly shown for being likely; elsewhere the codebook's guess holds.
        base = np.asarray(np.where(self.known, self.truth, chance).mean(0), np.float32)
        plain = np.broadcast_to(base, guess.shape), chance
        left = np.hstack([self.truth - one for one in plain])
        fitted = fit_scorers(
            seen, left, np.hstack([self.known, self.known]), self.tellers, self.folds
        )
        scores = [score for held in fitted.held for score in doubled(plain, held)]
        rates = pairs.cue_rates(found, self.truth, self.known)
        some = self._sample()
        features = pairs.late(
            self._signs(some),
            guess[some],
            [score[some] for score in scores],
            base + fitted.peaks[some],
            confirmed,
            self._held_rates(found)[some],
        )
        known, heard, right = self.known[some], self.heard[some], self.truth[some]
        last, said = self._regress(some, features, guess[some])
        own, apart = fit_departures(features, said, right, known, self.folds[some])
        said = np.where(known, apart, said + own.say(features))
        calm = calm_down(said, right, known)
        calmed = np.asarray(expit(calm[0] * said + calm[1]), np.float32)
        self.held = calmed
        figures = {
            "passages": len(self.answers),
            "tellers": len(np.unique(self.tellers)),
            "answers": int(self.heard.sum()),
            "confirmed": [int(many) for many in confirmed],
            **expected(calmed, right, heard),
            "codes": by_code(calmed, right, heard),
        }
        learnt = Learnt(tuple(fitted.scorers), fitted.sentences, base, rates, confirmed, last, own)
        return Model(self.prior, learnt, calm, thresholds(calmed, right, known), figures)

    def _see(self, some: Ints) -> Seen:
        return self.prior.reader.see([self.answers[at].text for at in some.tolist()])

    def _signs(self, some: Ints) -> Floats:
        return self.prior.signs(self._see(some))

    def _guess(self) -> tuple[Floats, np.ndarray]:
        """The codebook's log-odds of all passages, and where cues were found."""
        said, found = [], []
        for first in range(0, len(self.answers), 8 * AT_ONCE):
            signs = self._signs(np.arange(first, min(first + 8 * AT_ONCE, len(self.answers))))
            said.append(self.prior.say(signs, SHARE))
            found.append(signs[..., 0] > 0)
        return np.concatenate(said), np.concatenate(found)

    def _sample(self) -> Ints:
        """The passages whose pairs the shared regression learns from."""
        most = max(200, MOST_PAIRS // self.truth.shape[1])
        every = np.arange(len(self.truth))
        if len(every) <= most:
            return every
        return np.sort(np.random.default_rng(self.seed).permutation(every)[:most])

    def _regress(self, some: Ints, features: Floats, offset: Floats) -> tuple[Shared, Floats]:
        """Fit to all pairs somebody answered; log-odds of the pairs, those out of fold."""
        known = self.known[some]
        rows, start, right = features[known], offset[known], self.truth[some][known]
        fold_of = np.broadcast_to(self.folds[some][:, None], known.shape)[known]
        fitted = fit_shared(rows, start, right)
        said = fitted.say(features, offset)
        said[known] = out_of_fold(rows, start, right, fold_of, fitted)
        return fitted, said

    def _held_rates(self, found: np.ndarray) -> Floats:
        """Of each pair how often cues of its code were right in other folds."""
        said = np.zeros(found.shape, np.float32)
        for fold in range(FOLDS):
            out = self.folds == fold
            if out.any():
                rates = pairs.cue_rates(found[~out], self.truth[~out], self.known[~out])
                said[out] = np.where(found[out], rates[0], rates[1])
        return said


def _no(one: Answered) -> frozenset[int]:
    return one.declined | one.supposed


def _matrix(answers: Sequence[Answered], width: int) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Passages x codes: whether confirmed, whether that is known, and whether anybody said so."""
    truth = np.zeros((len(answers), width), np.float32)
    known = np.zeros((len(answers), width), bool)
    for at, one in enumerate(answers):
        known[at, sorted(one.confirmed | one.declined)] = True
        known[at] |= one.in_full
        truth[at, sorted(one.confirmed)] = 1
    heard = known.copy()
    for at, one in enumerate(answers):
        known[at, sorted(one.supposed)] = True
    return truth, known, heard


def _folds(tellers: Ints, seed: int) -> Ints:
    """A fold for each passage; all of a teller's are in the same."""
    who, at = np.unique(tellers, return_inverse=True)
    of_teller = np.random.default_rng(seed).permutation(len(who)) % FOLDS
    return np.asarray(of_teller[at], np.int64)
