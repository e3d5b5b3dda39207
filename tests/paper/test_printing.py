"""Making paper: what is written down for storytellers, and under which marks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from workshops.meeting import FIRST, SECOND

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import NameStyle, Purpose
from storybank.errors import BadInput, NotFound
from storybank.paper import printing
from storybank.paper.deck import deck, deck_of_run, practice_deck
from storybank.paper.models import PrintedCard, PrintRun
from storybank.workshops import cards, freezing, service


def records(room) -> list[UseRecord]:
    return list(room.session.scalars(select(UseRecord).order_by(UseRecord.id)))


def make(room, copies: int = 1, form: str = "cards", file: str = "html") -> PrintRun:
    return printing.make(room.session, room.use, room.pack.id, copies, form, file)


def printed(room, run) -> list[PrintedCard]:
    query = select(PrintedCard).where(PrintedCard.run_id == run.id).order_by(PrintedCard.id)
    return list(room.session.scalars(query))


class TestMake:
    def test_each_passage_is_written_down_as_its_storyteller_will_see_it(self, meeting):
        room = meeting(Purpose.TEACH)
        named = room.passage(FIRST, name="Maria", style=NameStyle.FIRST)
        other = room.passage(SECOND)
        room.draw(named, other)
        run = make(room, 12)
        assert (run.cards, run.copies, run.returned) == (2, 12, 0)
        one, two = records(room)
        assert (one.story_id, one.version, one.start, one.end) == (
            named.story_id, named.version, named.start, named.end,
        )  # fmt: skip
        assert (one.use, one.medium, one.copies, one.place) == ("teach", "print", 12, "Being heard")
        assert (one.name_style, two.name_style) == ("first", "none")
        assert one.reference.startswith(f"{room.pack.code} / 1 ")
        assert [one.reference, two.reference] == [card.mark for card in printed(room, run)]
        assert one.made_by_account_id == room.use.actor.account_id
        assert now() - one.at < timedelta(minutes=1)

    def test_slides_are_written_down_as_slides_and_sheets_without_words_as_nothing(self, room):
        room.draw(room.passage())
        assert make(room, form="slides", file="pptx").cards == 1
        assert [record.medium for record in records(room)] == ["slides"]
        for form in ("guide", "answers"):
            assert make(room, form=form, file="pdf").cards == 0
        assert len(records(room)) == 1

    def test_what_may_not_be_shown_now_is_not_written_down(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        room.stop(stopped)
        assert make(room).cards == 1
        assert [record.story_id for record in records(room)] == [kept.story_id]

    @pytest.mark.parametrize(
        ("copies", "form", "file", "says"),
        [(0, "cards", "html", "between 1 and 500"), (501, "cards", "html", "between 1 and 500"),
         (1, "scroll", "html", "what to make"), (1, "cards", "pptx", "Cards can be"),
         (1, "cards", "exe", "a page to print or a file"), (300, "answers", "pdf", "at most 200")],
    )  # fmt: skip
    def test_what_makes_no_sense_writes_nothing(self, room, copies, form, file, says):
        room.draw(room.passage())
        with pytest.raises(BadInput, match=says):
            make(room, copies, form, file)
        assert records(room) == []

    def test_an_empty_pack_is_not_printed_but_its_guide_is(self, room):
        with pytest.raises(BadInput, match="nothing in this pack"):
            make(room)
        assert make(room, form="guide").cards == 0

    def test_nor_a_pack_whose_last_day_has_passed(self, room):
        room.draw(room.passage())
        room.pack.use_until = now().date()
        assert make(room).cards == 1
        room.pack.use_until = now().date() - timedelta(days=1)
        with pytest.raises(BadInput, match="last day has passed"):
            make(room)
        assert len(records(room)) == 1

    def test_more_cards_than_a_file_holds_are_refused(self, room, monkeypatch):
        room.draw(room.passage(), room.passage(SECOND))
        monkeypatch.setattr("storybank.paper.rules.MAX_CARDS", 1)
        with pytest.raises(BadInput, match="at most 1 cards"):
            make(room)

    def test_a_pack_cannot_be_made_for_a_day_gone_by(self, room):
        with pytest.raises(BadInput):
            service.new_pack(
                room.session, room.use, room.workshop.id, title="Old", use_until=date(2020, 1, 1)
            )


class TestMarks:
    def test_a_card_keeps_its_letters_wherever_it_stands_and_no_two_are_alike(self, room):
        first, second = room.draw(room.passage(), room.passage(SECOND))
        before = {card.item_id: card for card in printed(room, make(room))}
        cards.move(room.session, room.use, room.pack.id, second, "up")
        after = {card.item_id: card for card in printed(room, make(room))}
        for item_id in (first, second):
            assert before[item_id].letters == after[item_id].letters
            assert before[item_id].mark != after[item_id].mark
        assert before[first].letters != before[second].letters

    def test_what_was_made_is_made_again_under_the_marks_it_had(self, room):
        _, second = room.draw(room.passage(), room.passage(SECOND))
        run = make(room)
        marks = [card.mark for card in printed(room, run)]
        cards.move(room.session, room.use, room.pack.id, second, "up")
        _, made = deck_of_run(room.session, room.use, room.pack.id, run.id)
        assert [(card.mark, card.words) for card in made.cards] == [
            (marks[0], FIRST), (marks[1], SECOND),
        ]  # fmt: skip

    def test_and_without_those_that_were_stopped_since(self, room):
        stopped = room.passage()
        room.draw(stopped, room.passage(SECOND))
        run = make(room)
        room.stop(stopped)
        _, made = deck_of_run(room.session, room.use, room.pack.id, run.id)
        assert [card.words for card in made.cards] == [SECOND] and made.gone == 1

    def test_a_making_of_another_pack_is_not_found(self, meeting):
        one, other = meeting(), meeting()
        one.draw(one.passage())
        run = make(one)
        with pytest.raises(NotFound):
            deck_of_run(other.session, other.use, other.pack.id, run.id)

    def test_numbers_on_paper_are_those_of_the_frozen_pack(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        version = freezing.freeze(room.session, room.use, room.pack.id)
        room.stop(stopped)
        made = deck(room.session, room.use, room.pack.id)
        assert made.version == version and made.gone == 1
        assert [(card.number, card.words) for card in made.cards] == [(2, SECOND)]
        assert make(room).pack_version_id == version.id

    def test_answer_sheets_of_a_workshop_are_numbered_on(self, room):
        first, second = make(room, 12, "answers"), make(room, 3, "answers")
        assert printing.first_sheet(room.session, first) == 1
        assert printing.first_sheet(room.session, second) == 13


def test_invented_cards_are_marked_and_written_down_nowhere(room):
    made = practice_deck(room.session, room.use, room.pack.id)
    assert made.practice and len(made.cards) > 2
    assert all(card.mark.endswith("PRACTICE") and not card.letters for card in made.cards)
    assert records(room) == []
