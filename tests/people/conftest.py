"""An application of the shell and this room alone, on a database of the tables they touch."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from storybank import db, web
from storybank.config import Config
from storybank.people import limits, passwords, service
from storybank.people.login import current_actor, init_login, open_to
from storybank.people.models import Account, AccountRole, Person
from storybank.people.rules import Role
from storybank.people.views import bp
from storybank.people.way_models import Passkey

PASSWORD = "a door of green glass"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """Real argon2 with its smallest parameters: the same answers in a thousandth of the time."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(1, 8, 1))


@pytest.fixture
def sessions(tmp_path) -> Iterator[sessionmaker[Session]]:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'people.db'}")
    db.Base.metadata.create_all(
        engine, tables=[x.__table__ for x in (Person, Account, AccountRole, Passkey)]
    )
    yield db.make_sessions(engine)
    engine.dispose()


@pytest.fixture
def session(sessions) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(home=tmp_path, database_url="", secret_key="k" * 32, testing=True)


@pytest.fixture
def make_app(config, sessions):
    """Makes the application; ``limited`` turns the counting of tries on."""

    def make(limited: bool = False, secure: bool = False) -> Flask:
        app = Flask("storybank", static_folder=None)
        app.testing = True
        app.config[limits.SWITCH] = limited
        web.init_shell(app, replace(config, secure_cookies=secure), sessions)
        app.config["WTF_CSRF_ENABLED"] = False
        init_login(app)
        limits.init_limits(app)
        app.register_blueprint(bp)

        @app.get("/")
        @open_to("anyone")
        def home():
            return f"first page for {current_actor().name}"

        @app.route("/desk", methods=["GET", "POST"])
        @open_to(Role.RESEARCHER, Role.STEWARD)
        def desk():
            return "the desk"

        return app

    return make


@pytest.fixture
def client(make_app):
    return make_app().test_client()


@pytest.fixture
def account(sessions):
    """Opens an account and keeps it: ``account("ana@example.org", Role.RESEARCHER)``."""

    def make(email: str, *roles: Role, **more) -> Account:
        with sessions.begin() as session:
            return service.add_account(
                session, email, roles or [Role.MEMBER], password=PASSWORD, **more
            )

    return make


@pytest.fixture
def sign_in():
    """Signs a browser in over HTTP."""

    def send(client, email: str, password: str = PASSWORD, **more):
        form = {"email": email, "password": password, **more}
        return client.post("/sign-in", data=form)

    return send
