"""Ridge regression on many targets at once, and what it would have said of each passage unseen.

With few passages the dual system is solved outright. The residual of a passage that was left out
is then exact without fitting again: for a teller's passages G it is ``inv(P[G,G]) @ a[G]``, where
``P`` is the inverse of the kernel plus strength and ``a = P @ targets`` (Allen 1974 for one
passage; Rifkin & Lippert 2007). With many, conjugate gradients and folds do the same in less.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from storybank.learning.words import Floats, Ints

ROUNDS = 6
"""Times that what nobody answered is filled in with what the others say of it."""


def solve(rows: sparse.csr_array, targets: Floats, strength: float, steps: int = 25) -> Floats:
    """Weights (features x targets) of the ridge of ``rows``, all targets at once."""
    none = np.zeros((rows.shape[0], 0), np.float32)
    return np.asarray(rows.T @ in_steps(rows, none, targets, strength, steps), np.float32)


def in_steps(
    rows: sparse.csr_array, dense: Floats, targets: Floats, strength: float, steps: int
) -> Floats:
    """Dual weights by conjugate gradients; some features lie in ``rows``, others in ``dense``."""
    turned = sparse.csr_array(rows.T)
    left = np.array(targets, np.float32)
    found = np.zeros_like(left)
    way = left.copy()
    size = (left * left).sum(0)
    for _ in range(steps):
        ahead = rows @ (turned @ way) + dense @ (dense.T @ way) + strength * way
        step = size / np.maximum((way * ahead).sum(0), 1e-12)
        found += step * way
        left -= step * ahead
        now = (left * left).sum(0)
        if now.max(initial=0) < 1e-6:
            break
        way = left + now / np.maximum(size, 1e-12) * way
        size = now
    return found


def inverse(kernel: Floats, strength: float) -> Floats:
    """Of the kernel plus ``strength`` on its diagonal, by Cholesky."""
    system = np.asfortranarray(kernel, np.float32)
    system[np.diag_indices(len(system))] += strength
    factor, trouble = lapack.spotrf(system, lower=1, overwrite_a=1)
    if trouble:
        raise ArithmeticError("a kernel that is none")
    lower, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    lower = np.tril(lower)
    return np.asarray(lower + np.tril(lower, -1).T, np.float32)


def groups(tellers: Ints) -> list[Ints]:
    """The passages of each teller who has more than one."""
    order = np.argsort(tellers, kind="stable")
    cuts = np.flatnonzero(np.diff(tellers[order])) + 1
    return [some for some in np.split(order, cuts) if len(some) > 1]


def held_out(
    inverted: Floats, targets: Floats, seen: np.ndarray, together: Sequence[Ints]
) -> tuple[Floats, Floats]:
    """The dual weights, and for each passage what is said without it and its teller's others.

    What was not ``seen`` counts for nothing: a passage whose target is what the others say of it
    changes no weight, so it is filled in with that until it stands still.
    """
    now = np.where(seen, targets, 0).astype(np.float32)
    diagonal = np.diag(inverted)[:, None]
    whole = bool(seen.all())
    for _ in range(1 if whole else ROUNDS):
        weights = inverted @ now
        left = weights / diagonal
        for some in together:
            left[some] = np.linalg.solve(inverted[np.ix_(some, some)], weights[some])
        held = now - left
        if not whole:
            now = np.where(seen, targets, held).astype(np.float32)
    return (inverted @ now).astype(np.float32), held.astype(np.float32)


def without(inverted: Floats, weights: Floats, fold: Ints) -> Floats:
    """The dual weights had a fold been left out, exactly."""
    block = np.linalg.solve(inverted[np.ix_(fold, fold)], weights[fold])
    return np.asarray(weights - inverted[:, fold] @ block, np.float32)
