"""What a ridge would have said of passages left out, against fitting it anew without them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from storybank.learning import ridge

RNG = np.random.default_rng(4)
ROWS = RNG.normal(size=(30, 12)).astype(np.float32)
TARGETS = RNG.integers(0, 2, (30, 3)).astype(np.float32)
TELLERS = np.arange(30) // 2
SEEN = np.ones((30, 3), bool)


def fitted_without(left_out, rows=ROWS, targets=TARGETS):
    kept = np.setdiff1d(np.arange(30), left_out)
    kernel = rows[kept] @ rows[kept].T + 2 * np.eye(len(kept))
    return rows[left_out] @ rows[kept].T @ np.linalg.solve(kernel, targets[kept])


def inverted():
    return ridge.inverse(ROWS @ ROWS.T, 2.0)


def test_each_passage_alone():
    _, held = ridge.held_out(inverted(), TARGETS, SEEN, [])
    assert held[7] == pytest.approx(fitted_without([7])[0], abs=1e-4)


def test_with_all_else_that_its_teller_told():
    _, held = ridge.held_out(inverted(), TARGETS, SEEN, ridge.groups(TELLERS))
    assert held[[6, 7]] == pytest.approx(fitted_without([6, 7]), abs=1e-4)


def test_what_nobody_answered_counts_for_nothing():
    seen = SEEN.copy()
    seen[3] = False
    lied = TARGETS.copy()
    lied[3] = 100
    _, held = ridge.held_out(inverted(), lied, seen, [])
    assert held[3] == pytest.approx(fitted_without([3])[0], abs=1e-4)


def test_a_fold_left_out():
    fold = np.arange(10)
    weights = inverted() @ TARGETS
    left = ridge.without(inverted(), weights, fold)
    assert ROWS[fold] @ (ROWS.T @ left) == pytest.approx(fitted_without(fold), abs=1e-4)


def test_conjugate_gradients_come_to_the_same():
    weights = ridge.solve(sparse.csr_array(ROWS), TARGETS, 2.0, steps=60)
    exact = ROWS.T @ (inverted() @ TARGETS)
    assert weights == pytest.approx(exact, abs=1e-3)
