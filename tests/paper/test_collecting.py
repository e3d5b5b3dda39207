"""Cards that are out: which must come back, and what their squares say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from workshops.meeting import FIRST, SECOND

from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.errors import BadInput, NotFound
from storybank.paper import collecting, printing
from storybank.workshops import cards, erasing, service


@pytest.fixture
def out(room):
    """Two cards, three copies of each: the places, the run, and the printed cards."""
    places = [room.passage(FIRST), room.passage(SECOND)]
    room.items = room.draw(*places)
    run = printing.make(room.session, room.use, room.pack.id, 3)
    room.places_out, room.run = places, run
    room.letters = [
        card.letters for card in room.session.query(printing.PrintedCard).order_by("id")
    ]
    return room


def to_collect(room) -> list[tuple[str, int]]:
    found = collecting.to_collect(room.session, room.use, room.pack.id)
    return [(one.mark.split()[2], one.out) for one in found]


def usable(room) -> list[bool]:
    return [bool(collecting.usable_until(room.session, one)) for one in room.letters]


class TestToCollect:
    def test_the_card_of_a_stopped_passage_before_and_after_the_job(self, out):
        assert to_collect(out) == [] and usable(out) == [True, True]
        out.stop(out.places_out[1], Purpose.WORKSHOP)
        for _ in ("before", "after"):
            assert to_collect(out) == [("2", 3)] and usable(out) == [True, False]
            out.clean(out.places_out[1])

    def test_a_card_for_people_who_were_excluded_later(self, room):
        room.draw(room.passage(not_for=["Riverside Clinic"]))
        printing.make(room.session, room.use, room.pack.id, 1)
        service.change_audience(room.session, room.use, room.workshop.id, ["Riverside Clinic"])
        assert to_collect(room) == [("1", 1)]

    def test_one_that_was_taken_out_until_it_is_put_back(self, out):
        cards.take_out(out.session, out.use, out.pack.id, [out.items[0]])
        assert to_collect(out) == [("1", 3)] and usable(out) == [False, True]
        cards.put_back(out.session, out.use, out.pack.id, out.items[0])
        assert to_collect(out) == [] and usable(out) == [True, True]

    def test_one_whose_story_was_erased(self, out):
        erasing.erase(out.session, out.places_out[0].story_id)
        assert to_collect(out) == [("1", 3)] and usable(out) == [False, True]

    def test_nothing_where_it_was_never_printed(self, room):
        place = room.passage()
        room.draw(place)
        room.stop(place)
        assert to_collect(room) == []


class TestCounting:
    def test_copies_that_came_back_are_not_out(self, out):
        out.stop(out.places_out[0])
        here = (out.session, out.use, out.pack.id, out.run.id)
        card_id = collecting.to_collect(*here[:3])[0].id
        assert collecting.count_card(*here, card_id, 2) == 0
        assert to_collect(out) == [("1", 1)]
        assert collecting.count_run(*here, 3) == 0
        assert to_collect(out) == []
        assert collecting.count_run(*here, 0) == 3
        assert to_collect(out) == [("1", 1)]

    @pytest.mark.parametrize("returned", [-1, 4])
    def test_no_more_than_were_made(self, out, returned):
        with pytest.raises(BadInput, match="between 0 and 3"):
            collecting.count_run(out.session, out.use, out.pack.id, out.run.id, returned)

    def test_of_another_pack_or_making_nothing_is_found(self, out, meeting):
        other = meeting()
        with pytest.raises(NotFound):
            collecting.count_run(out.session, other.use, other.pack.id, out.run.id, 1)
        with pytest.raises(NotFound):
            collecting.count_card(out.session, out.use, out.pack.id, out.run.id, 99, 1)


class TestTheSquare:
    def test_it_holds_until_the_pack_s_last_day(self, out):
        assert collecting.usable_until(out.session, out.letters[0]) == out.pack.use_until
        out.pack.use_until = now().date() - timedelta(days=1)
        assert usable(out) == [False, False]

    def test_however_it_is_typed(self, out):
        typed = f" {out.letters[0][:3].lower()}-{out.letters[0][3:]} "
        assert collecting.usable_until(out.session, typed)

    @pytest.mark.parametrize("typed", ["", "x", "\0", "A" * 10_000, "K7M4QXQW7", "ÄÖ234567AB"])
    def test_what_is_no_card_s_is_none(self, out, typed):
        assert collecting.usable_until(out.session, typed) is None
