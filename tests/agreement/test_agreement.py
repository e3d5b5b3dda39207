"""Figures from the codings of a house: who counts as having coded what, and what is left out."""

from __future__ import annotations

import pytest
from agreement.conftest import a_round, coder, finish, put_on

from storybank.agreement.estimates import Measure
from storybank.agreement.figures import agreement
from storybank.agreement.gathering import Scope, gather
from storybank.agreement.units import Unit, carried, kept
from storybank.codebook.models import Code
from storybank.coding import service as coding
from storybank.consent import passages
from storybank.consent.folding import Span
from storybank.consent.rules import Mark
from storybank.errors import BadInput, NotFound
from storybank.people.rules import MACHINE


def gathered(a, use, made):
    return gather(a.session, use, Scope(made.id))


def of_round(a, use, made, unit=Unit.CHARACTER):
    return agreement(gathered(a, use, made).stories, unit)


class TestWhoCoded:
    def test_is_who_finished_also_without_a_code(self, a, ana, ben, story):
        made = a_round(a, ana, [ana, ben], [story])
        put_on(a, ana, story)
        finish(a, ana, made, story)
        finish(a, ben, made, story)
        [one] = of_round(a, ana, made).codes
        assert one.codings == {ana.actor.account_id: 1, ben.actor.account_id: 0}
        assert one.by[Measure.ALPHA_U].value == pytest.approx(0, abs=0.15)

    def test_is_not_who_is_still_at_it(self, a, ana, ben, story):
        made = a_round(a, ana, [ana, ben], [story])
        put_on(a, ana, story)
        put_on(a, ben, story)
        finish(a, ana, made, story)
        found = gathered(a, ana, made)
        assert (found.stories, found.alone) == ([], 1)
        assert agreement(found.stories, Unit.STORY).overall == {}

    def test_without_a_round_is_who_put_a_code_on(self, a, ana, ben, story):
        both = tuple(sorted((ana.actor.account_id, ben.actor.account_id)))
        alone = a.story()
        for use, one in ((ana, story), (ben, story), (ana, alone)):
            put_on(a, use, one)
        found = gather(a.session, ana, Scope(None, both))
        assert [one.id for one in found.stories] == [story.id]
        assert found.alone == 1
        with pytest.raises(BadInput):
            gather(a.session, ana, Scope(None, both[:1]))
        with pytest.raises(NotFound):
            gather(a.session, ana, Scope(999))


class TestWhatCounts:
    @pytest.fixture
    def both(self, a, ana, ben, story):
        """Both put one code on the same words, and finish."""
        made = a_round(a, ana, [ana, ben], [story])
        for use in (ana, ben):
            put_on(a, use, story)
        for use in (ana, ben):
            finish(a, use, made, story)
        return made

    def test_is_one_where_they_did_the_same(self, a, ana, both):
        for unit in (Unit.CHARACTER, Unit.PASSAGE):
            [one] = of_round(a, ana, both, unit).codes
            assert one.by[Measure.ALPHA].value == 1
            assert one.by[Measure.COHEN].value == 1

    def test_is_not_defined_where_all_carry_it(self, a, ana, both):
        [one] = of_round(a, ana, both, Unit.STORY).codes
        assert one.by[Measure.ALPHA].value is None
        assert one.by[Measure.PERCENT].value == 1

    def test_is_as_it_stood_when_they_finished(self, a, ana, ben, story, both):
        late = put_on(a, ben, story, "manager", "EN-ALLY")
        [card] = [c for c in coding.on_story(a.session, ana, story.id, 1) if c.mine]
        coding.remove(a.session, ana, card.id)
        found = gathered(a, ana, both)
        assert found.late == 2
        assert late.code_id not in {mark.code for mark in found.stories[0].marks}
        assert len(found.stories[0].marks) == 2

    def test_is_what_was_merged_where_it_went(self, a, ana, ben, story, both):
        put_on(a, ana, story, "manager", "EN-ALLY")
        into, old = a.code("VA-SERVICE").id, a.code("EN-PEER").id
        a.session.get(Code, old).merged_into_id = into
        a.session.flush()
        assert {mark.code for mark in gathered(a, ben, both).stories[0].marks} == {into}

    def test_leaves_out_paragraphs_with_a_part_kept_back(self, a, ana, story, both):
        whole = of_round(a, ana, both).units
        start = a.place(story, "Then Olu").start
        passages.mark_passage(
            a.session, MACHINE, story.id, story.person_id, Span(1, start, start + 4),
            Mark.LEAVE_OUT, "phone",
        )  # fmt: skip
        first = of_round(a, ana, both)
        assert 0 < first.units < whole
        assert first.codes[0].by[Measure.ALPHA].value == 1

    def test_leaves_out_what_one_has_still_to_code_blind(self, a, ana, story, both):
        later = a_round(a, ana, [ana], [story])
        found = gathered(a, ana, both)
        assert (found.stories, found.veiled) == ([], 1)
        other = coder(a, "Cleo")
        assert len(gathered(a, other, both).stories) == 1
        finish(a, ana, later, story)
        assert len(gathered(a, ana, both).stories) == 1

    def test_leaves_out_stories_that_were_stopped(self, a, ana, story, both):
        a.stop(story)
        assert gathered(a, ana, both).stories == []


class TestUnits:
    UNITS = ((0, 10), (11, 20), (21, 60))

    @pytest.mark.parametrize(
        ("coded", "units"),
        [
            ((0, 10), {0}),
            ((3, 5), {0}),  # a word codes its sentence
            ((3, 12), {0}),  # a letter of the next one does not
            ((3, 16), {0, 1}),  # half of it does
            ((8, 13), {0}),  # where both hold as much, the first
            ((0, 60), {0, 1, 2}),
            ((30, 34), {2}),
            ((70, 80), set()),
        ],
    )
    def test_carry_a_code_that_stands_mostly_in_them(self, coded, units):
        assert carried(self.UNITS, [coded]) == units

    def test_are_laid_end_to_end_without_what_is_kept_back(self):
        found = kept(self.UNITS, [(12, 13)])
        assert found.paragraphs == ((0, 10), (21, 60))
        assert found.length == 49
        assert found.laid([(5, 31), (12, 15)]) == [(5, 20)]
