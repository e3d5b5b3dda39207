"""Coders who put codes anywhere by chance must score nothing; those who agree in part, that part.

Each unit of the made-up texts is as likely as the next to be coded. (Long stories carry more
codes, whoever codes: where lengths differ, whole stories score a few hundredths by chance.)
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from storybank.agreement.estimates import Measure
from storybank.agreement.figures import agreement
from storybank.agreement.gathering import CodedStory, Mark
from storybank.agreement.units import Kept, Unit

SENTENCE, IN_PARAGRAPH = 60, 4
LENGTH = SENTENCE * IN_PARAGRAPH
SEEDS = range(30)


def world(seed, shared=0.0, stories=24, coders=3, codes=4, paragraphs=None):
    """Stories that coders coded with the same rates; ``shared`` of the first coder's codings
    are the others' too, word for word."""
    chance = random.Random(seed)
    made, sentences = [], {}
    for number in range(1, stories + 1):
        count = paragraphs or chance.randint(6, 14)
        length = count * LENGTH
        blocks = tuple((LENGTH * n, LENGTH * (n + 1)) for n in range(count))
        story = CodedStory(number, 1, tuple(range(1, coders + 1)), Kept(blocks))
        first = [_one(chance, length, codes) for _ in range(count)]
        for coder in story.coders:
            for one in first:
                same = coder == 1 or chance.random() < shared
                code, start, end = one if same else _one(chance, length, codes)
                story.marks.append(Mark(0, coder, code, start, end))
        made.append(story)
        ends = range(0, length, SENTENCE)
        sentences[number] = [(start, start + SENTENCE) for start in ends]
    return made, sentences


def _one(chance, length, codes):
    size = chance.randint(30, 180)
    # Round the end of the text, so that its first and last words are as likely as others.
    start = chance.randrange(-size + 1, length)
    return chance.randint(1, codes), max(0, start), min(length, start + size)


@pytest.fixture(scope="module")
def by_chance():
    """{unit: [figures for each seed]}, all codes together."""
    alike = {Unit.STORY: {"stories": 60, "paragraphs": 5, "codes": 6}}
    return {
        unit: [
            agreement(*_args(world(seed, **alike.get(unit, {})), unit)).overall for seed in SEEDS
        ]
        for unit in Unit
    }


def _args(made, unit):
    stories, sentences = made
    return stories, unit, sentences


@pytest.mark.parametrize("unit", Unit)
class TestCodersByChance:
    def test_score_nothing(self, by_chance, unit):
        for measure in by_chance[unit][0]:
            if measure in (Measure.GWET, Measure.PERCENT):
                continue  # They do not reckon with how rare a code is; the page says so.
            values = [one[measure].value for one in by_chance[unit]]
            assert abs(np.mean(values)) < 0.02, measure

    def test_have_nothing_in_their_interval(self, by_chance, unit):
        head = Measure.ALPHA_U if unit is Unit.CHARACTER else Measure.ALPHA
        holds = [one[head].low <= 0 <= one[head].high for one in by_chance[unit]]
        assert sum(holds) >= 0.85 * len(SEEDS)


@pytest.mark.parametrize("unit", [Unit.CHARACTER, Unit.SENTENCE])
def test_coders_who_share_some_of_their_codings_score_about_that_much(unit):
    found = agreement(*_args(world(5, shared=0.7), unit)).overall[Measure.ALPHA]
    # Two of three pairs are 0.7 alike, the third 0.7 times 0.7.
    assert found.value == pytest.approx((0.7 + 0.7 + 0.49) / 3, abs=0.07)
    assert found.low < (0.7 + 0.7 + 0.49) / 3 < found.high


class TestIntervals:
    def test_are_the_same_each_time(self):
        one, other = (agreement(*_args(world(9), Unit.STORY)).overall for _ in range(2))
        assert one == other

    def test_are_not_given_for_very_few_stories(self):
        found = agreement(*_args(world(9, stories=4), Unit.CHARACTER))
        assert found.overall[Measure.ALPHA_U].value is not None
        assert found.overall[Measure.ALPHA_U].low is None

    def test_hold_one_point_where_all_agree(self):
        found = agreement(*_args(world(9, shared=1), Unit.SENTENCE)).overall[Measure.ALPHA]
        assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))
