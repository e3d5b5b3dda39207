"""A coding's ends moved, split, merged, flagged, checked: and each undone and done again."""

from __future__ import annotations

import pytest

from storybank.coding import changing, fitting, flags, service
from storybank.coding import reading as codings_of
from storybank.coding.checks import Said, say
from storybank.coding.models import Coding
from storybank.coding.own import place_of
from storybank.coding.steps import Edge
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Role
from storybank.stories import reading
from storybank.stories.rules import Place

WORDS = "We sat down with the manager"


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def story(a):
    return a.story()


@pytest.fixture
def put(session, a, use, story):
    """``put("words", key)``: a coding of one's own."""

    def on(words: str, key: str = "EN-PEER", by=None) -> Coding:
        place = a.place(story, words)
        return service.apply(session, by or use, place, [a.code(key).id])[0]

    return on


@pytest.fixture
def stands(session, use, story):
    """The words of each coding that stands, in order."""

    def words() -> list[str]:
        cards = codings_of.on_story(session, use, story.id, 1)
        return [e.words for e in reading.excerpts(session, use, [c.place for c in cards])]

    return words


class TestNudge:
    def test_moves_an_end_and_back(self, session, a, use, put, stands):
        coding = put(WORDS)
        changing.nudge(session, use, coding.id, Edge.END, 1)
        assert stands() == [f"{WORDS} and"]
        changing.nudge(session, use, coding.id, Edge.START, 1)
        assert stands() == ["sat down with the manager and"]
        a.undo(use)
        a.undo(use)
        assert stands() == [WORDS]
        a.redo(use)
        assert stands() == [f"{WORDS} and"]

    def test_only_from_where_it_was_seen(self, session, use, put):
        coding = put(WORDS)
        seen = place_of(coding)
        changing.nudge(session, use, coding.id, Edge.END, 1, seen)
        with pytest.raises(Conflict):
            changing.nudge(session, use, coding.id, Edge.END, 1, seen)

    def test_only_ones_own(self, session, a, put):
        coding = put(WORDS)
        with pytest.raises(Refused):
            changing.nudge(session, a.use(Purpose.STUDY), coding.id, Edge.END, 1)

    def test_never_onto_the_same_code(self, session, use, put, stands):
        coding = put(WORDS)
        put(f"{WORDS} and")
        with pytest.raises(Conflict):
            changing.nudge(session, use, coding.id, Edge.END, 1)
        assert stands() == [WORDS, f"{WORDS} and"]

    def test_never_under_a_storytellers_answer(self, session, a, use, put, story):
        coding = put(WORDS)
        teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
        say(session, Use.claim(teller, Purpose.OWN, use.at), coding.id, Said.YES)
        with pytest.raises(BadInput):
            changing.nudge(session, use, coding.id, Edge.END, 1)

    def test_on_a_stopped_story_it_is_not_there(self, session, a, use, put, story):
        coding = put(WORDS)
        a.stop(story, Purpose.STUDY)
        with pytest.raises(NotFound):
            changing.nudge(session, use, coding.id, Edge.END, 1)

    def test_undoing_leaves_what_was_changed_since(self, session, a, use, put, stands):
        coding = put(WORDS)
        changing.nudge(session, use, coding.id, Edge.END, 1)
        coding.end -= 4
        coding.start += 3
        session.flush()
        done = a.undo(use)
        assert "changed since" in done.sentence
        assert stands() == ["sat down with the manager"]


class TestSplit:
    def test_makes_two_with_the_same_flags_and_one_again(self, session, a, use, put, stands):
        coding = put(WORDS)
        flags.put(session, use, coding.id, {"stance": "happened"})
        change = changing.split_before(session, use, coding.id, "WITH the")
        assert stands() == ["We sat down", "with the manager"]
        both = codings_of.on_story(session, use, change.coding.story_id, 1)
        found = flags.on_codings(session, use, [one.id for one in both])
        assert list(found.values()) == [{"stance": "happened"}] * 2
        a.undo(use)
        assert stands() == [WORDS]
        a.redo(use)
        assert stands() == ["We sat down", "with the manager"]

    def test_only_inside(self, session, use, put):
        coding = put(WORDS)
        for at in (coding.start, coding.end, 0, 9_999):
            with pytest.raises(BadInput):
                changing.split(session, use, coding.id, at)
        with pytest.raises(BadInput):
            changing.split_before(session, use, coding.id, " ")

    def test_undone_only_as_a_whole(self, session, a, use, put, stands):
        coding = put(WORDS)
        changing.split_before(session, use, coding.id, "with")
        second = max(codings_of.on_story(session, use, coding.story_id, 1), key=lambda one: one.id)
        service.remove(session, use, second.id)
        a.undo(use)
        a.undo(use)
        assert stands() == [WORDS]


class TestMerge:
    def test_makes_one_with_the_flags_of_both(self, session, a, use, put, stands):
        first, second = put("We sat down"), put("the manager")
        flags.put(session, use, first.id, {"stance": "happened"})
        flags.put(session, use, second.id, {"stance": "hoped_for", "level": "own_care"})
        changing.merge(session, use, first.id, second.id)
        assert stands() == [WORDS]
        assert flags.on_codings(session, use, [first.id])[first.id] == {
            "stance": "happened", "level": "own_care",
        }  # fmt: skip
        a.undo(use)
        assert stands() == ["We sat down", "the manager"]
        assert flags.on_codings(session, use, [first.id])[first.id] == {"stance": "happened"}
        a.redo(use)
        assert stands() == [WORDS]

    def test_only_two_of_ones_own_with_the_same_code(self, session, a, use, put):
        first, other = put("We sat down"), put("the manager", "EN-ALLY")
        theirs = put("the manager", by=a.use(Purpose.STUDY))
        for number, problem in ((other.id, BadInput), (first.id, BadInput), (theirs.id, Refused)):
            with pytest.raises(problem):
                changing.merge(session, use, first.id, number)


class TestFlags:
    def test_are_set_changed_and_cleared_as_one_act(self, session, a, use, put):
        coding = put(WORDS)

        def now():
            return flags.on_codings(session, use, [coding.id]).get(coding.id, {})

        flags.put(session, use, coding.id, {"stance": "happened", "level": "", "voice": ""})
        flags.put(session, use, coding.id, {"stance": "hoped_for", "level": "own_care"})
        assert now() == {"stance": "hoped_for", "level": "own_care"}
        a.undo(use)
        assert now() == {"stance": "happened"}
        a.undo(use)
        assert now() == {}
        a.redo(use)
        a.redo(use)
        assert now() == {"stance": "hoped_for", "level": "own_care"}
        flags.put(session, use, coding.id, {"stance": ""})
        assert now() == {"level": "own_care"}

    def test_are_those_of_the_codebook(self, session, use, put):
        coding = put(WORDS)
        for wanted in ({"stance": "no such"}, {"mood": "happened"}):
            with pytest.raises(BadInput):
                flags.put(session, use, coding.id, wanted)


class TestStillFits:
    def test_any_coder_may_say_so_and_take_it_back(self, session, a, put):
        coding = put(WORDS)
        coding.to_check = True
        session.flush()
        other = a.use(Purpose.STUDY)
        fitting.still_fits(session, other, coding.id)
        assert not coding.to_check
        a.undo(other)
        assert coding.to_check
        a.redo(other)
        assert not coding.to_check

    def test_not_where_it_may_not_be_seen(self, session, a, put, story):
        coding = put(WORDS)
        a.stop(story, Purpose.STUDY)
        with pytest.raises(NotFound):
            fitting.still_fits(session, a.use(Purpose.STUDY), coding.id)


def test_places_of_a_change_are_those_that_look_different(session, use, put):
    coding = put(WORDS)
    was = place_of(coding)
    change = changing.nudge(session, use, coding.id, Edge.END, 1)
    assert change.places == (was, Place(was.story_id, 1, was.start, was.end + 4))
