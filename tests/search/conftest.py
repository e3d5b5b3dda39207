"""Indexes to try: the fake, Whoosh in a folder of its own, and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search.fakes import FakeIndex

from storybank.search import postgres_schema
from storybank.search.index import Document
from storybank.search.postgres_index import PostgresIndex
from storybank.search.whoosh_index import WhooshIndex


@pytest.fixture
def whoosh(tmp_path) -> Iterator[WhooshIndex]:
    """An empty index on disk, under ``tmp_path / "index"``."""
    index = WhooshIndex(tmp_path / "index")
    index.prepare()
    yield index
    index.close()


@pytest.fixture
def postgres(postgres_engine) -> Iterator[PostgresIndex]:
    """An empty index in the database of tests, gone afterwards."""
    index = PostgresIndex(postgres_engine)
    index.rebuild(lambda fresh: None, lambda fresh: None)
    yield index
    with postgres_engine.begin() as connection:
        postgres_schema.drop(connection, postgres_schema.schema_of(connection))


@pytest.fixture(params=["fake", "whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def index(request):
    """An empty index of each kind, all held to the same contract."""
    return FakeIndex() if request.param == "fake" else request.getfixturevalue(request.param)


@pytest.fixture
def documents() -> list[Document]:
    return [
        Document(1, 1, "The night bus", "The nurses were kind. The waiting room was cold."),
        Document(2, 1, "Waiting", "Nobody on the ward had a room for us, waiting or not."),
        Document(3, 1, "A letter", "I wrote to the nurse. Community volunteers came."),
    ]
