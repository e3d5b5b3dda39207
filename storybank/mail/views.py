"""The steward's outbox: what waits, what did not go, what to print and post, whom to tell."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.config import ON_THIS_MACHINE
from storybank.db import begin_writing
from storybank.errors import NotFound
from storybank.mail import reading, recipients, service
from storybank.mail.rules import (
    NOT_DELIVERED,
    ON_PAPER,
    Act,
    State,
    acts_from,
    most_urgent,
    read_act,
)
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.web.jinja import plural

bp = Blueprint(
    "mail", __name__, template_folder="templates", static_folder="static",
    static_url_path="/static/mail",
)  # fmt: skip
A_PAGE = 25

PARTS: dict[str, tuple[str, frozenset[State]]] = {
    "to-post": ("To post", frozenset({State.TO_POST})),
    "to-tell": ("To tell", frozenset({State.TO_TELL})),
    "not-delivered": ("Not delivered", NOT_DELIVERED),
    "waiting": ("Waiting", frozenset({State.WAITING})),
    "gone": ("Gone", frozenset({State.SENT, State.POSTED, State.TOLD})),
}
SAID = {
    Act.TRY_AGAIN: "We will send it again.",
    Act.POST_IT: "It is now a letter to print and post.",
    Act.POSTED: "Written down: it is posted.",
    Act.NOT_POSTED: "Written down: it is still to be posted.",
    Act.TOLD: "Written down: they know.",
    Act.NOT_TOLD: "Written down: they are still to be told.",
    Act.CAME_BACK: "Written down: it came back.",
}
BUTTONS = {
    Act.TRY_AGAIN: "Send it again by e-mail",
    Act.POST_IT: "Post it instead",
    Act.POSTED: "I have posted it",
    Act.NOT_POSTED: "It was not posted",
    Act.TOLD: "I have told them",
    Act.NOT_TOLD: "They were not told",
    Act.CAME_BACK: "It came back",
}
UNDO = {Act.POSTED: Act.NOT_POSTED, Act.TOLD: Act.NOT_TOLD}


@bp.get("/mail")
@open_to(Role.STEWARD)
def outbox() -> str:
    counts = reading.counts(web.session())
    urgent = most_urgent([state for state, count in counts.items() if count])
    show = request.args.get("show", "")
    if show not in PARTS:
        show = _part_of(urgent or State.WAITING)
    states = PARTS[show][1]
    count = sum(counts[state] for state in states)
    pages = max(1, -(-count // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    config = current_app.extensions["storybank"].config
    return web.render(
        "mail/outbox.html",
        rows=reading.rows(web.session(), states, (page - 1) * A_PAGE, A_PAGE),
        parts={key: (name, sum(counts[one] for one in of)) for key, (name, of) in PARTS.items()},
        show=show, page=page, pages=pages, kept=counts[State.KEPT],
        without_server=not config.smtp_url,
        without_address=bool(config.smtp_url) and config.public_url == ON_THIS_MACHINE,
    )  # fmt: skip


@bp.get("/mail/<int:message_id>")
@open_to(Role.STEWARD)
def message(message_id: int) -> str:
    """One message; in full where a steward is to print it or tell it."""
    found = service.message(web.session(), message_id)
    printable = not service.opens_a_door(found)
    on_paper = printable and State(found.state) in ON_PAPER
    to, text = None, ""
    if on_paper:
        # Whose details are shown to whom is written down, so this page writes.
        web.session().rollback()
        begin_writing(web.session())
        found = service.message(web.session(), message_id)
        to = recipients.shown(web.session(), current_actor(), found)
        text = service.text_of(web.session(), found)
    row = reading.row_of(found)
    return web.render(
        "mail/message.html",
        row=row, to=to, paragraphs=text.strip().split("\n\n") if text else [],
        acts=[(act.value, BUTTONS[act]) for act in acts_from(row.state, printable)],
        on_paper=on_paper, part=_part_of(row.state), part_name=PARTS[_part_of(row.state)][0],
    )  # fmt: skip


@bp.post("/mail/send-kept")
@open_to(Role.STEWARD)
def send_kept() -> Response:
    """What lay in the mail folder for want of a server goes after all."""
    count = service.send_kept(web.session())
    web.say(f"We will send {plural(count, 'message')}.")
    return redirect(url_for("mail.outbox", show="waiting"), 303)


@bp.post("/mail/<int:message_id>")
@open_to(Role.STEWARD)
def say_what_happened(message_id: int) -> Response:
    if message_id >= 2**31:
        raise NotFound("There is no such message.")
    act = read_act(request.form.get("act", ""))
    before = _part_of(State(service.message(web.session(), message_id).state))
    service.say(web.session(), message_id, act)
    here = url_for("mail.say_what_happened", message_id=message_id)
    undo = UNDO.get(act)
    web.say(SAID[act], undo=here if undo else None, fields={"act": undo.value} if undo else None)
    return redirect(url_for("mail.outbox", show=before), 303)


def _part_of(state: State) -> str:
    return next(key for key, (_, states) in PARTS.items() if state in states)
