"""Figures against ones reckoned by hand; what may be counted; small numbers; pages and files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storybank.agreement import service as rounds
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.rules import Purpose
from storybank.stories.rules import Place
from storybank.suggest import evidence, figure_tables, influence, learning_curve, reliability
from storybank.suggest.evidence import Answer, Sample
from storybank.suggest.figures import figures
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.models import CHANGED, CONFIRMED, DECLINED, Suggestion
from storybank.suggest.sample_models import FirstPass, SampledPassage
from storybank.suggest.shares import Share, design_effect, of_stories, share, wilson

TEXT = "The first one came. The second one stayed. The third one left. The fourth one sang."
SENTENCES = ((0, 19), (20, 42), (43, 62), (63, 83))


class TestShares:
    def test_wilson_as_in_the_books(self):
        # Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29.
        cases = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605),
                 (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}  # fmt: skip
        for given, found in cases.items():
            assert wilson(*given) == pytest.approx(found, abs=5e-5)

    def test_words(self):
        assert share(81, 120).words == "about 7 in 10 (between 6 and 8)"
        assert share(3, 4).words == "too few to say: 4 answers"
        assert share(1, 1).words == "too few to say: 1 answer"
        assert share(0, 40).words == "none of them (between 0 and 1)"
        assert share(99, 100).words == "more than 9 in 10 (between 9 and 10)"
        assert Share(1, 4).cells == (1, 4, None, None, None)

    def test_answers_of_one_story_are_alike(self):
        # Two stories, all right in one and none in the other: ten answers say no more than two.
        # p = .5; between = (5-2.5)^2 * 2 = 12.5, times 2/1 = 25; over 10 * .25 = 2.5: 10.
        assert design_effect([(5, 5), (0, 5)]) == pytest.approx(10.0)
        assert of_stories([(5, 5), (0, 5)]).low < 0.06
        assert of_stories([(1, 2), (1, 2)]) == share(2, 4)  # stories that do not differ


def answer(code, right, story=1, chance=None, rank=None, drawn=False, who=1):
    return Answer(0, story, code, who, right, chance, rank, drawn)


def sample(found, chances, story=1, heard=True):
    likely = sorted((c for c, one in chances.items() if one >= 0.25), key=lambda c: -chances[c])
    return Sample(1, story, 1, 0, 9, frozenset(found), chances, tuple(likely[:3]), heard)


class TestCounting:
    def test_precision_and_recall_by_hand(self):
        answers = [answer(1, True), answer(1, True, 2), answer(1, False), answer(2, False)]
        samples = [
            sample({1, 2}, {1: 0.9, 3: 0.5}),  # 1 right, 3 wrong, 2 missed
            sample(set(), {1: 0.2}),  # nothing found, and silent
            sample(set(), {2: 0.7}),  # nothing found, one wrong
            sample({3}, {}, heard=False),
        ]
        found = figures(answers, {(1, 1): 3, (2, 9): 1}, samples)
        every, one = found.every, found.codes[1]
        assert (every.answered.right, every.answered.of) == (2, 4)
        assert (every.found.right, every.found.of) == (2, 6)
        assert (every.drawn.right, every.drawn.of) == (1, 3)
        assert (every.missed.right, every.missed.of) == (1, 2)
        assert (one.answered.right, one.answered.of, one.found.of) == (2, 3, 5)
        assert (found.sentences, found.heard, found.empty, found.quiet) == (4, 3, 2, 1)
        assert sorted(found.codes) == [1, 2, 3]

    def test_finding_in_plain_words(self):
        answers = [answer(1, at < 81, story=at) for at in range(120)]
        found = figures(answers, {}, [])
        assert figure_tables.overall(found) == (
            "Of 120 suggestions people looked at, 81 were right: about 7 in 10 (between 6 and 8)."
        )
        few = figures(answers[:4], {}, [])
        assert figure_tables.overall(few) == (
            "People have answered 4 suggestions: too few to say how often they are right."
        )

    def test_bins_hold_counts_and_keep_what_a_lot_chose_apart(self):
        drawn = [answer(1, at < 7, at, 0.72, 1, drawn=True) for at in range(10)]
        rest = [answer(1, at < 2, at, 0.4, 2) for at in range(10)]
        lot, blind, other = reliability.series(drawn + rest, [sample({1}, {1: 0.95, 2: 0.3})])
        assert [(b.low, b.share.right, b.share.of) for b in lot.bins] == [(0.7, 7, 10)]
        assert [(b.low, b.share.right) for b in blind.bins] == [(0.3, 0), (0.9, 1)]
        assert lot.error == pytest.approx(0.02)
        assert other.error == pytest.approx(0.2)
        assert figure_tables.of_chances([lot, blind, other]) == (
            "They mean what they say: chance and share differ by 2 in 100 on the average "
            "(drawn by lot, 10 answers)."
        )
        ranks = reliability.ranks(drawn + rest)
        assert [(rank, one.right, one.of) for rank, one in ranks] == [(1, 7, 10), (2, 2, 10)]

    def test_what_is_missing_for_a_code(self):
        assert learning_curve.missing({"confirmed": 1, "declined": 0, "shown": 1}) == (
            "People said yes once and no never. That is too little to tell how often it would be "
            "right."
        )
        told = learning_curve.missing(
            {"confirmed": 9, "declined": 20, "shown": 20, "expected": 0.41, "threshold": 0.25}
        )
        assert "about 4 in 10 of its suggestions would be right" in told
        assert "from 6 in 10 on" in told
        from storybank.learning import calibration

        assert learning_curve.WANTED == calibration.WANTED


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


def suggested(session, story, code, at=0, answer=None, by=None, **more):
    start, end = SENTENCES[at]
    row = Suggestion(
        story_id=story.id, version=1, start=start, end=end, code_id=code, because=[], cue_ids=[],
        check_meaning=False, score=1.0, made_by="test", made_at=now(), answer=answer,
        answered_by=by.actor.account_id if by else None, answered_at=now() if answer else None,
        **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def drawn(session, story, by, at, code_ids, model=None, chances=None):
    start, end = SENTENCES[at]
    session.add(SampledPassage(
        account_id=by.actor.account_id, story_id=story.id, version=1, start=start, end=end,
        drawn_at=now(), done_at=now(), code_ids=code_ids, chances=chances or {},
        model_id=model.id if model else None,
    ))  # fmt: skip
    session.flush()


def model(session, story, held_back=(), **figures):
    made = LearnedModel(
        made_at=now(), seed=0, state="ready", codebook="Ours 1", codes_hash="0" * 64,
        pipeline="none", code_ids=[], held_back=list(held_back), answers=40, figures=figures,
        seconds=0.5,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(LearnedFrom(model_id=made.id, story_id=story.id, answers=9))
    session.flush()
    return made


class TestEvidence:
    def test_stops_and_blind_rounds_are_true_at_once(self, a, session, use):
        code = a.code().id
        one, two = a.story(TEXT, "One"), a.story(TEXT, "Two")
        other = a.use(Purpose.STUDY)
        for story in (one, two):
            suggested(session, story, code, 0, CONFIRMED, other, chance=0.8, rank=1, drawn=True)
            suggested(session, story, code, 1, DECLINED, use, chance=0.4, rank=2)
            suggested(session, story, code, 2)
            drawn(session, story, other, 3, [code])
        assert len(evidence.answers(session, use, {})) == 4
        assert len(evidence.samples(session, use, {})) == 2
        work = rounds.give(session, other, "Blind", "", True, [use.actor.account_id], [two.id])
        left = [row.who for row in evidence.answers(session, use, {}) if row.story == two.id]
        assert left == [use.actor.account_id]
        assert len(evidence.samples(session, use, {})) == 1
        assert len(evidence.answers(session, other, {})) == 4
        session.get(CodingRound, work.id).closed_at = now()
        session.flush()
        assert len(evidence.answers(session, use, {})) == 4
        a.stop(one, Purpose.STUDY)
        assert {row.story for row in evidence.answers(session, use, {})} == {two.id}
        assert {row.story for row in evidence.samples(session, use, {})} == {two.id}

    def test_a_change_that_kept_the_code_was_right(self, a, session, use):
        code, another = a.code("EN-PEER").id, a.code("BA-WHO").id
        story = a.story(TEXT, "One")
        kept = suggested(session, story, code, 0, CHANGED, use)
        lost = suggested(session, story, code, 1, CHANGED, use)
        for row, put in ((kept, code), (lost, another)):
            place = Place(story.id, 1, row.start, row.end - 5)
            coding.apply(session, use, place, [put], suggestion_id=row.id)
        assert [one.right for one in evidence.answers(session, use, {})] == [True, False]

    def test_held_back_codes_and_merged_ones(self, a, session, use):
        old, new, held = (a.code(key).id for key in ("EN-PEER", "EN-ALLY", "BA-WHO"))
        story = a.story(TEXT, "One")
        learnt = model(session, story, [held])
        chances = {str(old): 0.6, str(new): 0.3, str(held): 0.9}
        drawn(session, story, use, 0, [old], learnt, chances)
        [one] = evidence.samples(session, use, {old: new})
        assert (one.found, one.suggested, one.chances[new]) == ({new}, (new,), 0.6)

    def test_what_people_put_on_by_hand_after_they_began(self, a, session, use):
        code = a.code().id
        story = a.story(TEXT, "One")
        place = [Place(story.id, 1, *at) for at in SENTENCES]
        coding.apply(session, use, place[0], [code])  # before any suggestion
        suggested(session, story, code, 1, DECLINED, use)
        coding.apply(session, use, place[2], [code])
        coding.apply(session, a.use(Purpose.STUDY), place[3], [code])  # answered nothing
        assert evidence.added(session, use, {}) == {(code, story.id): 1}


def test_the_machine_and_the_coder_by_hand(a, session, use):
    """One person answers four suggestions; two others read the same story without any."""
    code = a.code().id
    story = a.story(TEXT, "One")
    first, second = a.use(Purpose.STUDY), a.use(Purpose.STUDY)
    place = [Place(story.id, 1, *at) for at in SENTENCES]
    # First reads blind: yes to 0 and 1. What they put on later does not count.
    work = CodingRound(name="B", note="", blind=True, made_by=first.actor.account_id, made_at=now())
    session.add(work)
    session.flush()
    mine = Assignment(round_id=work.id, story_id=story.id, account_id=first.actor.account_id,
                      given_at=now())  # fmt: skip
    session.add(mine)
    session.flush()
    coding.apply(session, first, place[0], [code])
    coding.apply(session, first, place[1], [code])
    mine.finished_at = now()
    session.flush()
    later = coding.apply(session, first, place[3], [code])
    later[0].made_at += timedelta(minutes=1)
    # Second says in a first pass: yes to 0 only; and by lot that 3 has it too.
    coding.apply(session, second, place[0], [code])
    session.add(FirstPass(account_id=second.actor.account_id, story_id=story.id, done_at=now()))
    drawn(session, story, second, 3, [code])
    for at, said in enumerate((CONFIRMED, DECLINED, DECLINED, CONFIRMED)):
        suggested(session, story, code, at, said, use)
    beside, apart = influence.compared(session, use, {}, evidence.samples(session, use, {}))
    # With: 1001. First without: 1100. Second without: 1001.
    assert (beside.both, beside.first, beside.second, beside.neither) == (3, 1, 1, 3)
    assert (beside.same.right, beside.same.of, beside.kappa) == (6, 8, 0.5)
    assert (apart.both, apart.first + apart.second, apart.neither) == (1, 2, 1)
    found = {one.name: (one.codings, one.suggested) for one in influence.coders(session, use, [])}
    assert sorted(found.values()) == [(1, 0), (3, 0)]
    assert "as often as people who read without one" in figure_tables.of_compared(beside, apart)


def test_fits_that_learnt_from_a_closed_story_are_left_out(a, session):
    kept, gone = a.story(TEXT, "Kept"), a.story(TEXT, "Gone")
    for story in (gone, kept):
        model(session, story, overall={"shown": 20, "right": 12, "error": 0.04})
    a.stop(gone, Purpose.STUDY)
    fits, left_out = learning_curve.fits(session)
    assert ([(one.share.right, one.share.of) for one in fits], left_out) == ([(12, 20)], 1)
    assert "12" not in figure_tables.of_curve([])


def test_codes_merged_twice_end_in_one(a, session):
    cards = codebook.codes_by_id(session)
    from dataclasses import replace

    first, second, last = list(cards)[:3]
    cards[first] = replace(cards[first], merged_into_id=second)
    cards[second] = replace(cards[second], merged_into_id=last)
    assert evidence.ends_of(cards) == {first: last, second: last}
