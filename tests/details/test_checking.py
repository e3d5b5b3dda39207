"""Answers, what is added by hand, signing, and what a stop takes away."""

from __future__ import annotations

import pytest
from details.conftest import Checking
from sqlalchemy import select

from storybank.consent import passages
from storybank.consent.rules import Mark, NameStyle, Purpose, Span
from storybank.details import leaving, looking, reading, service
from storybank.details.derivative import LikelyDetails
from storybank.details.models import Detail, DetailsCheck
from storybank.details.rules import Answer, Kind, Tier
from storybank.errors import BadInput, Conflict, NotFound
from storybank.jobs.models import Job
from storybank.stories.rules import Place

LIKELY = ["Edna Quill", "Rosewood Lodge", "3 May 2019", "07700 900461"]


class TestLook:
    def test_it_keeps_places_and_kinds_and_no_word(self, checking):
        one = checking()
        assert [thing.words for thing in one.page().of(Tier.LIKELY)] == LIKELY
        assert [thing.words for thing in one.page().of(Tier.POSSIBLE)] == ["Tamsin"]
        kept = " ".join(str(vars(row)) for row in one.rows(Detail))
        assert not any(word in kept for word in ("Edna", "Rosewood", "07700", "Tamsin"))

    def test_each_name_has_its_number_all_through_the_story(self, checking):
        one = checking()
        edna = one.thing("Edna Quill")
        assert [m.words for m in edna.mentions] == ["Edna Quill", "Edna"]
        assert edna.proposal == "[name 1]"
        assert one.thing("Rosewood Lodge").proposal == "[organisation 1]"

    def test_to_look_again_keeps_answers(self, checking):
        one = checking()
        ids = one.ids("3 May 2019")
        service.answer(one.session, one.steward, one.id, 1, ids, Answer.KEEP)
        one.look()
        assert one.thing("3 May 2019").answer is Answer.KEEP
        assert [thing.words for thing in one.page().of(Tier.LIKELY)] == LIKELY

    def test_it_is_asked_for_once_and_only_by_who_may_read(self, a):
        story, stopped = a.story(), a.story(consented_to=[])
        a.stop(stopped)
        use = a.use(Purpose.STUDY)
        assert looking.ask(a.session, use, [story.id, stopped.id]) == 1
        assert looking.ask(a.session, use, [story.id]) == 0
        jobs = a.session.scalars(select(Job).where(Job.name == looking.LOOK)).all()
        assert [job.args for job in jobs] == [{"story_id": story.id}]

    def test_it_sees_nothing_of_what_is_kept_back(self, a):
        one = Checking(a)
        passages.mark_passage(
            a.session, a.use(Purpose.KEEP).actor, one.id, one.story.person_id, Span(1, 0, 22),
            Mark.LEAVE_OUT, "phone",
        )  # fmt: skip
        one.look()
        assert "Edna Quill" not in [thing.words for thing in one.page().things]


class TestAnswer:
    def test_a_detail_once_confirmed_is_proposed_everywhere_in_any_case(self, checking):
        one = checking()
        first = one.thing("Edna Quill").mentions[1]
        assert first.words == "Edna"
        service.answer(
            one.session, one.steward, one.id, 1, [first.id], Answer.REPLACE, "[my sister]"
        )
        thing = one.thing("Edna Quill")
        assert [(m.words, m.answer) for m in thing.mentions] == [
            ("Edna Quill", None), ("Edna", Answer.REPLACE), ("edna", None),
        ]  # fmt: skip
        assert thing.waiting == 2 and thing.proposal == "[my sister]"

    def test_every_answer_can_be_undone_and_done_again(self, checking, a):
        one = checking()
        ids = one.ids("Rosewood Lodge")
        for said in (Answer.REPLACE, Answer.KEEP, Answer.NOT_ONE):
            service.answer(one.session, one.steward, one.id, 1, ids, said, "[a place]")
            a.undo(one.steward)
            assert one.thing("Rosewood Lodge").answer is None
            a.redo(one.steward)
            assert one.thing("Rosewood Lodge").answer is said
            service.answer(one.session, one.steward, one.id, 1, ids, None)

    def test_undo_leaves_what_somebody_else_answered_since(self, checking, a):
        one = checking()
        ids = one.ids("Rosewood Lodge")
        service.answer(one.session, one.steward, one.id, 1, ids, Answer.KEEP)
        other = a.use(Purpose.STUDY)
        service.answer(one.session, other, one.id, 1, ids, Answer.NOT_ONE)
        a.undo(one.steward)
        assert one.thing("Rosewood Lodge").answer is Answer.NOT_ONE

    def test_nothing_to_stand_there_a_changed_story_and_strange_numbers_are_told(self, checking):
        one = checking()
        ids = one.ids("Rosewood Lodge")
        for words in ("", " ", "x" * 61):
            with pytest.raises(BadInput):
                service.answer(one.session, one.steward, one.id, 1, ids, Answer.REPLACE, words)
        with pytest.raises(Conflict):
            service.answer(one.session, one.steward, one.id, 2, ids, Answer.KEEP)
        with pytest.raises(NotFound):
            service.answer(one.session, one.steward, one.id, 1, [999_999], Answer.KEEP)


class TestAdd:
    def test_every_place_of_the_words_is_added_and_can_be_undone(self, checking, a):
        one = checking()
        thing, count = service.add(one.session, one.steward, one.id, 1, "I  sat by her", Kind.OTHER)
        assert (count, one.thing("I sat by her").number) == (1, thing)
        a.undo(one.steward)
        assert "I sat by her" not in [t.words for t in one.page().things]
        a.redo(one.steward)
        assert one.thing("I sat by her").mentions[0].by_hand

    def test_what_the_house_thought_less_likely_becomes_likely(self, checking):
        one = checking()
        assert service.add(one.session, one.steward, one.id, 1, "Tamsin", Kind.PERSON)[1] == 0
        assert (one.thing("Tamsin").tier, one.thing("Tamsin").kind) == (Tier.LIKELY, Kind.PERSON)

    @pytest.mark.parametrize("words", ["", "x", "nowhere in it", "\u2592\u2592", "y" * 300])
    def test_words_that_are_not_there_are_told(self, checking, words):
        one = checking()
        with pytest.raises(BadInput):
            service.add(one.session, one.steward, one.id, 1, words, Kind.OTHER)


class TestSign:
    def test_every_likely_detail_needs_an_answer_first(self, checking, a):
        one = checking()
        with pytest.raises(Conflict, match="5 likely details"):
            service.sign(one.session, one.steward, one.id, 1)
        one.answer_all(**dict.fromkeys(["Edna", "Rosewood", "3", "07700"], Answer.KEEP))
        service.sign(one.session, one.steward, one.id, 1)
        state = one.page().state
        assert state.checked and state.checked_by == one.steward.actor.name
        a.undo(one.steward)
        assert one.page().state.checked is None
        a.redo(one.steward)
        assert one.page().state.checked is not None

    def test_a_researcher_leaves_replacing_to_a_steward(self, checking, a):
        one = checking()
        one.answer_all()
        with pytest.raises(Conflict, match="steward"):
            service.sign(one.session, a.use(Purpose.STUDY), one.id, 1)

    def test_a_name_somebody_chose_to_be_shown_with_is_pointed_out(self, checking):
        one = checking(name="Tamsin Ford", style=NameStyle.REAL)
        assert one.page().keeps_name and one.thing("Tamsin").shown_name
        assert not one.thing("Edna Quill").shown_name


class TestStop:
    def test_a_stop_takes_away_what_waits_and_what_was_to_stand_there(self, checking, a):
        one, keeper = checking(), LikelyDetails()
        service.answer(
            one.session, one.steward, one.id, 1, one.ids("Rosewood Lodge"), Answer.REPLACE, "[x y]"
        )
        assert not [s for s in keeper.strays(one.session) if s[0] == one.id]
        a.stop(one.story)
        assert [s for s in keeper.strays(one.session) if s[0] == one.id]
        keeper.reconcile(one.session, [one.id])
        keeper.reconcile(one.session, [one.id])
        assert not [s for s in keeper.strays(one.session) if s[0] == one.id]
        assert [(row.answer, row.instead) for row in one.rows(Detail)] == [("replace", "")]


class TestLeaving:
    def test_passages_of_unchecked_stories_and_details_in_them_are_counted(self, checking, a):
        one, other = checking(), a.story()
        places = [Place(one.id, 1, 0, 60), Place(one.id, 1, 0, 5), Place(other.id, 1, 0, 9)]
        found = leaving.of_places(one.session, places)
        assert (found.passages, found.unchecked, found.likely) == (3, 3, 3)
        one.answer_all(**dict.fromkeys(["Edna", "Rosewood", "3", "07700"], Answer.KEEP))
        service.sign(one.session, one.steward, one.id, 1)
        found = leaving.of_places(one.session, places)
        assert (found.unchecked, found.stories, found.likely) == (1, (other.id,), 0)

    def test_a_list_says_who_signed_and_what_waits(self, checking, a):
        one = checking()
        listed = {row.story_id: row for row in reading.listed(one.session, one.steward)}
        assert listed[one.id].likely == 5 and listed[one.id].state.looked
        assert not one.rows(DetailsCheck)
