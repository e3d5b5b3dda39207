"""Parts kept back: marked sentence by sentence, taken back, and seen as others would see them."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from portal.test_pages import press

from storybank.consent import parties
from storybank.consent.rules import Mark, Part, Purpose, Reason, Span
from storybank.consent.standing import state_of
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.portal import parts
from storybank.stories import drawing, preview, reading
from storybank.stories.rules import MASK, NO_NAME

FIRST, SECOND = "I rang the clinic on Monday.", "Nobody had an answer for me."


def kept(session, story) -> list[tuple[int, int, str]]:
    state = state_of(session, story.id)
    return [(part.span.start, part.span.end, part.mark.value) for part in state.kept_back]


class TestMark:
    def test_neighbours_become_one_part_and_others_one_each(self, session, a, own):
        story = a.story()
        made = parts.mark(session, own(story), story.id, 1, [0, 1, 3], Mark.LEAVE_OUT)
        text = reading.story(session, own(story), story.id).text
        assert [text[start:end] for start, end, _ in kept(session, story)] == [
            f"{FIRST} {SECOND}",
            "We sat down with the manager and she listened.",
        ]
        assert len(made) == 2
        assert "You kept one part back. We leave that part out." in made[0].body

    def test_a_part_may_run_over_the_end_of_a_paragraph(self, session, a, own):
        story = a.story()
        parts.mark(session, own(story), story.id, 1, [1, 2], Mark.ASK_FIRST)
        [(start, end, mark)] = kept(session, story)
        assert "\n" in reading.story(session, own(story), story.id).text[start:end]
        assert mark == "ask first"

    def test_the_same_mark_again_says_nothing_new(self, session, a, own):
        story = a.story()
        parts.mark(session, own(story), story.id, 1, [0], Mark.LEAVE_OUT)
        assert parts.mark(session, own(story), story.id, 1, [0], Mark.LEAVE_OUT) == []

    def test_others_see_it_no_more_at_once(self, session, a, own):
        story = a.story()
        parts.mark(session, own(story), story.id, 1, [0], Mark.LEAVE_OUT)
        text = reading.story(session, a.use(Purpose.MEMBERS), story.id).text
        assert text.startswith(MASK * len(FIRST)) and SECOND in text
        assert FIRST in reading.story(session, own(story), story.id).text

    def test_only_in_ones_own_story_as_it_stands(self, session, a, own):
        mine, other = a.story(), a.story()
        with pytest.raises(NotFound):
            parts.mark(session, own(mine), other.id, 1, [0], Mark.LEAVE_OUT)
        with pytest.raises(Conflict):
            parts.mark(session, own(mine), mine.id, 2, [0], Mark.LEAVE_OUT)
        for numbers in ([], [99], [-1]):
            with pytest.raises(BadInput):
                parts.mark(session, own(mine), mine.id, 1, numbers, Mark.LEAVE_OUT)
        assert kept(session, mine) == kept(session, other) == []


class TestTakeBack:
    def test_the_part_follows_the_other_choices_again(self, session, a, own):
        story = a.story()
        parts.mark(session, own(story), story.id, 1, [0], Mark.LEAVE_OUT)
        span = Span(1, 0, len(FIRST))
        receipt = parts.take_back(session, own(story), story.id, span)
        assert "You took back a mark." in receipt.body
        assert FIRST in reading.story(session, a.use(Purpose.MEMBERS), story.id).text
        with pytest.raises(NotFound):
            parts.take_back(session, own(story), story.id, span)

    def test_nobody_takes_another_persons_mark_back(self, session, a, own):
        story, theirs = a.story(), a.story()
        parts.mark(session, own(theirs), theirs.id, 1, [0], Mark.LEAVE_OUT)
        with pytest.raises(NotFound):
            parts.take_back(session, own(story), theirs.id, Span(1, 0, len(FIRST)))


class TestPreview:
    @pytest.mark.parametrize("purpose", [Purpose.STUDY, Purpose.MEMBERS, Purpose.REUSE])
    def test_it_is_what_the_door_lets_out(self, session, a, own, purpose):
        story = a.story(name="Ana", attributes={"role": "Carer", "country": "Wales"}, facts=[])
        parts.mark(session, own(story), story.id, 1, [0], Mark.LEAVE_OUT)
        parts.mark(session, own(story), story.id, 1, [3], Mark.ASK_FIRST)
        seen = preview.as_others_see_it(session, own(story), story.id, purpose)
        there = reading.story(session, a.use(purpose), story.id)
        assert (seen.story.text, seen.story.attribution, seen.story.attributes) == (
            there.text, there.attribution, there.attributes,
        )  # fmt: skip
        assert seen.seen and seen.left_out == 2

    @pytest.mark.parametrize("purpose", preview.CHOICES)
    def test_nobody_sees_it_exactly_where_the_door_is_shut(self, session, a, own, purpose):
        story = a.story(consented_to=[Purpose.STUDY, Purpose.PUBLIC])
        seen = preview.as_others_see_it(session, own(story), story.id, purpose)
        assert seen.seen == reading.may(session, a.use(purpose), story.id)
        assert seen.seen or seen.reasons == (Reason.NOT_ASKED,)

    def test_without_a_name_it_says_so(self, session, a, own):
        story = a.story()
        seen = preview.as_others_see_it(session, own(story), story.id, Purpose.PUBLIC)
        assert seen.story.attribution == NO_NAME

    def test_it_is_for_the_storyteller_alone(self, session, a, own):
        story, other = a.story(), a.story()
        with pytest.raises(NotFound):
            preview.as_others_see_it(session, own(other), story.id, Purpose.STUDY)
        with pytest.raises(Refused):
            preview.as_others_see_it(session, a.use(Purpose.STUDY), story.id, Purpose.PUBLIC)
        with pytest.raises(BadInput):
            preview.as_others_see_it(session, own(story), story.id, Purpose.INDEX)


class TestDrawing:
    def test_a_part_left_out_is_one_bar_with_words_and_places_stay(self, session, a, own):
        story = a.story("A <b> & tea. Then more of it.\n\nAll of this one.")
        parts.mark(session, own(story), story.id, 1, [1, 2], Mark.LEAVE_OUT)
        text = reading.story(session, a.use(Purpose.MEMBERS), story.id)
        soup = BeautifulSoup(drawing.body(text), "html.parser")
        assert [bar["aria-label"] for bar in soup.select("[role=img]")] == [drawing.LEFT_OUT] * 2
        for block, element in zip(text.blocks, soup.select("[data-s]"), strict=True):
            assert int(element["data-s"]) == block.start
            assert element.get_text() == text.text[block.start : block.end]

    def test_words_are_shown_as_they_are(self):
        assert drawing.words("a < b & c's") == "a &lt; b &amp; c's"
        assert not drawing.all_left_out("a") and not drawing.all_left_out(" ")
        assert drawing.all_left_out(MASK * 3 + "\n" + MASK)


class TestPages:
    def test_tick_press_see_and_take_back(self, room):
        ana, number = room.teller()
        page = f"/my/{number}/parts"
        answer = ana.post(page, on=page, version=1, sentence=[0, 1], act="leave out")
        assert answer.status_code == 303
        text = ana.get(page).text
        assert "We leave that part out now." in text and "We leave this part out." in text
        assert text.count('class="sb-parts__mark"') == 2
        receipt = re.search(r"/my/receipts/\d+", text)[0]
        assert "You kept one part back" in ana.get(receipt).text
        seen = ana.get(f"/my/{number}/as-others-see-it", use="members").text
        assert drawing.LEFT_OUT in seen and FIRST not in seen
        assert "sb-left-out" not in ana.get(f"/my/{number}/as-others-see-it").text
        press(ana, page, "Take this mark back number 1")
        assert "You have not kept any part back." in ana.get(page).text
        assert FIRST in ana.get(f"/my/{number}/as-others-see-it", use="members").text

    def test_nothing_ticked_or_nothing_pressed_is_told_beside_the_boxes(self, room):
        ana, number = room.teller()
        page = f"/my/{number}/parts"
        for fields in (
            {"act": "leave out"},
            {"sentence": [0]},
            {"sentence": [9], "act": "ask first"},
        ):
            answer = ana.post(page, on=page, version=1, **fields)
            assert answer.status_code == 422 and "sentences-error" in answer.text, fields

    def test_why_nobody_sees_it_is_told_in_plain_words(self, room):
        ana, number = room.teller(consented_to=[])
        page = ana.get(f"/my/{number}/as-others-see-it", use="public").text
        assert "No one sees it." in page and "A blank means no." in page
        assert FIRST not in page

    def test_another_storyteller_finds_nothing_there(self, room):
        _, hers = room.teller()
        ben, _ = room.teller("ben@example.org")
        for path in ("parts", "as-others-see-it", "parts/change", "codes"):
            answer = ben.get(f"/my/{hers}/{path}", use="members", sentence=0)
            assert answer.status_code == 404 and FIRST not in answer.text, path
        for path, fields in (
            ("parts", {"sentence": 0, "version": 1, "act": "leave out"}),
            ("parts/take-back", {"version": 1, "start": 0, "end": 5}),
            ("parts/change", {"version": 1, "sentence": 0, "words": "Mine now."}),
            ("codes", {"coding": 1, "answer": "yes"}),
        ):
            assert ben.post(f"/my/{hers}/{path}", on="/my", **fields).status_code == 404, path


def test_marks_of_a_co_teller_are_shown_and_not_taken_back(session, a, own):
    story, second = a.story(), a.story()
    steward = a.use(Purpose.KEEP).actor
    parties.join(session, steward, story.id, second.person_id, Part.CO_TELLER, a.proof(), "paper")
    parts.mark(session, own(second), story.id, 1, [0], Mark.LEAVE_OUT)
    [one] = parts.parts_of(session, own(story), story.id).marked
    assert not one.mine and one.words == FIRST
    with pytest.raises(NotFound):
        parts.take_back(session, own(story), story.id, one.span)
