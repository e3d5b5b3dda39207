"""Sealed text is read by who holds the keys, and by nobody else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from storybank.config import new_key, prepare_home
from storybank.errors import NotReady
from storybank.people import sealing
from storybank.people.sealing import mark, marks, seal, unseal

ADDRESS = "7 Quillfeather Lane"


@pytest.fixture
def keys_file(session, tmp_path):
    """A file of keys that the session works with from now on."""
    prepare_home(tmp_path)
    before = dict(session.info)
    session.info.update(sealing.carried(tmp_path / "identity_keys"))
    yield tmp_path / "identity_keys"
    session.info.update(before)


class TestSeal:
    def test_what_was_sealed_can_be_read_and_does_not_show(self, session):
        sealed = seal(session, ADDRESS)
        assert unseal(session, sealed) == ADDRESS
        assert b"Quill" not in sealed
        assert seal(session, ADDRESS) != sealed

    def test_an_older_key_still_opens_and_the_newest_seals(self, session, keys_file):
        old = seal(session, ADDRESS)
        key = keys_file.read_text()
        keys_file.write_text(new_key() + "\n" + key)
        assert unseal(session, old) == ADDRESS
        assert seal(session, ADDRESS)[:9] != old[:9]

    @pytest.mark.parametrize("change", [lambda f: f.write_text(new_key()), lambda f: f.unlink(),
                                        lambda f: f.write_text("not a key"),
                                        lambda f: f.write_text("")])  # fmt: skip
    def test_without_the_right_key_one_sentence_says_what_to_do(self, session, keys_file, change):
        sealed = seal(session, ADDRESS)
        change(keys_file)
        with pytest.raises(NotReady) as told:
            unseal(session, sealed)
        sentence = told.value.sentence
        assert sentence in (sealing.WRONG, sealing.MISSING, sealing.DAMAGED)
        assert "Quill" not in sentence and "key" in sentence

    def test_a_changed_value_is_not_taken_for_true(self, session):
        sealed = bytearray(seal(session, ADDRESS))
        sealed[-9] ^= 1
        with pytest.raises(NotReady):
            unseal(session, bytes(sealed))

    def test_the_library_is_loaded_by_the_first_sealing_and_not_by_opening_the_house(self):
        program = "import sys, storybank.app; print('cryptography.fernet' in sys.modules)"
        said = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert said.stdout == "False\n"


class TestMark:
    def test_equal_texts_have_equal_marks_whatever_their_case_and_spaces(self, session):
        assert mark(session, "Ana  Brook") == mark(session, "ana brook") != mark(session, "Ann")

    def test_another_key_makes_another_mark_and_both_are_looked_for(self, session, keys_file):
        old = mark(session, ADDRESS)
        keys_file.write_text(new_key() + "\n" + keys_file.read_text())
        assert mark(session, ADDRESS) != old
        assert marks(session, ADDRESS) == (mark(session, ADDRESS), old)
