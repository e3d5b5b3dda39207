"""Complaining without signing in. What is given back opens no page: it is for the phone."""

from __future__ import annotations

from datetime import date

from flask import current_app, redirect, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput, NotFound
from storybank.people.limits import limit_complaints
from storybank.people.login import open_to
from storybank.rights import service
from storybank.rights.rules import acknowledge_by

Page = str | Response | tuple[str, int]


@open_to("anyone")
def complain() -> Page:
    """The form. It asks for nothing but the complaint."""
    return _form({})


@open_to("anyone")
@limit_complaints
def send_complaint() -> Page:
    """Take a complaint, and give its number and the day by which we say that we have it."""
    words, contact = request.form.get("words", ""), request.form.get("contact", "")
    try:
        made = service.complain(web.session(), words, contact)
    except BadInput as no:
        field = "contact" if words.strip() and len(contact) > len(words) else "words"
        return _form({field: no.sentence}), 422
    told = {"number": made.reference, "by": acknowledge_by(made.received_on).toordinal()}
    return redirect(url_for("rights.sent", told=_paper().dumps(told)), 303)


@open_to("anyone")
def sent() -> Page:
    """The number to keep. It stands in the address, signed, so that the page can be loaded again;
    nothing is looked up here, so nothing can be found out."""
    try:
        told = _paper().loads(request.args.get("told", ""))
    except BadData as no:
        raise NotFound("That page is not here.") from no
    return web.render("rights/sent.html", number=told["number"], by=date.fromordinal(told["by"]))


def _paper() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="complaint sent")


def _form(errors: dict[str, str]) -> str:
    return web.render("rights/complain.html", errors=errors, form=request.form)
