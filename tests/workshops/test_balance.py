"""Whose voices a pack holds, and what they speak about."""

from __future__ import annotations

import pytest
from workshops.meeting import FIRST, SECOND, THIRD

from storybank.stories.models import Story
from storybank.workshops.balance import Balance, balance


def teller_of(room, place) -> int:
    return room.session.get_one(Story, place.story_id).person_id


class TestBalance:
    def test_an_empty_pack_has_none(self, room):
        assert balance(room.session, room.look()) == Balance(0, 0, 0, ())

    def test_families_are_counted_by_passage_in_the_codebooks_order(self, room):
        both = room.passage(FIRST, "VA-SERVICE")
        room.code(both, "EN-PEER")
        room.code(both, "EN-ALLY")
        room.draw(both, room.passage(SECOND, "BA-TOKEN"), room.passage(THIRD, "EN-PEER"))
        found = balance(room.session, room.look())
        assert (found.passages, found.tellers) == (3, 3)
        assert [count for _, count in found.families] == [2, 1, 1]
        assert found.families[0][0] == room.a.code("EN-PEER").family_name

    def test_codes_on_other_words_of_the_story_do_not_count(self, room):
        place = room.passage(FIRST, "EN-PEER")
        room.code(room.a.place(room.session.get_one(Story, place.story_id), THIRD), "VA-SERVICE")
        room.draw(place)
        assert [count for _, count in balance(room.session, room.look()).families] == [1]

    def test_two_stories_of_one_teller_are_one_voice(self, room):
        first = room.passage(name="Maria")
        second = room.passage(person_id=teller_of(room, first))
        room.draw(first, second, *(room.passage() for _ in range(2)))
        found = balance(room.session, room.look())
        assert (found.tellers, found.most, found.one_sided) == (3, 2, True)

    def test_a_passage_that_is_hidden_is_no_voice(self, room):
        first, second = room.passage(), room.passage(SECOND)
        room.draw(first, second)
        room.stop(first)
        assert balance(room.session, room.look()).tellers == 1

    @pytest.mark.parametrize(
        ("passages", "most", "one_sided"),
        [(1, 1, False), (3, 1, False), (2, 2, True), (8, 2, False), (7, 2, True), (8, 3, True)],
    )
    def test_more_than_a_quarter_from_one_teller_is_one_sided(self, passages, most, one_sided):
        assert Balance(passages, 1, most, ()).one_sided is one_sided
