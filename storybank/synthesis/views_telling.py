"""Telling storytellers what came of their words: whom, how, and the letter, before it goes."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.rules import Use
from storybank.errors import Conflict
from storybank.meetings.team import meeting_for
from storybank.synthesis import telling as tells
from storybank.synthesis.telling import Way
from storybank.synthesis.views_answer import for_the_team
from storybank.web.jinja import plural

TOLD = "/meetings/<purpose>/<int(max=2147483647):workshop_id>/told"


@for_the_team
def telling(use: Use, purpose: str, workshop_id: int) -> str:
    """How many are told in which way, and what they are sent."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    found = tells.tellers(session, workshop)
    people = max((one.people or 0 for one in found), default=0) or None
    try:
        letter = tells.letter(session, workshop, people)
    except Conflict:
        letter = ""
    ways = Counter(one.way for one in found)
    return web.render(
        "synthesis/telling.html", use=use, workshop=workshop, letter=letter, tellers=found,
        ways=[(way, ways[way]) for way in Way if ways[way]],
        to_tell=ways[Way.LETTER] + ways[Way.PAGE], nothing=tells.NOTHING,
        left=tells.untold(session, workshop), page=tells.page_of(workshop),
        has=current_app.view_functions, here={"purpose": purpose, "workshop_id": workshop_id},
    )  # fmt: skip


@for_the_team
def tell(use: Use, purpose: str, workshop_id: int) -> Response:
    """Tell those who are not told yet."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    done = tells.tell(session, use, workshop)
    if done:
        web.say(f"Told: {plural(done, 'storyteller')}. Letters and calls wait in the house's list.")
    else:
        web.say("There is nobody to tell now.", "notice")
    return redirect(url_for("synthesis.telling", purpose=purpose, workshop_id=workshop_id), 303)


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(TOLD)(telling)
    bp.post(TOLD)(tell)
