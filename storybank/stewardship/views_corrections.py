"""A correction: the old sentence beside the new one, and a button."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stewardship import corrections
from storybank.stewardship.rules import told_apart


@uses(Purpose.KEEP)
def correction(use: Use, request_id: int) -> str:
    """What a storyteller wants put right."""
    found = corrections.look(web.session(), use, request_id)
    old, new = told_apart(found.old, found.new) if found.old is not None else ([], [])
    return web.render("stewardship/correction.html", use=use, one=found, old=old, new=new)


@uses(Purpose.KEEP)
def accept_correction(use: Use, request_id: int) -> Response:
    """Put it in, word for word."""
    corrections.accept(web.session(), use, request_id)
    web.say("The words are put right, and the storyteller is told.")
    return redirect(url_for("rights.request_page", request_id=request_id), 303)
