"""Files are brought and looked at before they are saved: with scripts, and wholly without."""

from __future__ import annotations

import re

import pytest
from journeys.browser import STEWARD, barriers, too_wide
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TALK = (
    "Interviewer: How was the ward?\n\nOlu: Loud. I rang 0113 496 0123.\n\n"
    "Interviewer: And the people?\n\nOlu: They were kind to me."
)
DROP = """([name, words]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([words], name, {type: "text/plain"}));
  const place = document.querySelector("[data-drop]");
  place.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true}));
}"""


def sound(page: Page) -> None:
    """Nothing on this page bars anybody, on a wide screen or on a phone."""
    assert barriers(page) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert too_wide(page) == []
    if before:
        page.set_viewport_size(before)


def test_dropped_looked_at_and_split(visit):
    page = visit(STEWARD)
    page.goto("/take-in")
    page.get_by_role("link", name="Bring files").click()
    expect(page.get_by_text("You can also drop them here.")).to_be_visible()
    page.evaluate(DROP, ["talk.txt", TALK])
    expect(page.get_by_text("1 file chosen")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Look at them").press("Enter")
    # The page tells by itself when the files are read.
    expect(page.get_by_role("link", name="talk.txt")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="talk.txt").click()
    expect(page.get_by_label("Interviewer")).to_have_value("interviewer")
    expect(page.locator("mark.cue")).to_have_text("0113 496 0123")
    sound(page)
    page.get_by_role("link", name="Split it into stories").click()
    page.get_by_label("A story begins here").nth(1).press("Space")
    sound(page)
    page.get_by_role("button", name="Split it there").first.click()
    expect(page.get_by_text("There are 2 stories now.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Join it with number")).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("They are two stories again.")).to_be_visible()


def test_the_whole_way_with_scripts_turned_off(visit):
    page = visit(STEWARD, java_script_enabled=False)
    page.goto("/take-in")
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"We walked home."}
    page.set_input_files("#upload", letter)
    page.get_by_role("button", name="look at the file first").click()
    listed = page.get_by_role("link", name="letter.txt")
    for _ in range(40):
        if listed.count():
            break
        page.wait_for_timeout(250)
        again = page.get_by_role("link", name="Look again")
        again.click() if again.count() else page.reload()
    listed.click()
    page.locator("#title").fill("The walk")
    page.get_by_role("button", name="Keep title and storyteller").click()
    page.get_by_role("button", name="Take this one in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the storytellers chose")
    page.locator("#wrote").check()
    page.locator("#use-keep").check()
    page.locator("#media").check()
    page.locator("#name_style-none").check()
    page.locator("#lasts").check()
    page.select_option("#channel", "paper")
    page.select_option("#evidence_kind", "witness_note")
    page.fill("#evidence", "Jo Park saw it.")
    page.get_by_role("button", name="Keep these choices").click()
    page.get_by_role("link", name="The walk").click()
    page.get_by_role("button", name="Take this one in").click()
    expect(page.get_by_text(re.compile(r"Story \d+ is taken in\."))).to_be_visible()
    page.get_by_role("link", name="Report of every file").click()
    expect(page.get_by_role("cell", name=re.compile("Taken in: story"))).to_be_visible()
