"""The rule in SQL, the rule that explains, and a naive third: one answer, on random histories.

``STORYBANK_HISTORIES=20000`` tries that many instead of the usual 400.
"""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa
from consent.histories import Stage, contexts, histories, meanings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storybank.consent import standing
from storybank.consent.purposes import Purpose
from storybank.consent.standing_models import STANDINGS

BATCH = 40
USUAL = {"sqlite": 400, "postgresql": 80}


@pytest.fixture
def stage(a) -> Stage:
    return Stage(a, BATCH)


def rows(session) -> list[list[str]]:
    return [
        sorted(map(repr, session.execute(sa.select(*table.__table__.columns)).all()))
        for table in STANDINGS
    ]


@pytest.mark.slow
def test_three_rules_give_one_answer_and_standings_dropped_are_rebuilt_the_same(stage):
    usual = USUAL[stage.session.get_bind().dialect.name]
    wanted = int(os.environ.get("STORYBANK_HISTORIES", usual))
    tally: dict[str, int] = {}

    @settings(
        max_examples=max(1, wanted // BATCH),
        deadline=None,
        derandomize="STORYBANK_HISTORIES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(
        batch=st.lists(histories, min_size=BATCH, max_size=BATCH),
        meaning=meanings,
        asked=st.lists(contexts, min_size=2, max_size=2),
    )
    def agree(batch, meaning, asked):
        with stage.session.begin_nested() as savepoint:
            told = stage.play(batch, meaning)
            stage.read_states()
            found = []
            for context in asked:
                for purpose in Purpose:
                    found += stage.differences(told, purpose, context, tally)
            asked_for = sorted({one for story in told for one in story.asked}, key=str)
            for purpose, context in asked_for[:: len(asked_for) // 12 + 1]:
                found += stage.differences(told, purpose, context, tally)
            assert not found, found[0]
            before = rows(stage.session)
            standing.rebuild(stage.session)
            assert rows(stage.session) == before
            savepoint.rollback()

    agree()
    print(tally)
    assert min(tally[answer] for answer in ("allow", "ask", "deny")) > wanted / 4, tally
