"""Signing in and out, and who is asking. The only place that knows Flask-Login.

The cookie holds ``account id:session version``. Raising an account's version makes every cookie
made before worthless at the next request, wherever it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Literal, TypeVar

from flask import Flask, Response, g, redirect, request, url_for
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from storybank import web
from storybank.errors import NotFound, Refused
from storybank.people import service
from storybank.people.models import Account
from storybank.people.rules import VISITOR, Actor, Role, path_asked, path_of

View = TypeVar("View", bound=Callable[..., Any])
Who = Role | Literal["anyone", "signed in"]

# Counted from the last visit. Long, because a form may be filled in over many tired days.
LASTS = timedelta(days=20)


class SignedIn(UserMixin):
    """An account as Flask-Login carries it through one request."""

    def __init__(self, account: Account, actor: Actor) -> None:
        self.actor = actor
        self.key = f"{account.id}:{account.session_version}"

    def get_id(self) -> str:
        return self.key


def init_login(app: Flask) -> None:
    """Let the app know who is asking, and give templates ``actor`` and the two addresses."""
    app.config.update(PERMANENT_SESSION_LIFETIME=LASTS)
    manager = LoginManager()
    manager.session_protection = "strong"
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.context_processor(_for_templates)


def current_actor() -> Actor:
    """Who is asking in this request: looked up once, VISITOR when nobody is signed in."""
    return getattr(current_user, "actor", VISITOR)


def begin_session(account: Account) -> None:
    """Sign the account in on this browser, leaving nothing of who was here before."""
    actor = service.actor_for(web.session(), account)
    cookie.clear()
    # Flask-Login's strong protection (signed out when the network address or browser changes)
    # acts only on sessions that end with the browser. That is right for an administrator; a
    # storyteller's phone changes its address many times a day.
    cookie.permanent = Role.ADMINISTRATOR not in actor.roles
    login_user(SignedIn(account, actor))


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
    asked = request.method in ("GET", "HEAD")
    back = path_asked(request.path, request.query_string) if asked else None
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
