"""Answers that are given together, put off, undone and done again; orders that hold still."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from suggest.suggesting import Parrot

from storybank.clock import now
from storybank.coding.models import Coding
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.suggest import acts, queues, service, together
from storybank.suggest.derivative import Suggestions
from storybank.suggest.lots import Lots, day_of, tomorrow
from storybank.suggest.models import Suggestion
from storybank.suggest.queues import A_PAGE, Order
from storybank.suggest.sample_models import NotNow
from storybank.suggest.together import Saying

CONFIRM, DECLINE, LATER = Saying.CONFIRM, Saying.DECLINE, Saying.NOT_NOW


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def stories(a):
    every = [a.story(f"{n}. So peer support. Then red tape.") for n in range(3)]
    Suggestions(Parrot).reconcile(a.session, [story.id for story in every])
    return every


def page(a, use, order=Order.STORY):
    return service.queue(a.session, use, order=order).cards


def shown(cards):
    return {card.id: card.stamp for card in cards}


def waiting(a, use):
    return {card.id for card in page(a, use)}


def codings(a):
    rows = a.session.execute(
        sa.select(Coding.suggestion_id, Coding.coder_id).where(Coding.removed_at.is_(None))
    )
    return dict(rows.all())


class TestTogether:
    def test_all_answers_of_a_page_are_one_act(self, a, use, stories):
        cards = page(a, use)
        first, second, third, *rest = (card.id for card in cards)
        said = {first: CONFIRM, second: DECLINE, third: LATER}
        result = together.answer(a.session, use, shown(cards), said)
        assert (result.confirmed, result.declined, result.put_off, result.left) == (1, 1, 1, 0)
        assert codings(a) == {first: use.actor.account_id}
        assert waiting(a, use) == set(rest)
        assert third in waiting(a, a.use(Purpose.STUDY))
        row = a.session.get(Suggestion, first)
        assert (row.answer, row.answered_in, row.drawn) == ("confirmed", "bulk", False)

        a.undo(use)
        assert (codings(a), waiting(a, use)) == ({}, {first, second, third, *rest})
        a.redo(use)
        assert codings(a) == {first: use.actor.account_id}
        assert waiting(a, use) == set(rest)

    def test_what_others_did_since_stays(self, a, use, stories):
        cards = page(a, use)
        first, second = cards[0].id, cards[1].id
        together.answer(a.session, use, shown(cards), {first: CONFIRM, second: CONFIRM})
        a.undo(use)
        other = a.use(Purpose.STUDY)
        service.decline(a.session, other, first)
        a.redo(use)
        assert codings(a) == {second: use.actor.account_id}
        assert a.session.get(Suggestion, first).answered_by == other.actor.account_id

    def test_what_changed_or_was_answered_since_is_left(self, a, use, stories):
        cards = page(a, use)
        first, second, third = (card.id for card in cards[:3])
        service.decline(a.session, a.use(Purpose.STUDY), first)
        a.session.get(Suggestion, second).check_meaning = True
        a.session.flush()
        said = dict.fromkeys((first, second, third), CONFIRM)
        result = together.answer(a.session, use, shown(cards), said)
        assert (result.confirmed, result.left) == (1, 2)
        assert codings(a) == {third: use.actor.account_id}

    def test_only_what_was_on_the_page(self, a, use, stories):
        cards = page(a, use)
        some = shown(cards[:2])
        for said in ({cards[3].id: CONFIRM}, {}):
            with pytest.raises(BadInput):
                together.answer(a.session, use, some, said)
        many = {number: "x" for number in range(A_PAGE + 1)}
        with pytest.raises(BadInput):
            together.answer(a.session, use, many, {1: CONFIRM})
        assert codings(a) == {}

    def test_after_a_stop_nothing_of_that_story_is_undone_or_done(self, a, use, stories):
        cards = page(a, use)
        here = [card for card in cards if card.place.story_id == stories[0].id]
        said = {here[0].id: CONFIRM, cards[-1].id: CONFIRM}
        together.answer(a.session, use, shown(cards), said)
        a.stop(stories[0], Purpose.STUDY)
        a.undo(use)
        assert set(codings(a)) == {here[0].id}


class TestNotNow:
    def test_it_is_put_off_for_one_person_until_tomorrow(self, a, use, stories):
        (first, *rest) = (card.id for card in page(a, use))
        service.not_now(a.session, use, first)
        assert waiting(a, use) == set(rest)
        assert first in waiting(a, a.use(Purpose.STUDY))
        until = a.session.scalar(sa.select(NotNow.until))
        assert now() < until <= now() + timedelta(days=1)
        a.undo(use)
        assert first in waiting(a, use)
        a.redo(use)
        assert first not in waiting(a, use)
        a.session.execute(sa.update(NotNow).values(until=now() - timedelta(minutes=1)))
        assert first in waiting(a, use)

    def test_its_own_undo_takes_back_that_one(self, a, use, stories):
        first, second, *_ = (card.id for card in page(a, use))
        service.not_now(a.session, use, first)
        service.decline(a.session, use, second)
        service.undo(a.session, use, first)
        assert first in waiting(a, use)
        assert a.session.get(Suggestion, second).answer == "declined"

    def test_a_working_day_ends_at_night(self):
        evening = now().replace(hour=23, minute=50)
        assert tomorrow(evening) - evening < timedelta(hours=5)
        assert day_of(evening + timedelta(hours=2)) == day_of(evening)


class TestOneAtATime:
    def test_decline_and_change_are_undone_and_done_again(self, a, use, stories):
        first, second, *_ = (card.id for card in page(a, use))
        service.decline(a.session, use, first)
        service.change(a.session, use, second, [a.code("VA-TRUST").id], where="desk")
        a.undo(use)
        a.undo(use)
        assert {first, second} <= waiting(a, use)
        assert codings(a) == {}
        a.redo(use)
        a.redo(use)
        assert a.session.get(Suggestion, first).answer == "declined"
        row = a.session.get(Suggestion, second)
        assert (row.answer, row.answered_in, row.rank) == ("changed", "desk", 1)
        assert set(codings(a)) == {second}

    def test_acts_say_what_they_were_in_a_few_words(self, a, use, stories):
        cards = page(a, use)
        service.decline(a.session, use, cards[0].id)
        service.not_now(a.session, use, cards[1].id)
        said = {card.id: CONFIRM for card in cards[2:4]}
        together.answer(a.session, use, shown(cards), said)
        says = [acts.UNDOERS[act.kind].says(act) for act in acts.undoing.recent(a.session, use)]
        assert says == ["2 suggestions answered", "suggestion put off", "suggestion declined"]


class TestOrders:
    @pytest.fixture
    def many(self, a):
        story = a.story("So peer support. " * 53)
        Suggestions(Parrot).reconcile(a.session, [story.id])
        rows = a.session.scalars(sa.select(Suggestion).order_by(Suggestion.id)).all()
        for at, row in enumerate(rows):
            row.chance = row.score = (at % 20) / 20 + 0.02
        a.session.flush()
        return {row.id: row.chance for row in rows}

    def pages(self, a, use, order):
        first = service.queue(a.session, use, 1, order)
        return [
            service.queue(a.session, use, number, order).cards
            for number in range(1, first.pages + 1)
        ]

    @pytest.mark.parametrize("order", list(Order))
    def test_pages_hold_every_one_once_and_again_the_same(self, a, use, many, order):
        pages = self.pages(a, use, order)
        ids = [card.id for cards in pages for card in cards]
        assert sorted(ids) == sorted(many)
        service.decline(a.session, use, ids[3])
        after = [card.id for card in service.queue(a.session, use, 1, order).cards]
        same = [number for number in after if number in ids[:A_PAGE]]
        assert same == ids[:3] + ids[4:A_PAGE]

    @pytest.mark.parametrize("lots", [Lots(2, 0), Lots(2, 1), Lots(40_000_000, 0)])
    def test_uneven_lots_lose_no_suggestion_and_show_none_twice(
        self, a, use, many, lots, monkeypatch
    ):
        monkeypatch.setattr(queues, "lots_of", lambda use: lots)
        ids = [card.id for cards in self.pages(a, use, Order.TEACH) for card in cards]
        assert sorted(ids) == sorted(many)

    def test_to_teach_half_is_drawn_by_lot_and_half_is_most_in_doubt(self, a, use, many):
        pages = self.pages(a, use, Order.TEACH)
        lots = queues.lots_of(use)
        for card in (card for cards in pages for card in cards):
            assert card.drawn is lots.drawn(card.id)
        assert Counter(card.drawn for card in pages[0]) == {True: 5, False: 5}
        asked = [[abs(many[card.id] - 0.5) for card in cards if not card.drawn] for cards in pages]
        asked = [of_page for of_page in asked if of_page]
        assert all(max(here) <= min(next_page) for here, next_page in pairwise(asked))
        fell = sorted((one for one in many if lots.drawn(one)), key=lots.place)
        assert {card.id for card in pages[0] if card.drawn} == set(fell[:5])

    def test_lots_fall_differently_on_each_person_and_day(self):
        today = day_of(now())
        every = [Lots.of(1, today), Lots.of(2, today), Lots.of(1, today + timedelta(days=1))]
        fell = [tuple(number for number in range(400) if lots.drawn(number)) for lots in every]
        assert len(set(fell)) == 3
        assert all(140 < len(some) < 260 for some in fell)
        assert Lots.of(1, today) == every[0]

    def test_rare_codes_come_first(self, a, use, stories):
        service.confirm(a.session, use, page(a, use)[0].id)
        first = page(a, use, Order.RARE)[0]
        assert first.code.key == "BA-SYSTEM"
