"""The invented corpus in a house: people who can sign in, standings, codings, a pack."""

from __future__ import annotations

from collections import Counter

import commands
import factories
import pytest
import sqlalchemy as sa

from storybank import db
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.consent.integrity import broken_links
from storybank.consent.models import Receipt
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.demo import corpus, loading
from storybank.errors import Conflict
from storybank.meetings import answering
from storybank.people import service as people
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role
from storybank.search import service as search
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.suggest.models import Suggestion
from storybank.synthesis import clusters, recommending
from storybank.synthesis.answer_rules import Kind
from storybank.workshops import cards
from storybank.workshops.models import Pack, Workshop


@pytest.fixture(scope="module")
def demo(empty_house, tmp_path_factory):
    """A house with the demo in it. No test of this module changes it."""
    with factories.open_copy(empty_house, tmp_path_factory.mktemp("demo") / "home") as house:
        loading.load(house)
        yield house


@pytest.fixture
def session(demo):
    with demo.sessions() as session:
        yield session


def use(session, email: str, purpose: Purpose) -> Use:
    account = people.sign_in(session, email, loading.PASSWORD)
    return Use.claim(people.actor_for(session, account), purpose, now())


def count(session, table) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table))


class TestLoad:
    def test_every_story_and_coding_of_the_corpus_is_there(self, session):
        stories, codings = list(corpus.stories()), list(corpus.codings())
        assert count(session, Story) == len(stories) >= 24
        assert count(session, Coding) == len(codings)
        assert session.scalars(sa.select(Story.invented).distinct()).all() == [True]
        keys = set(session.scalars(sa.select(Story.external_id)))
        assert keys == {story.key for story in stories}

    def test_somebody_of_every_role_can_sign_in_as_the_demo_says(self, session):
        told = loading.how_to_sign_in()
        assert loading.PASSWORD in told
        everybody = [(email, roles) for email, _, roles in loading.PEOPLE]
        everybody.append((loading.STORYTELLER, (Role.STORYTELLER,)))
        for email, roles in everybody:
            assert email in told
            account = people.sign_in(session, email, loading.PASSWORD)
            assert people.actor_for(session, account).roles == set(roles)
        held = {role for _, roles in everybody for role in roles}
        assert held == set(GIVEN_TO_ACCOUNTS)

    def test_the_storyteller_has_a_story_of_their_own(self, session):
        own = use(session, loading.STORYTELLER, Purpose.OWN)
        (story,) = reading.stories(session, own, reading.permitted_ids(session, own))
        assert story.external_id == loading.STORYTELLERS_STORY

    def test_each_use_is_allowed_for_some_stories_and_not_for_all(self, session):
        who = {
            Purpose.KEEP: "steward@example.org", Purpose.STUDY: "amina@example.org",
            Purpose.REUSE: "amina@example.org", Purpose.MEMBERS: "member@example.org",
            Purpose.PUBLIC: "member@example.org",
        }  # fmt: skip
        every = count(session, Story)
        for purpose in EIGHT:
            asking = use(session, who.get(purpose, "facilitator@example.org"), purpose)
            assert 0 < len(reading.permitted_ids(session, asking)) < every, purpose

    def test_each_change_of_mind_left_a_receipt_and_the_record_is_whole(self, session):
        stops = sum(len(story.head["consent"].get("stops", ())) for story in corpus.stories())
        assert count(session, Receipt) == count(session, Story) + stops
        assert stops > 0
        assert broken_links(session) == 0

    def test_the_work_that_follows_is_done(self, demo, session):
        assert [line for _, line in demo.strays(session)] == []
        assert demo.index.trouble(session) is None
        assert count(session, Suggestion) > 0
        found = search.search(
            session, demo.index, use(session, "amina@example.org", Purpose.STUDY), "clinic"
        )
        assert found.total > 0

    def test_two_coders_read_the_same_stories_and_sometimes_differ(self, session):
        rows = session.execute(sa.select(Coding.story_id, Coding.coder_id, Coding.code_id)).all()
        coders = Counter(story for story, _ in {(row.story_id, row.coder_id) for row in rows})
        shared = [story for story, many in coders.items() if many == 2]
        assert shared
        assert any(
            len({frozenset(r.code_id for r in rows if (r.story_id, r.coder_id) == (story, coder))
                 for coder in {row.coder_id for row in rows}}) == 2
            for story in shared
        )  # fmt: skip

    def test_a_workshop_has_a_pack_with_cards_that_may_be_shown(self, session):
        facilitator = use(session, "facilitator@example.org", Purpose.WORKSHOP)
        packs = session.scalars(sa.select(Pack)).all()
        assert len(packs) == 2
        for pack in packs:
            view = cards.view(session, facilitator, pack.id)
            assert len(view.cards) >= 4
            assert all(card.excerpt.words and card.excerpt.attribution for card in view.cards)

    def test_a_workshop_was_held_and_came_to_one_answer(self, session):
        held = session.scalars(sa.select(Workshop).where(Workshop.status == "synthesis")).one()
        assert len(answering.responses(session, held.id)) >= 13
        assert [len(one.answers) for one in clusters.clusters(session, held.id)] == [2, 3, 3]
        kinds = {kind: len(recommending.standing(session, held.id, kind)) for kind in Kind}
        assert kinds == {Kind.RESOLUTION: 1, Kind.RECOMMENDATION: 3}

    def test_a_second_load_fails_whole(self, demo, session):
        before = {table: count(session, table) for table in (Story, Coding, Receipt, Pack)}
        session.rollback()
        with pytest.raises(Conflict):
            loading.load(demo)
        assert {table: count(session, table) for table in before} == before


class TestTheCommand:
    @pytest.fixture
    def storybank(self, house, monkeypatch, capsys):
        return commands.Terminal(monkeypatch, capsys).in_house(house.config.home)

    def test_it_loads_once_and_says_how_to_sign_in_every_time(self, storybank, house):
        first = storybank("demo")
        assert first.code == 0
        with house.sessions() as session:
            stories = count(session, Story)
        assert first.lines[0] == f"Loaded {stories} invented stories."
        again = storybank("demo")
        assert again.code == 0
        assert again.lines[0] == (
            "There are stories here already; the invented ones were not loaded."
        )
        assert first.lines[1:] == again.lines[1:] == loading.how_to_sign_in().splitlines()
        with house.sessions() as session:
            assert count(session, Story) == stories

    def test_it_never_mixes_invented_stories_with_others(self, storybank, house):
        with db.writing(house.sessions) as session:
            factories.Factory(session).story()
        assert storybank("demo").lines[0].startswith("There are stories here already")
        with house.sessions() as session:
            assert count(session, Story) == 1
