"""Coming in by a slip and a passkey, and leaving quickly, in a real browser."""

from __future__ import annotations

import pytest
from journeys.browser import STEWARD, STORYTELLER, Watch, barriers, behind, sign_in, too_wide
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def at_localhost(site, new_context):
    """``at_localhost()``: a page by the name of the machine; a passkey belongs to no number."""
    url = site.url.replace("127.0.0.1", "localhost")
    watch = Watch(url)

    def come(**settings) -> Page:
        context = new_context(base_url=url, reduced_motion="reduce", **settings)
        watch.over(context)
        return context.new_page()

    yield come
    assert not watch.trouble, "\n".join(watch.trouble)


def with_a_finger(page: Page) -> None:
    """Give the browser a phone's own way to hold passkeys, and a finger that always fits."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def test_from_the_slip_to_a_passkey_and_back_in(site, visit, at_localhost):
    with behind(site) as a:
        number = a.story(title="The number nine bus").person_id
    steward = visit(STEWARD)
    steward.goto(f"/people/tellers/{number}/invite")
    steward.get_by_role("button", name="Make a slip").click()
    slip = steward.get_by_role("region", name="The slip")
    expect(slip.locator("svg")).to_be_visible()
    assert barriers(steward) == [] and too_wide(steward) == []
    code = slip.locator(".sb-slip__code").inner_text()

    page = at_localhost(**PHONE)
    with_a_finger(page)
    page.goto("/come-in")
    page.get_by_label("Code on the slip").fill(code.lower())
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How you can come in")
    assert barriers(page) == [] and too_wide(page) == []
    page.get_by_label("What do you call this phone").fill("Blue phone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Your passkey is ready.")).to_be_visible()
    expect(page.get_by_label("Name of this passkey")).to_have_value("Blue phone")
    page.get_by_role("link", name="Go to my stories").click()
    expect(page.get_by_role("main").get_by_text("The number nine bus", exact=True)).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto("/my/private")
    page.goto("/sign-in?next=/my")
    assert barriers(page) == [] and too_wide(page) == []
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("main").get_by_text("The number nine bus", exact=True)).to_be_visible()


def test_a_passkey_that_was_removed_says_so_and_other_ways_stay(at_localhost):
    page = at_localhost()
    with_a_finger(page)
    sign_in(page, STORYTELLER)
    page.goto("/me/ways")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="Remove My phone").click()
    expect(page.get_by_text("does not open your account")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Try again, or use another way")


def test_without_javascript_a_link_is_asked_for_and_nothing_is_said_of_passkeys(visit):
    page = visit(java_script_enabled=False)
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Use my passkey")).to_be_hidden()
    page.get_by_label("Your e-mail", exact=True).fill("nobody@example.org")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your e-mail")


@pytest.mark.parametrize("how", ["press", "escape"])
def test_leaving_quickly_empties_the_page_and_goes_where_back_does_not_return(visit, how):
    page = visit(STORYTELLER)
    page.goto("/my/private")
    page.goto("/my")
    way_out = page.get_by_role("link", name="Leave this site quickly")
    assert way_out.get_attribute("href").startswith("https://www.bbc.co.uk/")
    # Nothing leaves this machine in a test: the address is one of ours instead.
    way_out.evaluate("link => { link.href = '/about' }")
    if how == "press":
        way_out.click()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_url("**/about")
    page.go_back()
    expect(page).to_have_url(page.url.split("/my")[0] + "/my/private")
