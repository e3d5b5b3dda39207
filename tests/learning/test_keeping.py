"""A kept model: the same after a while, without anybody's own words, refused once changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learning.learning_from import CODES, passages

from storybank.learning import keeping
from storybank.learning.learner import Learner
from storybank.learning.vectors import Vectors, key_of

RARE = "xylographer"


def fitted(answers, vectors=None):
    learner = Learner(CODES, vectors)
    learner.prepare([one.text for one in answers], [one.teller for one in answers])
    return learner.fit(answers)


def everything_in(folder):
    with np.load(folder / keeping.NUMBERS, allow_pickle=False) as kept:
        words = [word for name in kept.files if kept[name].dtype.kind == "U" for word in kept[name]]
    return " ".join([*words, (folder / keeping.MANIFEST).read_text()])


class TestSaving:
    @pytest.mark.parametrize("many", [0, 40])
    def test_what_is_loaded_says_the_same(self, tmp_path, many):
        model = fitted(passages(many))
        keeping.save(model, tmp_path)
        texts = [one.text for one in passages(20, seed=9)]
        assert (keeping.load(tmp_path).chances(texts) == model.chances(texts)).all()

    def test_the_same_model_is_the_same_file(self, tmp_path):
        for name in ("a", "b"):
            keeping.save(fitted(passages(40)), tmp_path / name)
        numbers = [(tmp_path / name / keeping.NUMBERS).read_bytes() for name in ("a", "b")]
        assert numbers[0] == numbers[1]

    def test_it_tells_what_made_it(self, tmp_path):
        keeping.save(fitted(passages(40)), tmp_path, {"stories": [4, 5]})
        told = keeping.load(tmp_path).figures
        assert told["passages"] == 40 and '"stories"' in (tmp_path / keeping.MANIFEST).read_text()


class TestWords:
    """Nothing is kept that fewer than three tellers wrote."""

    def say(self, tellers):
        answers = passages(40)
        for at, teller in enumerate(tellers):
            answers[at] = replace(answers[at], text=f"{RARE} {RARE} zqx", teller=teller)
        return answers

    @pytest.mark.parametrize(("tellers", "kept"), [((1, 2), False), ((1, 2, 1, 2, 1), False),
                                                  ((1, 2, 3), True)])  # fmt: skip
    def test_a_word_needs_three_tellers(self, tmp_path, tellers, kept):
        keeping.save(fitted(self.say(tellers)), tmp_path)
        found = everything_in(tmp_path)
        assert (RARE[:6] in found, "zqx" in found) == (kept, kept)

    def test_a_story_that_was_stopped_leaves_nothing(self, tmp_path):
        """Three told of it; when one of them stops, the model is as if they had never told."""
        told = self.say((1, 2, 3))
        keeping.save(fitted(told[1:]), tmp_path / "stopped")
        never = [one for one in told if one.teller != 1]
        keeping.save(fitted(never), tmp_path / "never")
        stopped = everything_in(tmp_path / "stopped")
        assert RARE[:6] not in stopped
        assert stopped == everything_in(tmp_path / "never")


class TestLoading:
    def test_a_changed_file_is_refused(self, tmp_path):
        keeping.save(fitted(passages(40)), tmp_path)
        path = tmp_path / keeping.NUMBERS
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(keeping.Unusable):
            keeping.load(tmp_path)

    def test_other_vectors_are_refused(self, tmp_path):
        vectors = made_vectors()
        model = fitted(passages(40), vectors)
        keeping.save(model, tmp_path)
        assert (
            keeping.load(tmp_path, vectors).chances(["a wait"]) == model.chances(["a wait"])
        ).all()
        with pytest.raises(keeping.Unusable):
            keeping.load(tmp_path)


def made_vectors():
    words = sorted({word for one in passages(200) for word in one.text.lower().split()}, key=key_of)
    keys = np.array([key_of(word) for word in words], np.uint64)
    table = np.random.default_rng(1).normal(size=(len(words), 16)).astype(np.float16)
    return Vectors(keys, np.arange(len(words), dtype=np.uint16), table)


def test_vectors_are_found_by_the_keys_of_spacy():
    from spacy.strings import get_string_id

    for word in ("a", "hello", "na\u00efve", "12345678", "friendliness"):
        assert key_of(word) == get_string_id(word)
