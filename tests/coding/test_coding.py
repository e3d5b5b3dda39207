"""Coding: putting on, taking off, undoing. On each kind of database."""

import pytest

from storybank.clock import now
from storybank.coding import service
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Role
from storybank.stories.rules import Place
from storybank.undoing.service import Done


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def story(a):
    a.story("Noise that nobody codes.", title="Noise")
    return a.story()


def on(session, use, story):
    cards = service.on_story(session, use, story.id, story.current_version)
    return [(card.place.start, card.place.end, card.code_id, card.mine) for card in cards]


class TestApply:
    def test_several_codes_stand_on_one_passage(self, session, a, use, story):
        place = a.place(story, "Nobody had an answer")
        codes = [a.code("BA-SILENCE").id, a.code("BA-DISMISSED").id]
        service.apply(session, use, place, codes, quote="Nobody had an answer")
        here = [(place.start, place.end, code, True) for code in codes]
        assert sorted(on(session, use, story)) == sorted(here)

    def test_the_same_again_changes_nothing_and_is_no_act(self, session, a, use, story):
        place, code = a.place(story, "Nobody"), a.code().id
        first = service.apply(session, use, place, [code])
        assert service.apply(session, use, place, [code, code]) == first
        a.undo(use)
        assert a.undo(use) is None

    def test_two_people_may_put_the_same_code_on_the_same_words(self, session, a, use, story):
        place, code = a.place(story, "Nobody"), a.code().id
        service.apply(session, use, place, [code])
        service.apply(session, a.use(Purpose.STUDY), place, [code])
        assert [mine for *_, mine in on(session, use, story)] == [True, False]

    def test_other_words_than_the_person_saw_are_refused(self, session, a, use, story):
        with pytest.raises(Conflict, match="has changed"):
            service.apply(session, use, a.place(story, "Nobody"), [a.code().id], quote="Somebody")
        assert on(session, use, story) == []

    def test_an_older_version_is_refused(self, session, a, use, story):
        place = Place(story.id, story.current_version + 1, 0, 5)
        with pytest.raises(Conflict):
            service.apply(session, use, place, [a.code().id])

    def test_white_space_between_paragraphs_may_differ(self, session, a, use, story):
        start, end = a.place(story, "Nobody").start, a.place(story, "Then Olu").end
        place = Place(story.id, 1, start, end)
        quote = "Nobody had an answer for me. \n\nThen Olu"
        assert service.apply(session, use, place, [a.code().id], quote=quote)

    def test_a_code_is_needed(self, session, a, use, story):
        with pytest.raises(BadInput, match="at least one code"):
            service.apply(session, use, a.place(story, "Nobody"), [])
        with pytest.raises(BadInput, match="from the codebook"):
            service.apply(session, use, a.place(story, "Nobody"), [9999])

    def test_a_story_that_may_not_be_studied_is_not_there(self, session, a, use):
        kept = a.story("Kept.", consented_to=[Purpose.MEMBERS])
        with pytest.raises(NotFound):
            service.apply(session, use, Place(kept.id, 1, 0, 4), [a.code().id])

    def test_another_purpose_cannot_code(self, session, a, story):
        use = Use.claim(a.actor(Role.MEMBER), Purpose.MEMBERS, now())
        with pytest.raises(Refused):
            service.apply(session, use, a.place(story, "Nobody"), [a.code().id])


class TestApplyAll:
    def test_several_passages_are_one_act(self, session, a, use, story):
        places = [a.place(story, "Nobody"), a.place(story, "she listened")]
        service.apply_all(session, use, places, [a.code().id])
        assert len(on(session, use, story)) == 2
        assert a.undo(use).sentence == "2 codes taken off."
        assert on(session, use, story) == []


class TestRemove:
    def test_ones_own_goes(self, session, a, use, story):
        (made,) = service.apply(session, use, a.place(story, "Nobody"), [a.code().id])
        service.remove(session, use, made.id)
        assert on(session, use, story) == []

    def test_another_persons_stays(self, session, a, use, story):
        theirs = a.use(Purpose.STUDY)
        (made,) = service.apply(session, theirs, a.place(story, "Nobody"), [a.code().id])
        with pytest.raises(Refused, match="Only the person"):
            service.remove(session, use, made.id)
        assert len(on(session, use, story)) == 1

    def test_on_a_stopped_story_it_is_not_there(self, session, a, use, story):
        (made,) = service.apply(session, use, a.place(story, "Nobody"), [a.code().id])
        a.stop(story, Purpose.STUDY)
        with pytest.raises(NotFound):
            service.remove(session, a.use(Purpose.STUDY), made.id)


class TestUndo:
    def test_acts_are_undone_last_first(self, session, a, use, story):
        place = a.place(story, "Nobody")
        (made,) = service.apply(session, use, place, [a.code().id])
        service.remove(session, use, made.id)
        assert a.undo(use) == Done("1 code put back.", story.id, (place,))
        assert len(on(session, use, story)) == 1
        assert a.undo(use) == Done("1 code taken off.", story.id, (place,))
        assert on(session, use, story) == []
        assert a.undo(use) is None

    def test_nobody_undoes_what_another_did(self, session, a, use, story):
        service.apply(session, a.use(Purpose.STUDY), a.place(story, "Nobody"), [a.code().id])
        assert a.undo(use) is None
        assert len(on(session, use, story)) == 1

    def test_a_stopped_story_is_passed_over(self, session, a, use, story):
        other = a.story()
        service.apply(session, use, a.place(other, "Nobody"), [a.code().id])
        service.apply(session, use, a.place(story, "Nobody"), [a.code().id])
        a.stop(story, Purpose.STUDY)
        later = Use.claim(use.actor, Purpose.STUDY, now())
        assert a.undo(later).story_id == other.id
        assert a.undo(later) is None
