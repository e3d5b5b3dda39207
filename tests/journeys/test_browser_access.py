"""Every page of the house, as somebody who may come: no barrier, wide or narrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import factories
import pytest
from journeys import full_house
from journeys.browser import (
    ADMINISTRATOR,
    FACILITATOR,
    MEMBER,
    RESEARCHER,
    STEWARD,
    STORYTELLER,
    Watch,
    barriers,
    behind,
    cut_off,
    drag_over,
    letters_of_twice_the_size,
    nobody_learns,
    too_wide,
    without_edge,
)
from playwright.sync_api import Page, expect
from suggest.answered import suggested_in

from storybank import db
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.consent.purposes import CLAIMS
from storybank.consent.rules import Purpose, Use
from storybank.demo.loading import PASSWORD
from storybank.meetings.seats import COOKIE
from storybank.people import service as people
from storybank.people.rules import Role

pytestmark = pytest.mark.browser

WIDTHS = (1280, 320)
TWICE_AS_NEAR = 360
"""A phone's width in CSS pixels, for letters of twice the size."""
PEOPLE = {
    Role.RESEARCHER: RESEARCHER, Role.FACILITATOR: FACILITATOR, Role.MEMBER: MEMBER,
    Role.STEWARD: STEWARD, Role.STORYTELLER: STORYTELLER, Role.ADMINISTRATOR: ADMINISTRATOR,
    Role.VISITOR: None, Role.PARTICIPANT: "participant",
}  # fmt: skip
"""Who looks; a page that is open to several is looked at by the first of them."""
TELLER = "teller@example.org"
PHONE = {"width": 320, "height": 640}
TELLERS = (Role.STORYTELLER, Role.MEMBER, Role.VISITOR, Role.PARTICIPANT)
"""Who comes on their own device, set as they need it."""
NO_PAGES = {
    "web.healthz", "exchange.codings", "exchange.codings_csv", "exchange.memos",
    "exchange.codebook", "coding.sentence_places", "portal.receipt_record",
    "rights.everything", "stewardship.evidence_file", "memos.as_csv", "memos.as_markdown",
    "codebook.download", "exchange.project", "exchange.refi_codebook",
    "agreement.figures_csv", "agreement.decisions_csv", "search.document", "search_api.search",
    "search.open_saved", "synthesis.report_file", "meetings.poll_seat", "meetings.poll_stage",
    "meetings.poll_wall", "meetings.poll_watch", "meetings.my_notes", "meetings.notes_worker",
    "synthesis.poll_clusters", "operating.readyz", "operating.metrics", "stories.recording",
    "stories.original_file",
    "receiving.report_csv",
}  # fmt: skip
"""What other programs read. Parts of pages (``/_``) are looked at where they are opened."""
MORE = {
    # Asked by the first who looks.
    "search.results": ["?q=bus&role=patient", "?q=zzyzx"],
    "workshops.draw": ["?code=EN-PEER"],
    "stories.find": ["?q=ST-0002"],
    "stewardship.find_assisted": ["?q=ST-0002"],
    "stories.stories": ["?page=2"],
    "coding.stories": ["?show=not-yet"],
    "agreement.figures": ["?round=1"],
    "agreement.differences": ["?round=1"],
    "agreement.compare": ["?round=1"],
    "memos.new": ["?story=1&version=1&start=0&end=9"],
    "memos.memos": ["?named=1", "?q=zzyzx"],
    "portal.as_others_see_it": ["?use=members", "?use=public"],
}
ONLY_ASKED = {
    "stories.find", "stewardship.find_assisted", "agreement.differences", "agreement.compare",
}  # fmt: skip
SIGNED_IN = {"search.saved"}
"""Not for visitors, though they may search."""
AFTER_AN_ACT = {"rights.sent", "stewardship.assisted_receipt"}
"""Looked at where somebody has just done what leads there."""
TOKENS = {
    "people.open_invitation": 0, "people.open_link": 1, "people.open_address": 2,
    "meetings.watch": 3,
}  # fmt: skip
"""Which of the open ways in a page is for."""
LAST = {"stewardship.correction", "analysis.saved_query"}
"""What asks for the last of the numbers: the third request is for a sentence to be put right, the
second query is the looker's own."""
AGAIN = {
    "portal.my_story", "portal.check_answers", "portal.parts", "portal.receipt",
    "portal.ask_stop_all", "portal.ask_delete", "stewardship.assist_story",
    "stewardship.read_back", "stewardship.waiting", "stewardship.wording", "people.teller",
    "rights.request_page",
}  # fmt: skip
"""Looked at a second time: for a paused story, for a complaint, for words that wait."""
ONLY_FOR = {"stories.listen": {Role.STEWARD, Role.STORYTELLER}}
"""A part of the story is kept back here, so nobody else hears its recording."""
OWN_LOOKS = {
    "people.open_address": Role.STORYTELLER, "stewardship.assist_story": Role.STEWARD,
}  # fmt: skip
"""Who else than the first who may come: what is there is theirs."""


def addresses(app, values: dict[str, list]) -> dict[Role, list[str]]:
    """Every page of the house, once for each role that comes there for a use of its own."""
    found: dict[Role, list[str]] = {role: [] for role in PEOPLE}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.endswith("static") or "/_" in rule.rule:
            continue
        if rule.endpoint in NO_PAGES | AFTER_AN_ACT:
            continue
        queries = [] if rule.endpoint in ONLY_ASKED else [""]
        queries += MORE.get(rule.endpoint, [])
        one = {name: _which(values[name], rule.endpoint) for name in rule.arguments}
        for role, purpose in _who_looks(app.view_functions[rule.endpoint], rule):
            with app.test_request_context():
                url = app.url_for(rule.endpoint, **one | purpose)
                found[role] += [url + query for query in queries]
                if rule.endpoint in AGAIN:
                    other = {name: values[name][1] for name in rule.arguments}
                    found[role].append(app.url_for(rule.endpoint, **other))
            queries = [""]
    for role in PEOPLE:
        if role not in (Role.VISITOR, Role.STORYTELLER, Role.PARTICIPANT):
            found[role].append("/")  # Each role's first page and menu; a storyteller's is /my.
    return found


def _which(values: list, endpoint: str) -> object:
    return values[TOKENS.get(endpoint, -1 if endpoint in LAST else 0)]


def _who_looks(view, rule) -> Iterator[tuple[Role, dict[str, str]]]:
    if "purpose" in rule.arguments:
        for role in PEOPLE:
            if role is Role.PARTICIPANT:
                continue  # Their phone opens the pages of their own seat.
            claimed = [word for word in view.purposes if word in CLAIMS[role]]
            # What anybody may do is looked at as a visitor; one use of several shows them all.
            own = [word for word in claimed if word != Purpose.PUBLIC or role is Role.VISITOR]
            if role not in ONLY_FOR.get(rule.endpoint, PEOPLE):
                continue
            if own and not (role is Role.VISITOR and rule.endpoint in SIGNED_IN):
                yield role, {"purpose": own[0]}
        return
    allowed = {"anyone": Role.VISITOR, "signed in": Role.RESEARCHER}
    roles = {allowed.get(word) or Role(word) for word in view.roles}
    first = next(role for role in PEOPLE if role in roles)
    yield OWN_LOOKS.get(rule.endpoint, first), {}


def press(name: str) -> Callable[[Page], None]:
    """Send a form as it stands, which its page answers with what is missing."""

    def send(page: Page) -> None:
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("alert").or_(page.get_by_text("Error:")).first).to_be_visible()

    return send


def at_work(page: Page) -> None:
    """The desk with everything open: codings, suggestions, meanings, words chosen, a message."""
    story = page.get_by_role("region", name="The story")
    story.get_by_role("button").first.click()
    expect(story.get_by_role("list", name="Codings on paragraph")).to_be_visible()
    page.get_by_role("button", name="Look at the next").click()
    expect(page.get_by_role("heading", name="Suggestion in hand")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    coder = page.get_by_role("form", name="Put codes on")
    coder.locator("#codes summary").first.click()
    expect(coder.get_by_text("Include").first).to_be_visible()
    page.get_by_text("How the desk works").click()
    drag_over(page, "everybody likes the lorry")
    expect(coder.locator("output")).to_have_text("everybody likes the lorry")
    coder.get_by_role("checkbox").first.check()
    coder.get_by_role("button", name="Put codes on").click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    drag_over(page, "because everybody likes")
    expect(coder.locator("output")).to_have_text("because everybody likes")


def after_a_stop(page: Page) -> None:
    """A receipt, with the way to put it back."""
    page.get_by_role("button", name=re.compile("Stop this.*other research")).click()
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()


def while_paused(page: Page) -> None:
    """My stories, with one that is paused."""
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("link", name="See all my choices").click()
    expect(page.get_by_role("button", name="Start again")).to_be_visible()


def without_a_choice(page: Page) -> None:
    """The question which use to stop, sent as it stands."""
    page.get_by_role("link", name="Stop one use").click()
    page.get_by_role("button", name="Stop this use now").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what to stop")


def after_all_stopped(page: Page) -> None:
    """My stories, with one that nobody may use."""
    page.get_by_role("link", name="Stop all", exact=True).click()
    page.get_by_role("button", name="Stop all uses now").click()
    page.get_by_role("link", name="See all my choices").click()
    expect(page.get_by_text("No one can use this story now")).to_be_visible()


def after_a_deletion(page: Page) -> None:
    """The receipt of a deletion, and a page without a story."""
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete my story now").click()
    expect(page.get_by_text("You asked us to delete your story.")).to_be_visible()
    page.get_by_role("link", name="Go to my stories").click()
    expect(page.get_by_role("heading", name="The story you deleted")).to_be_visible()


def with_a_teller(page: Page) -> None:
    """The questions within half an hour, sent as they stand."""
    page.get_by_label("Who are you with?").fill("ST-0003")
    page.get_by_role("radio", name="By phone").check()
    page.get_by_role("button", name="Begin", exact=True).click()
    page.goto("/assist/3")
    expect(page.get_by_role("complementary", name="Writing down with")).to_be_visible()
    press("Write these down")(page)


def after_a_stop_with_a_teller(page: Page) -> None:
    """The receipt to read out and hand over."""
    with_a_teller(page)
    page.get_by_role("button", name="Pause it").click()
    expect(page).to_have_url(re.compile("/assist/receipts/"))


def after_a_complaint(page: Page) -> None:
    """The number to keep."""
    page.get_by_label("What went wrong").fill("Nobody rang me back.")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/complain/sent"))


def nothing(page: Page) -> None:
    """As it opens."""


STATES: dict[str | None, list[tuple[str, Callable[[Page], None]]]] = {
    None: [
        ("/sign-in", press("Sign in")), ("/sign-in", press("Send me a link")),
        ("/come-in", press("Come in")), ("/no-such-page", nothing),
        ("/complain", after_a_complaint),
    ],
    RESEARCHER: [
        ("/desk/2", nothing), ("/desk/1", at_work), ("/desk/1/sentences", press("Put codes on")),
        ("/people", nothing), ("/me", press("Change password")),
    ],
    FACILITATOR: [
        ("/workshops/new", press("Plan it")), ("/workshops/1/packs/new", press("Make it")),
        ("/assist", press("Begin")), ("/assist", after_a_stop_with_a_teller),
    ],
    STEWARD: [
        ("/take-in", press("Take it in")), ("/stories/keep/find?q=0", nothing),
        ("/steward/wordings/who/publish", press("Go on")),
        ("/steward/holds", press("Put it on hold now")),
        ("/steward/stories/1/people", press("Add them")),
        ("/steward/stories/1/others", press("Note them")),
    ],
    TELLER: [
        ("/my", after_a_stop), ("/my", without_a_choice), ("/my", while_paused),
        ("/my", after_all_stopped), ("/my", after_a_deletion),
    ],
    ADMINISTRATOR: [("/people/new", press("Open account"))],
}  # fmt: skip
"""What a page looks like after something was done on it."""


@pytest.fixture(scope="module")
def prepared(site) -> Iterator[dict[str, list]]:
    """Something on every page, and a storyteller who will stop."""
    values = full_house.fill(site.house)
    with behind(site) as a:
        story = a.story(title="To be stopped")
        people.add_account(
            a.session, TELLER, [Role.STORYTELLER], password=PASSWORD, person_id=story.person_id
        )
    # What is learnt while people look would take suggestions away from under them.
    with nobody_learns(site):
        with db.writing(site.house.sessions) as session:
            amina = people.actor_for(session, people.account_by_email(session, RESEARCHER))
            use = Use.claim(amina, Purpose.STUDY, now())
            code = codebook.code(session, "EN-POWER").id
            values["suggestion_id"] = [suggested_in(session, use, 1, code)]
        phone = {"name": COOKIE, "value": values["seat"][0], "url": site.url}
        site.remembered[PEOPLE[Role.PARTICIPANT]] = {"cookies": [phone], "origins": []}
        yield values


@pytest.fixture(scope="module")
def pages(site, prepared) -> dict[Role, list[str]]:
    """Where everybody looks."""
    return addresses(factories.make_app(site.house), prepared)


def look(page: Page, name: str, by_tellers: bool = False) -> list[str]:
    """Everything that is wrong with a page as it stands, at each width; and, where storytellers
    come, with letters of twice the size and in colours of their own. The team's pages have the
    same colours at every width."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = barriers(page, contrast=by_tellers or width == WIDTHS[0])
        wrong += [f"{name} at {width} px: {one}" for one in found]
    wrong += [f"{name}: {one}" for one in too_wide(page)]
    if by_tellers:
        page.set_viewport_size({"width": TWICE_AS_NEAR, "height": 900})
        with letters_of_twice_the_size(page):
            wrong += [f"{name} at 200 %: {one}" for one in too_wide(page) + cut_off(page)]
        wrong += [f"{name} in forced colours: {one}" for one in without_edge(page)]
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return wrong


def open_all(page: Page) -> None:
    """Open what can be opened without asking the server, so that it is looked at too."""
    page.locator("main details:not([hx-get]):not(#codes details)").evaluate_all(
        "all => all.forEach((one) => { one.open = true })"
    )


class TestAccess:
    @pytest.mark.parametrize("role", PEOPLE)
    def test_no_page_has_a_barrier_or_scrolls_sideways_when_narrow(self, role, pages, visit):
        page, wrong = visit(PEOPLE[role]), []
        for url in dict.fromkeys(pages[role]):
            answer = page.goto(url)
            assert answer.status == 200, url
            open_all(page)
            wrong += look(page, url, role in TELLERS)
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("email", STATES)
    def test_no_page_has_one_after_something_was_done_there(self, email, prepared, visit):
        page, wrong = visit(email), []
        for url, act in STATES[email]:
            page.goto(url)
            act(page)
            wrong += look(page, f"{url} ({act.__doc__ or act.__name__})", email in (None, TELLER))
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("role", TELLERS)
    def test_every_page_answers_without_javascript_and_each_form_can_be_sent(
        self, role, pages, visit
    ):
        page = visit(PEOPLE[role], java_script_enabled=False, viewport=PHONE)
        for url in dict.fromkeys(pages[role]):
            assert page.goto(url).status == 200, url
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            forms = page.get_by_role("main").locator("form:visible")
            sent_by = "button:not([type=button]):visible"
            without = [
                form.get_attribute("action")
                for form in forms.all()
                if not form.locator(sent_by).count() and not form.locator("summary").count()
            ]
            assert not without, url
            assert not too_wide(page), url


class TestLooking:
    """The looking itself can fail."""

    def test_axe_finds_a_picture_without_words(self, visit):
        page = visit()
        page.set_content('<html lang="en"><title>A</title><main><img src="data:,"></main></html>')
        assert barriers(page) == ["image-alt: img"]

    def test_a_part_wider_than_the_window_is_named(self, visit):
        page = visit(viewport={"width": 320, "height": 600})
        page.set_content('<div class="broad" style="width: 400px">Broad</div>')
        assert "div.broad" in too_wide(page)[0]

    def test_words_that_are_cut_away_and_buttons_without_an_edge_are_named(self, visit):
        page = visit(viewport={"width": 320, "height": 600})
        page.set_content(
            '<p class="cut" style="width: 4em; overflow: hidden; white-space: nowrap">'
            "So many words</p>"
            '<button class="bare" style="border: 0; outline: 0">Press</button>'
            "<button>Press</button>"
        )
        assert cut_off(page) == ["cut off: p.cut"]
        assert without_edge(page) == ["no edge: button.bare", "no focus: button.bare"]

    def test_a_request_elsewhere_and_a_failing_script_are_noticed(self, site, new_context):
        watch = Watch(site.url)
        context = new_context()
        watch.over(context)
        page = context.new_page()
        with page.expect_event("requestfailed"):
            page.set_content('<img alt="" src="http://127.0.0.1:9/picture.png">')
        with page.expect_event("console"):
            page.evaluate("console.error('broken')")
        assert watch.trouble == [
            "asked elsewhere: http://127.0.0.1:9/picture.png", "console: broken",
        ]  # fmt: skip

    def test_every_page_is_looked_at_by_somebody(self, site, pages):
        app = factories.make_app(site.house)
        seen = set()
        for url in (url for urls in pages.values() for url in urls):
            with app.test_request_context(url.partition("?")[0]) as context:
                context.match_request()
                seen.add(context.request.endpoint)
        every = {
            rule.endpoint for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.endpoint.endswith("static")
        }  # fmt: skip
        parts = {"codebook.about", "coding.rows", "receiving.poll", "suggest.part"}
        assert every - seen - NO_PAGES - AFTER_AN_ACT == parts
