"""What is done on a memo's page: answering, taking away, settling, linking."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.memos import reading, service
from storybank.memos.copies import Copies
from storybank.memos.views_page import say, told
from storybank.memos.views_reading import thread_page

Page = str | Response | tuple[str, int]


@uses(Purpose.STUDY)
def answer(use: Use, memo_id: int) -> Page:
    """Answer a memo."""
    form = request.form
    card = reading.card(web.session(), use, memo_id)
    try:
        made = service.answer(
            web.session(), use, memo_id, form.get("body", ""), tell=told(), own="own" in form
        )
    except BadInput as problem:
        web.session().rollback()
        page = thread_page(
            use, card.answers_id or memo_id, errors={"body": problem.sentence},
            typed=form.get("body", ""), may_stay=isinstance(problem, Copies) and problem.may_stay,
        )  # fmt: skip
        return page, problem.status
    root_id = made.answers_id or made.id
    say("Answer saved.", root_id)
    return _to(root_id, f"memo-{made.id}")


@uses(Purpose.STUDY)
def remove(use: Use, memo_id: int) -> Page:
    """Take one's own memo away."""
    memo = service.remove(web.session(), use, memo_id)
    say("Memo taken away.", memo.answers_id or memo_id)
    if memo.answers_id is not None:
        return _to(memo.answers_id)
    if reading.answers_to(web.session(), use, [memo_id]):
        return _to(memo_id)
    return redirect(url_for("memos.memos"), 303)


@uses(Purpose.STUDY)
def settle(use: Use, memo_id: int) -> Page:
    """Call a discussion settled."""
    service.settle(web.session(), use, memo_id)
    say("The discussion is settled.", memo_id)
    return _to(memo_id)


@uses(Purpose.STUDY)
def reopen(use: Use, memo_id: int) -> Page:
    """Open a discussion again."""
    service.settle(web.session(), use, memo_id, settled=False)
    say("The discussion is open again.", memo_id)
    return _to(memo_id)


@uses(Purpose.STUDY)
def link(use: Use, memo_id: int) -> Page:
    """Let a memo lead to another, a code or a story."""
    typed = request.form.get("to", "")
    try:
        service.link(web.session(), use, memo_id, typed)
    except BadInput as problem:
        web.session().rollback()
        page = thread_page(use, memo_id, errors={"to": problem.sentence}, link_typed=typed[:100])
        return page, problem.status
    say("Link put on.", memo_id)
    return _to(memo_id)


@uses(Purpose.STUDY)
def unlink(use: Use, memo_id: int, link_id: int) -> Page:
    """Take a link off a memo."""
    service.unlink(web.session(), use, memo_id, link_id)
    say("Link taken off.", memo_id)
    return _to(memo_id)


def _to(memo_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("memos.memo", memo_id=memo_id, _anchor=anchor), 303)
