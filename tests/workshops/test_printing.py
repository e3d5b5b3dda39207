"""Printing: what is written down for storytellers, and what must be collected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from workshops.meeting import FIRST, SECOND, THIRD

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import NameStyle, Purpose
from storybank.errors import BadInput
from storybank.workshops import cards, printing, service


def records(room) -> list[UseRecord]:
    return list(room.session.scalars(select(UseRecord).order_by(UseRecord.id)))


def print_it(room, copies: int = 1) -> int:
    return printing.record_print(room.session, room.use, room.pack.id, copies)


class TestRecordPrint:
    def test_each_passage_is_written_down_as_its_storyteller_will_see_it(self, meeting):
        room = meeting(Purpose.TEACH)
        named = room.passage(FIRST, name="Maria", style=NameStyle.FIRST)
        other = room.passage(SECOND)
        room.draw(named, other)
        assert print_it(room, 12) == 2
        one, two = records(room)
        assert (one.story_id, one.version, one.start, one.end) == (
            named.story_id, named.version, named.start, named.end,
        )  # fmt: skip
        assert (one.use, one.medium, one.copies, one.place) == ("teach", "print", 12, "Being heard")
        assert (one.name_style, two.name_style) == ("first", "none")
        assert (one.reference, two.reference) == (f"{room.pack.code} / 1", f"{room.pack.code} / 2")
        assert one.made_by_account_id == room.use.actor.account_id
        assert now() - one.at < timedelta(minutes=1)

    def test_what_may_not_be_shown_now_is_not_written_down(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        room.stop(stopped)
        assert print_it(room) == 1
        assert [record.story_id for record in records(room)] == [kept.story_id]

    @pytest.mark.parametrize("copies", [0, -3, 501])
    def test_a_number_of_copies_that_makes_no_sense_writes_nothing(self, room, copies):
        room.draw(room.passage())
        with pytest.raises(BadInput, match="between 1 and 500"):
            print_it(room, copies)
        assert records(room) == []

    def test_an_empty_pack_is_not_printed(self, room):
        with pytest.raises(BadInput, match="nothing in this pack"):
            print_it(room)

    def test_nor_a_pack_whose_last_day_has_passed(self, room):
        room.draw(room.passage())
        room.pack.use_until = now().date()
        assert print_it(room) == 1
        room.pack.use_until = now().date() - timedelta(days=1)
        with pytest.raises(BadInput, match="last day has passed"):
            print_it(room)
        assert len(records(room)) == 1

    def test_a_pack_cannot_be_made_for_a_day_gone_by(self, room):
        with pytest.raises(BadInput):
            service.new_pack(
                room.session, room.use, room.workshop.id, title="Old", use_until=date(2020, 1, 1)
            )


class TestWrittenDown:
    def test_only_after_every_card_was_printed_under_its_number(self, room):
        first, second = room.draw(room.passage(), room.passage(SECOND))
        assert not printing.written_down(room.session, room.look())
        print_it(room)
        assert printing.written_down(room.session, room.look())
        cards.move(room.session, room.use, room.pack.id, second, "up")
        assert not printing.written_down(room.session, room.look())
        cards.move(room.session, room.use, room.pack.id, first, "up")
        room.draw(room.passage(THIRD))
        assert not printing.written_down(room.session, room.look())

    def test_a_print_of_the_same_words_from_another_pack_does_not_count(self, meeting):
        one, other = meeting(), meeting()
        place = one.passage()
        one.draw(place)
        other.draw(place)
        print_it(one)
        assert not printing.written_down(other.session, other.look())


class TestToCollect:
    def test_the_printed_card_of_a_stopped_passage_before_and_after_the_job(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(kept, stopped)
        print_it(room)
        assert printing.to_collect(room.session, room.look()) == []
        room.stop(stopped, Purpose.WORKSHOP)
        for _ in ("before", "after"):
            found = printing.to_collect(room.session, room.look())
            assert [card.mark for card in found] == [f"{room.pack.code} / 2"]
            room.clean(stopped)

    def test_a_card_for_people_who_were_excluded_later(self, room):
        room.draw(room.passage(not_for=["Riverside Clinic"]))
        print_it(room)
        service.change_audience(room.session, room.use, room.workshop.id, ["Riverside Clinic"])
        assert len(printing.to_collect(room.session, room.look())) == 1

    def test_nothing_where_it_was_never_printed(self, room):
        place = room.passage()
        room.draw(place)
        room.stop(place)
        assert printing.to_collect(room.session, room.look()) == []


class TestSheets:
    def test_four_quarters_a_side_then_halves_then_wholes(self, room):
        short = [room.passage() for _ in range(5)]
        texts = ["It went on and on. " * 60, "It went on and on. " * 100]
        long = [
            room.code(type(short[0])(room.a.story(text).id, 1, 0, len(text.strip())))
            for text in texts
        ]
        room.draw(long[1], *short, long[0])
        laid = printing.sheets(room.look().cards)
        assert [(sheet.size, len(sheet.cards)) for sheet in laid] == [
            ("quarter", 4), ("quarter", 1), ("half", 1), ("whole", 1),
        ]  # fmt: skip
        numbers = [card.number for sheet in laid for card, _ in sheet.cards]
        assert numbers == [2, 3, 4, 5, 6, 7, 1]

    def test_no_cards_no_sheets(self):
        assert printing.sheets(()) == []
