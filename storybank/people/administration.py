"""The administrator's pages: the list of accounts, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Response, redirect, request, url_for

from storybank import web
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import reading, service
from storybank.people.login import begin_session, current_actor, open_to
from storybank.people.models import Account
from storybank.people.rules import (
    GIVEN_TO_ACCOUNTS,
    Role,
    check_password,
    clean_email,
    clean_name,
    clean_organisation,
    person_id_of,
    read_role,
)

bp = Blueprint(
    "people",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/people/static",
)
Errors = dict[str, str]
Page = str | Response | tuple[str, int]
T = TypeVar("T")
A_PAGE = 25


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
    checked(errors, "email", clean_email, form.get("email", ""))
    if name.strip():
        checked(errors, "name", clean_name, name)
    checked(errors, "organisation", clean_organisation, form.get("organisation", ""))
    roles = _roles_sent(errors)
    person_id = checked(errors, "code", person_id_of, code) if code.strip() else None
    if person_id and Role.STORYTELLER not in roles:
        errors["code"] = "A code is for storytellers. Choose that role too, or leave this empty."
    checked(errors, "password", check_password, password)
    if errors:
        return _new_page(errors, roles)
    try:
        account = service.add_account(
            web.session(), form["email"], roles, name, password, person_id,
            form.get("organisation"),
        )  # fmt: skip
    except (Conflict, NotFound) as no:
        return _new_page({"email" if no.sentence == service.TAKEN else "code": no.sentence}, roles)
    web.say("The account is open. Tell its owner the address and the password, not by e-mail.")
    return go(url_for("people.account", account_id=account.id))


@bp.get("/people/<int:account_id>")
@open_to(Role.ADMINISTRATOR)
def account(account_id: int) -> Page:
    return _account_page(named(account_id))


@bp.post("/people/<int:account_id>/roles")
@open_to(Role.ADMINISTRATOR)
def change_roles(account_id: int) -> Page:
    account, errors = named(account_id), Errors()
    before = reading.roles_of(web.session(), [account.id])[account.id]
    roles = _roles_sent(errors)
    if not errors:
        checked(errors, "roles", service.set_roles, web.session(), account, roles)
    if errors:
        return _account_page(account, errors, roles)
    undo = url_for("people.change_roles", account_id=account.id)
    web.say("The roles are changed.", undo=undo, fields={"roles": ",".join(before)})
    return _back_to(account, still_administrator=Role.ADMINISTRATOR in roles)


@bp.post("/people/<int:account_id>/organisation")
@open_to(Role.ADMINISTRATOR)
def change_organisation(account_id: int) -> Page:
    account, errors = named(account_id), Errors()
    before, place = account.organisation or "", request.form.get("organisation", "")
    checked(errors, "organisation", service.set_organisation, web.session(), account, place)
    if errors:
        return _account_page(account, errors)
    undo = url_for("people.change_organisation", account_id=account.id)
    web.say("The place of work is changed.", undo=undo, fields={"organisation": before})
    return _back_to(account)


@bp.post("/people/<int:account_id>/password")
@open_to(Role.ADMINISTRATOR)
def change_password(account_id: int) -> Page:
    account, errors = named(account_id), Errors()
    password = request.form.get("new_password", "")
    checked(errors, "new_password", service.set_password, web.session(), account, password)
    if errors:
        return _account_page(account, errors)
    if account.id == current_actor().account_id:
        begin_session(account)
    web.say("The password is changed. The account is signed out everywhere.")
    return _back_to(account)


@bp.post("/people/<int:account_id>/end-sessions")
@open_to(Role.ADMINISTRATOR)
def end_sessions(account_id: int) -> Page:
    account = named(account_id)
    service.end_all_sessions(web.session(), account)
    web.say("The account is signed out everywhere.")
    return _back_to(account)


@bp.post("/people/<int:account_id>/disable")
@open_to(Role.ADMINISTRATOR)
def disable(account_id: int) -> Page:
    account, errors = named(account_id), Errors()
    checked(errors, "disable", service.disable, web.session(), account)
    if errors:
        return _account_page(account, errors)
    undo = url_for("people.enable", account_id=account.id)
    web.say("The account is closed: nobody can sign in with it.", undo=undo)
    return _back_to(account)


@bp.post("/people/<int:account_id>/enable")
@open_to(Role.ADMINISTRATOR)
def enable(account_id: int) -> Page:
    account = named(account_id)
    service.enable(web.session(), account)
    web.say("The account is open again.")
    return _back_to(account)


def go(target: str) -> Response:
    """On to the next page after a form."""
    return redirect(target, 303)  # type: ignore[return-value]


def form_page(name: str, errors: Errors | None, **context: Any) -> Page:
    """The page ``name`` of this room, with what is wrong in its form if anything is."""
    context.update(errors=errors, every_role=GIVEN_TO_ACCOUNTS)
    page = web.render(f"people/{name}.html", **context)
    return (page, 422) if errors else page


def checked(errors: Errors, field: str, check: Callable[..., T], *values: Any) -> T | None:
    """What ``check`` makes of the values; its complaint is noted beside the field."""
    try:
        return check(*values)
    except (BadInput, Refused) as no:
        errors[field] = no.sentence
        return None


def named(account_id: int) -> Account:
    """The account of this number. Raises NotFound."""
    return service.account_by_id(web.session(), account_id)


def _back_to(account: Account, still_administrator: bool = True) -> Response:
    """The account's page, or one's own where that page has just closed behind one."""
    if account.id == current_actor().account_id and not still_administrator:
        return go(url_for("people.me"))
    return go(url_for("people.account", account_id=account.id))


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


def _new_page(errors: Errors, roles: Iterable[Role]) -> Page:
    return form_page("new_account", errors, form=request.form, roles=tuple(roles))


def _account_page(
    account: Account, errors: Errors | None = None, roles: Iterable[Role] | None = None
) -> Page:
    if roles is None:
        roles = reading.roles_of(web.session(), [account.id])[account.id]
    return form_page("account", errors, account=account, roles=tuple(roles))
