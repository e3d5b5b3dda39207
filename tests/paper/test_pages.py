"""Paper over HTTP: what is asked, what is written down, what comes, and what a square says."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import docx
import pdf_files
import pptx
import pytest
from crawling import Person, said
from factories import TEXT
from workshops.meeting import FIRST, SECOND, THIRD
from workshops.test_pages import PACK, stop

from storybank import db
from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.paper.models import PrintedCard, PrintRun
from storybank.people.rules import Role
from storybank.workshops.models import Pack, PackItem

PAPER = f"{PACK}/paper"
NO_NAME = "A storyteller who chose to give no name"


def make(full, **asked):
    form = {"form": "cards", "file": "html", "copies": 3} | asked
    return full.post(PAPER, on=PAPER, **form)


def code(house) -> str:
    with house.sessions() as session:
        return session.get_one(Pack, 1).code


def letters(house) -> list[str]:
    with house.sessions() as session:
        return [card.letters for card in session.query(PrintedCard).order_by(PrintedCard.id)]


class TestMaking:
    def test_it_is_written_down_then_shown_with_all_that_must_stand_on_a_card(self, full, house):
        answer = make(full, copies=" 3 ")
        assert answer.location == f"{PAPER}/1/html"
        page = unescape(full.follow(answer))
        assert "Written down: 3 copies of 3 cards." in page
        for words in (FIRST, "Maria", "The <b>Owl</b>", NO_NAME, "For this workshop only.",
                      "Please do not photograph.", "Use until 1 June 2099",
                      f"{code(house)} / 3 ", "<svg"):  # fmt: skip
            assert words in page
        with house.sessions() as session:
            assert [row.copies for row in session.query(UseRecord)] == [3, 3, 3]

    def test_a_file_is_fetched_from_a_page_that_says_what_was_written_down(self, full):
        answer = make(full, form="handout", file="pdf")
        page = full.follow(answer)
        assert answer.location == f"{PAPER}/1" and "3 copies" in page
        assert f'href="{PAPER}/1/pdf"' in page and f'href="{PAPER}/1/docx"' in page

    def test_a_wrong_number_comes_back_with_what_was_typed(self, full, house):
        for typed in ("0", "", "lots", "-1", "501", "9" * 30, "1\0", "\ud800"):
            answer = make(full, copies=typed.encode("utf-8", "surrogatepass"))
            assert answer.status_code == 422
            assert "Print between 1 and 500 copies." in answer.text
            assert 'href="#copies"' in answer.text and FIRST not in answer.text
        for wrong in ({"form": "scroll"}, {"file": "exe"}, {"file": "pptx"}, {"form": ""}):
            assert make(full, **wrong).status_code == 422
        with house.sessions() as session:
            assert session.query(UseRecord).count() == session.query(PrintRun).count() == 0

    def test_an_empty_pack_says_so(self, fay):
        answer = make(fay)
        assert answer.status_code == 422 and "There is nothing in this pack" in answer.text

    def test_after_the_last_day_nothing_is_made_or_shown(self, full, house):
        made = make(full).location
        with db.writing(house.sessions) as session:
            session.get_one(Pack, 1).use_until = now().date().replace(year=2020, day=1)
        answer = make(full)
        assert answer.status_code == 422 and "last day" in answer.text
        assert 'name="copies"' not in full.get(PAPER).text
        answer = full.get(made)
        assert answer.status_code == 422 and FIRST not in answer.text

    def test_what_was_made_of_one_pack_is_not_found_under_another(self, full, fay):
        make(full)
        assert fay.make_pack().status_code == 303
        for path in ("/packs/workshop/2/paper/1", "/packs/workshop/2/paper/1/html",
                     "/packs/teach/1/paper/1/pdf", f"{PAPER}/1/pptx", f"{PAPER}/1/exe",
                     f"{PAPER}/99/html", f"{PAPER}/practice/scroll/html"):  # fmt: skip
            assert full.get(path).status_code == 404, path

    def test_where_cards_used_to_be_printed_leads_here(self, full):
        assert full.get(f"{PACK}/cards").location == PAPER

    def test_practice_is_marked_and_nothing_of_it_is_written_down(self, full, house):
        for form, file in (("cards", "html"), ("answers", "html"), ("slides", "pptx")):
            told = said(full.get(f"{PAPER}/practice/{form}/{file}"))
            assert "PRACTICE" in told and FIRST not in told
        with house.sessions() as session:
            assert session.query(UseRecord).count() == session.query(PrintRun).count() == 0


class TestFiles:
    """Each file is read back as another program would."""

    @pytest.mark.parametrize("form", ["cards", "easy", "slides"])
    def test_a_pdf_is_tagged_titled_and_says_its_language(self, full, house, form):
        make(full, form=form, file="pdf")
        answer = full.get(f"{PAPER}/1/pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        name = f"storybank-{form}-{code(house)}.pdf"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        file = pdf_files.read(answer.data)
        assert file.marked and file.language == "en-GB" and code(house) in file.title
        assert "pdfuaid" in file.metadata and "/Author" not in file.metadata
        assert [tag for tag in file.tags if re.fullmatch(r"H\d", tag)][:2] == ["H1", "H2"]
        assert file.tags.count("BlockQuote") == 3
        assert form == "slides" or len(file.alts) == 3
        told = file.text
        assert told.index(FIRST) < told.index(SECOND) < told.index(THIRD)
        for words in ("Maria", "The <b>Owl</b>", NO_NAME, "Use until 1 June 2099"):
            assert words in told

    def test_a_word_file_has_headings_language_and_no_author(self, full):
        make(full, form="large", file="docx")
        file = docx.Document(io.BytesIO(full.get(f"{PAPER}/1/docx").data))
        core = file.core_properties
        assert (core.language, core.author, core.last_modified_by) == ("en-GB", "", "")
        styles = [(p.style.name, p.text) for p in file.paragraphs]
        assert ("Heading 1", "Card 2") in styles and ("Quote", SECOND) in styles
        assert file.styles["Quote"].font.size.pt == 18

    def test_slides_have_titles_notes_and_no_author(self, full):
        make(full, form="slides", file="pptx")
        file = pptx.Presentation(io.BytesIO(full.get(f"{PAPER}/1/pptx").data))
        core = file.core_properties
        assert (core.language, core.author, core.last_modified_by) == ("en-GB", "", "")
        assert all(slide.shapes.title.text and slide.has_notes_slide for slide in file.slides)
        assert [s.shapes.title.text for s in file.slides][2:] == ["Card 1", "Card 2", "Card 3"]
        assert "Maria" in file.slides[2].placeholders[1].text

    def test_guide_and_answer_sheets_hold_no_story_word(self, full):
        make(full, form="guide", file="docx")
        make(full, form="answers", copies=2)
        for path in ("1/docx", "1/html", "2/html"):
            told = said(full.get(f"{PAPER}/{path}"))
            assert "What helps?" in told, path
            assert not any(words in told for words in (FIRST, SECOND, THIRD, "Maria"))
        page = full.get(f"{PAPER}/2/html").text
        assert "Answer sheet 1<" in page and "Answer sheet 2<" in page

    def test_no_story_word_and_no_name_is_in_an_address_a_cookie_or_a_file_name(self, full):
        answers = [make(full, file="docx"), *(full.get(f"{PAPER}/1/{f}") for f in ("html", "docx"))]
        for answer in answers:
            sent = str(answer.headers).lower()
            assert not any(
                word.lower() in sent for word in [*TEXT.split(), "Maria"] if len(word) > 4
            )
        with zipfile.ZipFile(io.BytesIO(answers[-1].data)) as archive:
            assert not any("Maria" in name for name in archive.namelist())

    def test_a_content_note_stands_before_the_words(self, full, house):
        with db.writing(house.sessions) as session:
            session.get_one(PackItem, 2).note = "About a long wait"
        make(full, form="slides", file="pptx")
        for file in ("pptx", "pdf", "html"):
            told = said(full.get(f"{PAPER}/1/{file}"))
            assert file == "pptx" or told.index("About a long wait") < told.index(SECOND)
            assert "About a long wait" in told


class TestAfterAStop:
    def test_it_is_in_no_file_and_its_copies_are_to_be_collected(self, full, write, house, stories):
        make(full, file="pdf")
        stop(write, stories[1])
        told = said(full.get(f"{PAPER}/1/pdf"))
        assert SECOND not in told and FIRST in told
        mark = letters(house)[1][-4:]
        for path in (PAPER, PACK):
            page = full.get(path).text
            assert "To collect" in page and mark in page and "3 copies still out" in page
            assert SECOND not in full.get(PAPER).text
        card = re.search(rf"{PAPER}/1/cards/(\d+)/back", page)[0]
        assert full.post(card, on=PAPER, returned=4).status_code == 422
        assert full.post(card, on=PAPER, returned="many").status_code == 422
        answer = full.post(card, on=PAPER, returned=2)
        page = full.follow(answer)
        assert "1 copy still out" in page and 'name="returned" value="0"' in page
        full.post(f"{PAPER}/1/back", on=PAPER, returned=3)
        assert "To collect" not in full.get(PAPER).text

    def test_where_every_card_is_stopped_nothing_is_made_any_more(self, full, write, stories):
        make(full)
        for story_id in stories:
            stop(write, story_id)
        answer = full.get(f"{PAPER}/1/html")
        assert answer.status_code == 422 and "None of these cards" in answer.text


class TestTheSquare:
    def test_anybody_is_told_whether_the_card_may_be_used_and_nothing_else(
        self, full, write, house, stories, app
    ):
        make(full)
        first, second, _ = letters(house)
        anybody = Person(app)
        page = anybody.get(f"/card/{first}").text
        assert "You may use this card until 1 June 2099" in page
        assert not any(words in page for words in (FIRST, "Being heard", "A pack", "Maria"))
        stop(write, stories[1])
        stopped = anybody.get(f"/card/{second}")
        assert stopped.status_code == 200
        assert "Please stop using this card and hand it back" in stopped.text
        for guess in ("AAAAAAAAAA", "x", "9" * 3000, "%00", first[:9]):
            unknown = anybody.get(f"/card/{guess}")
            assert (unknown.status_code, unknown.text) == (200, stopped.text)

    def test_the_square_on_the_card_leads_there(self, full, house):
        page = full.follow(make(full))
        assert page.count('class="pp-square"') == 3 and "/card/" not in page
        assert len(set(letters(house))) == 3

    def test_guesses_are_limited(self, app, full):
        app.config["STORYBANK_LIMITS"] = True
        codes = [Person(app).get(f"/card/AAAAAAAA{n:02}").status_code for n in range(65)]
        assert codes[0] == 200 and codes[-1] == 429


def test_nobody_else_may_make_or_fetch(full, app, write):
    make(full)
    write(lambda a: a.actor(Role.MEMBER, email="eve@example.org") and None)
    eve = Person(app, "eve@example.org")
    for path in (PAPER, f"{PAPER}/1", f"{PAPER}/1/pdf", f"{PAPER}/practice/cards/pdf"):
        assert eve.get(path).status_code == 403
        assert Person(app).get(path).status_code == 303
    assert eve.post(f"{PAPER}/1/back", returned=1).status_code == 403
