"""The short way for a phone that asks whether anything is new, and nothing is.

A room of a thousand phones asks five hundred times a second. Nearly always the answer is that
nothing changed: it is found with one statement and given before the pages, their forms and the log
are asked. Everything else goes the usual way, which compares again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.http import parse_cookie

from storybank.meetings import phones, seats
from storybank.web.headers import EVERY_ANSWER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADDRESS = "/seat/now"
HEADERS = [*EVERY_ANSWER.items(), ("Cache-Control", "no-store"), ("Vary", "Cookie")]


class ShortWay:
    """Answers 204 to a phone that has what stands; hands on every other request."""

    def __init__(self, pages: WSGIApplication, sessions: sessionmaker[Session]) -> None:
        self._pages, self._sessions = pages, sessions

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request, by WSGI."""
        if environ.get("PATH_INFO") == ADDRESS and environ.get("REQUEST_METHOD") == "GET":
            had = _had(environ.get("QUERY_STRING", ""))
            if had and had == self._version(environ):
                start("204 NO CONTENT", list(HEADERS))
                return []
        return self._pages(environ, start)

    def _version(self, environ: WSGIEnvironment) -> str | None:
        cookie = parse_cookie(environ).get(seats.COOKIE, "")
        try:
            with self._sessions() as session:
                return phones.version_for(session, *seats.read(cookie))
        except SQLAlchemyError:
            # The usual way has words for it.
            return None


def _had(query: str) -> str:
    """What the phone says it has: the one plain ``v`` of the query, or nothing."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "v":
            had = value.partition("%7E")[0].partition(phones.BETWEEN)[0]
            return "" if "%" in had or "+" in had else had
    return ""
