"""A small application for the shell alone: a few pages, one table, nothing of the rooms."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, redirect, request
from flask.testing import FlaskClient

from storybank import db, web
from storybank.config import Config
from storybank.errors import BadInput, Conflict, NotFound, NotReady, Refused

CANARY = "xylophonist"

notes = sa.Table("note", sa.MetaData(), sa.Column("text", sa.String, unique=True))

OWN = {"refused": Refused, "not-found": NotFound, "conflict": Conflict, "bad": BadInput,
       "not-ready": NotReady}  # fmt: skip


class Reader(FlaskClient):
    """A client that reads every answer to its end, so that no file is left open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"buffered": True, **kwargs})


def make_app(config: Config, engine: sa.Engine) -> Flask:
    app = Flask("storybank", static_folder=None)
    app.test_client_class = Reader
    web.init_shell(app, config, db.make_sessions(engine))

    @app.get("/form")
    def form() -> str:
        return app.jinja_env.from_string("{{ csrf_field() }}").render()

    @app.post("/note")
    def note():  # answers as it is told to, after writing
        web.session().execute(sa.insert(notes).values(text=request.form["text"]))
        web.say("Kept.", undo="/note/undo", fields={"id": 7})
        how = request.form.get("then", "see")
        if how in OWN:
            raise OWN[how]("One plain sentence.")
        if how == "fault":
            raise RuntimeError(request.form["text"])
        if how == "again":
            return "<p>Try again</p>", 422
        return redirect("/about", 303)

    @app.get("/note/<text>")
    def write_while_reading(text: str) -> str:
        web.session().execute(sa.insert(notes).values(text=text))
        return "ok"

    @app.get("/own/<name>")
    def own(name: str) -> str:
        raise OWN[name]("One plain sentence.")

    @app.get("/status/<int:status>")
    def status(status: int) -> str:
        abort(status)

    @app.get("/fault/<words>")
    def fault(words: str) -> str:
        raise RuntimeError(f"words of a request: {words} {request.args}")

    return app
