"""Answers to "ask me each time" that came by phone, by letter or face to face."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import asking
from storybank.consent.guards import uses
from storybank.consent.rules import Answer, Purpose, Use
from storybank.errors import BadInput, Conflict, Refused
from storybank.people.rules import code_of
from storybank.stewardship import answering
from storybank.stewardship.sight import proof_of
from storybank.stories.choices_asked import CHANNEL_WORDS, EVIDENCE
from storybank.workshops.asking import meeting_of

Page = str | Response | tuple[str, int]


@uses(Purpose.KEEP)
def asks(use: Use) -> Page:
    """Every question that waits for an answer, the soonest day first."""
    found = answering.waiting_asks(web.session(), use)
    return web.render("stewardship/asks.html", use=use, asks=found, code_of=code_of)


@uses(Purpose.KEEP)
def ask(use: Use, ask_id: int) -> Page:
    """One question, to be read out; and what was said to it."""
    return _page(use, ask_id)


@uses(Purpose.KEEP)
def record_answer(use: Use, ask_id: int) -> Page:
    """Write down what somebody said."""
    form, session = request.form, web.session()
    one = answering.one_ask(session, use, ask_id)
    said = {"yes": Answer.YES, "no": Answer.NO}.get(form.get("answer", ""))
    person_id, channel = form.get("person", 0, web.number), form.get("channel", "")
    if person_id not in (*one.answers, *one.missing):
        return _page(use, ask_id, {"person": "Choose who answered."}), 422
    if said is None:
        return _page(use, ask_id, {"answer": "Choose what they said."}), 422
    if channel not in CHANNEL_WORDS:
        return _page(use, ask_id, {"channel": "Choose how they told us."}), 422
    try:
        proof = proof_of(form.get("evidence", ""), form.get("note", ""))
        asking.answer_ask(
            session, use.actor, ask_id, person_id, said, proof if said is Answer.YES else None,
            channel,
        )  # fmt: skip
    except (BadInput, Refused, Conflict) as no:
        session.rollback()
        return _page(use, ask_id, {"note": no.sentence}), 422
    web.say("Their answer is written down, and counts from now.")
    return redirect(url_for("stewardship.asks"), 303)


def _page(use: Use, ask_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    one = answering.one_ask(session, use, ask_id)
    people = dict.fromkeys((*one.missing, *one.answers))
    return web.render(
        "stewardship/ask.html", use=use, one=one, ask=one.request, errors=errors,
        form=request.form, words=answering.words_of(session, use, one),
        meeting=meeting_of(session, one.request.event),
        people=[(number, code_of(number)) for number in people],
        channels=CHANNEL_WORDS, evidence=EVIDENCE,
    )  # fmt: skip
