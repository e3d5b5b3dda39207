"""What each role comes for, done as a person does it, from the first page to the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import factories
import pytest
from journeys.browser import (
    ADMINISTRATOR,
    FACILITATOR,
    MEMBER,
    RESEARCHER,
    STEWARD,
    STORYTELLER,
    behind,
    codings_on,
    drag_over,
    sign_in,
)
from playwright.sync_api import Locator, Page, expect

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.rules import NameStyle, Purpose, Use
from storybank.paper import printing
from storybank.people import invitations
from storybank.people import service as people
from storybank.people.rules import Role
from storybank.workshops import service as workshops

pytestmark = pytest.mark.browser

PEER, ALLY = "People like me at my side", "An ally on the inside"


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def told(page: Page) -> Locator:
    """What the house says about what was just done."""
    return page.get_by_role("status").filter(has=page.get_by_role("paragraph"))


def go(page: Page, name: str) -> None:
    """Follow a link of the main menu."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def look_for(page: Page, words: str) -> Locator:
    """Search from the page of searching; the stories found."""
    page.get_by_role("searchbox", name="Words to look for").fill(words)
    page.get_by_role("search").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name=re.compile(r"^(\d+|No) stor(y|ies)"))).to_be_visible()
    return page.get_by_role("main").get_by_role("heading", level=3).filter(
        has_not_text=re.compile("^(Family|Code|Role|Country|Year|Age|Condition)")
    )  # fmt: skip


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True).check()


class TestSteward:
    def test_takes_in_a_pasted_story_with_its_tellers_choices_and_has_a_receipt(self, visit):
        page = visit(STEWARD)
        page.goto("/")
        go(page, "Take in a story")
        page.get_by_label("Paste the words here").fill(
            "The ward clerk, Philomena, kept a biscuit tin.\n\nI never asked what it was for."
        )
        page.get_by_label("What is the story called?").fill("The biscuit tin")
        page.get_by_label("They tell it as a").select_option("Carer")
        choose(page, "Can we keep your story safe", "Yes")
        choose(page, "Can our team study", "Yes")
        choose(page, "Can we use short parts in workshops", "Ask me each time")
        choose(page, "Can our members read", "No")
        choose(page, "Who wrote these words down?", "The storyteller wrote them")
        page.get_by_role("checkbox", name="They can read my words.").check()
        choose(page, "What name should we use?", "A name I pick")
        page.get_by_label("The name itself").fill("Ottilie")
        choose(page, "How long does your yes last?", "2 years")
        page.get_by_label("How did they tell us?").select_option("On paper")
        page.get_by_label("What shows that they said yes?").select_option(index=1)
        page.get_by_label("Where it is, and who saw it").fill("Blue folder, seen by Jo Park.")
        page.get_by_role("button", name="Take it in").click()
        expect(told(page)).to_contain_text("is taken in")
        expect(heading(page)).to_have_text("Receipt for the storyteller")
        receipt = page.get_by_role("main")
        expect(receipt).to_contain_text("Use short parts in workshops: Ask me each time")
        # A receipt is kept for years, so it holds no word of the story nor the teller's name.
        expect(receipt).not_to_contain_text("Ottilie")
        go(page, "Stories we keep")
        page.get_by_role("link", name="Choices for The biscuit tin").click()
        row = page.get_by_role("main").get_by_role("listitem")
        expect(row.filter(has_text="Study my story")).to_contain_text("Yes")
        expect(row.filter(has_text="Let members read my story")).to_contain_text("No")
        # What nobody ticked is a no.
        expect(row.filter(has_text="Let anyone see short parts")).to_contain_text("No")

    def test_without_a_yes_to_keeping_it_nothing_is_taken_in_and_nothing_typed_is_lost(self, visit):
        page = visit(STEWARD)
        page.goto("/take-in")
        page.get_by_label("Paste the words here").fill("A lamp called Wilhelmina.")
        page.get_by_label("What is the story called?").fill("Lamp without a yes")
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_role("alert")).to_contain_text("keep")
        expect(page.get_by_label("Paste the words here")).to_have_value("A lamp called Wilhelmina.")
        expect(page).to_have_title(re.compile("^Error: "))
        go(page, "Stories we keep")
        expect(page.get_by_role("main")).not_to_contain_text("Lamp without a yes")


class TestResearcher:
    def test_finds_a_story_by_its_words_opens_it_there_and_codes_it(self, visit, site):
        page = visit(RESEARCHER)
        page.goto("/")
        go(page, "Search")
        found = look_for(page, '"waiting room"')
        expect(found).to_have_count(1)
        found.get_by_role("link").click()
        expect(page).to_have_url(re.compile(r"/desk/\d+"))
        number = int(re.search(r"/desk/(\d+)", page.url)[1])
        words = "a sort of a waiting room"
        drag_over(page, words)
        coder = page.get_by_role("form", name="Put codes on")
        expect(coder.locator("output")).to_have_text(words)
        coder.get_by_role("checkbox", name=PEER).check()
        coder.get_by_role("button", name="Put codes on").click()
        expect(told(page)).to_contain_text("1 code put on.")
        assert ("EN-PEER", words) in codings_on(site, number)
        go(page, "Search")
        expect(look_for(page, '"waiting room" code:EN-PEER')).to_have_count(1)

    def test_confirms_changes_and_declines_what_the_machine_suggests_and_takes_it_back(self, visit):
        page = visit(RESEARCHER)
        page.goto("/")
        go(page, "Suggestions")
        # Each answer leads to the next card; undoing brings the one before back.
        card = page.get_by_role("article").first
        code = card.get_by_role("heading").inner_text()
        key = card.get_attribute("id")
        expect(card).to_contain_text("Because of")
        before = self.waiting(page)

        card.get_by_role("button", name="Confirm").click()
        expect(told(page)).to_contain_text(f"Put on in your name: {code}.")
        expect(page.locator(f"#{key}")).to_have_count(0)
        assert self.waiting(page) == before - 1
        page.get_by_role("button", name="Undo").click()
        expect(told(page)).to_contain_text("The suggestion waits again.")
        assert self.waiting(page) == before

        again = page.locator(f"#{key}")
        other = ALLY if code != ALLY else PEER
        again.get_by_role("combobox").select_option(other)
        again.get_by_role("button", name="Use this code").click()
        expect(told(page)).to_contain_text(f"Put on in your name: {other}.")
        expect(page.locator(f"#{key}")).to_have_count(0)

        last = page.get_by_role("article").last
        key = last.get_attribute("id")
        last.get_by_role("button", name="Decline").click()
        expect(told(page)).to_contain_text("Declined.")
        expect(page.locator(f"#{key}")).to_have_count(0)
        assert self.waiting(page) == before - 2

    def waiting(self, page: Page) -> int:
        line = page.get_by_role("main").get_by_text(re.compile("suggestions? waits?")).first
        return int(re.search(r"(\d+)", line.inner_text())[1])


class TestFacilitator:
    def test_plans_a_workshop_draws_by_theme_orders_and_prints_four_cards_to_a_sheet(self, visit):
        page = visit(FACILITATOR)
        page.goto("/")
        go(page, "Workshops")
        page.get_by_role("link", name="Plan a workshop").click()
        page.get_by_label("What is it called?").fill("Who walks in with you?")
        page.get_by_label("What question will people think about?").fill("Who helped you speak?")
        page.get_by_label("Which day is it?").fill(f"{now() + timedelta(days=30):%Y-%m-%d}")
        choose(page, "What is it for?", "Short parts are used in workshops.")
        page.get_by_label("Which organisations will be there?").fill("Northbridge Clinic")
        page.get_by_role("button", name="Plan it").click()
        expect(heading(page)).to_have_text("Who walks in with you?")
        page.get_by_role("link", name="Make a pack").click()
        page.get_by_label("What is the pack called?").fill("People at my side")
        page.get_by_label("Until which day may the cards be used?").fill(
            f"{now() + timedelta(days=60):%Y-%m-%d}"
        )
        page.get_by_role("button", name="Make it").click()

        expect(heading(page)).to_have_text("Draw passages")
        theme = page.get_by_label("Theme")
        theme.select_option(theme.locator("option", has_text=PEER).get_attribute("value"))
        page.get_by_role("button", name="Show passages").click()
        # Some may not be used before this audience: how many and why, never what.
        hidden = page.get_by_text(re.compile("passages? hidden here"))
        hidden.click()
        expect(page.get_by_role("group").filter(has=hidden)).to_contain_text(
            re.compile("said|chose|named|yes")
        )
        boxes = page.get_by_role("checkbox", name="Add this passage")
        for number in range(6):
            boxes.nth(number).check()
        page.get_by_role("button", name="Add to the pack").click()
        page.get_by_role("link", name=re.compile("See the pack")).click()

        expect(heading(page)).to_have_text("People at my side")
        cards = page.get_by_role("main").get_by_role("blockquote")
        expect(cards).to_have_count(6)
        first, second = cards.all_inner_texts()[:2]
        page.get_by_role("button", name=re.compile("^Move down card 1$")).click()
        expect(cards.first).to_have_text(second)
        expect(cards.nth(1)).to_have_text(first)
        page.get_by_role("link", name="Paper and slides").first.click()
        page.get_by_label("How many copies").fill("3")
        page.get_by_role("button", name="Make it").click()

        expect(heading(page)).to_have_text("Cards to print")
        printed = page.locator(".pp-card")
        expect(printed).to_have_count(6)
        expect(printed.first).to_contain_text(second)
        for card in printed.all():
            expect(card).to_contain_text(re.compile(r"Use until \d+ \w+ \d{4}"))
            expect(card).to_contain_text("Please hand back.")
        self.stand_two_by_two_on_one_sheet(page, printed)
        paper = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2

    def stand_two_by_two_on_one_sheet(self, page: Page, printed: Locator) -> None:
        wide, high = 210 / 25.4 * 96, 297 / 25.4 * 96
        page.set_viewport_size({"width": int(wide), "height": int(high)})
        page.emulate_media(media="print")
        expect(page.get_by_role("banner")).to_be_hidden()
        boxes = [card.bounding_box() for card in printed.all()]
        lefts = [round(box["x"] / (wide / 2)) for box in boxes]
        tops = [round((box["y"] - boxes[0]["y"]) / (high / 2)) for box in boxes]
        assert list(zip(lefts, tops, strict=True))[:4] == [(0, 0), (1, 0), (0, 1), (1, 1)]
        foot = max(box["y"] + box["height"] for box in boxes[:4])
        assert foot - boxes[0]["y"] <= high
        assert boxes[4]["y"] >= foot - 1
        for card in printed.all():
            # Nothing of a card runs out of it, to be cut away with the scissors.
            assert card.evaluate(
                "card => card.scrollHeight <= card.clientHeight + 1 "
                "&& card.scrollWidth <= card.clientWidth + 1"
            )


PORTERS = iter(("Ignatius", "Cuthbert", "Perpetua", "Balthazar", "Wolfgang", "Philippa"))


@dataclass(frozen=True)
class Told:
    """A storyteller's story that was coded and printed, and where others meet it."""

    email: str
    story: int
    title: str
    porter: str
    """A name in it that no other story has."""
    words: str
    """The words of it that are on a card of the pack."""
    pack: str


@pytest.fixture
def a_told_story(site) -> Told:
    """A story whose teller can sign in: coded by a researcher, printed for a workshop."""
    title, porter = "The spare chair by the lift", next(PORTERS)
    words = f"{porter} kept a spare chair by the lift for me."
    with behind(site) as a:
        story = a.story(
            f"{words}\n\nIt was only a chair. I sat down and said what I had come to say.",
            title, name="Ada Finch", style=NameStyle.CHOSEN,
        )  # fmt: skip
        email = f"teller-{story.id}@example.org"
        a.actor(Role.STORYTELLER, email=email, person_id=story.person_id)
        place = a.place(story, words, words)
        study, workshop = (
            Use.claim(self_of(a, email), purpose, now())
            for email, purpose in (
                (RESEARCHER, Purpose.STUDY), (FACILITATOR, Purpose.WORKSHOP),
            )
        )  # fmt: skip
        code = a.code("EN-ALLY").id
        coding.apply(a.session, study, place, [code])
        meeting = workshops.plan(
            a.session, workshop, title="Chairs", question="Who kept you a chair?",
            held_on=now().date() + timedelta(days=9), purpose=Purpose.WORKSHOP, audience=["Nobody"],
        )  # fmt: skip
        pack = workshops.new_pack(
            a.session, workshop, meeting.id, title="Chairs",
            use_until=now().date() + timedelta(days=9),
        )  # fmt: skip
        workshops.draw(a.session, workshop, pack.id, [place], code)
        printing.make(a.session, workshop, pack.id, 12)
        return Told(email, story.id, title, porter, words, f"/packs/workshop/{pack.id}")


def self_of(a: factories.Factory, email: str):
    return people.actor_for(a.session, people.account_by_email(a.session, email))


class TestStoryteller:
    def test_signs_in_and_sees_story_choices_codes_and_where_the_words_have_been(
        self, visit, a_told_story
    ):
        page = visit()
        sign_in(page, a_told_story.email, factories.PASSWORD)
        expect(heading(page)).to_have_text("My stories")
        mine = page.get_by_role("main")
        expect(mine).to_contain_text("Ada Finch")
        expect(
            mine.get_by_role("listitem").filter(has_text="Study my story").first
        ).to_contain_text("Yes")
        where = mine.get_by_role("listitem").filter(has_text="12 copies")
        expect(where).to_contain_text("Chairs")
        where.get_by_text("See the part we used").click()
        expect(where).to_contain_text(a_told_story.words)
        mine.get_by_role("link", name=re.compile("^Read my story")).click()
        expect(heading(page)).to_have_text(a_told_story.title)
        expect(page.get_by_role("article")).to_contain_text(a_told_story.words)
        noticed = page.get_by_role("region", name="What people noticed")
        expect(noticed).to_contain_text(ALLY)
        expect(noticed).to_contain_text(a_told_story.words)

    def test_stops_one_use_in_one_press_and_it_is_gone_for_that_use_alone(
        self, visit, a_told_story
    ):
        facilitator, researcher = visit(FACILITATOR), visit(RESEARCHER)
        facilitator.goto(a_told_story.pack)
        expect(facilitator.get_by_role("main")).to_contain_text(a_told_story.words)
        facilitator.goto("/search/workshop")
        expect(look_for(facilitator, a_told_story.porter)).to_have_text([a_told_story.title])

        teller = visit(a_told_story.email, factories.PASSWORD)
        teller.goto("/")
        teller.get_by_role("button", name=re.compile("Stop this.*workshops")).click()
        expect(heading(teller)).to_have_text("Your receipt")
        receipt = teller.get_by_role("main")
        expect(receipt).to_contain_text("Use short parts in workshops")
        expect(receipt).to_contain_text("12 copies")

        facilitator.goto(a_told_story.pack)
        expect(heading(facilitator)).to_have_text("Chairs")
        expect(facilitator.get_by_role("main")).not_to_contain_text(a_told_story.porter)
        facilitator.goto("/search/workshop")
        expect(look_for(facilitator, a_told_story.porter)).to_have_count(0)
        researcher.goto(f"/desk/{a_told_story.story}")
        expect(heading(researcher)).to_have_text(a_told_story.title)

    def test_stops_every_use_in_two_presses_and_then_only_they_can_read_it(
        self, visit, a_told_story
    ):
        facilitator, researcher, steward = visit(FACILITATOR), visit(RESEARCHER), visit(STEWARD)
        researcher.goto(f"/desk/{a_told_story.story}")
        expect(heading(researcher)).to_have_text(a_told_story.title)

        teller = visit(a_told_story.email, factories.PASSWORD)
        teller.goto("/")
        teller.get_by_role("link", name="Stop all", exact=True).click()
        teller.get_by_role("button", name="Stop all uses now").click()
        expect(heading(teller)).to_have_text("Your receipt")

        assert researcher.reload().status == 404
        expect(heading(researcher)).not_to_have_text(a_told_story.title)
        facilitator.goto(a_told_story.pack)
        expect(facilitator.get_by_role("main")).not_to_contain_text(a_told_story.porter)
        for page, path in (
            (facilitator, "/search/workshop"), (researcher, "/search/study"),
            (steward, "/search/keep"), (visit(MEMBER), "/search/members"),
            (visit(), "/search/public"),
        ):  # fmt: skip
            page.goto(path)
            expect(look_for(page, a_told_story.porter)).to_have_count(0)
            expect(page.get_by_role("main")).not_to_contain_text(a_told_story.porter)
        teller.goto(f"/my/{a_told_story.story}")
        expect(teller.get_by_role("article")).to_contain_text(a_told_story.words)

    def test_puts_back_what_was_stopped_by_mistake(self, visit, a_told_story):
        teller = visit(a_told_story.email, factories.PASSWORD)
        teller.goto("/")
        teller.get_by_role("button", name=re.compile("Stop this.*Study")).click()
        teller.get_by_role("button", name="Put it back").click()
        expect(told(teller)).to_contain_text("We put it back.")
        researcher = visit(RESEARCHER)
        assert researcher.goto(f"/desk/{a_told_story.story}").status == 200

    @pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
    def test_from_a_slip_through_answers_a_pause_and_a_part_to_stopping_it_all(
        self, site, visit, scripts
    ):
        words = "I rang the clinic on Monday."
        with behind(site) as a:
            story = a.story(consented_to=[])
            number = story.id
            slip = invitations.invite(
                a.session, self_of(a, STEWARD), story.person_id, invitations.How.SLIP
            )
        page = visit(java_script_enabled=scripts, viewport={"width": 320, "height": 640})
        researcher = visit(RESEARCHER)

        def read_by_a_researcher() -> bool:
            status = researcher.goto(f"/desk/{number}").status
            assert status in (200, 404)
            return status == 200

        page.goto("/come-in")
        page.get_by_label("Code on the slip").fill(slip.code.lower())
        page.get_by_role("button", name="Come in").click()
        page.get_by_role("link", name="Go to my stories").click()
        expect(heading(page)).to_have_text("My stories")
        assert not read_by_a_researcher()

        for use in ("Use short parts in workshops", "Study my story"):
            page.get_by_role("link", name=f"Change my answer: {use}").click()
            page.get_by_role("radio", name="Yes", exact=True).check()
            page.get_by_role("button", name="Save and check my answers").click()
            expect(heading(page)).to_have_text("Check your answers")
            expect(page.get_by_role("main")).to_contain_text("They do not count yet.")
            assert not read_by_a_researcher()
            page.get_by_role("button", name="Yes, these are my choices").click()
            expect(heading(page)).to_have_text("Your receipt")
            expect(page.get_by_role("main")).to_contain_text(use)
            page.goto("/my")
        assert read_by_a_researcher()

        page.get_by_role("button", name="Pause", exact=True).click()
        assert not read_by_a_researcher()
        page.goto("/my")
        page.get_by_role("button", name="Start again").click()
        assert read_by_a_researcher()

        page.goto(f"/my/{number}/parts")
        page.get_by_role("checkbox", name=words).check()
        page.get_by_role("button", name="Leave this part out").click()
        expect(page.get_by_role("region", name="Parts you marked")).to_contain_text(words)
        assert read_by_a_researcher()
        expect(researcher.get_by_role("region", name="The story")).not_to_contain_text(words)

        page.goto("/my")
        page.get_by_role("link", name="Stop one use").click()
        page.get_by_role("radio", name="Use short parts in workshops").check()
        page.get_by_role("button", name="Stop this use now").click()
        expect(heading(page)).to_have_text("Your receipt")
        assert read_by_a_researcher()
        page.goto("/my")
        page.get_by_role("link", name="Stop all", exact=True).click()
        page.get_by_role("button", name="Stop all uses now").click()
        expect(heading(page)).to_have_text("Your receipt")
        assert not read_by_a_researcher()

    def test_of_the_demo_has_a_story_too(self, visit):
        page = visit(STORYTELLER)
        page.goto("/")
        expect(page.get_by_role("main")).to_contain_text("The van, the ewes")


class TestMember:
    def test_reads_a_whole_story_shared_with_members(self, visit):
        page = visit(MEMBER)
        page.goto("/")
        go(page, "Stories for members")
        page.get_by_role("link", name="The last 38").click()
        expect(heading(page)).to_have_text("The last 38")
        expect(page.get_by_role("article")).to_contain_text("she drives a wee yellow Fiat")
        expect(page.get_by_role("main")).to_contain_text("members")


class TestVisitor:
    def test_searches_what_is_public_without_signing_in_and_reads_no_whole_story(self, visit):
        page = visit()
        page.goto("/")
        page.get_by_role("main").get_by_role("link", name="Public stories").click()
        found = look_for(page, "hospital")
        expect(found.filter(has_text="Chair nineteen")).to_have_count(1)
        expect(found.get_by_role("link")).to_have_count(0)
        page.goto("/stories/members")
        expect(heading(page)).to_have_text("Sign in")


class TestAdministrator:
    def test_opens_an_account_whose_owner_can_sign_in_and_sees_no_story(self, visit):
        page = visit(ADMINISTRATOR)
        page.goto("/")
        go(page, "People")
        page.get_by_role("button", name="Open a new account").click()
        page.get_by_label("E-mail address").fill("new.member@example.org")
        page.get_by_role("checkbox", name="Member", exact=True).check()
        page.get_by_label("A first password", exact=True).fill("lamp otter seven")
        page.get_by_role("button", name="Open account").click()
        expect(told(page)).to_be_visible()
        newcomer = visit()
        sign_in(newcomer, "new.member@example.org", "lamp otter seven")
        go(newcomer, "Stories for members")
        expect(heading(newcomer)).to_have_text("Stories for members")
        for path in ("/stories/keep", "/stories/members/1", "/desk/1", "/my/1", "/search/study"):
            assert page.goto(path).status in (403, 404), path
