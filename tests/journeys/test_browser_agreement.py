"""The agreement in a real browser: without JavaScript, on a narrow phone, with large letters."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from factories import PASSWORD
from journeys.browser import barriers, behind, too_wide
from playwright.sync_api import Page, expect

from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, Answer, Purpose
from storybank.consent.standing import state_of
from storybank.people.rules import Role
from storybank.portal.questions import QUESTIONS
from storybank.stories.models import Story

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}}
SEVEN = EIGHT[1:]
TWICE = "html { font-size: 200% !important }"


@dataclass
class Steps:
    """What somebody does with their finger, counted."""

    page: Page
    ticks: int = 0
    presses: int = 0
    pages: int = 0

    def tick(self, answer: str) -> None:
        self.page.get_by_role("radio", name=answer, exact=True).check()
        self.ticks += 1

    def press(self, name: str, role: str = "button") -> None:
        self.page.get_by_role("main").get_by_role(role, name=name, exact=True).click()
        self.presses += 1
        self.pages += 1

    @property
    def all(self) -> int:
        return self.ticks + self.presses


@pytest.fixture
def teller(site):
    """``teller(email)``: the number of a story that was taken in with a yes to keeping it."""

    def make(email: str) -> int:
        with behind(site) as a:
            story = a.story(title="The number nine bus", consented_to=[], facts=None)
            a.actor(Role.STORYTELLER, email=email, person_id=story.person_id)
            return story.id

    return make


def answers(site, number: int) -> dict[Purpose, Answer]:
    with site.house.sessions() as session:
        return {use: one.answer for use, one in state_of(session, number).choices.items()}


def test_seven_uses_are_given_and_one_is_stopped_in_fewer_steps(site, visit, teller):
    number = teller("given@example.org")
    page = visit("given@example.org", PASSWORD, java_script_enabled=False, **PHONE)
    page.goto("/my")
    giving = Steps(page)
    giving.press("Go through all the questions", "link")
    for question in QUESTIONS.values():
        if question.use in SEVEN:
            giving.tick("Yes")
        giving.press("Save and go on" if question.fields else "Go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    giving.press("Yes, these are my choices")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your receipt")
    assert answers(site, number) == dict.fromkeys(EIGHT, Answer.YES)
    assert (giving.ticks, giving.presses, giving.pages) == (7, 24, 24)

    page.goto("/my")
    stopping = Steps(page)
    label = SHORT_NAMES[Purpose.TEACH]
    stopping.press(f"Stop this use: {label}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your receipt")
    assert answers(site, number)[Purpose.TEACH] is Answer.STOPPED
    assert stopping.all == 1

    # And to say yes again to that one, from the same page.
    page.goto("/my")
    again = Steps(page)
    again.press(f"Change my answer: {label}", "link")
    again.tick("Yes")
    again.press("Save and check my answers")
    again.press("Yes, these are my choices")
    assert answers(site, number)[Purpose.TEACH] is Answer.YES
    assert (again.ticks, again.presses) == (1, 3)
    assert stopping.all <= again.all


def test_stopping_everything_takes_no_more_steps_than_one_yes(site, visit, teller):
    number = teller("all@example.org")
    page = visit("all@example.org", PASSWORD, java_script_enabled=False, **PHONE)
    page.goto("/my")
    giving = Steps(page)
    giving.press(f"Change my answer: {SHORT_NAMES[Purpose.STUDY]}", "link")
    giving.tick("Yes")
    giving.press("Save and check my answers")
    giving.press("Yes, these are my choices")
    page.goto("/my")
    stopping = Steps(page)
    stopping.press("Stop all", "link")
    stopping.press("Stop all uses now")
    assert set(answers(site, number).values()) == {Answer.STOPPED}
    assert stopping.all <= giving.all


ALIKE = ("who", "study", "formats", "name", "words", "not_for", "long", "future", "others")
"""Of the questions alike in build, one stands for all."""


def look(page: Page) -> list[str]:
    """Barriers, and what makes the page scroll sideways, also with letters of twice the size."""
    wrong = barriers(page) + too_wide(page)
    # 200 % on a phone of 360 px; narrower than that, 320 px, is looked at with usual letters.
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets = [sheet]; }",
        TWICE,
    )
    wrong += [f"twice the size: {one}" for one in too_wide(page)]
    page.set_viewport_size(PHONE["viewport"])
    return [f"{page.url}: {one}" for one in wrong]


def test_no_page_of_it_has_a_barrier_or_scrolls_sideways_at_twice_the_size(site, visit, teller):
    number = teller("look@example.org")
    page, wrong = visit("look@example.org", PASSWORD, **PHONE), []
    for code in ALIKE:
        page.goto(f"/my/{number}/choices/{code}?then=next")
        wrong += look(page)
    page.get_by_label("Tell us who").fill("My sister")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    wrong += look(page)
    for form in ("easy_read", "large_print"):
        for code in ("check", "study", "long"):
            page.goto(f"/my/{number}/choices/{code}?format={form}")
            wrong += look(page)
    page.goto(f"/my/{number}/choices/name?format=standard")
    page.get_by_role("radio", name="A name I pick").check()
    page.get_by_role("button", name="Save and check my answers").click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += look(page)
    with behind(site) as a:
        a.stop(a.session.get_one(Story, number), Purpose.KEEP)
    page.goto(f"/my/{number}/choices/check")
    expect(page.get_by_role("heading", level=1)).to_have_text("Something changed")
    wrong += look(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    wrong += look(page)
    assert not wrong, "\n".join(wrong)


def test_a_sign_out_in_between_loses_no_answer(visit, teller):
    number = teller("away@example.org")
    page = visit("away@example.org", PASSWORD, **PHONE)
    page.goto(f"/my/{number}/choices/study?then=next")
    page.get_by_role("radio", name="Ask me each time").check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("workshops")
    page.context.clear_cookies()
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    form = page.get_by_role("region", name="With a password")
    form.get_by_label("E-mail address").fill("away@example.org")
    form.get_by_label("Password", exact=True).fill(PASSWORD)
    form.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(page.url.split("/my")[0] + f"/my/{number}/choices/workshop")
    page.goto(f"/my/{number}/choices/study")
    expect(page.get_by_role("radio", name="Ask me each time")).to_be_checked()
