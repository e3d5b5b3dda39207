"""Tries are counted by all nodes together, in the database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError

from storybank.nodes.models import CountedTry
from storybank.nodes.tries import Counts, Tries

pytestmark = pytest.mark.postgres


@pytest.fixture
def limiters(houses):
    """Flask-Limiter's own way of counting, on each machine."""
    tries = [Tries(house.engine) for house in houses]
    return [MovingWindowRateLimiter(Counts(find=lambda one=one: one)) for one in tries]


def test_what_one_node_counted_the_other_counts_on(limiters):
    first, second = limiters
    three = parse("3 per minute")
    assert first.hit(three, "a") and second.hit(three, "a") and first.hit(three, "a")
    assert not second.hit(three, "a") and not first.test(three, "a")
    assert second.test(three, "b") and second.hit(three, "b")
    assert second.get_window_stats(three, "a").remaining == 0


def test_a_try_whose_time_is_over_counts_no_more_and_goes(limiters, houses):
    first, second = limiters
    one = parse("1 per minute")
    assert first.hit(one, "past") and not second.hit(one, "past")
    with houses[0].sessions() as session:
        session.execute(sa.update(CountedTry).values(at=CountedTry.at - 61, until=1.0))
        session.commit()
    assert second.hit(one, "past")
    with houses[0].sessions() as session:
        assert session.scalar(sa.select(sa.func.count(CountedTry.id))) == 1


def test_while_the_database_is_away_nobody_may_try_and_what_was_answered_passes():
    nowhere = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none")
    limiter = MovingWindowRateLimiter(Counts(find=lambda: Tries(nowhere)))
    with pytest.raises(SQLAlchemyError):
        limiter.test(parse("3 per minute"), "a")
    assert limiter.hit(parse("3 per minute"), "a")


def test_in_a_house_of_one_file_they_are_counted_in_memory():
    limiter = MovingWindowRateLimiter(Counts(find=lambda: None))
    assert limiter.hit(parse("1 per minute"), "a") and not limiter.hit(parse("1 per minute"), "a")
