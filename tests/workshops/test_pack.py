"""A pack: what may be drawn into it, what it shows, its order, and what leaves it."""

from __future__ import annotations

import pytest
from workshops.meeting import FIRST, SECOND, THIRD

from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent.rules import Answer, NameStyle, Purpose, Reason
from storybank.consent.standing_models import STANDINGS
from storybank.errors import NotFound
from storybank.people.rules import MACHINE
from storybank.stories.rules import NO_NAME, Place
from storybank.workshops import cards, service
from storybank.workshops.models import PackItem


class TestDraw:
    def test_passages_stand_in_the_order_they_were_drawn(self, room):
        places = [room.passage(), room.passage(SECOND), room.passage(THIRD)]
        room.draw(places[2], places[0])
        room.draw(places[1])
        assert room.places() == [places[2], places[0], places[1]]

    def test_one_that_is_in_it_already_is_not_doubled(self, room):
        place = room.passage()
        assert len(room.draw(place, place)) == 1
        assert room.draw(place) == []
        assert room.places() == [place]

    def test_one_that_the_storyteller_did_not_allow_stays_out(self, room):
        allowed = room.passage()
        said_no = room.passage(answers={Purpose.WORKSHOP: Answer.NO})
        ask = room.passage(answers={Purpose.WORKSHOP: Answer.ASK})
        unasked = room.passage(uses=[Purpose.TEACH, Purpose.PUBLIC])
        assert len(room.draw(said_no, ask, unasked, allowed)) == 1
        assert room.places() == [allowed]

    def test_a_not_for_list_keeps_it_out_where_those_people_are(self, meeting):
        clinic = meeting(audience=["Riverside  CLINIC"])
        elsewhere = meeting(audience=["Hilltop Clinic"])
        place = clinic.passage(not_for=["riverside clinic"])
        assert clinic.draw(place) == []
        assert len(elsewhere.draw(place)) == 1

    def test_a_pack_is_not_there_for_another_purpose(self, meeting, a):
        teaching = meeting(Purpose.TEACH)
        place = teaching.passage()
        for_a_workshop = a.use(Purpose.WORKSHOP)
        with pytest.raises(NotFound):
            service.draw(a.session, for_a_workshop, teaching.pack.id, [place])
        with pytest.raises(NotFound):
            cards.view(a.session, for_a_workshop, teaching.pack.id)
        assert teaching.places() == []


class TestView:
    @pytest.mark.parametrize(
        ("style", "name", "shown"),
        [
            (NameStyle.REAL, "Maria O'Brien", "Maria O'Brien"),
            (NameStyle.FIRST, "Maria", "Maria"),
            (NameStyle.CHOSEN, "The <Owl>", "The <Owl>"),
            (NameStyle.NONE, None, NO_NAME),
            (NameStyle.NONE, "Maria O'Brien", NO_NAME),
        ],
    )
    def test_the_name_stands_exactly_as_chosen(self, room, style, name, shown):
        room.draw(room.passage(style=style, name=name))
        assert [card.excerpt.attribution for card in room.look().cards] == [shown]

    def test_cards_are_numbered_and_marked_as_they_are_printed(self, room):
        room.draw(room.passage(), room.passage())
        code = room.pack.code
        assert [(card.number, card.mark) for card in room.look().cards] == [
            (1, f"{code} / 1"), (2, f"{code} / 2"),
        ]  # fmt: skip

    def test_a_yes_that_ran_out_is_hidden_and_said_so(self, room):
        kept = room.passage()
        place = room.passage(until=consent.years_later(now(), 1))
        room.draw(place, kept)
        assert len(room.look().cards) == 2
        later = room.look(days_from_now=400)
        assert [card.excerpt.place for card in later.cards] == [kept]
        assert later.hidden == {Reason.RUN_OUT: 1} and later.gone == 0

    def test_a_stop_hides_it_before_the_job_has_run(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        room.stop(stopped, Purpose.WORKSHOP)
        assert room.places() == [kept]

    def test_a_stop_of_another_use_changes_nothing(self, room):
        place = room.passage()
        room.draw(place)
        room.stop(place, Purpose.TEACH)
        room.clean(place)
        assert room.places() == [place]

    def test_no_count_of_reasons_tells_of_a_stopped_story(self, room):
        place = room.passage()
        room.draw(place)
        room.stop(place)
        assert room.look().hidden == {}

    def test_what_left_is_counted_alike_before_and_after_the_job(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        assert room.look().gone == 0
        room.stop(stopped, Purpose.WORKSHOP)
        assert room.look().gone == 1
        room.clean(stopped, kept)
        assert room.look().gone == 1

    def test_what_left_and_was_drawn_again_is_not_counted(self, room, a):
        place = room.passage()
        room.draw(place)
        room.stop(place, Purpose.WORKSHOP)
        room.clean(place)
        consent.give(
            a.session, MACHINE, place.story_id, consent.person_of(a.session, place.story_id),
            {Purpose.WORKSHOP: Answer.YES}, a.proof(), "phone",
        )  # fmt: skip
        assert room.places() == [] and room.look().gone == 1
        room.draw(place)
        assert room.places() == [place] and room.look().gone == 0


class TestMove:
    @pytest.mark.parametrize(
        ("card", "way", "order"),
        [
            (2, "up", "acbd"), (1, "down", "acbd"), (3, "first", "dabc"),
            (0, "up", "abcd"), (3, "down", "abcd"), (1, "sideways", "abcd"),
        ],
    )  # fmt: skip
    def test_a_card_goes_up_down_or_first(self, room, card, way, order):
        letters = dict(zip("abcd", room.draw(*(room.passage() for _ in "abcd")), strict=True))
        cards.move(room.session, room.use, room.pack.id, list(letters.values())[card], way)
        assert [one.item_id for one in room.look().cards] == [letters[x] for x in order]

    def test_a_hidden_card_between_is_stepped_over(self, room):
        first, hidden, last = room.passage(), room.passage(SECOND), room.passage(THIRD)
        _, _, item = room.draw(first, hidden, last)
        room.stop(hidden)
        cards.move(room.session, room.use, room.pack.id, item, "up")
        assert room.places() == [last, first]

    def test_a_card_that_is_hidden_or_elsewhere_cannot_be_moved(self, room, meeting):
        hidden = room.passage()
        [item] = room.draw(hidden)
        other = meeting()
        [elsewhere] = other.draw(other.passage())
        room.stop(hidden)
        for item_id in (item, elsewhere, 999_999):
            with pytest.raises(NotFound):
                cards.move(room.session, room.use, room.pack.id, item_id, "up")


class TestTakeOut:
    def test_it_is_gone_and_nothing_is_said_to_have_left(self, room):
        place, kept = room.passage(), room.passage(SECOND)
        item, _ = room.draw(place, kept)
        cards.take_out(room.session, room.use, room.pack.id, [item])
        assert room.places() == [kept]
        assert room.look().gone == 0 and room.look().left == ()

    def test_a_card_of_another_pack_stays_where_it_is(self, room, meeting):
        other = meeting()
        [item] = other.draw(other.passage())
        with pytest.raises(NotFound):
            cards.take_out(room.session, room.use, room.pack.id, [item])
        assert len(other.places()) == 1


class TestPutBack:
    def test_it_stands_where_it_stood(self, room):
        places = [room.passage(), room.passage(SECOND), room.passage(THIRD)]
        _, middle, _ = room.draw(*places)
        cards.take_out(room.session, room.use, room.pack.id, [middle])
        room.draw(new := room.passage())
        assert cards.put_back(room.session, room.use, room.pack.id, middle)
        assert room.places() == [*places, new]

    def test_it_is_not_doubled_when_it_was_drawn_again(self, room):
        place = room.passage()
        [item] = room.draw(place)
        cards.take_out(room.session, room.use, room.pack.id, [item])
        room.draw(place)
        assert cards.put_back(room.session, room.use, room.pack.id, item)
        assert room.places() == [place]

    def test_it_stays_out_when_the_storyteller_has_stopped_since(self, room):
        place = room.passage()
        [item] = room.draw(place)
        cards.take_out(room.session, room.use, room.pack.id, [item])
        room.stop(place, Purpose.WORKSHOP)
        assert not cards.put_back(room.session, room.use, room.pack.id, item)
        assert room.strays() == []

    def test_a_card_taken_out_of_another_pack_is_not_put_back_from_here(self, room, meeting):
        other = meeting()
        [item] = other.draw(other.passage())
        cards.take_out(other.session, other.use, other.pack.id, [item])
        with pytest.raises(NotFound):
            cards.put_back(room.session, room.use, room.pack.id, item)
        assert other.places() == []

    def test_a_card_that_the_rule_pulled_cannot_be_put_back(self, room):
        place = room.passage()
        [item] = room.draw(place)
        room.stop(place, Purpose.WORKSHOP)
        room.clean(place)
        with pytest.raises(NotFound):
            cards.put_back(room.session, room.use, room.pack.id, item)


class TestCleaning:
    def test_a_stray_is_named_without_words_then_gone(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        assert room.strays() == []
        room.stop(stopped)
        assert room.strays() == [
            f"pack {room.pack.code} holds a passage of story {stopped.story_id}"
        ]
        room.clean(stopped)
        assert room.strays() == []
        assert room.places() == [kept]

    def test_cleaning_twice_changes_nothing_more(self, room):
        place = room.passage()
        [item] = room.draw(place)
        room.stop(place)
        room.clean(place)
        row = room.session.get_one(PackItem, item)
        first = (row.pulled_at, row.pulled_because)
        room.clean(place)
        assert (row.pulled_at, row.pulled_because) == first
        assert first[1] == Reason.STOPPED.value

    def test_only_packs_for_the_stopped_use_lose_it(self, meeting):
        teaching, workshop = meeting(Purpose.TEACH), meeting()
        place = teaching.passage(FIRST)
        teaching.draw(place)
        workshop.draw(place)
        workshop.stop(place, Purpose.WORKSHOP)
        workshop.clean(place)
        assert teaching.places() == [place] and workshop.places() == []

    def test_a_story_nobody_ever_answered_for_is_pulled(self, room):
        place = room.passage()
        room.draw(place)
        unheard_of = Place(place.story_id, 1, 0, 5)
        for table in STANDINGS:
            room.session.query(table).filter_by(story_id=place.story_id).delete()
        room.clean(unheard_of)
        assert room.places() == [] and room.strays() == []
