"""Undo and redo, per person, across the project."""

from __future__ import annotations

import pytest

from storybank.coding import service as coding
from storybank.consent.rules import Purpose


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def story(a):
    return a.story()


def codes_on(a, use, story):
    return sorted(card.code_id for card in coding.on_story(a.session, use, story.id, 1))


def put_on(a, use, story, *keys):
    ids = [a.code(key).id for key in keys]
    for code_id in ids:
        coding.apply(a.session, use, a.place(story, "Nobody"), [code_id])
    return ids


class TestUndo:
    def test_goes_back_step_by_step(self, a, use, story):
        first, second = put_on(a, use, story, "EN-PEER", "EN-ALLY")
        a.undo(use)
        assert codes_on(a, use, story) == [first]
        a.undo(use)
        assert codes_on(a, use, story) == []
        assert a.undo(use) is None

    def test_leaves_alone_what_the_coder_took_off_since(self, a, use, story):
        put_on(a, use, story, "EN-PEER")
        (card,) = coding.on_story(a.session, use, story.id, 1)
        coding.remove(a.session, use, card.id)
        a.undo(use)
        a.undo(use)
        assert codes_on(a, use, story) == []


class TestRedo:
    def test_goes_forward_again_step_by_step(self, a, use, story):
        ids = put_on(a, use, story, "EN-PEER", "EN-ALLY")
        a.undo(use)
        a.undo(use)
        a.redo(use)
        assert codes_on(a, use, story) == ids[:1]
        a.redo(use)
        assert codes_on(a, use, story) == sorted(ids)
        assert a.redo(use) is None

    def test_ends_when_something_new_is_done(self, a, use, story):
        put_on(a, use, story, "EN-PEER")
        a.undo(use)
        put_on(a, use, story, "EN-ALLY")
        assert a.redo(use) is None

    def test_is_each_persons_own(self, a, use, story):
        put_on(a, use, story, "EN-PEER")
        a.undo(use)
        other = a.use(Purpose.STUDY)
        assert a.redo(other) is None
        put_on(a, other, story, "EN-ALLY")
        assert a.redo(use) is not None
