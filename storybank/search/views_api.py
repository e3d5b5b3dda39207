"""Searching for programs: the same gate, the same search, JSON in place of a page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from storybank import web
from storybank.clock import now
from storybank.consent.purposes import roles_for
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.db import writing
from storybank.errors import BadInput, NotReady, Refused, StorybankError
from storybank.people.limits import limit_searches
from storybank.people.rules import Actor
from storybank.search import keys, openapi, service
from storybank.search.results import BEST, EACH, SORTS, STORY
from storybank.web.errors import TROUBLES

api = Blueprint("search_api", __name__)

_NAMES = {parameter["name"] for parameter in openapi.PARAMETERS}


class Unknown(Refused):
    """No key was sent, or none that opens anything."""

    status = 401


@api.get("/api/search")
@limit_searches
def search() -> Response:
    """What fits, for the use that is named, as whoever made the key may."""
    actor = _whose()
    sent = request.args
    strange = sorted(set(sent) - _NAMES)
    if strange:
        raise BadInput(f"Send only these: {', '.join(sorted(_NAMES))}.")
    use = Use.claim(actor, Purpose(_one_of("purpose", [use.value for use in EIGHT], "")), now())
    found = service.search(
        web.session(),
        current_app.extensions["storybank"].index.at(web.session()),
        use,
        sent.get("q", ""),
        page=_number("page", 1, 1_000_000),
        per_page=_number("limit", service.PER_PAGE, openapi.MOST_A_PAGE),
        sort=_one_of("sort", SORTS, BEST),
        each=_one_of("each", EACH, STORY),
        same=_one_of("same", ("yes", "no"), "yes") == "yes",
    )
    if not found.ready:
        raise NotReady(" ".join(found.notes))
    answer: Response = jsonify(
        understood=found.understood,
        notes=list(found.notes),
        total=found.total,
        page=found.page,
        pages=found.pages,
        same={typed: list(others) for typed, others in found.same.items()},
        spelling=[better for _, better in found.spelling],
        hits=service.as_json(found),
        counts=service.counts_as_json(found),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@web.open_page
def document() -> Response:
    """The OpenAPI document."""
    answer: Response = jsonify(openapi.document())
    return answer


@web.open_page
def about() -> str:
    """The same as a page to read."""
    return web.render("search/api.html", api=openapi.document())


@api.errorhandler(StorybankError)
def _own(error: StorybankError) -> tuple[Response, int]:
    return _problem(error.status, error.sentence)


@api.errorhandler(HTTPException)
def _http(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    trouble = TROUBLES.get(status, TROUBLES[500])
    answer, status = _problem(status, f"{trouble.sentence} {trouble.next}")
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer, status


def _problem(status: int, sentence: str) -> tuple[Response, int]:
    answer: Response = jsonify(error={"status": status, "sentence": sentence})
    if status == Unknown.status:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer, status


def _whose() -> Actor:
    """Who asks: by the key alone, whoever may be signed in on this browser."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = keys.whose(web.session(), token.strip()) if scheme.lower() == "bearer" else None
    if known is None:
        raise Unknown(keys.UNKNOWN)
    actor, key = known
    if keys.is_due(key):
        with writing(current_app.extensions["storybank"].sessions) as session:
            keys.note_use(session, key.id)
    return actor


def _one_of(name: str, among: Any, usual: str) -> str:
    value = request.args.get(name, usual)
    if value not in among:
        raise BadInput(f"{name} is one of: {', '.join(among)}.")
    return value


def _number(name: str, usual: int, most: int) -> int:
    typed = request.args.get(name, str(usual))
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8 and 0 < int(typed) <= most):
        raise BadInput(f"{name} is a whole number from 1 to {most}.")
    return int(typed)


# The marks that every view carries: which uses it shows words for, and who may come.
search.purposes = tuple(use.value for use in EIGHT)  # type: ignore[attr-defined]
search.roles = tuple(  # type: ignore[attr-defined]
    dict.fromkeys(role.value for use in EIGHT for role in roles_for(use))
)
