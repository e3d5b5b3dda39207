"""Pages for anybody with an account: signing in and out, and my account."""

from __future__ import annotations

from flask import current_app, request, url_for

from storybank import web
from storybank.db import begin_writing
from storybank.errors import Refused
from storybank.people import (
    reading,
    service,
    views_coming_in,
    views_inviting,
    views_links,
    views_passkeys,
    views_tellers,
)
from storybank.people.administration import Errors, Page, bp, checked, form_page, go, named
from storybank.people.limits import limit_password_check, limit_sign_in
from storybank.people.login import (
    OWN_DEVICE,
    begin_session,
    current_actor,
    end_session,
    open_to,
    stays_signed_in,
)
from storybank.people.models import Account
from storybank.people.rules import check_password, clean_email, local_path

# Each adds its pages to the blueprint.
OTHERS = (views_coming_in, views_inviting, views_links, views_passkeys, views_tellers)

__all__ = ["OTHERS", "bp"]


@bp.get("/sign-in")
@open_to("anyone")
def sign_in() -> Page:
    back = local_path(request.args.get("next"))
    if current_actor().signed_in:
        return go(back or "/")
    return _sign_in_page(back)


@bp.post("/sign-in")
@open_to("anyone")
@limit_sign_in
def send_sign_in() -> Page:
    back = local_path(request.form.get("next"))
    email, password = request.form.get("email", ""), request.form.get("password", "")
    errors: Errors = {}
    checked(errors, "email", clean_email, email)
    if not password:
        errors["password"] = "Write your password."
    if errors:
        return _sign_in_page(back, email, errors)
    # A form takes the write lock at once. Checking a password is slow and writes nothing, so
    # the lock is given back: nobody else should wait for it.
    web.session().rollback()
    try:
        account = service.sign_in(web.session(), email, password)
    except Refused as no:
        return _sign_in_page(back, email, {"email": no.sentence})
    if service.has_old_hash(account):
        # What was read without the lock may have moved on: writing begins anew.
        web.session().rollback()
        begin_writing(web.session())
        service.renew_hash(web.session(), account, password)
    begin_session(account, at_home=OWN_DEVICE in request.form)
    return go(back or "/")


@bp.post("/sign-out")
@open_to("anyone")
def sign_out() -> Page:
    end_session()
    web.say("You are signed out.")
    return go(url_for("people.sign_in"))


@bp.get("/me")
@open_to("signed in")
def me() -> Page:
    return _my_page()


@bp.post("/me/password")
@open_to("signed in")
@limit_password_check
def change_my_password() -> Page:
    account = _mine()
    old, new = request.form.get("current_password", ""), request.form.get("new_password", "")
    errors: Errors = {}
    if account.email is None:
        errors["new_password"] = "For a password we need your e-mail address first."
    elif account.password_hash is not None:
        # Who never had one chooses the first without it.
        try:
            service.sign_in(web.session(), account.email, old)
        except Refused:
            errors["current_password"] = "This is not your password now. Write it again."
    checked(errors, "new_password", check_password, new)
    if errors:
        return _my_page(errors)
    service.set_password(web.session(), account, new)
    begin_session(account, at_home=stays_signed_in())
    web.say("Your password is changed. You are signed out everywhere else.")
    return go(url_for("people.me"))


@bp.post("/me/sign-out-everywhere")
@open_to("signed in")
def sign_out_everywhere() -> Page:
    service.end_all_sessions(web.session(), _mine())
    end_session()
    web.say("You are signed out on every computer and phone.")
    return go(url_for("people.sign_in"))


def _mine() -> Account:
    return named(current_actor().account_id or 0)


def _sign_in_page(back: str | None, email: str = "", errors: Errors | None = None) -> Page:
    return form_page("sign_in", errors, back=back, email=email)


def _my_page(errors: Errors | None = None) -> Page:
    account = _mine()
    roles = reading.roles_of(web.session(), [account.id])[account.id]
    has_keys = "search.keys" in current_app.view_functions
    return form_page("me", errors, account=account, roles=roles, has_keys=has_keys)
