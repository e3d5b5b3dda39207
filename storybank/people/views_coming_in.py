"""Pages for who was invited: the link or the code, one button, and then how to come in later."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.errors import Refused
from storybank.people import invitations, passkeys, tokens
from storybank.people.administration import Page, bp, form_page, go, named
from storybank.people.limits import limit_guesses
from storybank.people.login import OWN_DEVICE, begin_session, current_actor, open_to


@bp.get("/come-in")
@open_to("anyone")
def come_in() -> Page:
    """Where the code of a printed slip is typed."""
    return form_page("come_in", None, code="")


@bp.post("/come-in")
@open_to("anyone")
@limit_guesses
def come_in_by_code() -> Page:
    code = request.form.get("code", "")
    if not code.strip():
        return form_page("come_in", {"code": "Type the code from your slip."}, code="")
    return _claim(tokens.hash_of(code)) or form_page(
        "come_in", {"code": invitations.NO_GOOD}, code=code
    )


@bp.get("/come-in/<token>")
@open_to("anyone")
def open_invitation(token: str) -> Page:
    """The link of a letter or a slip. It shows a button and changes nothing."""
    if invitations.opens(web.session(), tokens.hash_token(token)):
        return form_page("open_invitation", None, token=token)
    if current_actor().signed_in:
        return go("/")
    return _does_not_open()


@bp.post("/come-in/<token>")
@open_to("anyone")
@limit_guesses
def press_invitation(token: str) -> Page:
    came_in = _claim(tokens.hash_token(token))
    if came_in is not None:
        return came_in
    return _does_not_open()


@bp.get("/me/ways")
@open_to("signed in")
def ways() -> Page:
    """How somebody can come in the next time."""
    account = named(current_actor().account_id or 0)
    known = ""
    if account.email is None and account.person_id is not None:
        known = invitations.address_of(web.session(), account.person_id)
    held = passkeys.list_of(web.session(), account.id)
    return form_page("ways", None, account=account, email=known, passkeys=held)


def _does_not_open() -> Page:
    """One page for an invitation that is used, void, too old or none at all."""
    page = web.render("people/come_in.html", errors=None, code="", dead=invitations.NO_GOOD)
    return page, 404


def _claim(hashed: str | None) -> Page | None:
    """Sign in whoever holds the invitation, once; None when it opens nothing."""
    try:
        account = invitations.claim_hashed(web.session(), hashed)
    except Refused:
        return None
    begin_session(account, at_home=OWN_DEVICE in request.form)
    web.say("You are in.")
    return go(url_for("people.ways", first=1))
