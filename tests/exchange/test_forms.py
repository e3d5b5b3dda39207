"""Every form of a file: the same words, letter for letter, and what they may be used for."""

from __future__ import annotations

import pytest

from storybank import db
from storybank.coding import service as coding
from storybank.consent import passages
from storybank.consent.folding import Span
from storybank.consent.rules import EIGHT, Answer, Mark, NameStyle, Purpose
from storybank.exchange import outgoing, sheets, workbook
from storybank.exchange.choosing import BY_CODE, Choice
from storybank.exchange.noting import PLACES, note
from storybank.exchange.outgoing import choose
from storybank.people.rules import MACHINE, Role
from storybank.stories.rules import Place

from .reading_back import Files, part

FORMS = ("csv", "xlsx", "docx", "html", "json")
ODD = (
    "Family 👩‍👩‍👧 & <b>not</b> bold; שלום עולם, then مرحبا 12 بك; e\u0301 and \u200dZ; "
    'a "quote", 1 < 2 > 0; tab\there.'
)


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


def coded(a, use, text, *keys, **more):
    story = a.story(text, **more)
    codes = [a.code(key).id for key in keys or ("EN-PEER",)]
    length = len(coding.reading.story(a.session, use, story.id).text)
    coding.apply(a.session, use, Place(story.id, 1, 0, length), codes)
    return story


class TestWords:
    def test_they_are_the_same_in_every_form(self, a, use):
        coded(a, use, ODD)
        coded(a, use, "Two lines.\n\nAnd a second one.")
        found = Files(a.session, use).words()
        for form in FORMS:
            assert found[form] == found["json"], form
        assert found["json"][0].startswith("Family 👩‍👩‍👧 & <b>not</b> bold; שלום עולם,")
        assert found["json"][1] == "Two lines.\nAnd a second one."

    def test_right_to_left_words_are_marked_so_in_a_document(self, a, use):
        coded(a, use, "שלום עולם and on")
        body = part(Files(a.session, use).docx_bytes(), "word/document.xml")
        assert "<w:bidi/>" in body and '<w:rtl/></w:rPr><w:t xml:space="preserve">שלום' in body
        [passage] = Files(a.session, use).html().find_all("blockquote")
        assert passage["dir"] == "auto"

    def test_no_cell_of_a_workbook_is_a_formula(self, a, use):
        coded(a, use, "=1+1", title="@SUM(1)")
        files = Files(a.session, use)
        cells = [cell for row in files.xlsx()["Codings"].iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        [words] = [cell for cell in cells if cell.value == "=1+1"]
        assert words.quotePrefix and words.data_type == "s"
        assert "<f>" not in part(files.xlsx_bytes(), "xl/worksheets/sheet2.xml")

    def test_what_xml_cannot_hold_stays_one_letter_long(self, a, use):
        sheet = sheets.Sheet("Odd", ("one",), [[("a\x00b\x0b\ufffec\ud800",)]], ())
        made = b"".join(workbook.workbook([sheet], use.at, "Odd"))
        assert "a\ufffdb\ufffd\ufffdc\ufffd" in part(made, "xl/worksheets/sheet2.xml")

    def test_what_looks_like_a_letter_of_excels_own_is_no_such_thing(self, use):
        sheet = sheets.Sheet("Odd", ("one",), [[("_x0041_ and _x1",)]], ())
        made = b"".join(workbook.workbook([sheet], use.at, "Odd"))
        assert "_x005F_x0041_ and _x1<" in part(made, "xl/worksheets/sheet2.xml")

    def test_more_than_a_cell_holds_is_cut_and_says_so(self, a, use):
        long = "🙂" * 20_000
        sheet = sheets.Sheet("Long", ("one",), [[(long,)]], ())
        made = b"".join(workbook.workbook([sheet], use.at, "Long"))
        text = part(made, "xl/worksheets/sheet2.xml")
        words = text.partition('preserve">🙂')[2].partition("</t>")[0]
        assert words.endswith(workbook.GOES_ON)
        assert len(("🙂" + words).encode("utf-16-le")) // 2 <= workbook.LONGEST


class TestNames:
    @pytest.mark.parametrize(
        ("purpose", "shown"), [(Purpose.STUDY, "ST-"), (Purpose.WORKSHOP, "Ada of the Fen")]
    )
    def test_the_name_is_the_one_chosen_for_this_use(self, a, purpose, shown):
        coded(a, a.use(Purpose.STUDY), "Mine.", name="Ada of the Fen", style=NameStyle.CHOSEN)
        files = Files(a.session, a.use(purpose))
        [row] = files.csv()
        [one] = files.json()["first"]["items"]
        assert row["storyteller"].startswith(shown)
        assert one["target"]["sb:storyteller"] == row["storyteller"]
        assert row["storyteller"] in files.html().text
        assert ("Ada" in files.docx().element.xml) == (purpose is Purpose.WORKSHOP)

    def test_a_long_passage_outside_the_team_is_as_short_as_parts_are(self, a):
        coded(a, a.use(Purpose.STUDY), "word " * 1000)
        found = Files(a.session, a.use(Purpose.WORKSHOP)).words()
        assert {form: len(words[0]) for form, words in found.items()} == dict.fromkeys(FORMS, 2000)


class TestWhatIsSaid:
    def test_each_form_says_what_it_is_for_and_what_was_left_out(self, a, use):
        coded(a, use, "Stays.")
        coded(a, use, "No.", consented_to=[Purpose.STUDY], answers={Purpose.REUSE: Answer.NO})
        coded(a, use, "Also no.", "EN-PEER", "VA-SERVICE", consented_to=[Purpose.STUDY])
        reuse = a.use(Purpose.REUSE)
        files = Files(a.session, reuse)
        for form, said in files.about().items():
            assert "For this use: reuse. Other research teams use the story." in said, form
            assert "1 coding on 1 story" in said, form
            assert "Left out: 3 codings." in said, form
            assert "The storyteller said no to this use." in said, form
            assert "delete their passages from this file" in said, form
        counts = {one["sb:because"]: one["sb:codings"] for one in files.json()["sb:leftOut"]}
        assert sum(counts.values()) == 3 and len(counts) == 2

    def test_what_was_stopped_kept_back_or_held_is_in_no_count(self, a, use):
        gone = coded(a, use, "Stopped.")
        marked = coded(a, use, "A part of it is kept back.")
        a.stop(gone, Purpose.STUDY)
        passages.mark_passage(
            a.session, MACHINE, marked.id, marked.person_id, Span(1, 0, 6), Mark.LEAVE_OUT, "web"
        )
        files = Files(a.session, use)
        assert not files.chosen.left_out and files.words() == dict.fromkeys(FORMS, [])

    def test_a_part_to_be_asked_about_is_counted(self, a, use):
        story = coded(a, use, "Ask me about this.")
        passages.mark_passage(
            a.session, MACHINE, story.id, story.person_id, Span(1, 0, 6), Mark.ASK_FIRST, "web"
        )
        assert list(Files(a.session, use).chosen.left_out.values()) == [1]

    def test_the_terms_travel_beside_the_words(self, a, use):
        until = use.at.replace(year=use.at.year + 1, month=6, day=1, hour=12)
        coded(
            a, use, "Mine.", not_for=["Riverside Council"], until=until,
            answers={Purpose.WORKSHOP: Answer.ASK},
        )  # fmt: skip
        files = Files(a.session, use)
        said = (
            f"Until {until:%Y}-06-01. Not where these are: Riverside Council. "
            "Ask first: workshop. Do not shorten it. Do not translate it."
        )
        [row] = files.csv()
        [one] = files.json()["first"]["items"]
        assert row["terms"] == said and row["terms_until"] == f"{until:%Y}-06-01"
        assert one["sb:terms"]["sb:inWords"] == said
        assert one["sb:terms"]["sb:notFor"] == ["Riverside Council"]
        assert said in files.html().text
        assert any(said in one.text for one in files.docx().paragraphs)
        assert said in [cell for row in files.xlsx()["Codings"].values for cell in row]


class TestChoosing:
    def test_by_code_story_coder_and_day(self, a, use):
        one = coded(a, use, "One.", "EN-PEER", "VA-SERVICE")
        two = coded(a, use, "Two.")
        today = use.at.date()

        def count(**choice) -> int:
            return choose(a.session, use, Choice(**choice)).codings

        assert (count(), count(codes=("EN-PEER",)), count(stories=(one.id,))) == (3, 2, 2)
        assert count(codes=("EN-PEER",), stories=(two.id,)) == 1
        assert count(coder=use.actor.account_id) == 3 and count(coder=10**6) == 0
        assert count(since=today.replace(year=today.year + 1)) == 0
        assert count(until=today.replace(year=today.year - 1)) == 0
        assert choose(a.session, use, Choice(), among=[]).codings == 0

    def test_code_by_code_the_headings_are_codes(self, a, use):
        coded(a, use, "One.", "VA-SERVICE", "EN-PEER", title="First")
        coded(a, use, "Two.", "EN-PEER", title="Second")
        files = Files(a.session, use, Choice(order=BY_CODE))
        names = [a.code(key) for key in ("EN-PEER", "VA-SERVICE")]
        assert [one.text for one in files.html().find_all("h2")] == [
            f"{code.name} ({code.key})" for code in names
        ]
        assert files.words()["docx"] == ["One.", "Two.", "One."]


class TestStops:
    @pytest.mark.parametrize("form", FORMS)
    def test_a_stop_elsewhere_ends_it_in_a_file_that_is_on_its_way(
        self, form, app, house, monkeypatch
    ):
        """Another connection stops the story while a browser is taking the file."""
        import factories
        from crawling import Person

        monkeypatch.setattr(outgoing, "SLICE", 1)
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            use = a.use(Purpose.STUDY)
            coded(a, use, "The first goes out.")
            second = coded(a, use, "QuokkaLantern is stopped in time.")
            a.actor(Role.RESEARCHER, email="reads@example.org")
        reader = Person(app, "reads@example.org")
        answer = reader.client.get(f"/files/study/codings.{form}", buffered=False)
        lines = answer.iter_encoded()
        begun = b""
        # In a zip the words cannot be seen: when the part that holds them has begun, they are in.
        mark = {"xlsx": b"sheet2.xml", "docx": b"word/document.xml"}.get(form, b"The first")
        while mark not in begun:
            begun += next(lines)
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(second, *EIGHT)
        content = begun + b"".join(lines)
        answer.close()
        if form in ("xlsx", "docx"):
            name = {"xlsx": "xl/worksheets/sheet2.xml", "docx": "word/document.xml"}[form]
            content = part(content, name).encode()
            assert b"The first goes out." in content
        assert b"QuokkaLantern" not in content


class TestNoting:
    @pytest.mark.parametrize("form", FORMS)
    def test_each_form_is_noted_by_its_name(self, a, use, form):
        from storybank.portal.where import been_used

        story = coded(a, use, "They rang back, both of them.")
        note(a.session, choose(a.session, use, Choice()), form, context=32)
        own = outgoing.replace(use, purpose=Purpose.OWN)
        [used] = been_used(a.session, own, story.id)
        assert used.place == PLACES[form] and used.how == "Saved to a file"
