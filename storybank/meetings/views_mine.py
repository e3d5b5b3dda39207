"""My answers: where each went, and changing, hiding and bringing back one's own."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import answering, asked, seat_page, went
from storybank.meetings.answering import TAKEN
from storybank.meetings.seats import Seat, takes_part
from storybank.meetings.sent import Sent, filled, said
from storybank.meetings.views_joining import BARE

Page = str | Response | tuple[str, int]


@takes_part
def my_answers(here: Seat) -> Page:
    """Everything that this phone sent, the latest first, each with where it went."""
    found = asked.questions(web.session(), here.workshop.id, here.participant.id)
    return web.render(
        "meetings/my_answers.html", seat=here, mine=went.mine(web.session(), here),
        open_ids={prompt.id for prompt in found.all}, takes=here.workshop.status in TAKEN, **BARE,
    )  # fmt: skip


@takes_part
def edit_answer(here: Seat, response_id: UUID) -> Page:
    """The form to change one answer."""
    session = web.session()
    given = answering.one_of_mine(session, here, str(response_id))
    found = asked.questions(session, here.workshop.id, here.participant.id)
    prompt = next((one for one in found.all if one.id == given.prompt_id), None)
    if prompt is None or here.workshop.status not in TAKEN:
        raise NotFound("That answer cannot be changed any more. You can still hide it.")
    errors, form, status = {}, filled(given), 200
    if request.method == "POST":
        sent = Sent(request.form)
        try:
            given = answering.answer(
                session, here, prompt.id, id=given.id, text=sent.text, stance=sent.stance,
                value=sent.value, choices=sent.choices, may_quote=sent.may_quote,
            )  # fmt: skip
            web.say(said(given.status, changed=True))
            return redirect(url_for("meetings.my_answers"), 303)
        except (BadInput, Conflict) as no:
            errors, form, status = {"text": no.sentence}, vars(sent), no.status
    page = web.render(
        "meetings/edit_answer.html", seat=here, prompt=prompt, given=given, form=form,
        errors=errors, passages=seat_page.of_prompt(session, here, prompt), **BARE,
    )  # fmt: skip
    return page, status


@takes_part
def hide_answer(here: Seat, response_id: UUID) -> Page:
    """Take one's own answer away from everybody's sight, at once."""
    given = answering.hide(web.session(), here, str(response_id))
    undo = url_for("meetings.bring_back_answer", response_id=given.id)
    web.say("Hidden. Nobody else can see that answer now.", undo=undo, label="Bring it back")
    return redirect(url_for("meetings.my_answers"), 303)


@takes_part
def bring_back_answer(here: Seat, response_id: UUID) -> Page:
    """Give back an answer that was hidden."""
    given = answering.bring_back(web.session(), here, str(response_id))
    undo = url_for("meetings.hide_answer", response_id=given.id)
    web.say(said(given.status, changed=True), undo=undo, label="Hide it again")
    return redirect(url_for("meetings.my_answers"), 303)


@takes_part
def tell_yours(here: Seat) -> Page:
    """How to tell one's own story. No answer is ever made into one."""
    return web.render("meetings/tell_yours.html", seat=here, **BARE)
