"""What is kept from one search to the next is as true as asking: on random histories, on both
databases, through transactions that are taken back, and beside others who commit."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from consent.histories import SPANS, T0, Context, Stage, contexts, histories, meanings
from factories import Factory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storybank import db
from storybank.clock import now
from storybank.codebook.service import codes_by_id
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent import epoch
from storybank.consent.models import UseStanding
from storybank.consent.rules import EIGHT, Purpose
from storybank.search import census, facets, narrowing
from storybank.search.known import MOST_KEPT, _houses, known
from storybank.search.narrowing import narrowed
from storybank.search.picking import picked
from storybank.search.query import Narrow
from storybank.search.sights import codes_seen
from storybank.search.tallies import Tallies, bits, ids
from storybank.stories import reading
from storybank.stories.allowed_ids import allowed_ids
from storybank.stories.models import StoryAttribute

STORIES = 5
ASKED = (*EIGHT, Purpose.INDEX, Purpose.OWN, *[Purpose.STUDY, Purpose.WORKSHOP, Purpose.TEACH] * 3)


class Work(Stage):
    """A stage on which codes are put on stories meanwhile, and after each act somebody asks."""

    def __init__(self, a, seed: int = 5) -> None:
        super().__init__(a, STORIES)
        self.dice = random.Random(seed)
        self.codes = list(codes_by_id(a.session))[:6]
        self.coders = [one.account_id for one in self.stewards]
        keys = [card.key for card in codes_by_id(a.session).values()]
        self.narrow = [
            [Narrow("code", keys[0])],
            [Narrow("code", keys[1], True)],
            [Narrow("family", "enabler"), Narrow("country", "A,b")],
            [Narrow("country", "c,d,e", True), Narrow("role", "nobody,a")],
            [Narrow("code", f"{keys[2]},{keys[3]}"), Narrow("role", "a,b,c,d")],
        ]
        self.asked: list = []
        self.compared = self.differed = 0
        a.session.add(CodingRound(id=77, name="P", blind=True, made_by=self.coders[0], made_at=T0))
        a.session.flush()

    def _try(self, told, act, at) -> None:
        super()._try(told, act, at)
        if self.asked and self.dice.random() < 0.4:
            steady = self.use(Purpose.STUDY, Context(T0 + timedelta(days=4)))
            self.compare(steady)
            self._work(told.story_id)
            self.compare(steady)
        if self.asked and self.dice.random() < 0.5:
            one = self.dice.choice(self.asked)
            plain = Context(one.at, account=one.account)
            self.compare(self.use(self.dice.choice(ASKED), self.dice.choice((one, plain, plain))))

    def _work(self, story: int) -> None:
        """Somebody codes, takes a code off, is to code blind or has finished, or learns a fact."""
        do, who = self.dice.choice((0, 0, 1, 2, 3, 4, 4, 4)), self.dice.choice(self.coders)
        span = self.dice.choice(SPANS[:4])
        match do:
            case 0 | 1:
                self.session.execute(sa.insert(Coding).values(
                    story_id=story, code_id=self.dice.choice(self.codes), coder_id=who, made_at=T0,
                    version=span.version, start=span.start, end=span.end,
                ))  # fmt: skip
            case 2:
                one = sa.select(sa.func.max(Coding.id)).where(Coding.removed_at.is_(None))
                self.session.execute(
                    sa.update(Coding)
                    .where(Coding.id == one.scalar_subquery())
                    .values(removed_at=T0)
                )
            case 3:
                key = 77, story, who
                there = self.session.get(Assignment, key)
                if there is None:
                    there = Assignment(
                        round_id=77, story_id=story, account_id=who, given_at=T0, finished_at=None
                    )
                    self.session.add(there)
                else:
                    there.finished_at = None if there.finished_at else T0
                self.session.flush()
            case 4:
                name = self.dice.choice(("country", "role"))
                fact = StoryAttribute.story_id == story, StoryAttribute.name == name
                self.session.execute(sa.delete(StoryAttribute).where(*fact))
                self.session.execute(sa.insert(StoryAttribute).values(
                    story_id=story, name=name, value=self.dice.choice("abcdef")
                ))  # fmt: skip

    def compare(self, use) -> None:
        kept, asked = known(self.session, use), reading.permitted_ids(self.session, use)
        assert set(kept.allowed) == asked
        assert list(allowed_ids(self.session, use)) == sorted(asked)
        cards = codes_seen(self.session, use)
        found = np.array(sorted(asked)[self.compared % 2 :], np.int64)
        counted = census.counts(self.session, use, kept, found, cards)
        assert counted == facets.counts(self.session, use, found.tolist(), cards)
        narrow = self.dice.choice(self.narrow)
        wanted = narrowing.meant(self.session, use, narrow, cards)
        there, _ = picked(self.session, use, narrow, cards, kept)
        assert set(there) == set(self.session.scalars(narrowed(self.session, use, wanted)))
        self.compared += 1
        self.differed += bool(asked) + bool(counted)


def test_on_random_histories_it_is_what_the_door_says_now(a):
    stage = Work(a)

    @settings(
        max_examples=6, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
    )  # fmt: skip
    @given(
        batch=st.lists(histories, min_size=STORIES, max_size=STORIES),
        meaning=meanings,
        asked=st.lists(contexts, min_size=3, max_size=3),
    )
    def agree(batch, meaning, asked):
        stage.asked = asked
        with stage.session.begin_nested() as savepoint:
            stage.play(batch, meaning)
            for context in asked:
                stage.compare(stage.use(Purpose.WORKSHOP, context))
            epoch.put_together(stage.session)
            stage.compare(stage.use(Purpose.STUDY, asked[0]))
            savepoint.rollback()
        # What was kept of a transaction that was taken back is of no use to anybody.
        stage.compare(stage.use(Purpose.STUDY, asked[0]))

    agree()
    assert stage.compared > 100
    assert stage.differed > 40


class TestTime:
    def test_a_yes_that_begins_or_runs_out_needs_no_writing(self, a, session):
        day = now().replace(microsecond=0)
        story = a.story(since=day + timedelta(days=1), until=day + timedelta(days=3))
        before = epoch.epoch(session)

        def found(days: float) -> bool:
            return story.id in known(session, a.use(Purpose.STUDY, day + timedelta(days))).allowed

        assert [found(days) for days in (0, 2, 0, 1, 4, 3, 2.9)] == [
            False, True, False, True, False, False, True,
        ]  # fmt: skip
        session.execute(sa.select(UseStanding).limit(1))
        assert epoch.epoch(session) == before


class TestOthers:
    """Two programs on one database: what one commits is true for the other at once."""

    @pytest.fixture
    def made(self, house):
        with db.writing(house.sessions) as session:
            made = Factory(session)
            story, use = made.story(), made.use(Purpose.STUDY)
        return house, story, use

    def test_a_stop_counts_from_its_commit_and_not_before(self, made):
        house, story, use = made
        with house.sessions() as session:
            assert story.id in known(session, use).allowed
        with db.writing(house.sessions) as stopping:
            Factory(stopping).stop(story, Purpose.STUDY)
            assert story.id not in known(stopping, use).allowed
            with house.sessions() as session:
                assert story.id in known(session, use).allowed
        with house.sessions() as session:
            assert story.id not in known(session, use).allowed

    def test_one_that_began_earlier_sees_what_it_saw(self, made):
        house, story, use = made
        with house.sessions() as early:
            assert story.id in known(early, use).allowed
            with db.writing(house.sessions) as stopping:
                Factory(stopping).stop(story, Purpose.STUDY)
            with house.sessions() as later:
                assert story.id not in known(later, use).allowed
            assert story.id in known(early, use).allowed

    def test_no_more_is_kept_than_there_is_room_for(self, made):
        house, story, use = made
        with house.sessions() as session:
            for number in range(MOST_KEPT + 3):
                known(session, use.before([f"Place {number}"]))
            assert len(_houses[house.engine].known) == MOST_KEPT
            assert known(session, use) is known(session, use)


def test_two_acts_at_once_do_not_wait_for_each_other(postgres_engine, carried):
    made = db.make_sessions(postgres_engine, carried)
    with made() as one, made() as other:
        before = epoch.epoch(one)
        for session in (one, other):
            session.execute(sa.text("SET LOCAL lock_timeout = '500ms'"))
        stories = [(session, Factory(session)) for session in (one, other)]
        told = [(session, a, a.story()) for session, a in stories]
        for session, a, story in told:
            a.stop(story, Purpose.STUDY)
            assert epoch.epoch(session) != before
        assert epoch.epoch(one) != epoch.epoch(other)
        one.rollback()
        other.rollback()
        assert epoch.epoch(one) == epoch.epoch(other) == before


class TestTallies:
    def test_counts_and_changes(self):
        made = Tallies.of([(1, "a"), (70, "a"), (3, "b")], 70)
        those = bits(np.array([1, 3, 70]), made.width)
        assert dict(zip(made.things, made.counts(those), strict=True)) == {"a": 2, "b": 1}
        assert made.count_of_any(["a", "b", "zz"], those) == 3
        later = made.changed({1, 200}, [(1, "c"), (200, "a")], 200)
        assert ids(later.any(["a"])).tolist() == [70, 200]
        assert ids(later.any(["c"])).tolist() == [1]
        assert ids(made.any(["a"])).tolist() == [1, 70]

    def test_nothing_at_all(self):
        made = Tallies.of([], 0)
        assert made.counts(bits(np.zeros(0, np.int64), made.width)) == []
        assert ids(made.changed({5}, [(5, "x")], 5).any(["x"])).tolist() == [5]
