"""Pages for when something does not go as hoped: plain words, and what to do next.

They never show a code, a traceback, or anything that was asked or sent.
"""

import random
from contextlib import suppress
from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from storybank.errors import StorybankError
from storybank.outages import Outage, outage, unanswered
from storybank.web.messages import forget_messages


@dataclass(frozen=True)
class Trouble:
    """What happened, in a heading and a sentence, and what the reader can do next."""

    heading: str
    sentence: str
    next: str


GO_BACK = "Go back and check what you sent, then try again."
ASK = "If you think you should be able to see this, ask the person who looks after Storybank."

TROUBLES: dict[int, Trouble] = {
    400: Trouble("We could not read that", "Something in the request was not right.", GO_BACK),
    403: Trouble("You cannot see this page", "Your account does not open this page.", ASK),
    404: Trouble(
        "Page not found",
        "This page is not here, or it is not for you to see.",
        "Check the address, or start again from the first page.",
    ),
    405: Trouble(
        "That does not work here",
        "This address does not take that kind of request.",
        "Start again from the first page, and use the buttons on the pages.",
    ),
    409: Trouble(
        "Something changed in the meantime",
        "Someone changed this after you opened the page, so we did not save what you sent.",
        "Open the page again to see how it stands now, then try again.",
    ),
    413: Trouble(
        "That is too big",
        "What you sent is larger than Storybank can take in one go.",
        "Send a smaller file, or send it in parts.",
    ),
    422: Trouble("Something needs mending", "We could not use what you sent.", GO_BACK),
    429: Trouble(
        "Please wait a little",
        "There were many tries in a short time, so we stopped taking more for now.",
        "Wait a few minutes, then try again.",
    ),
    500: Trouble(
        "Sorry, something went wrong",
        "This is our mistake, not yours. Nothing you sent just now was saved.",
        "Try again in a few minutes. If it happens again, tell the person who looks after "
        "Storybank what you were doing.",
    ),
    503: Trouble(
        "Storybank is resting",
        "It cannot answer just now. Nothing you saved before is lost.",
        "Try again in a few minutes.",
    ),
}

OLD_FORM = Trouble(
    "This form is out of date",
    "The page was open for a long time, or you signed out in another window, "
    "so we did not save what you sent.",
    "Go back to the page: what you typed may still be there, and you can copy it. "
    "Then load the page again and send it once more.",
)

OUTAGES = {
    Outage.AWAY: (503, TROUBLES[503]),
    Outage.BUSY: (
        503,
        Trouble(
            "Storybank is busy",
            "It had more to do than it could just now. Nothing you sent just now was saved.",
            "Try again in a minute.",
        ),
    ),
    Outage.FULL: (
        507,
        Trouble(
            "There is no room left",
            "The place where Storybank keeps things is full. Nothing you sent just now was saved; "
            "nothing you saved before is lost.",
            "Keep what you typed, and tell the person who looks after Storybank.",
        ),
    ),
    Outage.CLASH: (409, TROUBLES[409]),
}
NOT_SAVED = Trouble(
    "Storybank is resting",
    "It cannot answer just now. Nothing you sent just now was saved; nothing you saved before is "
    "lost.",
    "Keep what you typed, and send it again in a few minutes.",
)
NOT_KNOWN = Trouble(
    "We do not know whether that was saved",
    "The answer was lost on its way. We do not know whether that was saved. Look before you send "
    "it again.",
    "Open the page where it should be, in a minute or two, and see how it stands.",
)
COME_BACK = 5, 15
"""Seconds after which a page that could not be read asks again by itself: drawn between these, so
that not everybody comes in the same moment."""
READS = ("GET", "HEAD", "OPTIONS")

log = structlog.get_logger("storybank.web")


def init_errors(app: Flask) -> None:
    """Answer every failure with a page of our own."""
    app.register_error_handler(SQLAlchemyError, _of_database)
    app.register_error_handler(CSRFError, lambda error: old_form_page())
    app.register_error_handler(StorybankError, _own)
    app.register_error_handler(HTTPException, _http)


def old_form_page() -> Response:
    """The page for a form whose page was open for too long."""
    return _page(400, OLD_FORM)


def outage_page(error: SQLAlchemyError, keeping: bool = False) -> Response | None:
    """The page for what befell the database; None where nothing did, and we are at fault.

    ``keeping``: everything was being kept when it happened.
    """
    kind = outage(error)
    if kind is None:
        return None
    undo_session()
    status, trouble = OUTAGES[kind]
    sent = request.method not in READS
    lost = keeping and sent and unanswered(error)
    if kind is Outage.AWAY and sent:
        trouble = NOT_KNOWN if lost else NOT_SAVED
    log.warning(
        "outage",
        request_id=g.get("request_id"),
        endpoint=request.endpoint,
        what=kind.value,
        error=type(getattr(error, "orig", error)).__name__,
        not_known=lost,
    )
    response = _page(status, trouble)
    if status == 503:
        pause = str(random.randint(*COME_BACK))  # noqa: S311
        response.headers["Retry-After"] = pause
        if request.method == "GET" and "HX-Request" not in request.headers:
            response.headers["Refresh"] = pause
    return response


def undo_session() -> None:
    """Let go of what this request began in the database, whatever state that is in."""
    opened = g.get("session")
    if opened is None:
        return
    try:
        opened.rollback()
    except SQLAlchemyError:
        with suppress(SQLAlchemyError):
            opened.invalidate()


def _of_database(error: SQLAlchemyError) -> Response:
    page = outage_page(error)
    if page is None:
        # A fault of ours: logged and answered as any other.
        raise error
    return page


def _own(error: StorybankError) -> Response:
    """Show the error's own sentence: it was written for the reader."""
    usual = TROUBLES.get(error.status) or TROUBLES[500]
    return _page(error.status, Trouble(usual.heading, error.sentence, usual.next))


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    usual = TROUBLES.get(status) or TROUBLES[500 if status >= 500 else 400]
    response = _page(status, usual)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _page(status: int, trouble: Trouble) -> Response:
    forget_messages()
    if status < 500:
        page = render_template("error.html", trouble=trouble)
    else:
        # Without context processors: the menu may ask the database who is reading, and the
        # database may be the trouble.
        page = current_app.jinja_env.get_template("error.html").render(trouble=trouble)
    return make_response(page, status)
