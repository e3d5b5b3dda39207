"""Passwords: the right one opens, nothing else does, and the time taken tells nothing."""

import runpy
import threading

import pytest
from argon2 import PasswordHasher

from storybank.people import passwords
from storybank.people.rules import MAX_PASSWORD


class CountingHasher(PasswordHasher):
    """A real hasher that counts how often it was put to work."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost, 8, 1)
        self.checked = 0

    def verify(self, hash, password):
        self.checked += 1
        return super().verify(hash, password)


class WaitingHasher:
    """Holds everybody who comes until the gate opens."""

    def __init__(self) -> None:
        self.came, self.gate = threading.Semaphore(0), threading.Event()

    def hash(self, password: bytes) -> str:
        self.came.release()
        self.gate.wait(10)
        return "done"


class TestMatching:
    def test_the_right_password_opens(self):
        assert passwords.matches(passwords.make_hash("three wet boots"), "three wet boots")

    @pytest.mark.parametrize("typed", ["", "three wet boot", "Three wet boots", "x" * 100_000])
    def test_any_other_does_not(self, typed):
        assert not passwords.matches(passwords.make_hash("three wet boots"), typed)

    def test_two_ways_of_typing_an_accent_are_one_password(self):
        assert passwords.matches(passwords.make_hash("caf\u00e9 at noon"), "cafe\u0301 at noon")

    def test_half_a_character_is_simply_wrong(self):
        assert not passwords.matches(passwords.make_hash("three wet boots"), "\ud800")

    @pytest.mark.parametrize("stored", [None, "not a hash", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
    def test_what_is_no_hash_opens_to_nothing(self, stored):
        assert not passwords.matches(stored, "nobody has this password")

    def test_a_missing_account_costs_as_much_work_as_a_wrong_password(self, monkeypatch):
        hasher = CountingHasher()
        monkeypatch.setattr(passwords, "hasher", hasher)
        stored = passwords.make_hash("three wet boots")
        passwords.matches(stored, "wrong")
        passwords.matches(None, "wrong")
        assert hasher.checked == 2

    def test_the_longest_password_allowed_is_checked_in_full(self):
        longest = "a" * (MAX_PASSWORD - 1) + "b"
        stored = passwords.make_hash(longest)
        assert passwords.matches(stored, longest)
        assert not passwords.matches(stored, "a" * MAX_PASSWORD)


class TestHashing:
    def test_one_password_never_gives_one_hash_twice(self):
        assert passwords.make_hash("three wet boots") != passwords.make_hash("three wet boots")

    def test_the_library_chooses_the_parameters(self):
        # The module as it stands on disk: tests put a cheaper hasher into the imported one.
        made = runpy.run_path(passwords.__file__)["hasher"].hash("three wet boots")
        assert made.startswith("$argon2id$") and not PasswordHasher().check_needs_rehash(made)

    def test_a_hash_made_with_weaker_parameters_is_outdated(self, monkeypatch):
        old = passwords.make_hash("three wet boots")
        assert not passwords.is_outdated(old)
        monkeypatch.setattr(passwords, "hasher", CountingHasher(time_cost=2))
        assert passwords.is_outdated(old)

    def test_four_are_made_at_once_and_the_fifth_waits_its_turn(self, monkeypatch):
        hasher = WaitingHasher()
        monkeypatch.setattr(passwords, "hasher", hasher)
        crowd = [threading.Thread(target=passwords.make_hash, args=("x",)) for _ in range(6)]
        for one in crowd:
            one.start()
        assert all(hasher.came.acquire(timeout=10) for _ in range(4))
        assert not hasher.came.acquire(timeout=0.1)
        hasher.gate.set()
        assert all(hasher.came.acquire(timeout=10) for _ in range(2))
        for one in crowd:
            one.join(10)
