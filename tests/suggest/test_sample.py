"""The blind sample: a fair lot, what is ticked is put on, a stop takes it out of every count."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
import sqlalchemy as sa

from storybank.clock import now
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent.rules import Purpose
from storybank.errors import Conflict, NotFound
from storybank.jobs.models import Job
from storybank.stories.rules import Place
from storybank.suggest import models_at_hand, sample_chances, sampling
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.sample_acts import CHANCES
from storybank.suggest.sample_draw import draw
from storybank.suggest.sample_models import SampledPassage

SHORT = "One came. Two came.\n\nThree of them came later on."
LONG = (
    "The first of us said something quite long, which went on and on until it was over at last. "
    "Nobody minded."
)


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def two(a):
    return a.story(SHORT, "Short"), a.story(LONG, "Long")


def words(place, texts):
    return texts[place.story_id].replace("\n\n", "\n")[place.start : place.end]


def learned(session, story, state="ready", **figures):
    """A model that learnt from one story."""
    model = LearnedModel(
        made_at=now(), seed=0, state=state, codebook="Ours 1", codes_hash="0" * 64, pipeline="none",
        code_ids=[], held_back=[], answers=12, figures=figures, seconds=0.5,
    )  # fmt: skip
    session.add(model)
    session.flush()
    session.add(LearnedFrom(model_id=model.id, story_id=story.id, answers=12))
    session.flush()
    return model


class TestDraw:
    def test_every_sentence_is_as_likely_whatever_its_length(self, session, use, two):
        texts = {two[0].id: SHORT, two[1].id: LONG}
        chance = Random(7)
        found = Counter(words(draw(session, use, chance), texts) for _ in range(100))
        assert len(found) == 5
        assert all(8 <= times <= 32 for times in found.values())  # 20 each, give or take 3 sigma

    def test_not_what_one_coded_nor_what_was_drawn_before(self, a, session, use, two):
        coding.apply(session, use, a.place(two[1], "Nobody minded", LONG), [a.code().id])
        drawn = set()
        for _ in range(4):
            one = sampling.begin(session, use)
            drawn.add(one.words)
            sampling.save(session, use, one.id, [])
        assert drawn == {
            "One came.", "Two came.", "Three of them came later on.", LONG.partition(" Nobody")[0],
        }  # fmt: skip
        assert sampling.begin(session, use) is None

    def test_another_person_draws_their_own(self, a, session, use, two):
        other = a.use(Purpose.STUDY)
        mine, theirs = sampling.begin(session, use), sampling.begin(session, other)
        assert mine.id != theirs.id
        with pytest.raises(NotFound):
            sampling.save(session, other, mine.id, [])

    def test_nothing_without_a_yes_to_study(self, a, session, use):
        a.story(SHORT, "Closed", [Purpose.TEACH])
        assert sampling.begin(session, use) is None


class TestSave:
    def test_codes_are_put_on_in_their_name_and_one_undo_takes_both_back(
        self, a, session, use, two
    ):
        one = sampling.begin(session, use)
        assert one.before + one.words + one.after in SHORT + "\n" + LONG
        codes = [a.code("EN-PEER").id, a.code("BA-WHO").id]
        sampling.save(session, use, one.id, codes)
        row = session.get(SampledPassage, one.id)
        assert (row.done_at is not None, row.code_ids) == (True, sorted(codes))
        standing = sa.select(Coding).where(Coding.removed_at.is_(None))
        made = session.scalars(standing).all()
        assert {Place(c.story_id, c.version, c.start, c.end) for c in made} == {one.place}
        assert {c.coder_id for c in made} == {use.actor.account_id}
        with pytest.raises(Conflict):
            sampling.save(session, use, one.id, [])
        a.undo(use)
        session.refresh(row)
        assert (row.done_at, row.code_ids, session.scalars(standing).all()) == (None, [], [])
        assert sampling.current(session, use).id == one.id
        a.redo(use)
        session.refresh(row)
        assert (row.code_ids, len(session.scalars(standing).all())) == (sorted(codes), 2)

    def test_none_of_the_codes_is_an_answer_too(self, a, session, use, two):
        one = sampling.begin(session, use)
        sampling.save(session, use, one.id, [])
        assert sampling.progress(session, use).mine == 1
        a.undo(use)
        assert sampling.progress(session, use).mine == 0

    def test_what_the_machine_says_is_filled_in_by_the_model_of_that_moment(
        self, a, session, use, two, monkeypatch
    ):
        code = a.code().id
        monkeypatch.setattr(
            models_at_hand, "chances", lambda s, u, places: {p: {code: 0.61239} for p in places}
        )
        first = learned(session, two[0])
        one = sampling.begin(session, use)
        sampling.save(session, use, one.id, [code])
        jobs = [job.args for job in session.scalars(sa.select(Job).where(Job.name == CHANCES))]
        sample_chances.fill(session, jobs)
        row = session.get(SampledPassage, one.id)
        assert (row.model_id, row.chances) == (first.id, {str(code): 0.6124})
        two_ = sampling.begin(session, use)
        sampling.save(session, use, two_.id, [])
        learned(session, two[0])  # by now another, which may have learnt from this answer
        sample_chances.fill(session, [{"sample_id": two_.id}])
        row = session.get(SampledPassage, two_.id)
        assert (row.model_id, row.chances) == (None, {})


class TestSkip:
    def test_it_is_counted_comes_back_and_can_be_undone(self, a, session, use):
        a.story(" ".join(f"Somebody said this {n} times." for n in range(12)), "Long")
        one = sampling.begin(session, use)
        sampling.skip(session, use, one.id)
        for _ in range(sampling.LATER):
            other = sampling.begin(session, use)
            assert other.id != one.id
            sampling.save(session, use, other.id, [])
        found = sampling.progress(session, use)
        assert (found.mine, found.skipped, found.put_off) == (5, 1, 1)
        assert sampling.begin(session, use).id == one.id
        sampling.skip(session, use, one.id)
        assert sampling.begin(session, use).id != one.id
        a.undo(use)
        assert sampling.current(session, use).id == one.id

    def test_what_was_put_off_is_shown_where_nothing_else_is_left(self, a, session, use):
        a.story("Only this one.", "Short")
        one = sampling.begin(session, use)
        sampling.skip(session, use, one.id)
        assert sampling.current(session, use) is None
        assert sampling.begin(session, use).id == one.id


def test_a_stop_takes_them_out_of_every_count_at_its_commit(a, session, use, two):
    done = []
    for _ in range(5):
        one = sampling.begin(session, use)
        sampling.save(session, use, one.id, [])
        done.append(one.place.story_id)
    assert sampling.progress(session, use).everybody == 5
    a.stop(two[0])
    assert sampling.progress(session, use).everybody == done.count(two[1].id) == 2
