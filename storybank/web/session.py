"""One database session for each request: kept when the answer is good, undone when it is not."""

from contextlib import suppress

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from storybank.db import begin_writing
from storybank.web.errors import READS, outage_page, undo_session
from storybank.web.messages import forget_messages

_KEY = "storybank.sessions"
LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "120s",
}
"""On a server: how long a page waits for one statement and for others to let go, and how long a
page that came to nothing (its machine was cut off) may hold what others wait for."""
_LIMITED = sa.text(
    "SELECT " + ", ".join(f"set_config('{name}', '{time}', true)" for name, time in LIMITS.items())
)


def session() -> Session:
    """Return the database session of this request, opened at the first call.

    A form that was sent takes the write lock at once. A view answering GET that will write
    calls `db.begin_writing` itself before it reads.
    """
    if "session" not in g:
        opened: Session = current_app.extensions[_KEY]()
        g.session = opened
        if has_request_context():
            if request.method not in READS:
                begin_writing(opened)
            if opened.get_bind().dialect.name == "postgresql":
                opened.execute(_LIMITED)
    return g.session


def init_session(app: Flask, sessions: sessionmaker[Session]) -> None:
    """Commit after an answer below 400, roll back after any other, and always close.

    A commit that fails turns the answer into the page for a fault, or for an outage, so that
    nobody is told that something was kept when it was not.
    """
    app.extensions[_KEY] = sessions
    app.after_request(_finish)
    app.teardown_appcontext(_close)


def _finish(response: Response) -> Response:
    opened = g.get("session")
    if response.status_code >= 400:
        forget_messages()
        undo_session()
    elif opened is not None:
        try:
            opened.commit()
        except SQLAlchemyError as error:
            page = outage_page(error, keeping=True)
            if page is None:
                raise
            return page
    return response


def _close(error: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        with suppress(SQLAlchemyError):
            opened.close()
