"""Signing in and out, and who is asking. The only place that knows Flask-Login.

The cookie holds ``account id:session version``. Raising an account's version makes every cookie
made before worthless at the next request, wherever it is kept. It ends with the browser, unless
its owner said that the phone or computer is their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Literal, TypeVar

from flask import Flask, Request, Response, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from storybank import web
from storybank.errors import NotFound, Refused
from storybank.people import service
from storybank.people.models import Account
from storybank.people.rules import VISITOR, Actor, Role, path_asked, path_of
from storybank.web.errors import old_form_page, outage_page

View = TypeVar("View", bound=Callable[..., Any])
Who = Role | Literal["anyone", "signed in"]

# Both counted from the last visit. Long at home, because a form may be filled in over many
# tired days. Elsewhere the cookie ends with the browser; but some browsers never end.
LASTS_AT_HOME = timedelta(days=60)
LASTS_ELSEWHERE = timedelta(days=1)
AT_HOME = "at_home"
OWN_DEVICE = "own_device"
"""The box to tick on forms: this is my own phone or computer."""
NOT_KEPT = "You were signed out, so your last press was not kept. Sign in, then press it again."


class SignedIn(UserMixin):
    """An account as Flask-Login carries it through one request."""

    def __init__(self, account: Account, actor: Actor) -> None:
        self.actor = actor
        self.key = f"{account.id}:{account.session_version}"

    def get_id(self) -> str:
        return self.key


class Cookies(SecureCookieSessionInterface):
    """The signed cookie, with an end that its owner chose."""

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        return datetime.now(UTC) + LASTS_AT_HOME if session.get(AT_HOME) else None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer, sent = (
            self.get_signing_serializer(app),
            request.cookies.get(self.get_cookie_name(app)),
        )
        if signer is None or not sent:
            return super().open_session(app, request)
        try:
            held, signed = signer.loads(
                sent, max_age=int(LASTS_AT_HOME.total_seconds()), return_timestamp=True
            )
        except BadSignature:
            return self.session_class()
        if not held.get(AT_HOME) and datetime.now(UTC) - signed > LASTS_ELSEWHERE:
            return self.session_class()
        return self.session_class(held)


def init_login(app: Flask) -> None:
    """Let the app know who is asking, and give templates ``actor`` and the two addresses."""
    app.session_interface = Cookies()
    app.register_error_handler(CSRFError, _form_from_before)
    manager = LoginManager()
    manager.session_protection = "strong"
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.context_processor(_for_templates)


def current_actor() -> Actor:
    """Who is asking in this request: looked up once, VISITOR when nobody is signed in."""
    return getattr(current_user, "actor", VISITOR)


def begin_session(account: Account, at_home: bool = False) -> None:
    """Sign the account in on this browser, leaving nothing of who was here before.

    ``at_home``: this phone or computer is their own, so they stay signed in for long. An
    administrator never does.
    """
    actor = service.actor_for(web.session(), account)
    cookie.clear()
    # Flask-Login's strong protection (signed out when the network address or browser changes)
    # acts only on sessions that end with the browser. That is right for an administrator; a
    # storyteller's phone changes its address many times a day.
    cookie.permanent = Role.ADMINISTRATOR not in actor.roles
    if at_home and cookie.permanent:
        cookie[AT_HOME] = True
    login_user(SignedIn(account, actor))


def may_be_signed_in() -> bool:
    """Whether this browser bears a sign-in at all, before anybody asks the database about it."""
    return "_user_id" in cookie


def stays_signed_in() -> bool:
    """Whether the one who is here said that this phone or computer is their own."""
    return bool(cookie.get(AT_HOME))


def end_session() -> None:
    """Sign out on this browser."""
    logout_user()
    cookie.clear()


def sign_in_page_redirect() -> Response:
    """Send a visitor to sign in, and back to this page after; for guards to return."""
    if request.headers.get("HX-Request") == "true":
        # A part of a page cannot become the sign-in page: the whole page must go there.
        back = path_of(request.headers.get("HX-Current-URL"), request.host)
        return Response(status=204, headers={"HX-Redirect": url_for("people.sign_in", next=back)})
    if request.method in ("GET", "HEAD"):
        back = path_asked(request.path, request.query_string)
    else:
        web.say(NOT_KEPT, "notice")
        back = _page_of_form()
    target = url_for("people.sign_in", next=None if back == "/" else back)
    return redirect(target, 303)  # type: ignore[return-value]


def open_to(*who: Who) -> Callable[[View], View]:
    """Say who may come to a page that shows no story words, and hold the door.

    Name "anyone", "signed in", or the roles. A visitor is sent to sign in; somebody else is
    Refused. The view carries ``purposes`` and ``roles`` for the list of routes.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if "anyone" not in who:
                actor = current_actor()
                if not actor.signed_in:
                    return sign_in_page_redirect()
                if "signed in" not in who and not actor.roles.intersection(who):
                    raise Refused("Your account does not open this page.")
            return view(*args, **kwargs)

        guarded.purposes = ()  # type: ignore[attr-defined]
        guarded.roles = tuple(str(one) for one in who)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def _page_of_form() -> str | None:
    """The page on which the form that was sent now is likely to stand.

    Browsers are asked not to say. So it is the nearest page above: "/my/3" for "/my/3/stop".
    """
    adapter = current_app.create_url_adapter(request)
    steps = request.path.strip("/").split("/")
    for count in range(len(steps), 0, -1):
        path = "/" + "/".join(steps[:count])
        try:
            if adapter is not None:
                adapter.match(path, method="GET")
                return path_asked(path, b"")
        except RequestRedirect:
            return path_asked(path, b"")
        except HTTPException:
            continue
    return None


def _form_from_before(error: CSRFError) -> Response:
    """A form sent after its sign-in ended leads to sign in, and back to where it stood."""
    view = current_app.view_functions.get(request.endpoint or "")
    closed = "anyone" not in getattr(view, "roles", ("anyone",))
    try:
        if closed and not current_actor().signed_in:
            return sign_in_page_redirect()
    except SQLAlchemyError as away:
        # Said here, for nobody answers an error that comes while one is answered.
        page = outage_page(away)
        if page is None:
            raise
        return page
    return old_form_page()


def _load(key: str) -> SignedIn | None:
    number, _, version = key.partition(":")
    try:
        account = service.account_by_id(web.session(), int(number))
    except (ValueError, NotFound):
        return None
    if account.disabled_at is not None or str(account.session_version) != version:
        return None
    return SignedIn(account, service.actor_for(web.session(), account))


def _for_templates() -> dict[str, Any]:
    if g.get("bare"):  # The database may be the trouble this page speaks of.
        return {}
    return {
        "actor": current_actor(),
        "account_url": url_for("people.me"),
        "sign_in_url": url_for("people.sign_in"),
        "sign_out_url": url_for("people.sign_out"),
    }
