"""Pages for when something does not go as hoped: plain words, and what to do next.

They never show a code, a traceback, or anything that was asked or sent.
"""

from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from storybank.errors import StorybankError
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


def init_errors(app: Flask) -> None:
    """Answer every failure with a page of our own."""
    app.register_error_handler(CSRFError, lambda error: old_form_page())
    app.register_error_handler(StorybankError, _own)
    app.register_error_handler(HTTPException, _http)


def old_form_page() -> Response:
    """The page for a form whose page was open for too long."""
    return _page(400, OLD_FORM)


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
