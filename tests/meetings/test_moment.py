"""What many ask for in one moment is made once, and soon forgotten."""

from __future__ import annotations

from storybank.meetings.moment import MOST, SECONDS, Moment


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_who_asks_under_the_same_key_gets_what_was_made_for_the_first():
    moment, made = Moment(Clock()), iter("ab")
    assert [moment.get("key", lambda: next(made)) for _ in range(3)] == ["a", "a", "a"]


def test_another_key_is_another_thing():
    moment = Moment(Clock())
    assert moment.get((1, "before the stop"), lambda: "words") == "words"
    assert moment.get((1, "after the stop"), lambda: "") == ""


def test_after_a_few_seconds_nothing_is_held():
    clock = Clock()
    moment = Moment(clock)
    moment.get("key", lambda: "old")
    clock.now += SECONDS + 0.01
    assert len(moment) == 0
    assert moment.get("key", lambda: "new") == "new"


def test_it_holds_only_so_many_and_still_answers():
    moment = Moment(Clock())
    assert [moment.get(n, lambda n=n: n) for n in range(MOST + 5)] == list(range(MOST + 5))
    assert len(moment) == MOST
