"""Drawing by theme: what is offered, in which order, and what is hidden."""

from __future__ import annotations

import pytest
from workshops.meeting import FIRST, SECOND, THIRD

from storybank.consent.rules import Answer, Purpose, Reason
from storybank.errors import NotFound
from storybank.stories.models import Story
from storybank.stories.rules import MAX_PART, Place
from storybank.workshops import drawing

LONG = "He said it would pass and it did not pass. " * 60


def offered(room, page=1, **theme) -> drawing.Drawable:
    wanted = drawing.theme(room.session, **{"code": None, "family": None} | theme)
    assert wanted
    use = room.use.before(room.workshop.audience)
    return drawing.candidates(room.session, use, room.pack.id, wanted, page)


def places(found: drawing.Drawable) -> list[Place]:
    return [one.excerpt.place for one in found.candidates]


class TestTheme:
    def test_a_code_or_a_whole_family(self, room):
        code = drawing.theme(room.session, code="en-peer", family=None)
        family = drawing.theme(room.session, code=None, family="enabler")
        assert code and family and code.code_id == room.a.code("EN-PEER").id
        assert len(family.codes) > 1 and family.code_id is None

    def test_one_the_codebook_does_not_have_is_not_found(self, room):
        for asked in ({"code": "EN-NOPE", "family": None}, {"code": None, "family": "nope"}):
            with pytest.raises(NotFound):
                drawing.theme(room.session, **asked)


class TestCandidates:
    def test_only_passages_under_the_theme(self, room):
        peer = room.passage(FIRST, "EN-PEER")
        ally = room.passage(SECOND, "EN-ALLY")
        value = room.passage(THIRD, "VA-SERVICE")
        assert places(offered(room, code="EN-PEER")) == [peer]
        assert set(places(offered(room, family="enabler"))) == {peer, ally}
        assert places(offered(room, code="VA-SERVICE")) == [value]

    def test_a_passage_coded_twice_comes_once_with_both_codes(self, room):
        place = room.passage(FIRST, "EN-PEER")
        room.code(place, "EN-ALLY")
        room.code(place, "EN-PEER")
        [one] = offered(room, family="enabler").candidates
        assert {code.key for code in one.codes} == {"EN-PEER", "EN-ALLY"}

    def test_storytellers_take_turns_though_one_told_two_stories(self, room):
        first = room.passage(FIRST)
        person = room.session.get_one(Story, first.story_id).person_id
        second = room.passage(FIRST, person_id=person)
        again = room.code(room.a.place(room.session.get_one(Story, first.story_id), SECOND))
        other = room.passage(FIRST)
        third = room.passage(FIRST)
        assert places(offered(room, code="EN-PEER")) == [first, other, third, again, second]

    def test_what_is_in_the_pack_is_marked(self, room):
        drawn, other = room.passage(), room.passage(SECOND)
        room.draw(drawn)
        marks = {one.excerpt.place: one.drawn for one in offered(room, code="EN-PEER").candidates}
        assert marks == {drawn: True, other: False}

    def test_pages_hold_all_once_and_a_page_too_far_is_the_last(self, room):
        every = {room.passage() for _ in range(drawing.PER_PAGE + 2)}
        one, two = offered(room, 1, code="EN-PEER"), offered(room, 2, code="EN-PEER")
        assert (len(places(one)), len(places(two))) == (drawing.PER_PAGE, 2)
        assert set(places(one)) | set(places(two)) == every
        assert one.total == len(every) and one.pages == 2
        assert places(offered(room, 99, code="EN-PEER")) == places(two)

    def test_a_long_passage_is_cut_at_the_end_of_a_sentence(self, room):
        story = room.a.story(LONG)
        whole = room.code(Place(story.id, 1, 0, len(LONG.strip())))
        [one] = offered(room, code="EN-PEER").candidates
        assert one.cut and one.excerpt.words.endswith("it did not pass.")
        assert MAX_PART - 50 < len(one.excerpt.words) <= MAX_PART
        room.draw(*drawing.drawable(room.session, room.use, [one.excerpt.place]))
        assert room.places() == [one.excerpt.place] and one.excerpt.place != whole
        assert offered(room, code="EN-PEER").candidates[0].drawn

    def test_hidden_ones_are_counted_with_reasons(self, meeting):
        room = meeting(audience=["Riverside Clinic"])
        room.passage()
        room.passage(answers={Purpose.WORKSHOP: Answer.NO})
        ask = room.passage(answers={Purpose.WORKSHOP: Answer.ASK})
        room.code(room.a.place(room.session.get_one(Story, ask.story_id), SECOND))
        room.passage(not_for=["Riverside Clinic"])
        room.passage(uses=[Purpose.PUBLIC])
        found = offered(room, code="EN-PEER")
        assert len(found.candidates) == found.total == 1
        assert found.hidden == {
            Reason.SAID_NO: 1, Reason.ASK_FIRST: 2, Reason.NOT_FOR: 1, Reason.NOT_ASKED: 1,
        }  # fmt: skip

    def test_a_stopped_story_is_in_no_count(self, room):
        kept, stopped, all_stopped = room.passage(), room.passage(), room.passage()
        room.stop(stopped, Purpose.WORKSHOP)
        room.stop(all_stopped)
        found = offered(room, code="EN-PEER")
        assert places(found) == [kept] and found.total == 1 and found.hidden == {}


class TestDrawable:
    def test_words_that_nobody_coded_are_not_drawn(self, room):
        coded = room.passage(FIRST)
        story = room.session.get_one(Story, coded.story_id)
        asked = [
            coded,
            room.a.place(story, SECOND),
            Place(coded.story_id, 1, coded.start, coded.end + 1),
            Place(coded.story_id, 1, coded.start, coded.start),
            Place(coded.story_id, 2, coded.start, coded.end),
            Place(999_999_999, 1, 0, 5),
        ]
        assert drawing.drawable(room.session, room.use, asked) == [coded]

    def test_nor_those_a_storyteller_stopped(self, room):
        place = room.passage()
        room.stop(place, Purpose.WORKSHOP)
        assert drawing.drawable(room.session, room.use, [place]) == []
