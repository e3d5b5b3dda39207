"""T8 and T9 of the design: whatever keeps words back keeps them off every page, and back again.

They are run with ``test_canary``, whose look at every page they share.

Each state is tried on one house: what shows the word before any is looked at again while each
state lasts, with the queue held back, and once more when all are over: then every page shows it as
before, so an empty page proved something, and no state hid behind another.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date

import factories
import pytest
import sqlalchemy as sa
from crawling import Sight, again
from journeys.test_canary import (
    REAL,
    SPELT,
    WORD,
    files_holding,
    strays,
    tables_holding,
)

from storybank import db
from storybank.consent import holds, passages, pausing, third_persons
from storybank.consent import service as consent
from storybank.consent.folding import Span
from storybank.consent.models import ThirdPerson
from storybank.consent.rules import OUTSIDE_TEAM, Mark
from storybank.people.models import Account
from storybank.people.rules import MACHINE, Role
from storybank.portal.erasing import erase

__all__ = [
    "home", "test_t8_every_state_that_keeps_words_back_does_so_at_its_commit_on_every_page",
    "test_t9_a_real_name_that_was_not_picked_to_be_shown_is_on_no_page_of_words",
]  # fmt: skip

PASSAGE, IN_IT = Span(1, 0, 61), "Thursday"
"""A part that was coded, drawn and printed, and a word that stands nowhere else."""
FEW = [{}, {"q": WORD}, {"code": "EN-PEER"}]
"""Enough to see at every address what any query shows there."""
OUTSIDE = {use.value for use in OUTSIDE_TEAM}


class House:
    """The scene, and looks at the pages that can show a word."""

    def __init__(self, scene) -> None:
        self.scene, self.n = scene, scene.number
        self.sights = scene.before()
        self.places = one_of_each(scene.app, self.sights[SPELT])
        self.known: dict[str, set[Sight]] = {}
        with db.writing(scene.house.sessions) as session:
            # What the steward's desk was given to do must not hide the word beforehand.
            for third in session.scalars(sa.select(ThirdPerson).filter_by(story_id=self.n)):
                third_persons.decide(session, MACHINE, third.id, "said yes", "told", "Made up.")
            self.person_id = session.get_one(type(scene.story), self.n).person_id
            self.other = factories.Factory(session).actor(Role.STEWARD)

    def look(self, word: str) -> set[Sight]:
        """Who sees it now, wherever the story's own word was seen before it was kept back."""
        return again(self.scene.everybody, self.places, word, FEW)

    def do(self, act: Callable[..., object], *args: object, **more: object) -> object:
        with db.writing(self.scene.house.sessions) as session:
            return act(session, *args, **more)

    @contextmanager
    def narrowed(self, word: str, do: Callable[[], object], undo: Callable[[], object]):
        """What was seen before any state, and what is seen while this one lasts."""
        if word not in self.known:
            self.known[word] = self.look(word)
        do()
        yield self.known[word], self.look(word)
        undo()


@pytest.fixture
def home(scene) -> House:
    return House(scene)


def one_of_each(app, sights: set[Sight]) -> set[Sight]:
    """One sight of each view by each person for each use: that a stop holds for every form of a
    file and for each part of a story is seen in test_canary."""
    addresses = app.url_map.bind("localhost")
    first = {}
    for sight in sorted(sights, key=lambda sight: sight.url):
        endpoint, _ = addresses.match(sight.url)
        first.setdefault((sight.who, sight.purposes, endpoint), sight)
    return set(first.values())


def whose(seen: set[Sight]) -> set[str]:
    return {sight.who for sight in seen}


@pytest.mark.slow
def test_t8_every_state_that_keeps_words_back_does_so_at_its_commit_on_every_page(home):
    n, person = home.n, home.person_id
    proof = consent.Proof("witness_note", "Made up.")
    everybody = {"researcher", "facilitator", "member", "steward", "storyteller", "visitor"}

    with home.narrowed(
        SPELT,
        lambda: home.do(pausing.pause, MACHINE, n, person, "sms"),
        lambda: home.do(pausing.resume, MACHINE, n, person, proof, "sms"),
    ) as (before, paused):
        assert whose(before) >= everybody - {"visitor"}
        assert whose(paused) == {"storyteller"}

    held = []
    with home.narrowed(
        SPELT,
        lambda: held.append(
            home.do(holds.open_hold, home.other, n, "legal", "Made up.", date(2099, 1, 1)).id
        ),
        lambda: home.do(holds.close_hold, home.other, held[0]),
    ) as (_, seen):
        assert whose(seen) == {"storyteller"}

    with home.narrowed(
        IN_IT,
        lambda: home.do(passages.mark_passage, MACHINE, n, person, PASSAGE, Mark.LEAVE_OUT, "web"),
        lambda: home.do(passages.unmark_passage, MACHINE, n, person, PASSAGE, proof, "web"),
    ) as (before, seen):
        assert whose(before) >= everybody - {"visitor"}
        assert whose(seen) == {"storyteller"}

    third = []
    with home.narrowed(
        IN_IT,
        lambda: third.append(
            home.do(third_persons.register, MACHINE, n, "My aunt", parts=[PASSAGE]).id
        ),
        lambda: home.do(third_persons.decide, MACHINE, third[0], "said yes", "told", "Made up."),
    ) as (before, seen):
        assert {s for s in seen if set(s.purposes) & OUTSIDE} == set()
        assert {s for s in before if set(s.purposes) == {"study"}} <= seen

    def works_at(place: str | None) -> None:
        with db.writing(home.scene.house.sessions) as session:
            row = session.scalars(
                sa.select(Account).filter_by(email="researcher@example.org")
            ).one()
            row.organisation = place

    home.do(consent.give, MACHINE, n, person, {}, None, "web", not_for=["Northbridge Clinic"])
    with home.narrowed(SPELT, lambda: works_at("northbridge  CLINIC"), lambda: works_at(None)) as (
        before,
        seen,
    ):
        assert seen == {sight for sight in before if sight.who != "researcher"}
        assert "researcher" in whose(before)

    for word, before in home.known.items():
        assert home.look(word) == before, "each state was left as it was come to"

    home.do(erase, MACHINE, n, person, "web")
    assert home.look(SPELT) | home.look(IN_IT) == set()
    assert tables_holding(home.scene.house, WORD) == set()
    home.scene.house.runner.drain()
    assert strays(home.scene) == []
    assert files_holding(home.scene.house.config.home, WORD) == set()


@pytest.mark.slow
def test_t9_a_real_name_that_was_not_picked_to_be_shown_is_on_no_page_of_words(home):
    seen = home.sights[REAL]
    assert whose(seen) == {"steward", "storyteller"}
    assert {s for s in seen if set(s.purposes) - {"keep", "own"}} == set()
    assert tables_holding(home.scene.house, REAL.lower()) == set(), "it is sealed"
    assert files_holding(home.scene.house.config.home, REAL.lower()) == set()
