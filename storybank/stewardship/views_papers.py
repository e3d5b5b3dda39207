"""What is printed when somebody is helped: the questions on paper, and the receipt."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.models import ConsentEvent, Receipt
from storybank.consent.wording_rules import Format
from storybank.errors import NotFound
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role, code_of
from storybank.stewardship import assisting
from storybank.stories.choices_asked import asked

Page = str | Response
for_helpers = open_to(Role.STEWARD, Role.FACILITATOR)


@for_helpers
def assisted_receipt(receipt_id: int) -> Page:
    """A receipt to print, or to read out. It holds no word of the story."""
    session, actor = web.session(), current_actor()
    found = session.get(Receipt, receipt_id)
    event = session.get(ConsentEvent, found.event_id) if found else None
    mine = event is not None and event.recorded_by_account_id == actor.account_id
    if found is None or not (mine or Role.STEWARD in actor.roles):
        raise NotFound("There is no such receipt.")
    return web.render("stewardship/assisted_receipt.html", receipt=found)


@for_helpers
def paper(story_id: int) -> Page:
    """Every question on paper, to be filled in by hand and sent back."""
    state = assisting.story(web.session(), story_id)
    chosen = request.args.get("format", Format.STANDARD.value)
    form = chosen if chosen in {*Format} else Format.STANDARD.value
    return web.render(
        "stewardship/paper.html", story_id=story_id, code=code_of(state.person_id), chosen=form,
        asked=asked(web.session(), form),
    )  # fmt: skip
