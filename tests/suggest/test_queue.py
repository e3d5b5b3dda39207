"""What waits, across the stories that may be studied."""

from __future__ import annotations

import json

import pytest
from suggest.suggesting import Parrot

from storybank.consent.rules import Purpose
from storybank.errors import NotFound, Refused
from storybank.suggest import service
from storybank.suggest.derivative import Suggestions
from storybank.suggest.queues import A_PAGE, Order


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def suggested(a):
    """Make a story, and suggestions for it."""

    def make(text, **more):
        story = a.story(text, **more)
        Suggestions().reconcile(a.session, [story.id])
        return story

    return make


def shown(queue):
    return [(card.place.story_id, card.code.key) for card in queue.cards]


class TestWaiting:
    def test_a_card_holds_the_sentence_its_neighbours_and_why(self, a, use, suggested):
        story = suggested("It was cold. Still, we had peer support, of a kind. Then tea.")
        (card,) = service.waiting(a.session, use, story.id)
        assert (card.before, card.after) == ("It was cold.", "Then tea.")
        assert [(piece.words, piece.because) for piece in card.pieces] == [
            ("Still, we had ", False),
            ("peer support", True),
            (", of a kind.", False),
        ]
        assert card.because == ("peer support",)
        assert (card.code.key, card.check_meaning) == ("EN-PEER", False)

    def test_neighbours_may_stand_in_other_paragraphs(self, a, use, suggested):
        story = suggested("Cold.\n\nPeer support.\n\nTea.")
        (card,) = service.waiting(a.session, use, story.id)
        assert (card.before, card.after) == ("Cold.", "Tea.")

    def test_a_long_neighbour_is_cut_at_a_space(self, a, use, suggested):
        talk = "on and on " * 90 + "ended. "
        story = suggested(talk + "Peer support. " + talk)
        (card,) = service.waiting(a.session, use, story.id)
        assert card.before.startswith("\u2026 ") and card.before.endswith("ended.")
        assert card.after.startswith("on and") and card.after.endswith(" \u2026")
        assert max(len(card.before), len(card.after)) < 310

    def test_cards_come_in_order_of_place(self, a, use, suggested):
        story = suggested("The pilot ended. No red tape. Peer support.")
        cards = service.waiting(a.session, use, story.id)
        assert [card.code.key for card in cards] == ["BA-SYSTEM", "BA-SYSTEM", "EN-PEER"]
        assert [card.check_meaning for card in cards] == [False, True, False]

    def test_after_a_stop_the_story_is_not_there(self, a, use, suggested):
        story = suggested("Peer support.")
        a.stop(story, Purpose.STUDY)
        with pytest.raises(NotFound):
            service.waiting(a.session, a.use(Purpose.STUDY), story.id)

    def test_for_nothing_but_study(self, a, suggested):
        story = suggested("Peer support.")
        with pytest.raises(Refused):
            service.waiting(a.session, a.use(Purpose.KEEP), story.id)


class TestQueue:
    def test_two_reasons_come_before_one_and_doubt_last(self, a, use, suggested):
        doubt = suggested("We had no peer support.")
        one = suggested("We had peer support.")
        two = suggested("Peer support, and we backed each other.")
        queue = service.queue(a.session, use)
        assert [story for story, _ in shown(queue)] == [two.id, one.id, doubt.id]

    def test_story_by_story_and_code_by_code(self, a, use, suggested):
        first = suggested("The pilot ended. Peer support.")
        second = suggested("Peer support, then red tape.")
        assert shown(service.queue(a.session, use, order=Order.STORY)) == [
            (first.id, "BA-SYSTEM"), (first.id, "EN-PEER"),
            (second.id, "EN-PEER"), (second.id, "BA-SYSTEM"),
        ]  # fmt: skip
        assert shown(service.queue(a.session, use, order=Order.CODE)) == [
            (first.id, "EN-PEER"), (second.id, "EN-PEER"),
            (first.id, "BA-SYSTEM"), (second.id, "BA-SYSTEM"),
        ]  # fmt: skip

    def test_one_code_only(self, a, use, suggested):
        story = suggested("The pilot ended. Peer support.")
        queue = service.queue(a.session, use, code_id=a.code("EN-PEER").id)
        assert (shown(queue), queue.total) == ([(story.id, "EN-PEER")], 1)

    def test_pages_hold_every_suggestion_once(self, a, use, suggested):
        suggested("Peer support. " * (A_PAGE + 3))
        pages = [service.queue(a.session, use, page) for page in (1, 2)]
        ids = [card.id for page in pages for card in page.cards]
        assert len(ids) == len(set(ids)) == A_PAGE + 3
        assert [page.pages for page in pages] == [2, 2]
        assert service.queue(a.session, use, 99).page == 2
        assert service.queue(a.session, use, -1).page == 1

    def test_a_stop_takes_them_out_of_queue_and_counts_before_any_job(self, a, suggested):
        stopped, other = suggested("Peer support."), suggested("Peer support, again.")
        a.stop(stopped, Purpose.STUDY)
        use = a.use(Purpose.STUDY)
        queue = service.queue(a.session, use)
        assert (shown(queue), queue.total) == ([(other.id, "EN-PEER")], 1)
        assert service.count_by_code(a.session, use) == {a.code("EN-PEER").id: 1}
        assert service.count_by_story(a.session, use, [stopped.id, other.id]) == {other.id: 1}


class TestAsJson:
    def test_it_gives_places_names_and_the_codebooks_own_phrases(self, a, suggested):
        story = suggested("\U0001f643 They never TOLD us what they did.", external_id="x-1")
        assert service.as_json(a.session, [story.id]) == [
            {
                "story": story.id,
                "external_id": "x-1",
                "code": "EN-FEEDBACK",
                "start": 0,
                "end": 35,
                "chance": None,
                "cues": ["told us what they did"],
                "check_meaning": True,
            }
        ]

    def test_no_word_of_a_story_is_in_it(self, a, suggested):
        suggested("Quenby had peer support.")
        assert "Quenby" not in json.dumps(service.as_json(a.session))

    def test_it_leaves_out_what_is_answered_and_what_is_stopped(self, a, use, suggested):
        answered, stopped, open_one = (suggested(f"{n} peer support.") for n in ("a", "b", "c"))
        (card,) = service.waiting(a.session, use, answered.id)
        service.decline(a.session, use, card.id)
        a.stop(stopped, Purpose.STUDY)
        assert [row["story"] for row in service.as_json(a.session)] == [open_one.id]


class TestSuggester:
    def test_the_little_one_of_the_tests_is_honest(self, a, use):
        story = a.story("Nothing here. So the pilot ended. Done.")
        Suggestions(Parrot).reconcile(a.session, [story.id])
        (card,) = service.waiting(a.session, use, story.id)
        assert card.because == ("the pilot ended",)
        assert "".join(piece.words for piece in card.pieces) == "So the pilot ended."
