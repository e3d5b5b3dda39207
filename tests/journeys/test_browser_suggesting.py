"""A researcher answers what the machine suggests beside a story, with keys alone."""

from __future__ import annotations

import pytest
from journeys.browser import RESEARCHER, behind, codings_on
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TEXT = (
    "We had a bus. Then we had peer support on it. Soon after that the pilot ended, they said. "
    "And still it was red tape."
)


def test_suggestions_are_taken_in_hand_answered_and_undone_by_keys(site, visit):
    with behind(site) as a:
        story_id = a.story(TEXT, "The late bus").id
    page = visit(RESEARCHER)
    page.goto(f"/desk/{story_id}")
    strip = page.get_by_role("region", name="What the machine suggests")
    expect(strip).to_contain_text("3 suggestions wait")
    story = page.get_by_role("region", name="The story")
    heading = page.get_by_role("heading", name="Suggestion in hand")
    message = page.locator("#messages")
    bars = story.locator(".sb-offers > i")
    expect(bars).to_have_count(3)
    whole = story.locator("#p1")
    whole.evaluate("row => { row.wasHere = true; }")

    # What is not in the story does not take the keys.
    page.keyboard.press("g")
    expect(heading).to_have_count(0)

    story.focus()
    page.keyboard.press("g")
    expect(heading).to_contain_text("1 of 3")
    panel = page.locator("#offer")
    expect(panel.locator("blockquote")).to_have_text("Then we had peer support on it.")
    page.keyboard.press("g")
    expect(heading).to_contain_text("2 of 3")
    page.keyboard.press("Shift+G")
    expect(heading).to_contain_text("1 of 3")

    # Its end moves a word at a time; confirmed, the code stands on those words.
    page.keyboard.press("e")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(panel.locator("blockquote")).to_have_text("Then we had peer support")
    page.keyboard.press("y")
    expect(message).to_contain_text("Put on in your name: People like me at my side.")
    expect(heading).to_contain_text("1 of 2")
    assert ("EN-PEER", "Then we had peer support") in codings_on(site, story_id)

    # Declining leaves the paragraphs as they are: nothing of the story is drawn anew.
    whole.evaluate("row => { row.wasHere = true; }")
    page.keyboard.press("d")
    expect(message).to_contain_text("Declined.")
    expect(heading).to_contain_text("1 of 1")
    expect(bars).to_have_count(1)
    assert whole.evaluate("row => row.wasHere")
    page.keyboard.press("l")
    expect(message).to_contain_text("Put off until tomorrow")
    expect(strip).to_contain_text("The machine suggests nothing more here.")
    expect(heading).to_have_count(0)

    for waiting in (1, 2, 3):
        page.keyboard.press("Control+z")
        expect(strip).to_contain_text(f"{waiting} suggestion")
    expect(bars).to_have_count(3)
    assert codings_on(site, story_id) == set()
