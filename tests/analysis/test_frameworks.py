"""Framework matrices: made, changed, written into by two at once, undone, and gone with a story."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storybank.analysis import erasing, frameworks
from storybank.analysis.frameworks import EMPTY, seal_of
from storybank.analysis.models import FrameworkSummary
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.rules import Counting, Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.people.rules import MACHINE, Role
from storybank.portal import erasing as portal
from storybank.rights.story_parts import story_part
from storybank.stories import reading
from storybank.stories.models import Story


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def stories(a, session, use):
    """Two stories with a code, one with another, one that may not be studied."""
    found = [a.story(), a.story(), a.story(), a.story(consented_to=[])]
    for story, key in zip(found, ("EN-PEER", "EN-PEER", "VA-NEXT", "EN-PEER"), strict=True):
        session.add(
            Coding(
                story_id=story.id, version=1, start=0, end=9, code_id=a.code(key).id,
                coder_id=use.actor.account_id, made_at=now(),
            )
        )  # fmt: skip
    session.flush()
    return [story.id for story in found]


@pytest.fixture
def card(a, session, use, stories):
    codes = [a.code("BA-COST").id, a.code("EN-PEER").id]
    made = frameworks.make(session, use, "  Who  stood by ", codes, "")
    return frameworks.framework(session, made.id)


def body(session, use, card, story, code) -> str:
    return frameworks.cell(session, use, card, story, code).body


class TestMatrix:
    def test_it_has_the_stories_with_one_of_its_codes_that_the_use_allows(
        self, session, use, card, stories
    ):
        assert card.name == "Who stood by"
        assert frameworks.story_ids(session, use, card) == stories[:2]
        assert frameworks.coded(session, use, card, stories) == {
            (story, card.code_ids[0]): 1 for story in stories[:2]
        }

    def test_a_question_chooses_other_stories(self, session, use, card, stories):
        frameworks.change(session, use, card.id, card.name, card.code_ids, "code:VA-NEXT")
        changed = frameworks.framework(session, card.id)
        assert frameworks.story_ids(session, use, changed) == stories[2:3]

    def test_codes_stand_in_the_order_of_the_codebook(self, a, card):
        assert card.code_ids == (a.code("EN-PEER").id, a.code("BA-COST").id)

    @pytest.mark.parametrize(
        ("name", "codes", "line"),
        [("", [1], ""), ("x" * 201, [1], ""), ("A", [], ""), ("A", [99999], ""),
         ("A", list(range(1, 22)), ""), ("A", [1], "code:")],
    )  # fmt: skip
    def test_what_cannot_be_used_is_refused_with_a_sentence(self, session, use, name, codes, line):
        with pytest.raises(BadInput):
            frameworks.make(session, use, name, codes, line)

    def test_making_changing_and_taking_away_are_undone_and_done_again(self, a, session, use, card):
        frameworks.change(session, use, card.id, "Another name", card.code_ids[:1], "")
        frameworks.remove(session, use, card.id)
        assert frameworks.frameworks(session) == []
        a.undo(use)
        assert frameworks.framework(session, card.id).name == "Another name"
        a.undo(use)
        assert frameworks.framework(session, card.id) == card
        a.undo(use)
        assert frameworks.frameworks(session) == []
        for _ in range(3):
            a.redo(use)
        with pytest.raises(NotFound):
            frameworks.framework(session, card.id)


class TestCell:
    def test_a_summary_is_written_changed_and_emptied(self, session, use, card, stories):
        at = (card, stories[0], card.code_ids[0])
        frameworks.write(session, use, *at, " First\r\nwords ", EMPTY.seal)
        assert body(session, use, *at) == "First\nwords"
        frameworks.write(session, use, *at, "", seal_of("First\nwords"))
        assert frameworks.cell(session, use, *at) == EMPTY

    def test_the_second_of_two_is_told_and_nothing_is_lost(self, a, session, use, card, stories):
        other, at = a.use(Purpose.STUDY), (card, stories[0], card.code_ids[0])
        opened = frameworks.cell(session, use, *at).seal
        frameworks.write(session, other, *at, "Theirs", opened)
        with pytest.raises(Conflict):
            frameworks.write(session, use, *at, "Mine", opened)
        assert body(session, use, *at) == "Theirs"

    def test_undo_changes_only_what_still_stands(self, a, session, use, card, stories):
        other, at = a.use(Purpose.STUDY), (card, stories[0], card.code_ids[0])
        frameworks.write(session, use, *at, "Mine", EMPTY.seal)
        a.undo(use)
        assert frameworks.cell(session, use, *at) == EMPTY
        a.redo(use)
        assert body(session, use, *at) == "Mine"
        frameworks.write(session, other, *at, "Theirs", seal_of("Mine"))
        assert "stays" in a.undo(use).sentence
        assert body(session, use, *at) == "Theirs"
        a.undo(other)
        assert body(session, use, *at) == "Mine"

    def test_a_story_that_is_not_allowed_has_no_cells(self, a, session, use, card, stories):
        at = (card, stories[0], card.code_ids[0])
        frameworks.write(session, use, *at, "Mine", EMPTY.seal)
        a.stop(session.get(Story, stories[0]), Purpose.STUDY)
        assert frameworks.story_ids(session, use, card) == stories[1:2]
        assert frameworks.cells(session, use, card, stories) == {}
        for refused in (
            lambda: frameworks.cell(session, use, *at),
            lambda: frameworks.write(session, use, *at, "More", seal_of("Mine")),
        ):
            with pytest.raises(NotFound):
                refused()

    def test_who_codes_a_story_blind_does_not_see_what_was_made_of_it(
        self, a, session, use, card, stories
    ):
        other, at = a.use(Purpose.STUDY), (card, stories[0], card.code_ids[0])
        frameworks.write(session, other, *at, "Theirs", EMPTY.seal)
        work = CodingRound(name="B", blind=True, made_by=other.actor.account_id, made_at=now())
        session.add(work)
        session.flush()
        session.add(
            Assignment(
                round_id=work.id, story_id=stories[0], account_id=use.actor.account_id,
                given_at=now(),
            )
        )  # fmt: skip
        session.flush()
        assert stories[0] not in frameworks.story_ids(session, use, card)
        assert frameworks.cells(session, use, card, stories) == {}
        with pytest.raises(NotFound):
            frameworks.cell(session, use, *at)

    def test_too_long_and_no_such_code_are_refused(self, session, use, card, stories):
        with pytest.raises(BadInput):
            frameworks.write(session, use, card, stories[0], card.code_ids[0], "x" * 5001, "")
        with pytest.raises(NotFound):
            frameworks.cell(session, use, card, stories[0], 99999)

    def test_the_storyteller_gets_what_was_written(self, a, session, use, card, stories):
        frameworks.write(session, use, card, stories[0], card.code_ids[0], "Mine", EMPTY.seal)
        story = session.get(Story, stories[0])
        teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
        own = Use.claim(teller, Purpose.OWN, now())
        part = story_part(session, own, reading.story(session, own, story.id))
        assert [one["summary"] for one in part.data["summaries"]] == ["Mine"]
        told = {section.heading: section.lines for section in part.sections}
        assert told["How our researchers sum it up"] == ("People like me at my side: Mine",)

    def test_summaries_go_when_the_story_is_deleted(self, a, session, use, card, stories):
        for story in stories[:2]:
            frameworks.write(session, use, card, story, card.code_ids[0], "Mine", EMPTY.seal)
        story = session.get(Story, stories[0])
        assert [one.body for one in frameworks.held(session, story.id)] == ["Mine"]
        portal.erase(session, MACHINE, story.id, story.person_id, "phone", counting=Counting.OUT)
        erasing.erase(session, story.id)
        assert list(session.scalars(sa.select(FrameworkSummary.story_id))) == [stories[1]]
        a.undo(use)
        assert list(session.scalars(sa.select(FrameworkSummary.story_id))) == []
