"""The pages on which stewards change what people are asked, and who asks."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import Person

from storybank.consent import wordings
from storybank.consent.wording_models import WordingVersion
from storybank.people.rules import Role
from storybank.stewardship.rules import told_apart

SEAL = re.compile(r'name="seal" value="(\w+)"')
HARD = (
    "Notwithstanding institutional considerations, authorisation of methodological analysis "
    "necessitates comprehensive understanding of organisational responsibilities."
)
ORGANISATION = {
    "name": "Riverside Voices", "address": "1 Mill Lane", "contact": "0113 496 0000",
    "other-name": ["Northbridge Trust", ""], "other-address": ["2 High Street", ""],
    "other-contact": ["help@example.org", ""], "why": "We want care to get better.",
    "withdraw": "Tell us at any time.",
}  # fmt: skip


def write(person: Person, code: str, standard: str, easy: str | None = None):
    page = f"/steward/wordings/{code}/draft"
    fields = {"text-standard": standard, "text-easy_read": easy or f"{standard}\nSay yes or no."}
    return person.post(page, on=page, **fields)


def publish(person: Person, code: str, **fields):
    page = f"/steward/wordings/{code}/publish"
    seal = SEAL.search(person.get(page).text)
    return person.post(page, on=page, seal=seal[1] if seal else "", **fields)


def live(house, code: str, format: str = "standard") -> str:
    with house.sessions() as session:
        return wordings.current(session, [code], format=format)[code].text


class TestOpening:
    @pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ADMINISTRATOR])
    def test_only_stewards_come_in(self, people, role):
        somebody = people("other@example.org", role)
        for page in ("", "/organisation", "/wordings", "/wordings/keep", "/wordings/keep/draft",
                     "/wordings/keep/publish", "/wordings/all/publish"):  # fmt: skip
            assert somebody.get(f"/steward{page}").status_code == 403
        for page in ("/organisation", "/wordings/keep/draft", "/wordings/keep/publish",
                     "/wordings/keep/draft/drop", "/second-look/1"):  # fmt: skip
            assert somebody.post(f"/steward{page}").status_code == 403

    def test_the_list_tells_version_language_format_and_reading_age(self, steward):
        page = BeautifulSoup(steward.get("/steward/wordings").text, "html.parser")
        [keep] = [row for row in page.select("tbody tr") if row.th.text == "keep"]
        assert keep.get_text(" ", strip=True).endswith("1.0 Standard: 8.2 Easy read: 6 Live")
        assert len(page.select("tbody tr")) == 32 and "en-GB" in page.caption.text

    def test_a_wording_that_nobody_is_asked_is_not_there(self, steward):
        for page in ("", "/draft", "/publish"):
            assert steward.get(f"/steward/wordings/spoons{page}").status_code == 404
        assert steward.get("/steward/second-look/7").status_code == 404


class TestChanging:
    def test_a_change_of_meaning_goes_live_with_its_easy_read(self, steward, house):
        assert write(steward, "pause", "Rest my story.").status_code == 303
        page = steward.get("/steward/wordings/pause/publish").text
        assert "<del>Pause</del>" in page and "<ins>Rest</ins>" in page
        assert "This cannot be undone" in page and "Reading age: 5" in page
        assert live(house, "pause").startswith("Pause")
        assert publish(steward, "pause", meaning="changed", sure="yes").status_code == 303
        assert live(house, "pause") == "Rest my story."
        assert live(house, "pause", "easy_read") == "Rest my story.\nSay yes or no."
        page = steward.get("/steward/wordings/pause").text
        assert "2.0 (live now)" in page and "means something else" in page

    def test_both_questions_must_be_answered(self, steward, house):
        write(steward, "pause", "Rest my story.")
        assert "Say whether" in publish(steward, "pause").text
        answer = publish(steward, "pause", meaning="changed")
        assert answer.status_code == 422 and "Tick this" in answer.text
        assert live(house, "pause").startswith("Pause")

    def test_words_that_are_too_hard_are_warned_of_and_not_published(self, steward, house):
        write(steward, "pause", HARD)
        page = steward.get("/steward/wordings/pause/publish").text
        assert "Too hard" in page and "cannot go live" in page and "Does it mean" not in page
        answer = publish(steward, "pause", meaning="changed", sure="yes")
        assert answer.status_code in (409, 422)
        assert live(house, "pause").startswith("Pause")

    def test_a_draft_without_easy_read_is_handed_back_with_what_was_typed(self, steward):
        page = "/steward/wordings/pause/draft"
        answer = steward.post(page, on=page, **{"text-standard": "Rest <b>it</b>."})
        assert answer.status_code == 422
        assert "they go live together" in answer.text and "Rest &lt;b&gt;it" in answer.text

    def test_what_changed_since_it_was_shown_is_not_published(self, steward, house):
        write(steward, "pause", "Rest my story.")
        shown = SEAL.search(steward.get("/steward/wordings/pause/publish").text)[1]
        write(steward, "pause", "Sell my story.")
        page = "/steward/wordings/pause/publish"
        answer = steward.post(page, on=page, seal=shown, meaning="changed", sure="yes")
        assert answer.status_code == 409 and "Look at them again" in answer.text
        assert live(house, "pause").startswith("Pause")

    def test_a_draft_can_be_thrown_away(self, steward):
        write(steward, "pause", "Rest my story.")
        steward.post("/steward/wordings/pause/draft/drop")
        assert "Rest my story" not in steward.get("/steward/wordings/pause/draft").text


class TestSecondLook:
    @pytest.fixture
    def asked(self, steward) -> str:
        write(steward, "pause", "Rest my story.")
        assert publish(steward, "pause", meaning="same").status_code == 303
        return "/steward/second-look/1"

    def test_it_waits_for_a_second_steward(self, steward, people, house, asked):
        assert "Yes, it means the same" not in steward.get(asked).text
        assert steward.post(asked, same="yes").status_code == 403
        assert live(house, "pause").startswith("Pause")
        second = people("two@example.org")
        assert "waits for your second look" in second.get("/steward").text
        assert "waits for your second look" not in steward.get("/steward").text
        assert second.post(asked, on=asked, same="yes").status_code == 303
        assert live(house, "pause") == "Rest my story."
        assert "two stewards said so" in second.get("/steward/wordings/pause").text

    def test_the_second_can_say_no(self, people, house, asked):
        second = people("two@example.org")
        assert second.post(asked, on=asked, same="no").status_code == 303
        assert second.get(asked).status_code == 404
        assert live(house, "pause").startswith("Pause")
        assert "1 draft of words is not live yet" in second.get("/steward").text

    def test_neither_is_not_an_answer(self, people, asked):
        assert people("two@example.org").post(asked, on=asked).status_code == 422


class TestOrganisation:
    PAGE = "/steward/organisation"

    def test_the_placeholder_is_said_to_be_one_until_it_is_replaced(self, steward, house):
        page = steward.get(self.PAGE).text
        assert "This is a placeholder" in page and "“The Storybank team”" in page
        assert "checked" not in page and 'value="The' not in page
        assert "Say which organisation" in steward.get("/steward").text
        answer = steward.post(self.PAGE, on=self.PAGE, **ORGANISATION)
        assert answer.status_code == 303 and answer.location.endswith("/wordings/all/publish")
        assert "placeholder" not in steward.get(self.PAGE).text
        assert "still name the old organisation" in steward.get("/steward").text
        assert publish(steward, "all", meaning="changed", sure="yes").status_code == 303
        assert live(house, "who").startswith("Riverside Voices looks after your story. Northbridge")
        with house.sessions() as session:
            newest = session.scalars(
                sa.select(WordingVersion).where(WordingVersion.version != "1.0")
            )
            assert {row.controllers[1]["name"] for row in newest} == {"Northbridge Trust"}
        assert "Nothing needs you" in steward.get("/steward").text
        assert (
            "names the organisation that is filled in now"
            in steward.get("/steward/wordings/all/publish").text
        )

    @pytest.mark.parametrize("left", ["name", "address", "contact", "why", "withdraw"])
    def test_each_slot_must_be_filled_in(self, steward, left):
        answer = steward.post(self.PAGE, on=self.PAGE, **{**ORGANISATION, left: " "})
        assert answer.status_code == 422 and "There is a problem" in answer.text
        assert 'value="Riverside Voices"' in answer.text or left == "name"

    def test_that_nobody_else_may_must_be_ticked(self, steward):
        nobody = {key: value for key, value in ORGANISATION.items() if "other" not in key}
        assert "tick that there are none" in steward.post(self.PAGE, on=self.PAGE, **nobody).text
        assert steward.post(self.PAGE, on=self.PAGE, no_others="yes", **nobody).status_code == 303


class TestShown:
    def test_two_texts_are_told_apart_word_by_word_and_lose_nothing(self):
        old, new = "We keep  it safe.\nAlways.", "We hold it safe.\nAlways and ever."
        left, right = told_apart(old, new)
        assert "".join(piece.text for piece in left) == old
        assert "".join(piece.text for piece in right) == new
        assert "keep" in [piece.text.strip() for piece in left if piece.kind == "gone"][0]
        assert told_apart("", "") == ([], [])

    def test_what_a_page_shows_is_the_published_version_to_the_letter(self, steward, house):
        with house.sessions() as session:
            rows = wordings.current(session, ["who", "keep"])
        for code, row in rows.items():
            soup = BeautifulSoup(steward.get(f"/steward/wordings/{code}").text, "html.parser")
            assert soup.select_one(".sb-asked").text == row.text
