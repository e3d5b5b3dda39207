"""Where suggestions and drawn sentences stand when a story's words are put right."""

from __future__ import annotations

import pytest

from storybank.clock import now
from storybank.people.rules import Role
from storybank.stories.mending import Edit
from storybank.suggest import carrying
from storybank.suggest.sample_models import SampledPassage


@pytest.fixture
def drawn(a):
    """A sentence drawn by lot, of a story in two sentences."""

    def draw(start, end):
        story = a.story("We met on Monday. Peer support came later.")
        row = SampledPassage(
            account_id=a.actor(Role.RESEARCHER).account_id, story_id=story.id, version=1,
            start=start, end=end, drawn_at=now(), code_ids=[], chances={},
        )  # fmt: skip
        a.session.add(row)
        a.session.flush()
        return row

    return draw


def test_a_drawn_sentence_follows_its_words(a, drawn):
    row = drawn(18, 42)
    carrying.carry(a.session, row.story_id, 1, 2, Edit(0, 17, 20))
    assert (row.version, row.start, row.end) == (2, 21, 45)


def test_a_drawn_sentence_that_was_changed_stays_with_the_old_words(a, drawn):
    row = drawn(0, 17)
    carrying.carry(a.session, row.story_id, 1, 2, Edit(0, 17, 20))
    assert (row.version, row.start, row.end) == (1, 0, 17)
