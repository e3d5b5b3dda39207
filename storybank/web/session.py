"""One database session for each request: kept when the answer is good, undone when it is not."""

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy.orm import Session, sessionmaker

from storybank.db import begin_writing
from storybank.web.messages import forget_messages

_READS = ("GET", "HEAD", "OPTIONS")
_KEY = "storybank.sessions"


def session() -> Session:
    """Return the database session of this request, opened at the first call.

    A form that was sent takes the write lock at once. A view answering GET that will write
    calls `db.begin_writing` itself before it reads.
    """
    if "session" not in g:
        g.session = current_app.extensions[_KEY]()
        if has_request_context() and request.method not in _READS:
            begin_writing(g.session)
    return g.session


def init_session(app: Flask, sessions: sessionmaker[Session]) -> None:
    """Commit after an answer below 400, roll back after any other, and always close.

    A commit that fails turns the answer into the page for a fault, so that nobody is told
    that something was kept when it was not.
    """
    app.extensions[_KEY] = sessions
    app.after_request(_finish)
    app.teardown_appcontext(_close)


def _finish(response: Response) -> Response:
    opened = g.get("session")
    if response.status_code >= 400:
        forget_messages()
        if opened is not None:
            opened.rollback()
    elif opened is not None:
        opened.commit()
    return response


def _close(error: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()
