"""A phone that loses its connection while somebody writes: nothing is lost, and nothing doubled."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from journeys.browser import behind
from meetings.seated import CODE, SAID, meeting_in
from playwright.sync_api import expect

from storybank import db
from storybank.consent import service as consent
from storybank.consent.rules import Purpose
from storybank.meetings import running
from storybank.meetings.models import Response
from storybank.people.rules import MACHINE

pytestmark = pytest.mark.browser


def test_words_wait_on_the_phone_and_a_card_that_is_stopped_leaves_meanwhile(site, visit):
    with behind(site) as a:
        found = meeting_in(a)
        a.session.expunge_all()
    page = visit(viewport={"width": 320, "height": 640})
    page.goto(f"/join/{CODE.lower()}")
    page.get_by_role("radio", name="Oak").check()
    page.get_by_role("button", name="Join").click()
    page.get_by_text("Read what they said").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    page.get_by_role("textbox").fill("To be asked first")

    with db.writing(site.house.sessions) as session:
        story = found.story
        consent.stop(session, MACHINE, story.id, story.person_id, [Purpose.WORKSHOP], "web")
        running.ask(session, found.use, found.id, found.prompts[1].id)
    expect(page.get_by_text(SAID)).to_have_count(0)
    expect(page.get_by_role("link", name="Go to what is new")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("What helps?")

    page.reload()  # The new question; what was begun stays with its own.
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it so for you?")
    page.get_by_role("link", name="What helps?").click()
    expect(page.get_by_role("textbox")).to_have_value("To be asked first")

    page.route("**/answer", lambda route: route.abort())
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your answer is kept on this phone")).to_be_visible()
    page.unroute("**/answer")
    expect(page.get_by_role("list").filter(has_text="To be asked first")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0
    with site.house.sessions() as session:
        kept = sa.select(Response.text).where(Response.workshop_id == found.id)
        assert session.scalars(kept).all() == ["To be asked first"]
