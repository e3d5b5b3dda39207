"""Questions to me: may we use these words, there, before these people?"""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Answer, Purpose, Use
from storybank.errors import BadInput
from storybank.portal import asks as questions

ASK = "/my/asks/<int(max=2147483647):ask_id>"
FOR = {
    "workshop": "A workshop. People there read or hear the part, and talk about it.",
    "decide": "To show to people who make choices about services.",
    "teach": "To teach staff and students.",
}


@uses(Purpose.OWN)
def asks(use: Use) -> str:
    """Everything I was asked, and what I said."""
    return web.render("portal/asks.html", use=use, asks=questions.asks(web.session(), use))


@uses(Purpose.OWN)
def ask(use: Use, ask_id: int) -> str:
    """One question: the exact words, the event, who will be there, and the name beside them."""
    one = questions.one(web.session(), use, ask_id)
    return web.render("portal/ask.html", use=use, one=one, what_for=FOR, ask=one.asking.request)


@uses(Purpose.OWN)
def answer_ask(use: Use, ask_id: int) -> Response:
    """Say yes or no."""
    said = {"yes": Answer.YES, "no": Answer.NO}.get(request.form.get("answer", ""))
    if said is None:
        raise BadInput("Go back and say yes or no.")
    receipt = questions.answer(web.session(), use, ask_id, said)
    web.say(
        "You said yes. You can change your mind until the day." if said is Answer.YES
        else "You said no. We will not use that part."
    )  # fmt: skip
    there = receipt.person_id == use.actor.person_id
    page = (
        url_for("portal.receipt", receipt_id=receipt.id)
        if there
        else url_for("portal.ask", ask_id=ask_id)
    )
    return redirect(page, 303)


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get("/my/asks")(asks)
    bp.get(ASK)(ask)
    bp.post(ASK)(answer_ask)
