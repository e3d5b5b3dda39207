"""The small site, opened anew for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from small_site import make_app, notes

from storybank import db
from storybank.config import Config


@pytest.fixture
def config(tmp_path) -> Config:
    url = f"sqlite:///{tmp_path / 'shell.db'}"
    return Config(home=tmp_path, database_url=url, secret_key="only for tests")


@pytest.fixture
def engine(config) -> Iterator[sa.Engine]:
    engine = db.make_engine(config.database_url)
    notes.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def app(config, engine) -> Flask:
    return make_app(config, engine)


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def kept(engine):
    """What stands in the table now, seen from outside any request."""

    def look() -> list[str]:
        with engine.connect() as connection:
            return list(connection.scalars(sa.select(notes.c.text).order_by(notes.c.text)))

    return look


@pytest.fixture
def token(client):
    """The token of a form, as the page gives it to this client."""
    page = client.get("/form").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]
