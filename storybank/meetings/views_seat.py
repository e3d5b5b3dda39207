"""A participant's page: where we are, the question, its passages, and the form to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput, Conflict, StorybankError
from storybank.meetings import answering, asked, drafting, phones, seat_page
from storybank.meetings.answer_rules import MOST
from storybank.meetings.answering import TAKEN
from storybank.meetings.others import others
from storybank.meetings.phones import unless_same
from storybank.meetings.seat_page import SeatPage
from storybank.meetings.seats import Seat, takes_part
from storybank.meetings.sent import Sent, blank, filled, said
from storybank.meetings.views_joining import BARE

Page = str | Response | tuple[str, int]


@takes_part
def seat(here: Seat) -> Page:
    """The question asked now."""
    return _render("meetings/seat.html", here)


@takes_part
def seat_question(here: Seat, prompt_id: int) -> Page:
    """An earlier question; it stays on the page when the next one comes."""
    return _render("meetings/seat.html", here, prompt_id)


@takes_part
def seat_answers(here: Seat, prompt_id: int) -> Page:
    """Everything that was answered to a question that was revealed."""
    session = web.session()
    prompt = asked.questions(session, here.workshop.id, here.participant.id).one(prompt_id)
    return web.render(
        "meetings/seat_answers.html", seat=here, prompt=prompt, others=others(session, prompt),
        **BARE,
    )  # fmt: skip


@unless_same
@takes_part
def poll_seat(here: Seat, version: str, known: str) -> Page:
    """What the page asks every two seconds: nothing new, or those of its parts that are."""
    at, hold = (request.args.get(name, type=web.number) for name in ("at", "hold"))
    return _render("meetings/_seat.html", here, at, hold, version=version, known=known)


@takes_part
def send(here: Seat, prompt_id: int) -> Page:
    """Take an answer, from a form or as JSON; or keep what is written so far."""
    session, sent = web.session(), Sent(_body())
    try:
        if sent.keep:
            drafting.keep(session, here, prompt_id, sent.text, sent.stance)
            told, status = "Kept for you on this page. Nobody else sees it.", "draft"
        else:
            given = answering.answer(
                session, here, prompt_id, id=sent.id, text=sent.text, stance=sent.stance,
                value=sent.value, choices=sent.choices, may_quote=sent.may_quote,
                made_at=sent.made_at,
            )  # fmt: skip
            sent.id, status = given.id, given.status
            told = said(status)
    except StorybankError as no:
        if _wants_json():
            return jsonify(error=no.sentence), no.status  # type: ignore[return-value]
        if not isinstance(no, BadInput | Conflict):
            raise
        page = _render("meetings/seat.html", here, prompt_id, None, {"text": no.sentence}, sent)
        page.status_code = no.status
        return page
    if _wants_json():
        return jsonify(id=sent.id, status=status, says=told)
    web.say(told)
    stays = request.form.get("back") == "question"
    at = url_for("meetings.seat_question", prompt_id=prompt_id) if stays else None
    return redirect(at or url_for("meetings.seat"), 303)


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _body() -> Mapping[str, Any]:
    if request.is_json:
        found = request.get_json(silent=True)
        return found if isinstance(found, dict) else {}
    return request.form


def _render(
    template: str, here: Seat, at: int | None = None, hold: int | None = None,
    errors: dict[str, str] | None = None, sent: Sent | None = None, *, version: str | None = None,
    known: str = "",
) -> Response:  # fmt: skip
    session = web.session()
    # Looked up first: what changes while the page is put together is asked for again.
    version = phones.version(session) or "" if version is None else version
    page = seat_page.page(
        session, here, at, hold, passages_word=version.rpartition("-")[2], known=known
    )
    question = page.question
    only = question.only if question else None
    has = f"{version}{phones.BETWEEN}{page.marks}"
    response = make_response(
        web.render(
            template, seat=here, page=page, question=question, at=at, only=only, version=has,
            takes=here.workshop.status in TAKEN, form=vars(sent) if sent else _form(page),
            may_add=question is not None and (only is not None or len(question.mine) < MOST),
            errors=errors or {}, **BARE,
        )
    )  # fmt: skip
    response.headers["X-Version"] = has
    return response


def _form(page: SeatPage) -> dict[str, Any]:
    """A draft, else the one answer that may be changed, else nothing."""
    question = page.question
    if question is None:
        return {}
    if question.only is not None and not (question.text or question.stance):
        return filled(question.only)
    return blank(question.text, question.stance)
