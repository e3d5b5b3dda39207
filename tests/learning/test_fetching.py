"""Word vectors: taken from a wheel, made small, and found again; refused where they are others."""

from __future__ import annotations

import io
from zipfile import ZipFile

import numpy as np
import pytest
import srsly

from storybank.errors import NotReady
from storybank.learning import fetching
from storybank.learning.vectors import key_of, load_vectors

WORDS = ("kind", "wait", "queue")


def wheel(path, rows):
    table = io.BytesIO()
    np.save(table, np.arange(6, dtype=np.float32).reshape(3, 2))
    with ZipFile(path / "some.whl", "w") as archive:
        archive.writestr("some/vocab/vectors", table.getvalue())
        if rows is not None:
            at = {key_of(word): row for word, row in zip(WORDS, rows, strict=True)}
            archive.writestr("some/vocab/key2row", srsly.msgpack_dumps(at))
    return path / "some.whl"


def test_words_lead_to_their_rows(tmp_path):
    np.savez(tmp_path / "vectors.npz", **fetching.compact(wheel(tmp_path, (2, 0, 0))))
    vectors = load_vectors(tmp_path / "vectors.npz")
    found, has = vectors.look_up(["queue", "nobody", "kind"])
    assert found.tolist() == [[0, 1], [0, 0], [4, 5]] and has.tolist() == [1, 0, 1]


@pytest.mark.parametrize("rows", [None, (0, 1, 3)], ids=["nothing", "a row that is not there"])
def test_another_wheel_is_refused(tmp_path, rows):
    with pytest.raises(NotReady):
        fetching.compact(wheel(tmp_path, rows))


def test_none_were_fetched(tmp_path):
    assert load_vectors(tmp_path / "vectors.npz") is None
