"""Two researchers talk about a passage, by keyboard."""

from __future__ import annotations

import pytest
from journeys.browser import OTHER_RESEARCHER, RESEARCHER, barriers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_name_is_completed_and_its_bearer_told(visit):
    amina = visit(RESEARCHER)
    amina.goto("/memos/new?story=1&version=1&start=0&end=20")
    field = amina.get_by_label("What do you want to note?")
    field.press_sequentially("Who speaks, @bre")
    people = amina.get_by_role("listbox", name="People")
    expect(people.get_by_role("option")).to_have_count(1)
    assert barriers(amina, contrast=False) == []
    field.press("Enter")
    expect(field).to_have_value("Who speaks, @Bren Kavanagh (researcher) ")
    amina.get_by_role("button", name="Save the memo").press("Enter")
    expect(amina.get_by_text("Told: Bren Kavanagh (researcher)")).to_be_visible()

    bren = visit(OTHER_RESEARCHER)
    bren.goto("/")
    expect(bren.get_by_text("1 memo names you.")).to_be_visible()
    bren.goto("/memos?named=1")
    bren.get_by_role("link", name="Memo 1").first.press("Enter")
    bren.get_by_label("Your answer").fill("Several people.")
    bren.get_by_role("button", name="Save the answer").press("Enter")
    expect(bren.get_by_text("Several people.")).to_be_visible()
    bren.goto("/")
    expect(bren.get_by_text("names you")).to_have_count(0)
