"""Pages of people: signing in, my account, and the administrator's list of accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Response, redirect, request, url_for

from storybank import web
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import reading, service
from storybank.people.limits import limit_password_check, limit_sign_in
from storybank.people.login import begin_session, current_actor, end_session, open_to
from storybank.people.models import Account
from storybank.people.rules import (
    GIVEN_TO_ACCOUNTS,
    Role,
    check_password,
    clean_email,
    clean_name,
    local_path,
    person_id_of,
    read_role,
)

bp = Blueprint("people", __name__, template_folder="templates")
Errors = dict[str, str]
Page = str | Response | tuple[str, int]
T = TypeVar("T")
A_PAGE = 50


@bp.get("/sign-in")
@open_to("anyone")
def sign_in() -> Page:
    back = local_path(request.args.get("next"))
    if current_actor().signed_in:
        return _go(back or "/")
    return _sign_in_page(back)


@bp.post("/sign-in")
@open_to("anyone")
@limit_sign_in
def send_sign_in() -> Page:
    back = local_path(request.form.get("next"))
    email, password = request.form.get("email", ""), request.form.get("password", "")
    errors: Errors = {}
    _checked(errors, "email", clean_email, email)
    if not password:
        errors["password"] = "Write your password."
    if errors:
        return _sign_in_page(back, email, errors)
    try:
        account = service.sign_in(web.session(), email, password)
    except Refused as no:
        return _sign_in_page(back, email, {"email": no.sentence})
    begin_session(account)
    return _go(back or "/")


@bp.post("/sign-out")
@open_to("anyone")
def sign_out() -> Page:
    end_session()
    web.say("You are signed out.")
    return _go(url_for("people.sign_in"))


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
    try:
        service.sign_in(web.session(), account.email, old)
    except Refused:
        errors["current_password"] = "This is not your password now. Write it again."
    _checked(errors, "new_password", check_password, new)
    if errors:
        return _my_page(errors)
    service.set_password(web.session(), account, new)
    begin_session(account)
    web.say("Your password is changed. You are signed out everywhere else.")
    return _go(url_for("people.me"))


@bp.post("/me/sign-out-everywhere")
@open_to("signed in")
def sign_out_everywhere() -> Page:
    service.end_all_sessions(web.session(), _mine())
    end_session()
    web.say("You are signed out on every computer and phone.")
    return _go(url_for("people.sign_in"))


@bp.get("/people")
@open_to(Role.ADMINISTRATOR)
def accounts() -> Page:
    search = request.args.get("email", "")
    count = reading.count_accounts(web.session(), search)
    pages = max(1, -(-count // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    rows = reading.list_accounts(web.session(), (page - 1) * A_PAGE, A_PAGE, search)
    return web.render(
        "people/accounts.html", rows=rows, count=count, search=search, page=page, pages=pages
    )


@bp.get("/people/new")
@open_to(Role.ADMINISTRATOR)
def new_account() -> Page:
    return _new_page({}, ())


@bp.post("/people/new")
@open_to(Role.ADMINISTRATOR)
def open_account() -> Page:
    form, errors = request.form, Errors()
    name, code = form.get("name", ""), form.get("code", "")
    password = form.get("password", "")
    _checked(errors, "email", clean_email, form.get("email", ""))
    if name.strip():
        _checked(errors, "name", clean_name, name)
    roles = _roles_sent(errors)
    person_id = _checked(errors, "code", person_id_of, code) if code.strip() else None
    if person_id and Role.STORYTELLER not in roles:
        errors["code"] = "A code is for storytellers. Choose that role too, or leave this empty."
    _checked(errors, "password", check_password, password)
    if errors:
        return _new_page(errors, roles)
    try:
        account = service.add_account(
            web.session(), form["email"], roles, name, password, person_id
        )
    except (Conflict, NotFound) as no:
        return _new_page({"email" if no.sentence == service.TAKEN else "code": no.sentence}, roles)
    web.say("The account is open. Tell its owner the address and the password, not by e-mail.")
    return _go(url_for("people.account", account_id=account.id))


@bp.get("/people/<int:account_id>")
@open_to(Role.ADMINISTRATOR)
def account(account_id: int) -> Page:
    return _account_page(_named(account_id))


@bp.post("/people/<int:account_id>/roles")
@open_to(Role.ADMINISTRATOR)
def change_roles(account_id: int) -> Page:
    account, errors = _named(account_id), Errors()
    before = reading.roles_of(web.session(), [account.id])[account.id]
    roles = _roles_sent(errors)
    if not errors:
        _checked(errors, "roles", service.set_roles, web.session(), account, roles)
    if errors:
        return _account_page(account, errors, roles)
    undo = url_for("people.change_roles", account_id=account.id)
    web.say("The roles are changed.", undo=undo, fields={"roles": ",".join(before)})
    return _back_to(account, still_administrator=Role.ADMINISTRATOR in roles)


@bp.post("/people/<int:account_id>/password")
@open_to(Role.ADMINISTRATOR)
def change_password(account_id: int) -> Page:
    account, errors = _named(account_id), Errors()
    password = request.form.get("new_password", "")
    _checked(errors, "new_password", service.set_password, web.session(), account, password)
    if errors:
        return _account_page(account, errors)
    if account.id == current_actor().account_id:
        begin_session(account)
    web.say("The password is changed. The account is signed out everywhere.")
    return _back_to(account)


@bp.post("/people/<int:account_id>/end-sessions")
@open_to(Role.ADMINISTRATOR)
def end_sessions(account_id: int) -> Page:
    account = _named(account_id)
    service.end_all_sessions(web.session(), account)
    web.say("The account is signed out everywhere.")
    return _back_to(account)


@bp.post("/people/<int:account_id>/disable")
@open_to(Role.ADMINISTRATOR)
def disable(account_id: int) -> Page:
    account, errors = _named(account_id), Errors()
    _checked(errors, "disable", service.disable, web.session(), account)
    if errors:
        return _account_page(account, errors)
    undo = url_for("people.enable", account_id=account.id)
    web.say("The account is closed: nobody can sign in with it.", undo=undo)
    return _back_to(account)


@bp.post("/people/<int:account_id>/enable")
@open_to(Role.ADMINISTRATOR)
def enable(account_id: int) -> Page:
    account = _named(account_id)
    service.enable(web.session(), account)
    web.say("The account is open again.")
    return _back_to(account)


def _go(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


def _back_to(account: Account, still_administrator: bool = True) -> Response:
    """The account's page, or one's own where that page has just closed behind one."""
    if account.id == current_actor().account_id and not still_administrator:
        return _go(url_for("people.me"))
    return _go(url_for("people.account", account_id=account.id))


def _checked(errors: Errors, field: str, check: Callable[..., T], *values: Any) -> T | None:
    """What ``check`` makes of the values; its complaint is noted beside the field."""
    try:
        return check(*values)
    except (BadInput, Refused) as no:
        errors[field] = no.sentence
        return None


def _roles_sent(errors: Errors) -> tuple[Role, ...]:
    """The roles ticked, or sent back by an undo as one comma-separated value."""
    words = [word for value in request.form.getlist("roles") for word in value.split(",")]
    try:
        roles = tuple(read_role(word) for word in words)
    except BadInput as no:
        errors["roles"] = no.sentence
        return ()
    if not roles:
        errors["roles"] = "Choose at least one role."
    return roles


def _mine() -> Account:
    return _named(current_actor().account_id or 0)


def _named(account_id: int) -> Account:
    return service.account_by_id(web.session(), account_id)


def _sign_in_page(back: str | None, email: str = "", errors: Errors | None = None) -> Page:
    page = web.render("people/sign_in.html", back=back, email=email, errors=errors)
    return (page, 422) if errors else page


def _my_page(errors: Errors | None = None) -> Page:
    account = _mine()
    roles = reading.roles_of(web.session(), [account.id])[account.id]
    page = web.render("people/me.html", account=account, roles=roles, errors=errors)
    return (page, 422) if errors else page


def _new_page(errors: Errors, roles: Iterable[Role]) -> Page:
    page = web.render(
        "people/new_account.html",
        form=request.form,
        every_role=GIVEN_TO_ACCOUNTS,
        roles=tuple(roles),
        errors=errors,
    )
    return (page, 422) if errors else page


def _account_page(
    account: Account, errors: Errors | None = None, roles: Iterable[Role] | None = None
) -> Page:
    if roles is None:
        roles = reading.roles_of(web.session(), [account.id])[account.id]
    page = web.render(
        "people/account.html",
        account=account,
        every_role=GIVEN_TO_ACCOUNTS,
        roles=tuple(roles),
        errors=errors,
    )
    return (page, 422) if errors else page
