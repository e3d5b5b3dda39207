"""Practising: filling a rehearsal with invented people and answers."""

from __future__ import annotations

from flask import redirect, url_for

from storybank import web
from storybank.consent.rules import Use
from storybank.meetings import rehearsing
from storybank.meetings.views_live import Page, for_the_team
from storybank.web.jinja import plural


@for_the_team
def fill(use: Use, purpose: str, workshop_id: int) -> Page:
    """Let invented people join and answer."""
    people, answers = rehearsing.fill(web.session(), use, workshop_id)
    web.say(f"{plural(people, 'invented person', 'invented people')} came, and "
            f"{plural(answers, 'answer')}.")  # fmt: skip
    return redirect(url_for("meetings.stage", purpose=purpose, workshop_id=workshop_id), 303)
