"""One workshop with its pages side by side: facilitator, wall, two phones, note-taker, report."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from journeys.browser import FACILITATOR, barriers, behind, press_until
from playwright.sync_api import expect
from pypdf import PdfReader

from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.demo import held
from storybank.meetings.models import Response
from storybank.people import service as people
from storybank.people.rules import MACHINE
from storybank.stories.models import Story
from storybank.workshops.models import FrozenItem, Workshop

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 780}}
NOTED = "What would make it worth coming to a meeting again?"
SAME, OTHER = "It was my sister who came along.", "Nobody came with me at all."


@pytest.fixture
def workshop(site) -> Workshop:
    """A workshop with a frozen pack, two groups and its questions, open for joining."""
    with behind(site) as a:
        account = people.account_by_email(a.session, FACILITATOR)
        use = Use.claim(people.actor_for(a.session, account), Purpose.WORKSHOP, now())
        told = held.invented() | {"title": "Beside each other"}
        meeting, *_ = held.prepare(a.session, use, told)
        return meeting


def responses(site, workshop: Workshop) -> list[Response]:
    with site.house.sessions() as session:
        return list(session.scalars(
            sa.select(Response).where(Response.workshop_id == workshop.id)
            .order_by(Response.received_at)
        ))  # fmt: skip


def join(page, code: str, group: str) -> None:
    page.goto("/join")
    page.get_by_label("Your code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("radio", name=re.compile(group)).check()
    page.get_by_role("button", name="Join").click()


def stop_the_first_passage(site, workshop: Workshop) -> None:
    """The storyteller of the first card stops every use."""
    with behind(site) as a:
        story_id = a.session.scalar(
            sa.select(FrozenItem.story_id)
            .where(FrozenItem.pack_version_id == workshop.pack_version_id)
            .order_by(FrozenItem.position)
        )
        person_id = a.session.get_one(Story, story_id).person_id
        consent.stop(a.session, MACHINE, story_id, person_id, list(EIGHT), "phone")


def test_a_workshop_from_its_first_question_to_its_report(site, visit, workshop):
    room = f"/meetings/workshop/{workshop.id}"
    stage, wall, notes = (visit(FACILITATOR) for _ in range(3))
    phone = visit(None, **PHONE)
    plain = visit(None, java_script_enabled=False, **PHONE)

    join(phone, workshop.join_code, "Blue table")
    join(plain, workshop.join_code, "Online")
    stage.goto(f"{room}/stage")
    stage.get_by_role("button", name="Start the workshop").click()
    expect(phone.get_by_role("heading", name="Please wait a moment")).to_be_visible()

    # A question is asked: the phone with scripts shows it by itself.
    stage.get_by_text("All questions").click()
    stage.get_by_role("button", name=re.compile("Ask this.*Is it like this for you too")).click()
    asked = "Is it like this for you too?"
    expect(phone.get_by_role("heading", name=asked)).to_be_visible()
    plain.get_by_role("link", name="See what is new").click()
    expect(plain.get_by_role("heading", name=asked)).to_be_visible()
    expect(plain.get_by_text("Nobody sees")).to_have_count(0)
    cards = phone.locator("#seat-passages blockquote")
    before = cards.count()
    assert before > 1

    # A stop reaches the phone, while it is being read, at its next poll; no count says why.
    stop_the_first_passage(site, workshop)
    expect(phone.get_by_text(re.compile("taken away")).first).to_be_visible()
    assert cards.count() < before

    # Both answer; neither sees the other's words, nor does the wall.
    for page, stance, words in ((phone, "same", SAME), (plain, "different", OTHER)):
        page.get_by_role("radio", name=re.compile(stance, re.I)).first.check()
        page.get_by_role("textbox").fill(words)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text(words).first).to_be_visible()
    wall.goto(f"{room}/wall")
    for page, words in ((phone, OTHER), (plain, SAME), (wall, SAME), (wall, OTHER)):
        assert words not in page.content()

    # A note-taker is cut off for ten notes, and back: ten rows, none twice.
    notes.goto(f"{room}/notes")
    notes.get_by_label("Question").select_option(label=NOTED)
    notes.context.set_offline(True)
    for number in range(10):
        notes.get_by_label("What was said").fill(f"Note {number} of ten.")
        notes.get_by_role("button", name="Keep this note").click()
        expect(notes.get_by_text(f"Note {number} of ten.")).to_be_visible()
    assert len(responses(site, workshop)) == 2
    notes.context.set_offline(False)
    expect(notes.locator("[data-list]").get_by_text(re.compile("^Kept"))).to_have_count(10)
    kept = [one.text for one in responses(site, workshop) if one.captured == "note-taker"]
    assert sorted(kept) == [f"Note {number} of ten." for number in range(10)]

    # They are read, let through, and shown to all.
    stage.goto(f"{room}/moderation")
    for box in stage.get_by_role("checkbox").all():
        box.check()
    stage.get_by_role("button", name="Show what is ticked").click()
    assert SAME not in wall.content()
    stage.goto(f"{room}/stage")
    stage.get_by_role("button", name="Show the answers to all").click()
    expect(wall.get_by_text(SAME)).to_be_visible()
    expect(wall.get_by_text(OTHER)).to_be_visible()
    expect(phone.get_by_text(OTHER)).to_be_visible()

    # Two answers are put together with the keyboard alone.
    stage.goto(f"{room}/clusters")
    for words in (SAME, OTHER):
        press_until(stage, "Tab", stage.get_by_role("checkbox", name=words))
        stage.keyboard.press("Space")
    press_until(stage, "Tab", stage.get_by_label("Title of a new cluster"))
    stage.keyboard.type("Who came along")
    stage.keyboard.press("Enter")
    cluster = stage.get_by_role("article", name="Who came along")
    expect(cluster.get_by_text(SAME, exact=True)).to_be_visible()
    expect(cluster.get_by_text(OTHER, exact=True)).to_be_visible()

    # The meeting ends; a recommendation is written; a phone agrees, and so does a group.
    stage.goto(f"{room}/stage")
    stage.get_by_role("button", name="End the meeting").click()
    stage.goto(f"{room}/answer")
    stage.get_by_role("radio", name=re.compile("A recommendation")).check()
    wording = "Nobody comes to a first meeting alone."
    stage.get_by_label("Its words").last.fill(wording)
    stage.get_by_role("button", name="Add it").click()
    plain.goto("/seat/recommendations")
    plain.get_by_role("link", name=re.compile("Say what I think")).click()
    plain.get_by_role("radio").first.check()
    plain.get_by_role("checkbox").check()
    plain.get_by_role("button", name="Save my answer").click()

    # The report says it, to look at and as a tagged PDF; the words that were stopped are gone.
    stage.goto(f"{room}/report")
    expect(stage.get_by_text(wording).first).to_be_visible()
    expect(stage.get_by_text("Who came along").first).to_be_visible()
    answer = stage.request.get(f"{room}/report/pdf")
    made = PdfReader(BytesIO(answer.body()))
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    told = " ".join(" ".join(page.extract_text() for page in made.pages).split())
    assert wording in told
    assert barriers(stage) == []
