"""Setting the house up, listing its pages, and seeing whether it is sound."""

from __future__ import annotations

import shutil
import socket
import stat
from functools import partial

import factories
import houses
import pytest
import sqlalchemy as sa

from storybank import db
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.stories.models import Story
from storybank.web import assets

PARTS = [
    "database", "migrations", "personal details", "consent events", "ledger", "index",
    "stray copies", "jobs", "mail", "backups", "drills", "language", "word vectors",
    "disk", "assets",
]  # fmt: skip

TROUBLES = assets.troubles


@pytest.fixture
def assets_are_there(monkeypatch):
    """Vendor files as a set-up leaves them, wherever these tests run."""
    monkeypatch.setattr(assets, "troubles", lambda: iter(()))


def rows(said) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in said.lines)


class TestInit:
    def test_it_makes_a_sound_and_empty_house_that_is_ours_alone(self, bare, tmp_path):
        said = bare("init")
        assert (said.code, said.out, said.err) == (0, "Storybank is set up.\n", "")
        home = tmp_path / "home"
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
        assert set(rows(bare("check")).values()) == {"ok"}

    def test_done_twice_it_keeps_key_stories_and_index(self, storybank, taken, house):
        key = (house.config.home / "secret_key").read_bytes()
        taken("I waited at the clinic.")
        assert storybank("init").code == 0
        assert (house.config.home / "secret_key").read_bytes() == key
        assert storybank("check").code == 0
        with house.sessions() as session:
            assert set(house.index.index.versions()) == house.index.wanted_ids(session) != set()

    def test_a_set_up_that_was_cut_off_is_finished_by_the_next(self, bare, tmp_path):
        bare("init")
        home = tmp_path / "home"
        (home / "storybank.db").unlink()
        shutil.rmtree(home / "index")
        said = bare("check")
        assert said.code == 1
        assert rows(said)["migrations"] == "not up to date; run: storybank init"
        assert bare("init").code == 0
        assert bare("check").code == 0

    @pytest.mark.parametrize("name", ["100% ours", "what? here#now", "Stór an scéil", "a b'c\"d"])
    def test_a_data_folder_may_have_any_name(self, bare, tmp_path, name):
        bare.in_house(tmp_path / name)
        assert bare("init").code == 0
        assert bare("check").code == 0
        assert {path.name for path in (tmp_path / name).iterdir()} >= {"storybank.db", "secret_key"}
        assert [path.name for path in tmp_path.iterdir()] == [name]


class TestRoutes:
    def test_each_is_an_object_with_its_methods_purposes_and_roles(self, storybank):
        found = storybank("routes", "--json").json
        assert {frozenset(row) for row in found} == {
            frozenset(("route", "endpoint", "methods", "purpose", "roles"))
        }
        by_route = {(row["route"], *row["methods"]): row for row in found}
        desk = by_route["/take-in", "POST"]
        assert (desk["purpose"], desk["roles"]) == (["take in"], ["steward", "machine"])
        assert by_route["/sign-in", "GET"]["roles"] == ["anyone"]
        assert by_route["/search/<purpose>", "GET"]["purpose"][0] == "study"

    def test_they_are_the_pages_of_the_application(self, storybank, app):
        found = {(row["route"], row["endpoint"]) for row in storybank("routes", "--json").json}
        assert found == {(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()}

    def test_a_person_reads_one_a_line(self, storybank):
        said = storybank("routes")
        assert said.code == 0
        assert len(said.lines) == len(storybank("routes", "--json").json)
        assert any("/codings.csv" in line and "study" in line for line in said.lines)


@pytest.mark.usefixtures("assets_are_there")
class TestCheck:
    def test_a_sound_house_has_a_line_for_each_part_and_ends_well(self, storybank, taken):
        taken("I waited at the clinic.")
        assert storybank("backup").code == 0
        said = storybank("check")
        assert said.code == 0
        untried = "drills: no restore was tried yet; run: storybank restore FOLDER --drill"
        assert said.lines == [untried if part == "drills" else f"{part}: ok" for part in PARTS]

    def trouble(self, storybank) -> dict[str, str]:
        said = storybank("check")
        assert said.code == 1
        assert said.err == ""
        return {
            part: told for part, told in rows(said).items() if told != "ok" and part != "backups"
        }

    def test_an_index_that_is_gone(self, storybank, taken, house):
        houses.alone()
        taken("I waited at the clinic.")
        shutil.rmtree(house.config.index_folder)
        found = self.trouble(storybank)
        assert found["index"] == "There is no search index yet. Run: storybank reindex"
        assert storybank("reindex").code == 0
        assert storybank("check").code == 0

    # Whoosh leaves a broken file open.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_an_index_that_cannot_be_read(self, storybank, taken, house):
        houses.alone()
        taken("I waited at the clinic.")
        for file in house.config.index_folder.glob("books-*/*"):
            file.write_bytes(b"not an index")
        assert "Run: storybank reindex" in self.trouble(storybank)["index"]
        assert storybank("reindex").code == 0
        assert storybank("check").code == 0

    def test_an_index_that_lacks_stories(self, storybank, taken, house):
        numbers = taken("I waited at the clinic.", "They rang me back.")
        house.index.index.forget(numbers[:1])
        found = self.trouble(storybank)
        assert found == {"index": "1 stories cannot be found; run: storybank reindex"}

    def test_an_index_that_others_may_write_to(self, storybank, taken, house):
        houses.alone()
        taken("I waited at the clinic.")
        house.config.index_folder.chmod(0o777)
        assert "Make its folder yours alone" in self.trouble(storybank)["index"]

    def test_a_copy_that_should_not_be_there(self, storybank, taken, house):
        houses.alone()  # on PostgreSQL it goes with the stop
        (number,) = taken("I waited at the clinic.")
        stop_without_cleaning(house, number)
        found = self.trouble(storybank)
        assert found == {"stray copies": "there are some; run: storybank strays"}

    def test_a_consent_that_was_changed_behind_the_houses_back(self, storybank, taken, house):
        taken("I waited at the clinic.")
        with house.engine.begin() as connection:
            for (name,) in connection.execute(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
            connection.execute(sa.text("UPDATE consent_choice SET answer = 'no' WHERE use='keep'"))
        found = self.trouble(storybank)
        assert found["consent events"] == "1 do not follow from the one before"

    def test_a_migration_that_was_never_finished(self, storybank, house):
        with house.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
            connection.execute(sa.text("DELETE FROM serving_head"))
        assert self.trouble(storybank) == {"migrations": "not up to date; run: storybank init"}

    def test_work_that_gave_up(self, storybank, house):
        with db.writing(house.sessions) as session:
            queue.put(session, "consent.reconcile", story_id=1)
            session.execute(sa.update(Job).values(failed_at=sa.func.current_timestamp()))
        assert self.trouble(storybank) == {"jobs": "some gave up; they are kept in the job table"}

    def test_a_database_that_is_something_else(self, storybank, house, monkeypatch, tmp_path):
        (tmp_path / "other.db").write_bytes(b"words of somebody's own" * 100)
        monkeypatch.setenv("STORYBANK_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
        found = self.trouble(storybank)
        assert found["database"].startswith("cannot be read (DatabaseError)")

    def test_assets_that_were_never_fetched(self, storybank, monkeypatch, tmp_path):
        monkeypatch.setattr(assets, "troubles", partial(TROUBLES, tmp_path / "nowhere"))
        assert "Run: make setup" in self.trouble(storybank)["assets"]

    def test_a_full_disk(self, storybank, monkeypatch):
        full = shutil.disk_usage("/")._replace(free=1_000_000)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
        assert self.trouble(storybank) == {"disk": "less than 200 MB left"}


class TestServe:
    def test_a_port_that_is_taken_is_told_and_nothing_is_served(self, storybank):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            said = storybank("serve", "--port", port)
        assert said.code == 1
        assert said.err == (
            f"Port {port} of 127.0.0.1 cannot be used. Choose another with --port or PORT=.\n"
        )

    def test_a_house_behind_its_migrations_stays_shut(self, storybank, house):
        with house.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
            connection.execute(sa.text("DELETE FROM serving_head"))
        said = storybank("serve")
        assert (said.code, said.err) == (
            1,
            "The database is not up to date. Run: storybank init\n",
        )


class TestANewerDatabase:
    def test_it_is_left_alone_and_told(self, storybank, house):
        """A house that a later Storybank moved on cannot be moved by this one."""
        with house.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        said = storybank("init")
        assert said.code == 1
        assert said.err == (
            "The database was set up by another release of Storybank. Use that one, or a later.\n"
        )


def stop_without_cleaning(house, number: int) -> None:
    """A stop at its commit, with the work that follows it held back."""
    with db.writing(house.sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, number))
