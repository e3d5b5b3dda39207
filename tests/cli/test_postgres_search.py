"""A house that searches with PostgreSQL: from the first story to a stop, a backup and back."""

from __future__ import annotations

from dataclasses import replace

import factories
import pytest
import sqlalchemy as sa
from cli.test_backup import WORD, back_up, config, opened, postgres, restored, storybank, tell

from storybank import db
from storybank.consent.rules import Purpose
from storybank.search import service
from storybank.search.postgres_schema import quoted, schema_of
from storybank.stories.models import Story

__all__ = ["config", "storybank"]

pytestmark = [pytest.mark.postgres]


def held(house) -> str:
    """All that a select finds in the tables of the index."""
    with house.engine.connect() as connection:
        name = schema_of(connection)
        return "\n".join(
            str(tuple(row))
            for table in sa.inspect(connection).get_table_names(name)
            for row in connection.execute(sa.text(f"SELECT * FROM {quoted(name)}.{table}"))
        )


@postgres
def test_it_finds_forgets_with_the_stop_and_is_in_no_backup(storybank, config, monkeypatch):
    storybank.monkeypatch.setenv("STORYBANK_SEARCH", "postgres")
    config = replace(config, search="postgres")
    with opened(config) as house:
        house.index.prepare()
    one, two = tell(config, "one", "two")
    assert not config.index_folder.exists() or not any(config.index_folder.glob("books-*/*.pst"))
    folder = back_up(storybank)
    assert WORD.encode() not in b"".join(
        path.read_bytes() for path in folder.iterdir() if path.name == "manifest.json"
    )
    with opened(config) as house:
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            use = a.use(Purpose.STUDY)
        with house.sessions() as session:
            found = service.search(session, house.index, use, f'"{WORD} told" -zebra')
        assert {hit.story_id for hit in found.hits} == {one, two}
        assert held(house).count(WORD[:8]) == 2
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            a.stop(session.get_one(Story, one))
            a.stop(session.get_one(Story, two))
        # The job that cleans copies has not run yet.
        assert WORD[:8] not in held(house)
        house.runner.drain()
        with house.sessions() as session:
            assert house.index.trouble(session) is None
            assert [line for line in house.strays(session) if line[0]] == []
    restored(storybank, folder)
    with opened(config) as house:
        assert WORD[:8] not in held(house)
        with house.sessions() as session:
            assert list(house.strays(session)) == []


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_house_on_sqlite_cannot_and_no_other_engine_is_known(storybank, config):
    storybank.monkeypatch.setenv("STORYBANK_SEARCH", "postgres")
    assert "Only a house on PostgreSQL can search with it" in storybank("strays").err
    storybank.monkeypatch.setenv("STORYBANK_SEARCH", "sphinx")
    assert "STORYBANK_SEARCH is one of: whoosh, postgres." in storybank("strays").err
