"""The SQL rule and the explaining rule give one answer, on random histories."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storybank.consent import service as consent
from storybank.consent import standing
from storybank.consent.permits import permits
from storybank.consent.purposes import CLAIMS
from storybank.consent.rules import EIGHT, Answer, Purpose, Use, explain
from storybank.consent.standing_models import STANDINGS
from storybank.errors import Refused
from storybank.people.rules import MACHINE, Actor, Role
from storybank.stories.models import Story

T0 = datetime(2026, 3, 1, 12)
PLACES = ["Northbridge Clinic", "Harbour View", "Riverside  council"]
moments = st.integers(-3, 8).map(lambda days: T0 + timedelta(days=days))
gives = st.fixed_dictionaries(
    {
        "kind": st.just("give"),
        "answers": st.dictionaries(
            st.sampled_from(EIGHT),
            st.sampled_from([Answer.YES, Answer.YES, Answer.YES, Answer.ASK, Answer.NO]),
        ),
        "until": st.none() | moments,
        "since": st.none() | moments,
        "not_for": st.none() | st.lists(st.sampled_from(PLACES), max_size=2),
    }
)
stops = st.fixed_dictionaries(
    {"kind": st.just("stop"), "uses": st.sets(st.sampled_from(EIGHT), min_size=1, max_size=8)}
)
histories = st.lists(gives | stops, max_size=6)
questions = st.lists(
    st.tuples(st.sampled_from(list(Purpose)), moments, st.sets(st.sampled_from(PLACES))),
    min_size=3,
    max_size=10,
)


def replay(a, history) -> Story:
    """A story with this history, as far as the services let it happen."""
    story = a.story(consented_to=[])
    for happening in history:
        if happening["kind"] == "stop":
            a.stop(story, *happening["uses"])
            continue
        answers = dict(happening["answers"])
        if answers.get(Purpose.KEEP) is Answer.ASK:
            answers[Purpose.KEEP] = Answer.YES
        try:
            with a.session.begin_nested():
                consent.give(
                    a.session, MACHINE, story.id, story.person_id, answers, a.proof(), "paper",
                    until=happening["until"], since=happening["since"],
                    not_for=happening["not_for"],
                )  # fmt: skip
        except Refused:
            continue
    return story


def asker(purpose: Purpose, person_id: int | None) -> Actor:
    role = next(role for role in Role if purpose in CLAIMS.get(role, ()))
    return Actor(1, person_id, frozenset({role}), "somebody")


@pytest.mark.slow
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(history=histories, asked=questions, own=st.booleans())
def test_the_sql_rule_and_the_explaining_rule_agree(a, history, asked, own):
    with a.session.begin_nested() as savepoint:
        story = replay(a, history)
        state = standing.state_of(a.session, story.id)
        assert state is not None
        for purpose, at, audience in asked:
            person_id = story.person_id if own else story.person_id + 1
            use = Use.claim(asker(purpose, person_id), purpose, at, audience)
            by_sql = a.session.scalar(sa.select(permits(use, sa.literal(story.id))))
            assert bool(by_sql) is explain(state, use).allowed, (purpose, at, audience, state)
        savepoint.rollback()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(history=histories)
def test_standings_dropped_and_rebuilt_are_the_same_rows(a, history):
    def rows():
        return [
            sorted(map(repr, a.session.execute(sa.select(*table.__table__.columns)).all()))
            for table in STANDINGS
        ]

    with a.session.begin_nested() as savepoint:
        replay(a, history)
        before = rows()
        standing.rebuild(a.session)
        assert rows() == before
        savepoint.rollback()
