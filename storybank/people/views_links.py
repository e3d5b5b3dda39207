"""Pages of the links that come by e-mail: asked for, opened, pressed. Opening alone does nothing,
for programs that look through mail open every link in it."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.errors import Conflict, Refused
from storybank.people import links
from storybank.people.administration import Errors, Page, bp, checked, form_page, go, named
from storybank.people.limits import limit_guesses, limit_links, limit_own_links
from storybank.people.login import OWN_DEVICE, begin_session, current_actor, open_to
from storybank.people.rules import clean_email, local_path


@bp.post("/sign-in/link")
@open_to("anyone")
@limit_links
def ask_for_link() -> Page:
    """The same answer after the same work, whether the address is known or not."""
    back = local_path(request.form.get("next"))
    email, errors = request.form.get("email", ""), Errors()
    checked(errors, "link_email", clean_email, email)
    if errors:
        return form_page("sign_in", errors, back=back, email="", link_email=email)
    links.ask(web.session(), email, back)
    return go(url_for("people.link_sent"))


@bp.get("/sign-in/sent")
@open_to("anyone")
def link_sent() -> Page:
    return form_page("link_sent", None)


@bp.get("/sign-in/link/<token>")
@open_to("anyone")
def open_link(token: str) -> Page:
    if links.opens(web.session(), token):
        return form_page("open_link", None, token=token)
    if current_actor().signed_in:
        return go("/")
    return _does_not_open()


@bp.post("/sign-in/link/<token>")
@open_to("anyone")
@limit_guesses
def press_link(token: str) -> Page:
    try:
        came = links.come_in(web.session(), token)
    except Refused:
        return _does_not_open()
    begin_session(came.account, at_home=OWN_DEVICE in request.form)
    return go(came.back or "/")


@bp.post("/me/address")
@open_to("signed in")
@limit_own_links
def check_my_address() -> Page:
    """Send a link to the address somebody says is theirs; it is theirs when the link comes back."""
    account, errors = named(current_actor().account_id or 0), Errors()
    email = request.form.get("email", "")
    checked(errors, "email", clean_email, email)
    if errors:
        return form_page("my_address", errors, account=account, email=email)
    links.ask_for_address(web.session(), account, email)
    web.say("We sent you a link. Open it on this phone or computer, then press the button.")
    return go(url_for("people.my_address"))


@bp.get("/me/address")
@open_to("signed in")
def my_address() -> Page:
    account = named(current_actor().account_id or 0)
    return form_page("my_address", None, account=account, email="")


@bp.get("/me/address/<token>")
@open_to("signed in")
def open_address(token: str) -> Page:
    if not links.opens(web.session(), token, links.Purpose.ADDRESS):
        return _does_not_open()
    return form_page("open_address", None, token=token)


@bp.post("/me/address/<token>")
@open_to("signed in")
@limit_guesses
def press_address(token: str) -> Page:
    account = named(current_actor().account_id or 0)
    try:
        links.show_address(web.session(), account, token)
    except Conflict as no:
        return form_page("my_address", {"email": no.sentence}, account=account, email="")
    except Refused:
        return _does_not_open()
    web.say("Thank you. We can now send links for coming in to your e-mail.")
    return go(url_for("people.ways"))


def _does_not_open() -> Page:
    """One page for a link that is used, too old, replaced by a newer one or no link at all."""
    page = web.render("people/dead_link.html", signed_in=current_actor().signed_in)
    return page, 404
