"""What the learner has from elsewhere: word vectors, put in place at set-up."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from storybank.learning.vectors import Vectors, load_vectors

FOLDER = Path(__file__).parent / "vendor"
VECTORS = FOLDER / "vectors.npz"
WITHOUT = (
    "Word vectors are not here, so suggestions know words by their letters alone. Run: make setup"
)


@lru_cache(maxsize=1)
def vectors() -> Vectors | None:
    """The vectors, or None where set-up could not fetch them."""
    return load_vectors(VECTORS)


def notice() -> str | None:
    """What to tell whoever looks after the house; None when all is there."""
    return None if VECTORS.is_file() else WITHOUT
