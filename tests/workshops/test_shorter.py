"""A passage made shorter: the storyteller's choice about their words is the door's own answer."""

from __future__ import annotations

from datetime import date

import pytest
from workshops.meeting import Meeting

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent import asking as consent_asking
from storybank.consent import service as consent
from storybank.consent.models import AskRequest
from storybank.consent.rules import EIGHT, Answer, Change, Purpose, Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.people.rules import MACHINE, Actor, Role
from storybank.portal import asks as portal_asks
from storybank.stewardship import answering
from storybank.stories import asked, reading
from storybank.stories.models import Story
from storybank.stories.rules import MAX_PART, Place
from storybank.workshops import (
    cards,
    freezing,
    letters,
    service,
    shortening,
    showing,
    swapping,
    trimming,
)
from storybank.workshops.models import PackItem
from storybank.workshops.trimming import Outcome

WORDS = "I rang on Monday. Nobody had an answer. We went in together. She listened."
ENDS = "I rang on Monday. [...] She listened."


class Table(Meeting):
    """A workshop with one card of four sentences, and what its storyteller lets be done."""

    def __init__(self, a, shorten: Change | None, answer: Answer = Answer.YES) -> None:
        super().__init__(a, audience=["Riverside Council"])
        self.story = a.story(text=WORDS)
        said = dict.fromkeys(EIGHT, Answer.YES) | {Purpose.WORKSHOP: answer}
        self.said = said
        self.let(shorten)
        self.place = self.code(a.place(self.story, WORDS, WORDS))
        self.items = self.draw(self.place)

    def let(self, shorten: Change | None) -> None:
        consent.give(
            self.session, MACHINE, self.story.id, self.story.person_id, self.said,
            self.a.proof(), "paper", shorten=shorten,
        )  # fmt: skip

    @property
    def item(self) -> PackItem:
        return self.session.get_one(PackItem, self.items[0])

    @property
    def starts(self) -> list[int]:
        view, page = trimming.card(self.session, self.use, self.pack.id, self.items[0])
        return [one.start for one in page.sentences]

    def cut(self, *stay: int) -> Outcome:
        starts = [self.starts[n] for n in stay]
        return trimming.cut(self.session, self.use, self.pack.id, self.items[0], starts)

    def words(self) -> list[str]:
        return [card.excerpt.words for card in self.look().cards]

    def ask(self, *stay: int) -> AskRequest:
        starts = [self.starts[n] for n in stay]
        return trimming.ask(self.session, self.use, self.pack.id, self.items[0], starts, None)

    def own(self) -> Use:
        actor = Actor(None, self.story.person_id, frozenset({Role.STORYTELLER}), "T")
        return Use.claim(actor, Purpose.OWN, now())

    def say(self, request: AskRequest, said: Answer) -> None:
        consent_asking.answer_ask(
            self.session, self.a.use(Purpose.KEEP).actor, request.id, self.story.person_id, said,
            self.a.proof(), "phone",
        )  # fmt: skip


class TestYes:
    def test_the_shorter_text_is_shown_everywhere_and_can_be_whole_again(self, a):
        table = Table(a, Change.YES)
        assert table.cut(0, 3) is Outcome.SHORTER
        assert table.words() == [ENDS]
        here = service.for_meeting(table.use, table.workshop)
        [shown] = showing.shown(a.session, here, [table.item]).values()
        assert (shown.words, shown.place, shown.shortened) == (ENDS, table.place, True)
        version = freezing.freeze(a.session, table.use, table.pack.id)
        [frozen] = freezing.frozen(a.session, version)
        assert frozen.sha256 == reading.sha256_of(ENDS)
        assert frozen.kept == table.item.kept
        assert table.cut(0, 1, 2, 3) is Outcome.WHOLE and table.item.kept is None
        assert table.words() == [WORDS]
        # What was frozen stays as it was.
        assert showing.shown(a.session, here, [frozen])[table.items[0]].words == ENDS
        assert freezing.changed_since(a.session, here, version)

    def test_neighbours_stay_joined_and_nothing_is_refused(self, a):
        table = Table(a, Change.YES)
        table.cut(1, 2)
        assert table.words() == ["Nobody had an answer. We went in together."]
        with pytest.raises(BadInput, match="at least one"):
            table.cut()
        with pytest.raises(NotFound):
            trimming.cut(a.session, table.use, table.pack.id, 999, [0])

    def test_it_can_be_taken_back_and_done_again(self, a):
        table = Table(a, Change.YES)
        trimming.write_note(a.session, table.use, table.pack.id, table.items[0], " Hard\nwords ")
        table.cut(0)
        assert (table.item.note, table.words()) == ("Hard words", ["I rang on Monday."])
        assert a.undo(table.use).sentence == "The card is as it was."
        assert table.words() == [WORDS] and table.item.note == "Hard words"
        a.undo(table.use)
        assert table.item.note == ""
        a.redo(table.use)
        a.redo(table.use)
        assert table.words() == ["I rang on Monday."] and table.item.note == "Hard words"
        table.item.note = "Somebody else's"
        assert "stays as it is" in a.undo(table.use).sentence
        with pytest.raises(BadInput, match="under 200"):
            trimming.write_note(a.session, table.use, table.pack.id, table.items[0], "x" * 201)

    def test_a_later_no_hides_it_until_it_is_shown_whole(self, a):
        table = Table(a, Change.YES)
        table.cut(0, 3)
        version = freezing.freeze(a.session, table.use, table.pack.id)
        table.let(Change.NO)
        view = table.look()
        assert not view.cards and view.only_whole == tuple(table.items)
        here = service.for_meeting(table.use, table.workshop)
        [left] = freezing.pulled_since(a.session, here, version)
        assert (left.number, left.because) == (1, freezing.STOPPED)
        assert trimming.whole_again(a.session, table.use, table.pack.id) == 1
        assert table.words() == [WORDS]


class TestNo:
    @pytest.mark.parametrize("choice", [Change.NO, None])
    def test_it_is_not_made_shorter_and_nobody_is_asked(self, a, choice):
        table = Table(a, choice)
        with pytest.raises(Refused, match="does not want"):
            table.cut(0)
        with pytest.raises(Refused):
            table.ask(0)
        assert table.words() == [WORDS] and table.item.kept is None

    def test_the_door_gives_no_shorter_text_to_one_who_asks_for_the_whole(self, a):
        table = Table(a, Change.NO)
        here = service.for_meeting(table.use, table.workshop)
        with pytest.raises(Refused):
            reading.excerpts(a.session, here, [table.place], {table.place: [[0, 17]]})
        # Nor where somebody wrote the parts into the database by hand.
        table.item.kept = [[0, 17]]
        assert showing.shown(a.session, here, [table.item]) == {}


class TestShowMeFirst:
    def test_the_storyteller_sees_just_this_text_and_says_yes(self, a):
        table = Table(a, Change.SHOW)
        assert table.cut(0, 3) is Outcome.ASK and table.words() == [WORDS]
        request = table.ask(0, 3)
        assert request.kept and table.ask(0, 3).id == request.id
        assert portal_asks.one(a.session, table.own(), request.id).excerpt.words == ENDS
        keep = a.use(Purpose.KEEP)
        one = asked.asking(a.session, request, keep.at)
        assert answering.words_of(a.session, keep, one).words == ENDS
        table.say(request, Answer.YES)
        # The card stays as it is until the facilitator takes the shorter text.
        assert table.words() == [WORDS]
        _, page = trimming.card(a.session, table.use, table.pack.id, table.items[0])
        assert [one.may_be_used for one in page.waits] == [True]
        assert list(page.waits[0].starts) == [table.starts[0], table.starts[3]]
        assert table.cut(0, 3) is Outcome.SHORTER and table.words() == [ENDS]

    def test_the_letter_says_what_it_is_about(self):
        letter = letters.asking("Being heard", date(2099, 5, 1), date(2099, 4, 1), 1, shorter=True)
        assert "with some sentences left out. You asked to see it first." in letter
        assert "{page}" in letter and "1 April 2099" in letter and len(letters.SHORTER) < 60

    def test_a_yes_is_to_no_other_text(self, a):
        table = Table(a, Change.SHOW)
        table.say(table.ask(0, 3), Answer.YES)
        assert table.cut(1, 3) is Outcome.ASK
        table.item.kept = [[table.starts[1], table.starts[2] - 1]]
        assert table.words() == []

    def test_a_change_of_mind_hides_it(self, a):
        table = Table(a, Change.SHOW)
        request = table.ask(0, 3)
        table.say(request, Answer.YES)
        table.cut(0, 3)
        table.say(request, Answer.NO)
        assert table.words() == []

    def test_one_who_is_asked_each_time_is_asked_for_the_shorter_text_too(self, a):
        table = Table(a, Change.SHOW, Answer.ASK)
        assert table.items == []
        here = service.for_meeting(table.use, table.workshop)
        request = consent_asking.ask(
            a.session, here, table.story.id, table.place.span, reading.sha256_of(WORDS),
            event_title="x", audience=["Riverside Council"], answer_by=now().replace(year=2098),
        )  # fmt: skip
        table.say(request, Answer.YES)
        table.items = table.draw(table.place)
        short = table.ask(0)
        table.say(short, Answer.YES)
        assert table.cut(0) is Outcome.SHORTER and table.words() == ["I rang on Monday."]


class TestSentences:
    def test_a_long_passage_is_read_to_its_end(self, a):
        text = " ".join(f"This is sentence number {n}." for n in range(60))
        place = Meeting(a).passage(text, text=text)
        every = shortening.parts_of(text, place, None)
        assert len(text) < MAX_PART and len(every) == 60
        kept = shortening.chosen(every, [every[0].start, every[1].start, every[59].start])
        assert shortening.text_of(text, place, kept) == (
            "This is sentence number 0. This is sentence number 1. [...] "
            "This is sentence number 59."
        )

    def test_no_sentence_crosses_a_line(self):
        text = "One line.\nAnother line. And more."
        place = Place(1, 1, 0, len(text))
        every = shortening.parts_of(text, place, None)
        assert [one.words for one in every] == ["One line.", "Another line.", "And more."]
        assert shortening.chosen(every, [one.start for one in every]) is None


class TestSwap:
    def test_another_takes_its_place_and_gives_it_back(self, a):
        meeting = Meeting(a)
        first, second, third = (meeting.passage(q) for q in ("I rang", "Nobody", "We sat"))
        ids = meeting.draw(first, second)
        new = swapping.swap(a.session, meeting.use, meeting.pack.id, ids[0], third, None)
        assert meeting.places() == [third, second]
        assert a.undo(meeting.use).sentence == "The cards are swapped back."
        assert meeting.places() == [first, second]
        a.redo(meeting.use)
        assert meeting.places() == [third, second]
        with pytest.raises(BadInput):
            swapping.swap(a.session, meeting.use, meeting.pack.id, new.id, second, None)
        with pytest.raises(NotFound):
            swapping.swap(a.session, meeting.use, meeting.pack.id, ids[0], first, None)


class TestCorrections:
    def test_frozen_cards_and_shorter_parts_follow_their_words(self, a):
        from storybank.stories.mending import Edit  # noqa: PLC0415
        from storybank.workshops import carrying  # noqa: PLC0415

        table = Table(a, Change.YES)
        story = a.session.get_one(Story, table.story.id)
        start = WORDS.index("We went")
        place = table.code(type(table.place)(story.id, 1, start, len(WORDS)))
        coding.with_codes(a.session, a.use(Purpose.STUDY), [])
        [item_id] = table.draw(place)
        table.items = [item_id]
        table.cut(1)
        version = freezing.freeze(a.session, table.use, table.pack.id)
        edit = Edit(0, 17, 27)
        carrying.carry(a.session, story.id, 1, 2, edit)
        item = a.session.get_one(PackItem, item_id)
        frozen = next(
            one for one in freezing.frozen(a.session, version) if one.pack_item_id == item_id
        )
        for one in (item, frozen):
            assert (one.version, one.start, one.end) == (2, start + 10, len(WORDS) + 10)
            assert one.kept == [[WORDS.index("She") + 10, len(WORDS) + 10]]


def test_a_card_taken_out_leaves_the_frozen_pack(room):
    place = room.passage()
    [item_id] = room.draw(place)
    version = freezing.freeze(room.session, room.use, room.pack.id)
    here = service.for_meeting(room.use, room.workshop)
    assert freezing.pulled_since(room.session, here, version) == []
    cards.take_out(room.session, room.use, room.pack.id, [item_id])
    [left] = freezing.pulled_since(room.session, here, version)
    assert left.back and "took it out" in left.because
    cards.put_back(room.session, room.use, room.pack.id, item_id)
    room.stop(place)
    [left] = freezing.pulled_since(room.session, here, version)
    assert left.because == freezing.STOPPED
    with pytest.raises(BadInput):
        freezing.freeze(room.session, room.use, room.pack.id)
