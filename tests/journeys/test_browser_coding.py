"""A researcher puts codes on words: by mouse, by keyboard, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from journeys.browser import (
    OTHER_RESEARCHER,
    RESEARCHER,
    behind,
    codings_on,
    drag_over,
    press_until,
    sign_in,
)
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FIRST = "We had a bus. It came late and nobody said why. I wrote a letter about it."
SECOND = (
    "The \U0001f469\u200d\U0001f469\u200d\U0001f467 next door wrote too \U0001f68c\U0001f68c. "
    "Then they listened, all of them, \U0001f389 even the manager."
)
THIRD = "My nan's cafe\u0301 closed in the end. That was that."
TEXT = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
PEER, ALLY = "People like me at my side", "An ally on the inside"
HEARD, LETTER = "They learned what only we knew", "My story opened the door"


@pytest.fixture(scope="module")
def uncoded(site) -> Iterator[int]:
    """Stories that nobody has coded, taken in at one go: each new one wakes the machine."""
    with behind(site) as a:
        return iter([a.story(TEXT, "The late bus").id for _ in range(40)])


@pytest.fixture
def story(uncoded) -> int:
    """The number of a story that is this test's own."""
    return next(uncoded)


class Desk:
    """The desk as somebody sits at it: what can be done there, by the names on the page."""

    def __init__(self, page: Page, story: int) -> None:
        self.page = page
        page.goto(f"/desk/{story}")
        self.story = page.get_by_role("region", name="The story")
        self.coder = page.get_by_role("form", name="Put codes on")
        self.chosen = self.coder.locator("output")
        self.message = page.get_by_role("status").filter(has=page.get_by_role("paragraph"))
        self.put_on = self.coder.get_by_role("button", name="Put codes on")

    def select(self, words: str, shown: str | None = None) -> None:
        drag_over(self.page, words)
        expect(self.chosen).to_have_text(shown or words)

    def tick(self, *codes: str) -> None:
        for code in codes:
            self.coder.get_by_role("checkbox", name=code).check()

    def code(self, words: str, *codes: str, shown: str | None = None) -> None:
        self.select(words, shown)
        self.tick(*codes)
        self.put_on.click()
        expect(self.chosen).to_have_text("nothing yet")
        expect(self.message).to_contain_text("put on.")

    def undo(self) -> None:
        self.message.get_by_role("button", name="Undo").click()
        expect(self.message).to_contain_text("Undone")

    def marked(self) -> list[str]:
        return self.story.get_by_role("mark").all_inner_texts()


@pytest.fixture
def desk(visit, story) -> Desk:
    return Desk(visit(RESEARCHER), story)


class TestMouse:
    def test_a_code_goes_on_exactly_the_words_dragged_over(self, desk, site, story):
        desk.code("nobody said why", LETTER)
        expect(desk.message).to_contain_text("1 code put on.")
        assert desk.marked() == ["nobody said why"]
        expect(desk.story.get_by_role("button", name=LETTER)).to_be_visible()
        assert codings_on(site, story) == {("EN-STORY", "nobody said why")}

    def test_two_codes_go_on_at_once_and_one_undo_takes_both_off(self, desk, site, story):
        desk.code("they listened", PEER, HEARD)
        expect(desk.message).to_contain_text("2 codes put on.")
        assert codings_on(site, story) == {
            ("EN-PEER", "they listened"), ("VA-KNOWLEDGE", "they listened"),
        }  # fmt: skip
        desk.undo()
        expect(desk.story.get_by_role("mark")).to_have_count(0)
        assert codings_on(site, story) == set()

    def test_codes_may_overlap_and_the_words_under_both_look_it(self, desk, site, story):
        desk.code("It came late and nobody said why.", PEER)
        desk.code("nobody said why. I wrote a letter", ALLY)
        assert codings_on(site, story) == {
            ("EN-PEER", "It came late and nobody said why."),
            ("EN-ALLY", "nobody said why. I wrote a letter"),
        }
        parts = ["It came late and ", "nobody said why.", " I wrote a letter"]
        marks = desk.story.get_by_role("mark")
        expect(marks).to_have_text([part.strip() for part in parts])
        alone, both, _ = (
            mark.evaluate("mark => getComputedStyle(mark).backgroundColor") for mark in marks.all()
        )
        assert alone != both
        expect(desk.story.get_by_role("paragraph").first).to_have_text(FIRST)

    def test_a_code_may_reach_over_two_paragraphs(self, desk, site, story):
        parts = ("even the manager.", "My nan's")
        desk.code("".join(parts), PEER, shown=" ".join(parts))
        assert desk.marked() == list(parts)
        words = "\n".join(parts)
        assert codings_on(site, story) == {("EN-PEER", words)}

    def test_a_triple_click_takes_the_paragraph_and_no_more(self, desk, site, story):
        desk.story.get_by_text(FIRST).click(click_count=3, position={"x": 40, "y": 15})
        expect(desk.chosen).to_have_text(FIRST)
        desk.tick(PEER)
        desk.put_on.click()
        expect(desk.message).to_contain_text("1 code put on.")
        assert codings_on(site, story) == {("EN-PEER", FIRST)}

    def test_words_among_and_after_emoji_are_the_words_that_were_seen(self, desk, site, story):
        desk.code("\U0001f68c. Then they", PEER)
        desk.code("even the manager", ALLY)
        desk.code("nan's caf\u00e9 closed", HEARD)
        assert codings_on(site, story) == {
            ("EN-PEER", "\U0001f68c. Then they"), ("EN-ALLY", "even the manager"),
            ("VA-KNOWLEDGE", "nan's caf\u00e9 closed"),
        }  # fmt: skip

    def test_a_coding_is_taken_off_beside_its_paragraph_and_put_back(self, desk, site, story):
        desk.code("I wrote a letter", LETTER)
        opener = desk.story.get_by_role("button", name=LETTER, exact=True)
        opener.click()
        expect(opener).to_have_attribute("aria-expanded", "true")
        listed = desk.story.get_by_role("list", name="Codings on paragraph 1")
        expect(listed).to_contain_text("You")
        listed.get_by_role("button", name=re.compile(f"Remove {LETTER}")).click()
        expect(desk.message).to_contain_text("1 code taken off.")
        expect(desk.story.get_by_role("mark")).to_have_count(0)
        assert codings_on(site, story) == set()
        desk.undo()
        expect(desk.story.get_by_role("mark")).to_have_text(["I wrote a letter"])
        assert codings_on(site, story) == {("EN-STORY", "I wrote a letter")}

    def test_another_persons_coding_is_seen_and_cannot_be_taken_off(self, desk, visit, story):
        desk.code("It came late", PEER)
        other = Desk(visit(OTHER_RESEARCHER), story)
        assert other.marked() == ["It came late"]
        other.story.get_by_role("button", name=PEER).click()
        listed = other.story.get_by_role("list", name="Codings on paragraph 1")
        expect(listed).to_contain_text("Amina Yusuf")
        expect(listed.get_by_role("button")).to_have_count(0)

    def test_without_words_or_codes_the_desk_says_what_is_missing(self, desk, site, story):
        desk.tick(PEER)
        desk.put_on.click()
        expect(desk.message).to_contain_text("Select some words in the story first.")
        desk.coder.get_by_role("checkbox", name=PEER).uncheck()
        desk.select("a letter")
        desk.put_on.click()
        expect(desk.message).to_contain_text("Tick at least one code.")
        assert codings_on(site, story) == set()

    def test_a_desk_left_open_on_another_version_is_told_and_nothing_is_put_on(
        self, desk, site, story
    ):
        desk.select("a letter")
        desk.tick(PEER)
        version = desk.coder.locator("[name=version]")
        version.evaluate("field => { field.value = String(Number(field.value) + 1) }")
        with desk.page.expect_response("**/codings") as sent:
            desk.put_on.click()
        assert sent.value.status == 409
        expect(desk.message).to_contain_text("The story has changed since you opened it.")
        expect(desk.chosen).to_have_text("a letter")
        assert codings_on(site, story) == set()


class TestKeyboard:
    def test_from_the_top_of_the_page_to_a_coded_sentence_and_back(self, desk, site, story):
        keyboard = desk.page.keyboard
        press_until(desk.page, "Tab", desk.story)
        keyboard.press("ArrowDown")
        expect(desk.chosen).to_have_text("We had a bus.")
        keyboard.press("ArrowDown")
        expect(desk.chosen).to_have_text("It came late and nobody said why.")
        keyboard.press("Shift+ArrowDown")
        words = "It came late and nobody said why. I wrote a letter about it."
        expect(desk.chosen).to_have_text(words)
        keyboard.press("Enter")
        expect(desk.coder.get_by_label("Find a code")).to_be_focused()
        keyboard.type("ally")
        expect(desk.coder.get_by_role("checkbox")).to_have_count(1)
        keyboard.press("Enter")
        expect(desk.coder.get_by_text(f"Ticked: {ALLY}")).to_be_visible()
        keyboard.press("Enter")
        expect(desk.message).to_contain_text("1 code put on.")
        expect(desk.story).to_be_focused()
        assert codings_on(site, story) == {("EN-ALLY", words)}
        press_until(desk.page, "Shift+Tab", desk.message.get_by_role("button", name="Undo"))
        keyboard.press("Enter")
        expect(desk.message).to_contain_text("Undone: 1 code taken off.")
        assert codings_on(site, story) == set()

    def test_words_are_chosen_one_by_one(self, desk, site, story):
        desk.story.focus()
        keyboard = desk.page.keyboard
        keyboard.press("ArrowRight")
        expect(desk.chosen).to_have_text("We had a bus.")
        for _ in range(3):
            keyboard.press("Control+ArrowRight")
        expect(desk.chosen).to_have_text("a")
        keyboard.press("Control+Shift+ArrowRight")
        expect(desk.chosen).to_have_text("a bus")
        desk.tick(PEER)
        desk.put_on.press("Enter")
        expect(desk.message).to_contain_text("1 code put on.")
        assert codings_on(site, story) == {("EN-PEER", "a bus")}

    def test_escape_lets_the_words_go(self, desk):
        desk.story.focus()
        desk.page.keyboard.press("ArrowDown")
        expect(desk.chosen).to_have_text("We had a bus.")
        desk.page.keyboard.press("Escape")
        expect(desk.chosen).to_have_text("nothing yet")


SELECT = """(story, quote) => {
    const walker = document.createTreeWalker(story, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let found = false;
    while (!found && walker.nextNode()) {
        const node = walker.currentNode, at = node.data.indexOf(quote);
        found = at >= 0 && Boolean(node.parentElement.closest("[data-s]"));
        if (found) { range.setStart(node, at); range.setEnd(node, at + quote.length); }
    }
    getSelection().removeAllRanges(); getSelection().addRange(range);
}"""
PAINTED = "() => [...(CSS.highlights.get('sb-taken') ?? [])].map(String).join('\\n')"
EVERYWHERE = (
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645 \u0641\u064a "
    "\u0627\u0644\u0639\u064a\u0627\u062f\u0629.\r\n\r\n"
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0940\u0926\u0940, "
    "cafe\u0301 \U0001f1ec\U0001f1e7\U0001f44d\U0001f3fd.\r\n\r\n"
    "Ana: \U0001f469\u200d\u2695\ufe0f listened to us all.\r\n\r\nAna: The end of it came."
)
"""Right to left, marks on letters, flags and tones of skin, ends of lines as Windows has them."""
PLACES = {
    "\u0628\u0643\u0645": "EN-PEER", "\u0926\u0940\u0926\u0940": "EN-ALLY",
    "caf\u00e9 \U0001f1ec\U0001f1e7": "VA-KNOWLEDGE",
    "\U0001f469\u200d\u2695\ufe0f listened": "EN-STORY",
}  # fmt: skip
NAMES = {"EN-PEER": PEER, "EN-ALLY": ALLY, "VA-KNOWLEDGE": HEARD, "EN-STORY": LETTER}


class TestInHand:
    def test_a_coding_is_changed_by_keys_and_stands_on_exactly_its_words(self, visit, site):
        with behind(site) as a:
            number = a.story(EVERYWHERE, "Everywhere").id
        desk = Desk(visit(RESEARCHER), number)
        for words, key in PLACES.items():
            desk.story.evaluate(SELECT, words)
            expect(desk.chosen).to_have_text(words)
            desk.tick(NAMES[key])
            desk.put_on.click()
            expect(desk.message).to_contain_text("1 code put on.")
            expect(desk.chosen).to_have_text("nothing yet")
        assert codings_on(site, number) == {(key, words) for words, key in PLACES.items()}
        expect(desk.page.locator(".sb-bars > i")).to_have_count(4)
        expect(desk.story.locator("[data-s] > b")).to_have_text(["Ana:", "Ana:"])
        keyboard, seen = desk.page.keyboard, list(PLACES)
        panel = desk.page.get_by_role("region", name="Coding in hand")
        desk.story.focus()
        for words in seen:
            keyboard.press("c")
            expect(panel.locator("blockquote")).to_have_text(words)
            assert desk.page.evaluate(PAINTED) == words
        keyboard.press("e")
        keyboard.press("ArrowRight")
        longer = f"{seen[-1]} to"
        expect(panel.locator("blockquote")).to_have_text(longer)
        assert ("EN-STORY", longer) in codings_on(site, number)
        keyboard.press("Escape")
        desk.story.evaluate(SELECT, "to")
        expect(desk.chosen).to_have_text("to")
        keyboard.press("s")
        expect(desk.message).to_contain_text("split in two")
        assert {("EN-STORY", seen[-1]), ("EN-STORY", "to")} <= codings_on(site, number)
        keyboard.press("Control+z")
        expect(desk.message).to_contain_text("The two are one again.")
        keyboard.press("Control+z")
        expect(panel.locator("blockquote")).to_have_text(seen[-1])
        assert codings_on(site, number) == {(key, words) for words, key in PLACES.items()}
        keyboard.press("Control+Shift+z")
        expect(panel.locator("blockquote")).to_have_text(longer)
        keyboard.press("x")
        expect(panel).to_have_count(0)
        assert len(codings_on(site, number)) == 3

    def test_what_did_not_reach_the_server_is_told_and_kept_to_be_sent_again(
        self, desk, site, story
    ):
        desk.story.get_by_text(FIRST).click(click_count=3, position={"x": 40, "y": 15})
        expect(desk.chosen).to_have_text(FIRST)
        desk.coder.get_by_role("button", name="Clear").focus()
        desk.tick(PEER)
        desk.page.context.set_offline(True)
        desk.put_on.click()
        expect(desk.message).to_contain_text("did not reach the server")
        expect(desk.chosen).to_have_text(FIRST)
        desk.page.context.set_offline(False)
        desk.page.context.clear_cookies()
        desk.put_on.click()
        expect(desk.message).to_contain_text("You were signed out.")
        sign_in(desk.page.context.new_page(), RESEARCHER)
        desk.put_on.click()
        expect(desk.message).to_contain_text("It is ready again.")
        desk.put_on.click()
        expect(desk.message).to_contain_text("1 code put on.")
        assert codings_on(site, story) == {("EN-PEER", FIRST)}


@pytest.fixture
def plain_page(visit, story) -> Page:
    """The sentences of the story in a browser without JavaScript, reached from the desk."""
    page = visit(RESEARCHER, java_script_enabled=False)
    page.goto(f"/desk/{story}")
    page.get_by_role("link", name="sentence by sentence", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sentence by sentence")
    return page


class TestWithoutJavaScript:
    def test_sentences_in_a_row_make_one_passage_under_two_codes(self, plain_page, site, story):
        page = plain_page
        for sentence in ("It came late and nobody said why.", "I wrote a letter about it."):
            page.get_by_role("checkbox", name=sentence).check()
        for code in (PEER, ALLY):
            page.get_by_role("checkbox", name=code).check()
        page.get_by_role("button", name="Put codes on").click()
        expect(page.get_by_role("status")).to_contain_text("2 codes put on.")
        words = "It came late and nobody said why. I wrote a letter about it."
        assert codings_on(site, story) == {("EN-PEER", words), ("EN-ALLY", words)}
        expect(
            page.get_by_role("checkbox", name="It came late and nobody said why.")
        ).to_have_accessible_description(re.compile(f"Coded: .*{PEER}"))
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Undone: 2 codes taken off.")
        assert codings_on(site, story) == set()

    def test_a_part_of_a_sentence_is_named_by_its_first_and_last_words(
        self, plain_page, site, story
    ):
        page = plain_page
        page.get_by_role("checkbox", name="Then they listened, all of them").check()
        page.get_by_role("checkbox", name=HEARD).check()
        page.get_by_text("Only a part of what I ticked").click()
        page.get_by_label("Its first words").fill("all of")
        page.get_by_label("Its last words").fill("the manager")
        page.get_by_role("button", name="Put codes on").click()
        expect(page.get_by_role("status")).to_contain_text("1 code put on.")
        words = "all of them, \U0001f389 even the manager"
        assert codings_on(site, story) == {("VA-KNOWLEDGE", words)}

    def test_a_coding_is_taken_off_on_the_page_of_codings(self, plain_page, site, story):
        page = plain_page
        page.get_by_role("checkbox", name="We had a bus.").check()
        page.get_by_role("checkbox", name=PEER).check()
        page.get_by_role("button", name="Put codes on").click()
        page.get_by_role("link", name="1 coding").click()
        page.get_by_role("button", name=f"Remove {PEER}").click()
        expect(page.get_by_role("status")).to_contain_text("1 code taken off.")
        assert codings_on(site, story) == set()

    def test_what_is_missing_is_said_above_and_what_was_ticked_is_kept(self, plain_page):
        page = plain_page
        page.get_by_role("checkbox", name="We had a bus.").check()
        page.get_by_role("button", name="Put codes on").click()
        expect(page.get_by_role("alert")).to_contain_text("Choose at least one code.")
        expect(page.get_by_role("checkbox", name="We had a bus.")).to_be_checked()


class TestSight:
    def test_marks_keep_a_border_where_colours_are_forced(self, visit, story):
        desk = Desk(visit(RESEARCHER, forced_colors="active"), story)
        desk.code("nobody said why", PEER)
        mark = desk.story.get_by_role("mark").first
        width, style = mark.evaluate(
            "mark => [getComputedStyle(mark).borderBottomWidth, "
            "getComputedStyle(mark).borderBottomStyle]"
        )
        assert float(width.removesuffix("px")) >= 1
        assert style != "none"

    def test_nothing_moves_where_less_motion_is_asked_for(self, visit, story):
        desk = Desk(visit(RESEARCHER, reduced_motion="reduce"), story)
        desk.code("nobody said why", PEER)
        moving = desk.page.evaluate(
            "() => document.getAnimations().filter("
            "(one) => one.effect.getTiming().duration > 1).length"
        )
        assert moving == 0
