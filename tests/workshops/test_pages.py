"""Pages of workshops over HTTP: who may come, what comes back, and what is kept."""

from __future__ import annotations

import re
from html import unescape

import factories
import pytest
from crawling import Person
from workshops.meeting import FIRST, SECOND, THIRD

from storybank import db
from storybank.coding import service as coding
from storybank.consent.rules import Answer, Purpose
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role
from storybank.stories.models import Story
from storybank.workshops.models import Pack, Workshop

PACK, DRAW = "/packs/workshop/1", "/packs/workshop/1/draw"
NASTY = '"><script>alert(1)</script>{{ 7*7 }}'


class Facilitator(Person):
    """A facilitator at a browser, with stories to draw from."""

    def plan(self, **changed):
        form = {
            "title": "Being heard", "question": "What helps?", "held_on": "2099-05-01",
            "purpose": "workshop", "audience": "Carers Together\nHilltop Clinic",
        }  # fmt: skip
        return self.post("/workshops/new", on="/workshops/new", **form | changed)

    def make_pack(self, **changed):
        form = {"title": "A pack", "use_until": "2099-06-01"} | changed
        path = "/workshops/1/packs/new"
        return self.post(path, on=path, **form)

    def follow(self, answer) -> str:
        """The page that an answer leads to."""
        return self.client.get(answer.location).text

    def offered(self, **theme) -> list[str]:
        page = self.get(DRAW, **theme or {"code": "EN-PEER"}).text
        return re.findall(r'name="place" value="([\d-]+)"', page)

    def put_in(self, *places: str, **theme):
        return self.post(DRAW, on=DRAW, place=list(places), **theme or {"code": "EN-PEER"})

    def cards(self) -> list[str]:
        """The words on the cards of the pack, in order."""
        found = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", self.get(PACK).text, re.S)
        return [unescape(words) for words in found]


@pytest.fixture
def write(house):
    """Runs something with a factory in a transaction of its own."""

    def run(act):
        with db.writing(house.sessions) as session:
            return act(factories.Factory(session))

    return run


@pytest.fixture
def stories(write):
    """Three storytellers, each with a passage about people like them; their story ids."""

    def make(a):
        use, made = a.use(Purpose.STUDY), []
        for quote, name in ((FIRST, "Maria"), (SECOND, None), (THIRD, "The <b>Owl</b>")):
            story = a.story(name=name)
            coding.apply(a.session, use, a.place(story, quote), [a.code("EN-PEER").id])
            made.append(story.id)
        a.actor(Role.FACILITATOR, email="fay@example.org")
        return made

    return write(make)


@pytest.fixture
def fay(app, stories) -> Facilitator:
    """A facilitator who has planned a workshop and made an empty pack for it."""
    fay = Facilitator(app, "fay@example.org")
    assert fay.plan().location == "/workshops/1"
    assert fay.make_pack().location == DRAW
    return fay


@pytest.fixture
def full(fay) -> Facilitator:
    """The same with three cards in the pack."""
    assert fay.put_in(*fay.offered()).status_code == 303
    return fay


def stop(write, story_id: int) -> None:
    write(lambda a: a.stop(a.session.get_one(Story, story_id), Purpose.WORKSHOP))


class TestWhoMayCome:
    ROOMS = ("/workshops", "/workshops/new", "/workshops/1", "/workshops/1/audience",
             "/workshops/1/packs/new", PACK, DRAW, f"{PACK}/paper")  # fmt: skip

    def test_a_facilitator_may(self, full):
        assert {full.get(path).status_code for path in self.ROOMS} == {200}

    def test_a_visitor_signs_in_first_and_comes_back_here(self, full, app):
        for path in self.ROOMS:
            answer = Person(app).get(path)
            assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}")

    @pytest.mark.parametrize("role", [r for r in GIVEN_TO_ACCOUNTS if r != Role.FACILITATOR])
    def test_nobody_else_may(self, full, app, write, role):
        email = write(lambda a: a.actor(role, email="eve@example.org") and "eve@example.org")
        eve = Person(app, email)
        for path in self.ROOMS:
            assert eve.get(path).status_code == 403, path
        for path in (DRAW, f"{PACK}/move", f"{PACK}/take-out", f"{PACK}/paper"):
            assert eve.post(path, item=1, items=1, way="up", copies=1).status_code == 403, path
        assert len(full.cards()) == 3

    def test_a_pack_for_another_purpose_is_not_there(self, full):
        for path in ("/packs/teach/1", "/packs/decide/1/draw", "/packs/teach/1/paper"):
            assert full.get(path).status_code == 404
        assert full.get("/packs/study/1").status_code == 404
        for path in ("/workshops/{}", "/workshops/{}/audience", "/packs/workshop/{}/draw"):
            assert full.get(path.format("9" * 20)).status_code == 404
        asked = {"form": "cards", "file": "html", "copies": 1}
        assert full.post("/packs/teach/1/paper", **asked).status_code == 404


class TestPlanning:
    def test_everything_typed_is_kept_when_something_is_missing(self, fay):
        answer = fay.plan(title="", purpose="teach", question="Why <not>?", held_on="soon")
        page = answer.text
        assert answer.status_code == 422 and "There is a problem" in page
        assert 'href="#title"' in page and 'href="#held_on"' in page
        assert "Why &lt;not&gt;?" in page and 'value="soon"' in page
        assert re.search(r'value="teach"[^>]* checked', page)
        assert "<title>Error: Plan a workshop" in page
        assert fay.get("/workshops/2").status_code == 404

    def test_nothing_typed_becomes_a_part_of_the_page(self, fay):
        form = dict.fromkeys(("title", "question", "audience"), NASTY)
        fay.plan(**form)
        for path in (
            "/workshops",
            "/workshops/2",
            "/workshops/2/audience",
            "/workshops/2/packs/new",
        ):
            page = fay.get(path).text
            assert "<script>alert" not in page and "49" not in page
        assert unescape(fay.get("/workshops/2").text).count(NASTY) >= 3
        page = fay.plan(**form, held_on=NASTY, purpose="").text
        assert "<script>alert" not in page and unescape(page).count(NASTY) == 4

    def test_a_packs_title_and_names_on_cards_are_no_part_of_the_page_either(self, fay):
        fay.make_pack(title=NASTY)
        pack = "/packs/workshop/2"
        fay.post(f"{pack}/draw", on=DRAW, place=fay.offered(), code="EN-PEER")
        made = fay.post(
            f"{pack}/paper", on=pack, form="cards", file="html", copies=1
        ).location  # fmt: skip
        for path in (pack, f"{pack}/draw", f"{pack}/paper", made, "/workshops/1"):
            page = fay.get(path).text
            assert "<script>alert" not in page and "<b>Owl" not in page, path
        assert "The <b>Owl</b>" in unescape(fay.get(made).text)


class TestWhoWillBeThere:
    def test_the_form_shows_who_was_named_and_changes_it(self, full, house):
        path = "/workshops/1/audience"
        assert "Carers Together\nHilltop Clinic</textarea>" in full.get(path).text
        answer = full.post(path, on=path, audience="Riverside Council\r\n")
        assert answer.location == "/workshops/1"
        with house.sessions() as session:
            assert session.get_one(Workshop, 1).audience == ["Riverside Council"]

    def test_a_place_on_a_not_for_list_takes_the_card_out_and_says_so(self, full, write, house):
        def make(a):
            story = a.story(not_for=["Riverside Council"])
            place = a.place(story, FIRST)
            coding.apply(a.session, a.use(Purpose.STUDY), place, [a.code("EN-PEER").id])

        write(make)
        full.put_in(*full.offered())
        assert len(full.cards()) == 4
        path = "/workshops/1/audience"
        full.post(path, on=path, audience="riverside council")
        assert "1 passage left the packs" in full.get("/workshops/1").text
        assert len(full.cards()) == 3
        house.runner.drain()
        with house.sessions() as session:
            assert list(house.strays(session)) == []
        assert "1 passage left this pack" in full.get(PACK).text

    def test_too_long_a_name_is_told_and_kept(self, full):
        path = "/workshops/1/audience"
        answer = full.post(path, on=path, audience="x" * 300)
        assert answer.status_code == 422 and "x" * 300 in answer.text


class TestDrawing:
    def test_nothing_ticked_comes_back_on_the_same_page_and_theme(self, fay):
        answer = fay.put_in(family="enabler")
        assert answer.status_code == 422
        assert "There is a problem" in answer.text and 'href="#passages"' in answer.text
        assert len(re.findall('name="place"', answer.text)) == 3
        assert '<input type="hidden" name="family" value="enabler">' in answer.text

    def test_one_goes_on_drawing_with_the_theme_and_page_kept(self, fay):
        one, two, three = fay.offered()
        answer = fay.put_in(one, two, family="enabler", page="1")
        assert answer.location == f"{DRAW}?family=enabler&page=1"
        page = fay.follow(answer)
        assert "Added to the pack: 2 passages." in page
        assert page.count("In the pack") == 2 and "See the pack: 2 passages" in page
        assert re.findall(r'name="place" value="([\d-]+)"', page) == [three]

    def test_what_was_added_can_be_undone_there(self, fay):
        page = fay.follow(fay.put_in(*fay.offered()))
        items = re.search(r'name="items" value="([\d,]+)"', page)[1]
        answer = fay.post(f"{PACK}/take-out", on=DRAW, items=items, code="EN-PEER")
        assert answer.location == f"{DRAW}?code=EN-PEER"
        assert fay.cards() == [] and len(fay.offered()) == 3

    def test_the_same_twice_is_said_to_be_there(self, fay):
        [one, *_] = fay.offered()
        fay.put_in(one)
        assert "Nothing was added" in fay.follow(fay.put_in(one))
        assert len(fay.cards()) == 1

    def test_words_that_nobody_coded_cannot_be_asked_for(self, fay, stories):
        fay.put_in(f"{stories[0]}-1-0-500", f"{stories[0]}-1-5-9")
        assert fay.cards() == []

    def test_a_theme_the_codebook_does_not_have_is_not_found(self, fay):
        assert fay.get(DRAW, code="EN-NOPE").status_code == 404
        assert fay.put_in(*fay.offered(), code="EN-NOPE").status_code == 404

    def test_themes_tell_how_many_stories_may_be_drawn_from(self, fay, write, stories):
        assert "(3 stories)" in fay.get(DRAW).text
        stop(write, stories[0])
        assert "(2 stories)" in fay.get(DRAW).text

    def test_hidden_ones_are_counted_in_plain_sentences(self, fay, write):
        def make(a):
            story = a.story(answers={Purpose.WORKSHOP: Answer.ASK})
            place = a.place(story, FIRST)
            coding.apply(a.session, a.use(Purpose.STUDY), place, [a.code("EN-PEER").id])

        write(make)
        page = fay.get(DRAW, code="EN-PEER").text
        assert "1 passage hidden here, and why" in page
        assert "1 passage: the storyteller wants to be asked each time." in page


class TestPack:
    def test_it_tells_whose_voices_it_holds(self, full):
        page = " ".join(full.get(PACK).text.split())
        assert "3 passages from 3 storytellers: 3 on what helps." in page
        assert "One storyteller speaks" not in page

    def test_it_warns_of_one_voice_over_others(self, full, write, stories):
        def make(a):
            place = a.place(a.session.get_one(Story, stories[0]), THIRD)
            coding.apply(a.session, a.use(Purpose.STUDY), place, [a.code("EN-PEER").id])

        write(make)
        full.put_in(*full.offered())
        assert "One storyteller speaks on 2 of the 4 cards." in full.get(PACK).text

    def test_moving_leads_back_to_the_card(self, full):
        item = self.items(full)[2]
        answer = full.post(f"{PACK}/move", on=PACK, item=item, way="up")
        assert answer.location == f"{PACK}#card-{item}"
        assert full.cards() == [FIRST, THIRD, SECOND]

    def test_a_card_taken_out_leaves_a_gap_where_it_can_be_put_back(self, full):
        item = self.items(full)[1]
        answer = full.post(f"{PACK}/take-out", on=PACK, items=item)
        assert answer.location == f"{PACK}?out={item}#card-{item}"
        page = full.follow(answer)
        assert SECOND not in page and "You took this card out" in page
        assert page.index(FIRST) < page.index("You took this card out") < page.index(THIRD)
        answer = full.post(f"{PACK}/put-back", on=PACK, item=item)
        assert answer.location == f"{PACK}#card-{item}"
        assert full.cards() == [FIRST, SECOND, THIRD]

    def test_a_card_that_is_gone_is_not_found(self, full):
        for path, fields in (("move", {"item": 99, "way": "up"}), ("take-out", {"items": "99"}),
                             ("put-back", {"item": 99}), ("take-out", {})):  # fmt: skip
            assert full.post(f"{PACK}/{path}", on=PACK, **fields).status_code == 404

    def test_a_stop_is_true_at_once_and_the_printed_card_is_named(
        self, full, write, house, stories
    ):
        made = full.post(
            f"{PACK}/paper", on=PACK, form="cards", file="html", copies=4
        ).location  # fmt: skip
        stop(write, stories[1])
        for _ in ("before the job", "after it"):
            page = full.get(PACK).text
            assert SECOND not in page and full.cards() == [FIRST, THIRD]
            assert "1 passage left this pack" in page and f"{self.code(house)} / 2" in page
            assert "stopped" not in page
            assert SECOND not in full.get(made).text
            house.runner.drain()

    @staticmethod
    def items(full) -> list[str]:
        return re.findall(r'<li id="card-(\d+)"', full.get(PACK).text)

    @staticmethod
    def code(house) -> str:
        with house.sessions() as session:
            return session.get_one(Pack, 1).code
