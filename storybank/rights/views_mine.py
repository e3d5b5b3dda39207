"""A storyteller's pages: what they asked, what came of it, and everything we hold."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Response, current_app, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse

from storybank import web
from storybank.clock import now
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.rights import everything as held
from storybank.rights import requests, service
from storybank.rights.kinds import Kind
from storybank.rights.rules import local_day
from storybank.rights.zipping import zipped
from storybank.stories import reading

Page = str | AnyResponse | tuple[str, int]
OFFERED = (
    Kind.CORRECTION, Kind.RESTRICTION, Kind.OBJECTION, Kind.ERASURE, Kind.ACCESS,
    Kind.PORTABILITY, Kind.COMPLAINT, Kind.OTHER,
)  # fmt: skip
"""The kinds in the order in which a storyteller is offered them."""


@open_to(Role.STORYTELLER)
def mine() -> Page:
    """Everything I asked, and by when it is answered."""
    asked = requests.every_own(web.session(), current_actor().person_id, local_day(now()))
    return web.render("rights/mine.html", asked=asked)


@uses(Purpose.OWN)
def new(use: Use) -> Page:
    """The form to ask for something."""
    return _form(use, {})


@uses(Purpose.OWN)
def ask(use: Use) -> Page:
    """Ask for something: its clock starts now."""
    form, errors = request.form, dict[str, str]()
    kind = next((one for one in OFFERED if one.value == form.get("kind")), None)
    if kind is None:
        errors["kind"] = "Choose what you want to ask."
    story_id = form.get("story", None, web.number) if form.get("story") else None
    if kind is not None:
        try:
            made = service.ask(web.session(), use.actor, kind, form.get("words", ""), story_id)
            web.say("We have what you asked. You can see here how it is going.")
            return redirect(url_for("rights.one_of_mine", request_id=made.id), 303)
        except BadInput as no:
            errors["words"] = no.sentence
        except NotFound:
            errors["story"] = "Choose one of your stories."
    return _form(use, errors), 422


@open_to(Role.STORYTELLER)
def one_of_mine(request_id: int) -> Page:
    """One thing I asked: when it is answered, and the answer."""
    session = web.session()
    found = requests.own(session, current_actor().person_id, request_id)
    return web.render(
        "rights/one_of_mine.html",
        one=requests.standing(session, found, local_day(now())),
        texts=requests.texts(session, found),
    )


@open_to(Role.STORYTELLER)
def take_back(request_id: int) -> Page:
    """Take a request back."""
    requests.own(web.session(), current_actor().person_id, request_id)
    service.take_back(web.session(), current_actor(), request_id)
    web.say("You took it back. We will do nothing more about it.")
    return redirect(url_for("rights.one_of_mine", request_id=request_id), 303)


@uses(Purpose.OWN)
def everything(use: Use) -> Response:
    """Everything we hold about me, in one file that is made while it is sent."""
    stream = stream_with_context(zipped(_files(use), use.at))
    answer = Response(stream, mimetype="application/zip")
    name = f"storybank-everything-{local_day(use.at).isoformat()}.zip"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _files(use: Use) -> Iterator[tuple[str, str]]:
    """Each part as a page to read and as data, and one page that leads to them all."""
    session = web.session()
    page = current_app.jinja_env.get_template("rights/everything/part.html")
    done: list[tuple[str, str]] = []
    for part in held.parts(session, use):
        up = "../" * part.name.count("/")
        yield f"{part.name}.html", page.render(part=part, up=up)
        yield f"{part.name}.json", json.dumps(part.data, ensure_ascii=False, indent=2) + "\n"
        done.append((part.name, part.title))
        # Whoever reads slowly keeps nobody waiting: nothing is held open while bytes travel.
        session.rollback()
    start = current_app.jinja_env.get_template("rights/everything/start.html")
    yield "start-here.html", start.render(parts=done, day=local_day(use.at))


def _form(use: Use, errors: dict[str, str]) -> str:
    session = web.session()
    heads = reading.titles(session, use, sorted(reading.permitted_ids(session, use)))
    return web.render(
        "rights/ask.html", use=use, errors=errors, form=request.form or request.args,
        kinds=OFFERED, stories=list(heads.values()),
    )  # fmt: skip
