"""The index as a keeper of copies: it follows what the door allows, and tells where it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.errors import NotReady
from storybank.jobs.models import Job
from storybank.search import whoosh_shelves
from storybank.search.derivative import ERASE, REBUILD, SearchIndex
from storybank.search.whoosh_index import WhooshIndex
from storybank.stories.models import Story


@pytest.fixture
def keeper(index) -> SearchIndex:
    return SearchIndex(index)


@pytest.fixture
def stories(a, session, keeper):
    made = [a.story(f"Words of story {number}.") for number in range(3)]
    keeper.reconcile(session, [story.id for story in made])
    return made


def told(keeper, session) -> list[int]:
    return [story_id for story_id, _ in keeper.strays(session)]


class TestReconcile:
    def test_it_takes_in_what_somebody_may_find(self, session, keeper, stories):
        assert keeper.index.versions() == {story.id: 1 for story in stories}
        assert told(keeper, session) == []

    def test_it_forgets_what_nobody_may_find(self, a, session, keeper, stories):
        a.stop(stories[0])
        keeper.reconcile(session, [stories[0].id])
        assert keeper.index.story_ids() == {story.id for story in stories[1:]}

    def test_a_story_somebody_may_still_find_stays(self, a, session, keeper, stories):
        a.stop(stories[0], Purpose.STUDY)
        keeper.reconcile(session, [stories[0].id])
        assert stories[0].id in keeper.index.story_ids()

    def test_twice_is_harmless(self, a, session, keeper, stories):
        a.stop(stories[0])
        for _ in range(2):
            keeper.reconcile(session, [story.id for story in stories])
        assert keeper.index.story_ids() == {story.id for story in stories[1:]}

    def test_a_story_that_is_gone_from_the_database_is_forgotten(self, session, keeper, stories):
        keeper.reconcile(session, [*[story.id for story in stories], 4_000])
        assert 4_000 not in keeper.index.story_ids()

    def test_what_has_not_changed_is_not_put_again(self, session, keeper, stories, monkeypatch):
        monkeypatch.setattr(keeper.index, "put", None)
        keeper.reconcile(session, [story.id for story in stories])

    def test_a_missing_index_is_built_whole(self, session, stories, tmp_path):
        keeper = SearchIndex(WhooshIndex(tmp_path / "another"))
        keeper.reconcile(session, [stories[0].id])
        assert keeper.index.story_ids() >= {story.id for story in stories}
        keeper.close()

    def test_an_index_of_another_version_is_built_whole_by_the_next_sweep(
        self, session, stories, tmp_path
    ):
        root = tmp_path / "old"
        (root / "books-0123").mkdir(parents=True, mode=0o700)
        (root / "current").symlink_to("books-0123")
        root.chmod(0o700)
        keeper = SearchIndex(WhooshIndex(root))
        keeper.prepare()
        told = {story_id for story_id, _ in keeper.strays(session)}
        assert told == {0}
        keeper.reconcile(session, told)
        assert keeper.index.story_ids() >= {story.id for story in stories}
        keeper.close()


def promised(session) -> list[str]:
    return list(session.scalars(sa.select(Job.name).where(Job.name.like("search.%"))))


class TestLaterWork:
    @pytest.fixture
    def keeper(self, whoosh) -> SearchIndex:
        return SearchIndex(whoosh)

    def test_a_large_shelf_is_promised_to_be_erased_once(
        self, a, session, keeper, stories, monkeypatch
    ):
        monkeypatch.setattr(whoosh_shelves, "QUICK_BYTES", 0)
        for story in stories[:2]:
            a.stop(story)
            keeper.reconcile(session, [story.id])
        assert promised(session) == [ERASE]
        assert told(keeper, session) == [stories[0].id, stories[1].id]
        assert keeper.erase({}) is None
        assert told(keeper, session) == []

    def test_erasing_waits_while_the_index_is_being_built(self, session, keeper, stories):
        with keeper.index.folder.rebuilding():
            assert keeper.erase({}) > now()

    @pytest.mark.parametrize(
        ("moment", "jobs"),
        [("2031-05-04 02:10", [REBUILD]), ("2031-05-04 12:10", []), ("2020-05-04 02:10", [])],
    )
    def test_the_index_is_built_anew_once_a_night(self, session, keeper, stories, moment, jobs):
        with time_machine.travel(moment, tick=False):
            keeper.look_after(session)
            keeper.look_after(session)
            assert promised(session) == jobs

    def test_it_is_built_anew_by_an_errand(self, house):
        before = house.index.index.built()
        assert house.index.rebuilding(house.engine)({}) is None
        assert house.index.index.built() > before


class TestStrays:
    def test_a_stopped_story_is_told_until_it_is_forgotten(self, a, session, keeper, stories):
        a.stop(stories[1])
        assert told(keeper, session) == [stories[1].id]
        keeper.reconcile(session, [stories[1].id])
        keeper.erase({})
        assert told(keeper, session) == []

    def test_a_story_whose_yes_ran_out_is_told(self, a, session, keeper):
        story = a.story("Short-lived words.", until=now() + timedelta(days=1))
        keeper.reconcile(session, [story.id])
        a.stop(story)
        assert told(keeper, session) == [story.id]

    def test_an_old_version_is_told(self, session, keeper, stories):
        session.execute(sa.update(Story).where(Story.id == stories[0].id).values(current_version=2))
        assert told(keeper, session) == [stories[0].id]

    def test_a_line_holds_no_word_of_the_story(self, a, session, keeper):
        story = a.story("Quetzalfeather and nothing else.", "Quetzalfeather")
        keeper.reconcile(session, [story.id])
        a.stop(story)
        ((_, line),) = keeper.strays(session)
        assert line == f"search index: story {story.id} can still be found"

    def test_an_index_that_cannot_be_read_is_told(self, session, tmp_path):
        whoosh = WhooshIndex(tmp_path / "index")
        whoosh.prepare()
        (tmp_path / "index").chmod(0o777)
        ((story_id, line),) = SearchIndex(whoosh).strays(session)
        assert (story_id, line[:37]) == (0, "search index: Others may write to the")


class TestTrouble:
    def test_a_sound_and_whole_index_is_no_trouble(self, session, keeper, stories):
        assert keeper.trouble(session) is None

    def test_missing_stories_are_counted(self, session, keeper, stories):
        keeper.index.forget([stories[0].id, stories[2].id])
        assert keeper.trouble(session) == "2 stories cannot be found; run: storybank reindex"

    def test_no_index_is_a_trouble(self, session, tmp_path):
        assert "no search index" in SearchIndex(WhooshIndex(tmp_path / "none")).trouble(session)


class TestReindex:
    def test_it_holds_what_somebody_may_find_and_nothing_else(self, a, session, keeper, stories):
        a.stop(stories[0])
        done = []
        assert keeper.reindex(session, done.append) == sum(done)
        assert keeper.index.story_ids() == keeper.wanted_ids(session)
        assert stories[0].id not in keeper.index.story_ids()

    def test_what_changed_meanwhile_is_caught_up_with(self, a, session, keeper, stories):
        late = []

        def change(_):
            a.stop(stories[0])
            late.append(a.story("Told while the index was being built."))

        keeper.reindex(session, change)
        assert stories[0].id not in keeper.index.story_ids()
        assert late[0].id in keeper.index.story_ids()
        keeper.erase({})
        assert told(keeper, session) == []

    def test_a_rebuild_that_fails_leaves_the_index_in_use(self, session, keeper, stories):
        def fail(_):
            raise NotReady("The database went away.")

        with pytest.raises(NotReady):
            keeper.reindex(session, fail)
        assert keeper.index.story_ids() == {story.id for story in stories}
