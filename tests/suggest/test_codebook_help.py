"""Hints for the codebook: their evidence by hand, three tellers at least, no word of a closed
story, nothing for a blind coder; put aside for all and brought back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storybank.agreement import service as rounds
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.codebook.models import Cue
from storybank.coding import service as coding
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.suggest import (
    evidence,
    help_aside,
    help_confusions,
    help_cues,
    help_passages,
    help_words,
)
from storybank.suggest.help_aside import CUE, PASSAGE, WORDS
from storybank.suggest.help_models import PutAside
from storybank.suggest.help_words import grams
from storybank.suggest.models import CHANGED, CONFIRMED, DECLINED, Suggestion
from storybank.suggest.sample_models import FirstPass, SampledPassage

KITCHEN = "We sat round the kitchen table and talked. The rain fell all day long."
DESK = "They sent a form to fill in. The rain fell all day long."


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


def whole(story, text, start=0, end=None):
    return Place(story.id, story.current_version, start, len(text) if end is None else end)


def answered(session, story, by, code, at, answer, cues=()):
    row = Suggestion(
        story_id=story.id, version=1, start=at, end=at + 5, code_id=code, because=[],
        cue_ids=list(cues), check_meaning=False, score=1.0, made_by="test", made_at=now(),
        answer=answer, answered_by=by.actor.account_id, answered_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def said(session, use, ends=None):
    return evidence.answers(session, use, ends or {}, cues=True)


def sampled(session, story, by, start, end, codes=()):
    session.add(SampledPassage(
        account_id=by.actor.account_id, story_id=story.id, version=1, start=start, end=end,
        drawn_at=now(), done_at=now(), code_ids=list(codes), chances={},
    ))  # fmt: skip
    session.flush()


class TestCues:
    def test_one_that_misleads_with_its_evidence(self, a, session, use):
        bad, good = session.scalars(
            sa.select(Cue).where(Cue.code_id == a.code().id, Cue.kind == "cue").limit(2)
        )
        for n in range(12):
            story = a.story(KITCHEN, f"Story {n}")
            answer = CONFIRMED if n < 2 else DECLINED
            answered(session, story, use, a.code().id, 0, answer, [bad.id])
            both = [good.id, bad.id] if n == 0 else [good.id]
            answered(session, story, use, a.code().id, 9, CONFIRMED, both)
        found = [
            (one.id, one.share.right, one.share.of, one.misleads)
            for one in help_cues.cues(session, said(session, use), {})
        ]
        # 3 of 13: the upper end of the interval is still above a half.
        assert found == [(bad.id, 3, 13, False), (good.id, 12, 12, False)]
        for n in range(6):
            story = a.story(KITCHEN, f"More {n}")
            answered(session, story, use, a.code().id, 0, DECLINED, [bad.id])
        assert help_cues.cues(session, said(session, use), {})[0].misleads  # 3 of 19


class TestConfused:
    def test_codes_put_on_for_others(self, a, session, use):
        peer, ally, who = (a.code(key).id for key in ("EN-PEER", "EN-ALLY", "BA-WHO"))
        for n in range(4):
            story = a.story(KITCHEN, f"Story {n}")
            row = answered(session, story, use, peer, 0, CHANGED)
            put = [ally, who] if n == 0 else [ally]
            coding.apply(session, use, whole(story, KITCHEN), put, suggestion_id=row.id)
            answered(session, story, use, peer, 9, CONFIRMED)
        [one] = help_confusions.confused(session, said(session, use), {})
        assert (one.suggested, one.put_on, one.times, one.of) == (peer, ally, 4, 8)
        # Once one was merged into the other they are confused no more.
        merged = {ally: peer}
        assert help_confusions.confused(session, said(session, use, merged), merged) == []

    def test_merges_and_splits(self, a, session, use):
        cards = codebook.codes_by_id(session)
        peer, ally, who, torn = (
            a.code(key).id for key in ("EN-PEER", "EN-ALLY", "BA-WHO", "VA-SERVICE")
        )
        other = a.use(Purpose.STUDY)
        stories = [a.story(KITCHEN, f"Story {n}") for n in range(20)]
        for n, story in enumerate(stories):
            coding.apply(session, use, whole(story, KITCHEN), [torn, peer if n < 10 else who])
            if n < 5:
                coding.apply(session, other, whole(story, KITCHEN), [ally])
        found = help_confusions.company(session, use, {}, cards)
        [alike] = [one for one in found.alike if one.rarer == ally and one.other == peer]
        assert (alike.together, alike.of, alike.by_different) == (5, 5, 5)
        [one] = found.torn
        assert (one.code, {one.first, one.second}, one.of) == (torn, {peer, who}, 20)
        assert (one.with_first, one.with_second, one.both) == (10, 10, 0)


class TestPassages:
    def test_drawn_and_empty_or_bare_in_a_story_read_to_the_end(self, a, session, use):
        long = "Nobody here can say what this is about, and yet it matters. " * 4
        text = f"{KITCHEN}\n\n{long.strip()}"
        story = a.story(text, "One")
        coding.apply(session, use, whole(story, text, 43, 70), [a.code().id])
        assert help_passages.bare(session, use, [], ()) == []
        session.add(FirstPass(account_id=use.actor.account_id, story_id=story.id, done_at=now()))
        sampled(session, story, use, 0, 42)
        sampled(session, story, use, 3, 9)  # too short to say anything
        sampled(session, story, use, 43, 70, [a.code().id])
        samples = evidence.samples(session, use, {})
        first, second = help_passages.bare(session, use, samples, ())
        assert (first.excerpt.words, first.by_lot) == (KITCHEN[:42], True)
        assert (second.excerpt.words, second.by_lot) == (long.strip(), False)
        left = help_passages.bare(session, use, samples, {(PASSAGE, first.key)})
        assert [one.key for one in left] == [second.key]
        other = a.use(Purpose.STUDY)
        rounds.give(session, use, "Blind", "", True, [other.actor.account_id], [story.id])
        seen = evidence.samples(session, other, {})
        assert help_passages.bare(session, other, seen, ()) == []
        a.stop(story, Purpose.STUDY)
        assert help_passages.bare(session, use, samples, ()) == []


class TestWords:
    @pytest.fixture
    def told(self, a, session, use):
        """Three tellers at a kitchen table, under one code; four with a form, under another."""
        stories = [a.story(KITCHEN, f"Kitchen {n}") for n in range(3)]
        for story in stories:
            coding.apply(session, use, whole(story, KITCHEN), [a.code("EN-PEER").id])
        for n in range(4):
            story = a.story(DESK, f"Form {n}")
            coding.apply(session, use, whole(story, DESK), [a.code("BA-WHO").id])
        return stories

    def words(self, session, use, code, known=(), aside=()):
        found, _ = help_words.phrases(session, use, [code.id], known, aside)
        return {one.words: one for one in found}

    def test_common_to_three_tellers_and_rare_elsewhere(self, a, session, use, told):
        found = self.words(session, use, a.code("EN-PEER"))
        one = found["kitchen table"]
        assert (one.share.right, one.share.of, one.tellers) == (3, 3, 3)
        assert not any("rain" in words for words in found)
        assert "kitchen table" not in self.words(session, use, a.code("EN-PEER"), ["Kitchen table"])

    def test_two_tellers_are_too_few_and_a_stop_is_true_at_once(self, a, session, use, told):
        a.stop(told[0], Purpose.STUDY)
        assert self.words(session, use, a.code("EN-PEER")) == {}

    def test_one_teller_with_three_stories_is_one(self, a, session, use):
        first = a.story(KITCHEN, "One")
        for story in (
            first,
            *(a.story(KITCHEN, "More", person_id=first.person_id) for _ in range(3)),
        ):
            coding.apply(session, use, whole(story, KITCHEN), [a.code("EN-PEER").id])
        assert self.words(session, use, a.code("EN-PEER")) == {}

    def test_nothing_for_who_is_still_to_code_blind(self, a, session, use, told):
        other = a.use(Purpose.STUDY)
        assert "kitchen table" in self.words(session, other, a.code("EN-PEER"))
        account = other.actor.account_id
        rounds.give(session, use, "Blind", "", True, [account], [told[0].id])
        assert self.words(session, other, a.code("EN-PEER")) == {}

    def test_put_aside_without_a_word_in_the_database(self, a, session, use, told):
        one = self.words(session, use, a.code("EN-PEER"))["kitchen table"]
        assert help_aside.put_aside(session, use, WORDS, one.mark)
        row = session.scalars(sa.select(PutAside)).one()
        assert "kitchen" not in row.key
        aside = help_aside.aside(session)
        assert "kitchen table" not in self.words(session, use, a.code("EN-PEER"), aside=aside)

    def test_grams_stay_within_a_clause(self):
        found = set(grams("We had tea, and Carers' group met. It was the kitchen table."))
        assert {"tea", "carers' group", "kitchen table", "group met"} & found == {
            "tea", "kitchen table", "group met"
        }  # fmt: skip
        assert not any("tea carers" in one for one in found)


class TestAside:
    def test_for_everybody_and_undone(self, a, session, use):
        assert help_aside.put_aside(session, use, CUE, "12")
        assert not help_aside.put_aside(session, a.use(Purpose.STUDY), CUE, "12")
        assert help_aside.aside(session) == {(CUE, "12")}
        a.undo(use)
        assert help_aside.aside(session) == set()
        a.redo(use)
        assert help_aside.aside(session) == {(CUE, "12")}
        assert help_aside.bring_back(session, use, CUE, "12")
        assert help_aside.aside(session) == set()
        a.undo(use)
        assert help_aside.aside(session) == {(CUE, "12")}

    @pytest.mark.parametrize("hint", [("other", "1"), (CUE, ""), (CUE, "x" * 9), (CUE, "1" * 81)])
    def test_what_is_no_hint(self, session, use, hint):
        with pytest.raises(BadInput):
            help_aside.put_aside(session, use, *hint)
