"""Two nodes of one house on PostgreSQL: each follows what changed with an index of its own."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import factories
import pytest
import sqlalchemy as sa

from storybank import db
from storybank.clock import now
from storybank.coding import service as coding
from storybank.config import Config, prepare_home
from storybank.consent import ledger, passages, wordings
from storybank.consent.rules import Mark, Purpose
from storybank.errors import NotReady
from storybank.nodes.models import HouseFact, Node
from storybank.people.rules import MACHINE
from storybank.search import changes, contents, following, service
from storybank.search.change_models import SearchChange
from storybank.search.following import Follower
from storybank.search.node_index import AtHand
from storybank.search.own_index import FOLLOWED, OwnIndex
from storybank.search.query import Word
from storybank.stories.models import Story
from storybank.wiring import House, open_house

pytestmark = pytest.mark.postgres

TOLD = "The quetzalfeather lay on the windowsill. Nobody spoke of the marmalade."


@pytest.fixture(scope="module")
def url(postgres_url) -> Iterator[str]:
    """A database of its own, for these tests commit."""
    server = sa.make_url(postgres_url)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE following TEMPLATE template0")
    url = server.set(database="following").render_as_string()
    db.upgrade(url)
    yield url
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE following WITH (FORCE)")
    engine.dispose()


@pytest.fixture(scope="module")
def homes(url, tmp_path_factory) -> list[Config]:
    """The settings of two nodes; the house has its codebook."""
    first, second = (tmp_path_factory.mktemp("nodes") / name for name in ("one", "two"))
    prepare_home(first)
    shutil.copytree(first, second)
    configs = [Config.for_home(home, url, jobs="held", testing=True) for home in (first, second)]
    ledger.of(configs[0]).prepare()
    house = open_house(configs[0])
    with db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    house.index.prepare()
    house.close()
    return configs


@pytest.fixture(scope="module")
def houses(homes) -> Iterator[list[House]]:
    """Both nodes with their doors open."""
    houses = [open_house(config) for config in homes]
    yield houses
    for house in houses:
        house.close()


@pytest.fixture
def nodes(houses) -> list[House]:
    """Each with an index that is up to date."""
    for house in houses:
        assert house.index.follower.follow()
    return houses


def tell(house: House, text: str = TOLD) -> int:
    with db.writing(house.sessions) as session:
        return factories.Factory(session).story(text).id


def stop(house: House, story_id: int, *uses: Purpose) -> None:
    with db.writing(house.sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, story_id), *uses)


def found(house: House, words: str) -> set[int]:
    with house.sessions() as session:
        use = factories.Factory(session).use(Purpose.STUDY)
        index = house.index.at(session)
        return {hit.story_id for hit in service.search(session, index, use, words).hits}


def own(house: House) -> set[int]:
    """What the node's own files hold, whoever may see it."""
    return house.index.own.index.story_ids()


def held_by_postgres(house: House) -> set[int]:
    try:
        return house.index.index.story_ids()
    except NotReady:
        return set()


def asks_its_own(house: House) -> bool:
    with house.sessions() as session:
        return isinstance(house.index.at(session), AtHand)


class TestFollowing:
    def test_what_one_node_takes_in_is_found_on_the_other(self, nodes):
        one, two = nodes
        story_id = tell(one)
        assert two.index.follower.follow()
        assert story_id in own(two)
        assert asks_its_own(two)
        assert story_id in found(two, "quetzalfeather windowsill")
        # The work that keeps PostgreSQL's own has not been done yet.
        assert story_id not in one.index.index.story_ids()

    def test_a_stop_is_true_at_once_though_the_index_lags(self, nodes):
        one, two = nodes
        story_id = tell(one)
        two.index.follower.follow()
        stop(one, story_id)
        assert story_id in own(two)
        assert found(two, "quetzalfeather") & {story_id} == set()
        two.index.follower.follow()
        assert story_id not in own(two)
        assert two.index.own.index.look(Word("quetzalfeather"), {story_id}).total == 0

    def test_words_kept_back_find_nothing_though_the_index_still_has_them(self, nodes):
        one, two = nodes
        story_id = tell(one)
        two.index.follower.follow()
        assert story_id in found(two, "marmalade")
        with db.writing(one.sessions) as session:
            keep_back(session, story_id)
        assert two.index.own.index.look(Word("marmalade"), {story_id}).total == 1
        assert story_id not in found(two, "marmalade")
        with two.sessions() as session:
            index = two.index.at(session)
            assert index.look(Word("marmalade"), {story_id}).total == 0
            assert index.find(Word("marmalade"), {story_id}).scores == {}
            assert two.index.lag(session) == 1
        two.index.follower.follow()
        assert two.index.own.index.look(Word("marmalade"), {story_id}).total == 0
        assert story_id not in found(two, "marmalade")
        assert story_id in found(two, "quetzalfeather")
        with two.sessions() as session:
            assert two.index.lag(session) == 0

    def test_what_is_coded_is_followed_and_read_until_then(self, nodes):
        one, two = nodes
        story_id = tell(one)
        two.index.follower.follow()
        with db.writing(one.sessions) as session:
            a = factories.Factory(session)
            place = a.place(session.get_one(Story, story_id), "the marmalade", TOLD)
            coding.apply(session, a.use(Purpose.STUDY), place, [a.code().id])
        with two.sessions() as session:
            assert two.index.at(session).passages.editions({story_id}) == {}
        two.index.follower.follow()
        with two.sessions() as session:
            (coding_id,) = two.index.at(session).passages.editions({story_id})
            within = two.index.at(session).passages
            assert within.look(Word("marmalade"), {coding_id}).total == 1
        with db.writing(one.sessions) as session:
            keep_back(session, story_id)
        with two.sessions() as session:
            within = two.index.at(session).passages
            assert within.editions({story_id}) == {}
            assert within.look(Word("marmalade"), {coding_id}).total == 0

    def test_a_lower_number_that_is_committed_later_is_not_missed(self, nodes):
        one, two = nodes
        with one.sessions() as slow:
            db.begin_writing(slow)
            late = factories.Factory(slow).story("A kingfisher, told slowly.").id
            slow.flush()
            changes_of(slow, late)
            early = tell(one, "A kingfisher, told quickly.")
            two.index.follower.follow()
            assert {early, late} & own(two) == {early}
            before = two.index.position
            two.index.follower.follow()
            assert two.index.position == before
            slow.commit()
        two.index.follower.follow()
        assert {early, late} <= own(two)
        assert two.index.position > before
        assert two.index.own.place().ahead == ()

    def test_a_yes_that_runs_out_takes_its_words_along(self, nodes, monkeypatch):
        _, two = nodes
        with db.writing(two.sessions) as session:
            until = now() + timedelta(seconds=30)
            story_id = factories.Factory(session).story(TOLD, until=until).id
        two.index.follower.follow()
        assert story_id in own(two)
        later = now() + timedelta(minutes=2)
        for module in ("following", "contents", "changes"):
            monkeypatch.setattr(f"storybank.search.{module}.now", lambda: later)
        monkeypatch.setattr(following, "CLOCK_EVERY", 0.0)
        two.index.follower.follow()
        assert story_id not in own(two)


class TestBuilding:
    def test_a_lost_folder_is_built_while_postgres_answers(self, nodes):
        one, two = nodes
        story_id = tell(one)
        one.runner.drain()
        shutil.rmtree(two.config.index_folder)
        assert not asks_its_own(two)
        assert story_id in found(two, "quetzalfeather")
        two.index.follower.follow()
        assert asks_its_own(two)
        assert story_id in found(two, "quetzalfeather")

    def test_broken_files_are_built_anew_and_postgres_answers_meanwhile(self, nodes):
        one, two = nodes
        story_id = tell(one)
        one.runner.drain()
        two.index.follower.follow()
        two.index.close()
        for path in two.config.index_folder.glob("books-*/*.arrays"):
            path.write_bytes(b"nothing")
        # Nothing of it is in memory: the files are read when they are asked.
        assert story_id in found(two, "quetzalfeather")
        assert two.index.own.doubted
        two.index.follower.follow()
        assert not two.index.own.doubted
        assert asks_its_own(two)
        assert story_id in own(two)

    @pytest.mark.parametrize("wrong", ["another house", "of another time", "unreadable", "gone"])
    def test_an_index_of_another_house_or_time_answers_nothing(self, nodes, wrong):
        _, two = nodes
        file = two.config.index_folder / FOLLOWED
        said = json.loads(file.read_text())
        if wrong == "another house":
            said["house"][0] = "7.9"
        elif wrong == "of another time":
            said["house"][1] = "00000009"
        file.write_text("nothing" if wrong == "unreadable" else json.dumps(said))
        if wrong == "gone":
            file.unlink()
        if wrong != "of another time":
            assert not asks_its_own(two)
        before = two.index.own.index.folder.current()
        two.index.follower.follow()
        assert asks_its_own(two)
        assert two.index.own.index.folder.current() != before

    def test_many_changes_at_once_are_a_reason_to_build_anew(self, nodes, monkeypatch):
        one, two = nodes
        monkeypatch.setattr(following, "TOO_MANY", 1)
        some = {tell(one) for _ in range(3)}
        before = two.index.own.index.folder.current()
        two.index.follower.follow()
        assert two.index.own.index.folder.current() != before
        assert some <= own(two)

    def test_reindex_builds_the_one_of_all_nodes_and_this_nodes_own(self, nodes):
        one, two = nodes
        story_id = tell(one)
        before = two.index.own.index.folder.current()
        with two.sessions() as session:
            assert two.index.reindex(session) == len(two.index.wanted_ids(session))
        assert two.index.own.index.folder.current() != before
        assert story_id in own(two) & two.index.index.story_ids()

    def test_what_postgres_lost_is_promised_to_be_built(self, nodes):
        one, _ = nodes
        story_id = tell(one)
        with one.engine.begin() as connection:
            connection.exec_driver_sql('TRUNCATE "public_search".whole')
        one.runner.drain()
        one.index.follower.follow()
        assert story_id in found(one, "quetzalfeather")
        assert story_id not in held_by_postgres(one)
        one.runner.errands.drain()
        assert story_id in held_by_postgres(one)


class TestOneMachine:
    def test_one_of_two_processes_follows_and_both_search(self, nodes, homes):
        one, two = nodes
        other = open_house(replace(homes[1]))
        story_id = tell(one)
        with other.index.own.following() as alone:
            assert alone
            assert not two.index.follower.follow()
            assert not two.index.follower.build()
            assert two.index.own.place() is None
        assert two.index.follower.follow()
        assert story_id in found(other, "quetzalfeather")
        assert other.index.position == two.index.position
        other.close()

    def test_a_thread_follows_until_the_house_is_closed(self, nodes, tmp_path):
        one, _ = nodes
        index = OwnIndex(tmp_path / "index")
        follower = Follower(one.engine, index)
        follower.start(one.sessions)
        follower.start(one.sessions)
        until(lambda: index.place() is not None)
        story_id = tell(one)
        until(lambda: story_id in index.index.story_ids())
        follower.stop()
        assert not [t for t in threading.enumerate() if t.name == "following"]
        index.index.close()


class TestPuttingAway:
    @pytest.fixture
    def session(self, nodes) -> Iterator:
        with nodes[0].sessions() as session:
            db.begin_writing(session)
            session.execute(sa.delete(SearchChange))
            session.execute(sa.delete(HouseFact).where(HouseFact.name == changes.FACT))
            yield session
            session.rollback()

    def row(self, session, xact: int, age: timedelta) -> None:
        session.add(SearchChange(story_id=1, passages=False, xact=xact, made_at=now() - age))
        session.flush()

    def node(self, session, name: str, index_at: int | None, silent: timedelta) -> None:
        session.add(
            Node(name=name, kind="web", began_at=now(), seen_at=now() - silent, head="1",
                 index_at=index_at)
        )  # fmt: skip
        session.flush()

    def left(self, session) -> list[int]:
        return list(session.scalars(sa.select(SearchChange.xact).order_by(SearchChange.xact)))

    def test_only_what_every_live_node_has_read(self, session):
        a_day, moment = timedelta(days=2), timedelta()
        for xact, age in ((10, a_day), (20, a_day), (30, a_day), (40, moment)):
            self.row(session, xact, age)
        self.node(session, "fast", 45, moment)
        self.node(session, "slow", 30, moment)
        self.node(session, "dead", 5, timedelta(hours=1))
        self.node(session, "worker", None, moment)
        assert changes.put_away(session) == 2
        assert self.left(session) == [30, 40]
        assert changes.hidden(session, server(session), 25, ()) == {1}
        assert (changes.behind(session, 25), changes.behind(session, 41)) == (1, 0)
        assert changes.hidden(session, server(session), 15, ()) is None
        there = changes.read(session, 15)
        assert there.put_away == 21
        assert changes.put_away(session) == 0

    def test_for_nobody_longer_than_a_week(self, session):
        self.row(session, 10, timedelta(days=8))
        self.row(session, 20, timedelta(days=6))
        self.node(session, "stuck", 5, timedelta())
        changes.put_away(session)
        assert self.left(session) == [20]

    def test_too_many_are_for_another_to_answer(self, session, monkeypatch):
        session.execute(
            sa.text(
                "INSERT INTO search_change (story_id, passages, xact, made_at)"
                " SELECT n, false, 50, now() FROM generate_series(1, 2002) n"
            )
        )
        assert changes.hidden(session, server(session), 0, ()) is None

    def test_a_node_that_was_away_for_long_builds_anew(self, nodes):
        _, two = nodes
        place = two.index.own.place()
        with db.writing(two.sessions) as session:
            value = {"upto": place.upto + 1}
            session.add(HouseFact(name=changes.FACT, value=value, noted_at=now()))
        try:
            assert not asks_its_own(two)
            two.index.follower.follow()
            assert asks_its_own(two)
            assert two.index.position == place.upto + 1
        finally:
            with db.writing(two.sessions) as session:
                session.execute(sa.delete(HouseFact).where(HouseFact.name == changes.FACT))


class TestLooking:
    def test_check_and_strays_know_both(self, nodes):
        one, two = nodes
        story_id = tell(one)
        one.runner.drain()
        with two.sessions() as session:
            assert two.index.trouble(session) is None
            two.index.follower.follow()
            two.index.own.index.forget([story_id])
            assert "not in this node's own index" in two.index.trouble(session)
            assert list(two.index.strays(session)) == []
        following_all(two)
        stop(one, story_id)
        with two.sessions() as session:
            lines = [line for number, line in two.index.strays(session) if number == story_id]
        # With PostgreSQL it went with the stop.
        assert lines == [f"search index of this node: story {story_id} can still be found"]

    def test_a_house_that_searches_with_postgres_alone_has_no_other(self, homes):
        house = open_house(replace(homes[0], search="postgres"))
        with house.sessions() as session:
            assert house.index.at(session) is house.index
        assert house.index.position is None
        house.index.start()
        house.close()


def keep_back(session, story_id: int) -> None:
    """Its storyteller leaves out what they said of the marmalade; the rest stays."""
    a, story = factories.Factory(session), session.get_one(Story, story_id)
    part = a.place(story, "Nobody spoke of the marmalade.", TOLD).span
    passages.mark_passage(session, MACHINE, story_id, story.person_id, part, Mark.LEAVE_OUT, "web")


def changes_of(session, story_id: int) -> None:
    """Have the change written down before the end of this transaction."""
    session.connection().execute(changes._NOTE, [{"story_id": story_id, "passages": False}])


def following_all(house: House) -> None:
    with house.sessions() as session:
        contents.keep_all(session, house.index.own.index)


def server(session) -> str:
    return changes.read(session, 0).house.server


def until(true, longest: float = 20.0) -> None:
    end, pause = monotonic() + longest, threading.Event()
    while not true():
        assert monotonic() < end
        pause.wait(0.05)
