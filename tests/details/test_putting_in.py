"""Neutral words in a new version: all else follows, the original is sealed, and put back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from workshops.meeting import Meeting

from storybank import tables
from storybank.clock import now
from storybank.coding import checks
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent import passages
from storybank.consent.models import PartStanding
from storybank.consent.rules import Mark, Purpose, Span, Use
from storybank.consent.standing import state_of
from storybank.details import originals, putting_in, service
from storybank.details.models import Detail, OriginalOpened, ReplacedDetail
from storybank.details.rules import Answer
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.memos import service as memos
from storybank.memos.models import Memo
from storybank.people import rotation
from storybank.people.rules import Role
from storybank.portal import corrections
from storybank.portal.erasing import erase
from storybank.stewardship import corrections as putting_right
from storybank.stories import reading, writing
from storybank.stories.canon import plain
from storybank.stories.mending import Swap, swapped
from storybank.stories.models import StoryVersion
from storybank.stories.rules import MASK, Place
from storybank.stories.words import SealedWords
from storybank.wiring import CARRIERS
from storybank.workshops.models import PackItem

NEUTRAL = (
    "My sister [name 1] rang [organisation 1] on [date]. They asked for [name 1].\n"
    "Her number was [phone number], and [name 1] never gave it out. I sat by her with Tamsin."
)
WHY = "The storyteller rang and asked what was taken out."


@pytest.fixture
def put(checking):
    """``put()``: a story in which every likely detail was replaced."""

    def make(before=lambda one: None, **more):
        one = checking(**more)
        before(one)
        one.answer_all()
        one.new, one.count = putting_in.put_in(one.session, one.steward, one.id, 1, CARRIERS)
        return one

    return make


class TestPutIn:
    def test_the_new_version_says_it_in_other_words_and_is_signed(self, put, a):
        one = put()
        assert (one.new, one.count, one.version) == (2, 6, 2)
        for use in (one.steward, a.use(Purpose.STUDY), a.use(Purpose.REUSE)):
            assert one.text(use) == NEUTRAL
        assert one.page().state.checked and one.page().state.looked
        marks = one.rows(ReplacedDetail)
        assert {one.text()[m.start : m.end] for m in marks} == {
            "[name 1]", "[organisation 1]", "[date]", "[phone number]",
        }  # fmt: skip
        assert {m.version for m in marks} == {2} and {m.was_version for m in marks} == {1}

    def test_no_word_of_it_stays_but_under_seal(self, put):
        one = put()
        body = one.session.scalars(
            select(SealedWords.body).where(SealedWords.story_id == one.id),
            execution_options={"use": one.steward},
        ).one()
        assert b"Edna" not in body
        rows = one.session.execute(
            sa.text("select kind, body from story_words where story_id = :id"), {"id": one.id},
            execution_options={"use": one.steward},
        ).all()  # fmt: skip
        assert not any("Edna" in words or "Rosewood" in words for _, words in rows)
        assert one.session.get_one(StoryVersion, (one.id, 1)).sha256 == ""
        assert not any(row.instead for row in one.rows(Detail))
        assert reading.excerpts(one.session, one.steward, [Place(one.id, 1, 0, 20)]) == []

    def test_what_stands_on_the_words_follows_them_unmarked(self, put, a):
        bren, room = a.use(Purpose.STUDY), Meeting(a)
        quotes = ("Edna Quill rang Rosewood Lodge", "Quill rang", "I sat by her", "Edna")

        def before(one):
            text = one.text()
            for quote in quotes:
                start = text.index(quote)
                place = Place(one.id, 1, start, start + len(quote))
                coding.apply(a.session, bren, place, [a.code().id])
            first = min(one.rows(Coding), key=lambda row: row.id)
            checks.say(a.session, _own(a, one), first.id, checks.Said.YES)
            whole = Place(one.id, 1, 0, text.index("\n"))
            memos.write(a.session, bren, memos.subject(a.session, bren, place=whole), "A", "b")
            assert room.draw(whole)

        one = put(before)
        rows = {
            (one.text()[c.start : c.end], c.to_check) for c in one.rows(Coding)
        }  # fmt: skip
        assert rows == {
            ("[name 1] rang [organisation 1]", False),
            ("[name 1] rang", True),
            ("I sat by her", False),
            ("[name 1]", True),
        }
        assert {c.version for c in one.rows(Coding)} == {2}
        [memo] = one.rows(Memo)
        assert (memo.version, memo.corrected_at) == (2, None)
        assert one.text()[memo.start : memo.end] == NEUTRAL.split("\n")[0]
        [item] = one.rows(PackItem)
        assert (item.version, item.pulled_at) == (2, None)
        [card] = room.look().cards
        assert card.excerpt.words == NEUTRAL.split("\n")[0]
        assert len(checks.said_on_story(a.session, one.id)) == 1

    def test_what_is_kept_back_and_who_must_read_it_go_along(self, put, a):
        def before(one):
            start = one.text().index("I sat by her")
            for first in (start, one.text().index("Rosewood")):
                passages.mark_passage(
                    a.session, one.steward.actor, one.id, one.story.person_id,
                    Span(1, first, first + 12), Mark.ASK_FIRST, "phone",
                )  # fmt: skip
            passages.transcribed(
                a.session, one.steward.actor, one.id, one.story.person_id, 1,
                one.session.get_one(StoryVersion, (one.id, 1)).length, "paper",
            )  # fmt: skip

        one = put(before)
        parts = one.rows(PartStanding)
        teller = one.text(_own(a, one))
        kept = {teller[p.start : p.end] for p in parts if p.version == 2}
        assert kept == {"Rosewood Lod", "I sat by her"}  # nobody here may read it, so it stayed
        assert MASK * 12 in one.text()
        assert state_of(one.session, one.id).unchecked
        length = one.session.get_one(StoryVersion, (one.id, 2)).length
        passages.confirm_read_back(
            a.session, one.steward.actor, one.id, one.story.person_id, 2, length, a.proof(), "phone"
        )
        assert not state_of(one.session, one.id).unchecked

    def test_a_story_nobody_must_read_again_stays_open(self, put):
        one = put()
        assert not state_of(one.session, one.id).unchecked

    def test_only_a_steward_only_when_all_is_answered_only_once(self, checking, a):
        one = checking()
        with pytest.raises(Conflict, match="wait for an answer"):
            putting_in.put_in(one.session, one.steward, one.id, 1, CARRIERS)
        one.answer_all()
        with pytest.raises(Refused):
            putting_in.put_in(one.session, a.use(Purpose.STUDY), one.id, 1, CARRIERS)
        putting_in.put_in(one.session, one.steward, one.id, 1, CARRIERS)
        with pytest.raises(Conflict):
            putting_in.put_in(one.session, one.steward, one.id, 1, CARRIERS)

    def test_a_correction_that_waits_or_comes_after_is_carried(self, put, a):
        def before(one):
            one.row = corrections.ask(
                a.session, _own(a, one), one.id, 1, 3, "I sat with her, and so did Tamsin."
            )

        one = put(before)
        assert one.row.version == 2
        putting_right.accept(one.session, one.steward, one.row.request_id)
        assert one.version == 3
        assert len(one.rows(ReplacedDetail)) == 6
        says = {one.text()[m.start : m.end] for m in one.rows(ReplacedDetail)}
        assert "[phone number]" in says and all(s.startswith("[") for s in says)
        assert one.page().state.checked is None and one.page().state.before


class TestPutBack:
    def test_all_of_it_is_as_it_was_told_and_nothing_is_sealed(self, checking, put):
        told = checking().text()
        one = put()
        assert putting_in.put_back(one.session, one.steward, one.id, 2, CARRIERS, keep=False) == (
            3,
            6,
        )
        assert one.text() == told
        assert not one.rows(ReplacedDetail)
        assert originals.replaced(one.session, one.steward, one.id) == []
        assert one.page().state.checked is None
        with pytest.raises(NotFound):
            reading.original(one.session, one.steward, one.id, 1)

    def test_some_of_it_for_a_storyteller_who_asks(self, put):
        one = put()
        edna = next(s for s in originals.replaced(one.session, one.steward, one.id) if s.count == 3)
        assert edna.said == "[name 1]"
        putting_in.put_back(one.session, one.steward, one.id, 2, CARRIERS, edna.ids, keep=True)
        assert one.text().startswith("My sister Edna Quill rang [organisation 1] on [date].")
        assert one.page().state.checked
        kept = [t for t in one.page().things if t.answer is Answer.KEEP]
        assert [m.words for m in kept[0].mentions] == ["Edna Quill", "Edna", "edna"]
        assert reading.original(one.session, one.steward, one.id, 1).startswith("My sister Edna")
        with pytest.raises(NotFound):
            putting_in.put_back(one.session, one.steward, one.id, 3, CARRIERS, edna.ids, keep=True)

    def test_a_second_round_seals_a_second_version(self, put):
        one = put()
        service.add(one.session, one.steward, one.id, 2, "Tamsin", originals.Kind.PERSON)
        one.answer_all()
        assert one.thing("Tamsin").proposal == "[name 2]"
        assert putting_in.put_in(one.session, one.steward, one.id, 2, CARRIERS) == (3, 1)
        stands = originals.replaced(one.session, one.steward, one.id)
        assert originals.versions(stands) == [1, 2]
        putting_in.put_back(one.session, one.steward, one.id, 3, CARRIERS, keep=True)
        assert "Tamsin" in one.text() and "Edna Quill" in one.text()


class TestOriginal:
    def test_it_opens_for_a_steward_with_a_reason_that_is_written_down(self, put):
        one = put()
        words = originals.open_original(one.session, one.steward, one.id, 1, WHY)
        assert words.startswith("My sister Edna Quill rang Rosewood Lodge")
        [row] = one.rows(OriginalOpened)
        assert (row.account_id, row.reason) == (one.steward.actor.account_id, WHY)
        [opened] = originals.openings(one.session, one.id)
        assert opened.reason == WHY

    def test_nobody_else_nor_without_a_reason_nor_after_a_stop(self, put, a):
        one = put()
        with pytest.raises(Refused):
            originals.open_original(one.session, a.use(Purpose.STUDY), one.id, 1, WHY)
        for reason in ("", "because", "x" * 501):
            with pytest.raises(BadInput):
                originals.open_original(one.session, one.steward, one.id, 1, reason)
        with pytest.raises(NotFound):
            originals.open_original(one.session, one.steward, one.id, 2, WHY)
        a.stop(one.story)
        with pytest.raises((NotFound, Refused)):
            originals.open_original(one.session, one.steward, one.id, 1, WHY)
        assert not one.rows(OriginalOpened)

    def test_a_part_kept_back_is_masked_in_it(self, put, a):
        def before(one):
            passages.mark_passage(
                a.session, one.steward.actor, one.id, one.story.person_id, Span(1, 0, 9),
                Mark.LEAVE_OUT, "phone",
            )  # fmt: skip

        one = put(before)
        assert not originals.open_original(one.session, one.steward, one.id, 1, WHY).startswith(
            "My"
        )

    def test_a_change_of_keys_reaches_it(self):
        names = [table.name for table in rotation.sealed_tables(tables.metadata)]
        assert "sealed_original" in names

    def test_it_is_erased_with_the_story(self, put, a):
        one = put()
        originals.open_original(one.session, one.steward, one.id, 1, WHY)
        erase(one.session, a.use(Purpose.KEEP).actor, one.id, one.story.person_id, "phone")
        for table in (Detail, ReplacedDetail, OriginalOpened):
            assert not one.rows(table)
        left = one.session.scalars(
            select(SealedWords.ref).where(SealedWords.story_id == one.id),
            execution_options={"use": one.steward},
        ).all()
        assert left == []


class TestSwaps:
    def test_places_follow_several_swaps_at_once(self):
        canon = plain("one two three\n\nfour five six")
        swaps = [Swap(4, 7, "TWO!"), Swap(14, 18, "4")]
        new, edit = swapped(canon, swaps)
        assert new.text == "one TWO! three\n4 five six"
        assert [new.text[b.start : b.end] for b in new.blocks] == ["one TWO! three", "4 five six"]
        old = canon.text
        for start in range(len(old)):
            for end in range(start + 1, len(old) + 1):
                there = edit.moved(start, end)
                cut = any(s.start < start < s.end or s.start < end < s.end for s in swaps)
                assert (there is None) == cut
                if there:
                    said = old[start:end]
                    for swap in swaps:
                        if start <= swap.start and swap.end <= end:
                            said = said.replace(old[swap.start : swap.end], swap.words)
                    assert new.text[there[0] : there[1]] == said
                first, last = edit.widened(start, end)
                assert 0 <= first < last <= len(new.text)
        assert [new.text[s:e] for s, e in edit.places()] == ["TWO!", "4"]

    @pytest.mark.parametrize(
        "swaps",
        [[], [Swap(2, 16, "x")], [Swap(0, 3, "a"), Swap(2, 5, "b")], [Swap(0, 3, "a\nb")],
         [Swap(0, 3, "")], [Swap(5, 900, "x")], [Swap(3, 3, "x")], [Swap(4, 7, "a\tb")]],
    )  # fmt: skip
    def test_what_cannot_be_swapped_is_told(self, swaps):
        with pytest.raises(BadInput):
            swapped(plain("one two three\n\nfour five six"), swaps)

    def test_a_title_can_be_changed_by_a_steward(self, checking, a):
        one = checking()
        writing.retitle(one.session, one.steward, one.id, "  Another   title ")
        assert one.page().story.title == "Another title"
        with pytest.raises(BadInput):
            writing.retitle(one.session, one.steward, one.id, " ")
        with pytest.raises(Refused):
            writing.retitle(one.session, a.use(Purpose.STUDY), one.id, "Mine")


def _own(a, one):
    actor = a.actor(Role.STORYTELLER, person_id=one.story.person_id)
    return Use.claim(actor, Purpose.OWN, now())
