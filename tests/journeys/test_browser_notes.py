"""A note-taker loses the connection and comes back; then answers are put together on the board."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from factories import Factory
from journeys.browser import FACILITATOR, barriers
from meetings.talking import Talk
from playwright.sync_api import Page, expect

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings.models import Response
from storybank.people import service as people

pytestmark = pytest.mark.browser


def test_ten_notes_without_a_connection_are_ten_rows(visit, site, talk):
    page = visit(FACILITATOR)
    page.goto(f"/meetings/workshop/{talk}/notes")
    expect(page.locator("[data-notes][data-ready]")).to_have_count(1)
    assert barriers(page) == []
    page.context.set_offline(True)
    for number in range(5):
        keep(page, f"Said without a connection {number}")
    expect(page.get_by_text("Waiting to send")).to_have_count(5)
    page.reload()
    expect(page.get_by_text("Waiting to send")).to_have_count(5)
    for number in range(5, 10):
        keep(page, f"Said without a connection {number}")
    page.get_by_role("button", name="Change note 1", exact=True).click()
    keep(page, "Said without a connection, and changed", "Save the change")
    assert rows(site, talk) == []
    page.context.set_offline(False)
    expect(page.get_by_text("Kept. A moderator looks at it first.")).to_have_count(10)
    assert len(rows(site, talk)) == len(set(rows(site, talk))) == 10
    assert "Said without a connection, and changed" in rows(site, talk)
    assert page.evaluate(f"localStorage.getItem('storybank-notes {talk}')") == "[]"
    page.get_by_role("button", name="Take back note 1", exact=True).click()
    expect(page.get_by_role("button", name="Put back note 1", exact=True)).to_be_visible()
    page.get_by_role("button", name="I am finished on this device").click()
    page.wait_for_url(re.compile(r"/workshops/\d+$"))
    assert page.evaluate("caches.keys()") == []
    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )


def test_answers_are_dragged_into_a_cluster_and_moved_by_keyboard(visit, site, talk):
    with db.writing(site.house.sessions) as session:
        session.execute(sa.update(Response).values(status="shown"))
    page = visit(FACILITATOR, viewport={"width": 1280, "height": 900})
    page.goto(f"/meetings/workshop/{talk}/clusters")
    answers = page.locator(".sbc-loose .sbc-thing")
    first = answers.first
    first.get_by_role("checkbox").press("Space")
    page.get_by_label("Title of a new cluster").fill("Without a connection")
    page.get_by_label("Title of a new cluster").press("Enter")
    cluster = page.get_by_role("article", name="Without a connection")
    expect(cluster.get_by_role("checkbox")).to_have_count(1)
    assert barriers(page) == []
    answers.first.drag_to(cluster)
    expect(cluster.get_by_role("checkbox")).to_have_count(2)
    cluster.get_by_role("link", name=re.compile("^Move")).first.press("Enter")
    page.get_by_label("Loose: in no cluster").check()
    page.get_by_role("button", name="Move it").press("Enter")
    expect(cluster.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("button", name="Undo", exact=True).press("Enter")
    expect(cluster.get_by_role("checkbox")).to_have_count(2)


def keep(page: Page, words: str, button: str = "Keep this note") -> None:
    page.get_by_label("What was said").fill(words)
    page.get_by_role("button", name=button).press("Enter")
    expect(page.locator(".sbn-words").get_by_text(words, exact=True)).to_be_visible()


def rows(site, talk: int) -> list[str]:
    with site.house.sessions() as session:
        return list(session.scalars(sa.select(Response.text).where(Response.workshop_id == talk)))


@pytest.fixture(scope="module")
def talk(site) -> int:
    with db.writing(site.house.sessions) as session:
        who = people.actor_for(session, people.account_by_email(session, FACILITATOR))
        return Talk(Factory(session), use=Use.claim(who, Purpose.WORKSHOP, now())).id
