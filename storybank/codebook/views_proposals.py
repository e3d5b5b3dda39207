"""Codes that are proposed and talked about. No words of stories."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.codebook import proposals, service
from storybank.codebook.forms import typed
from storybank.codebook.views_codes import Page, said, to_entry
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound


@uses(Purpose.STUDY)
def all_proposals(use: Use) -> Page:
    """Proposed codes, and a form to propose one."""
    session = web.session()
    sent = {part: typed(request.form, part) for part in ("name", "definition", "family")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = proposals.propose(session, use, sent["name"], sent["definition"], sent["family"])
        except (BadInput, NotFound) as problem:
            errors["definition" if "means" in problem.sentence else "name"] = problem.sentence
        else:
            web.say(f"“{made.name}” is proposed.")
            return _to(made.id)
    page = web.render(
        "codebook/proposals.html", proposals=proposals.cards(session), sent=sent, errors=errors,
        families=service.families(session),
    )  # fmt: skip
    return (page, 422) if errors else page


@uses(Purpose.STUDY)
def proposal(use: Use, idea_id: int) -> Page:
    """One proposed code, and what is said about it."""
    return _show(idea_id, {})


def _show(idea_id: int, errors: dict[str, str]) -> Page:
    session = web.session()
    page = web.render(
        "codebook/proposal.html", proposal=proposals.card(session, idea_id), errors=errors,
        families=service.families(session), body=typed(request.form, "body"),
        why=typed(request.form, "why"),
    )  # fmt: skip
    return (page, 422) if errors else page


@uses(Purpose.STUDY)
def remark(use: Use, idea_id: int) -> Page:
    """Say something about a proposed code."""
    try:
        proposals.remark(web.session(), use, idea_id, typed(request.form, "body"))
    except BadInput as problem:
        return _show(idea_id, {"body": problem.sentence})
    web.say("Your remark is there.")
    return _to(idea_id)


@uses(Purpose.STUDY)
def answer(use: Use, idea_id: int) -> Page:
    """Take a proposed code into the codebook, or decline it."""
    session, why = web.session(), typed(request.form, "why")
    try:
        if request.form.get("answer") == "take":
            code = proposals.take(session, use, idea_id, typed(request.form, "family"), why)
            said(f"“{code.name}” is in the codebook. Now say what to include and leave out.")
            return to_entry(code.key)
        proposals.decline(session, use, idea_id, why)
    except BadInput as problem:
        return _show(
            idea_id, {"family" if "family" in problem.sentence else "why": problem.sentence}
        )
    said("The proposal is declined, with your reason.")
    return _to(idea_id)


def _to(idea_id: int) -> Response:
    return redirect(url_for("codebook.proposal", idea_id=idea_id), 303)
