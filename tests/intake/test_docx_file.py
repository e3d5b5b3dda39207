"""Word files: what stands in them, in order, and nothing that is not the teller's."""

import io
import zipfile

import pytest
from word_files import WORD, paragraph, raw_docx, zipped

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.beside import CHANGED, EDGES_LEFT, HIDDEN_LEFT, NOTES_KEPT
from storybank.intake.docx_file import read_docx


def lines(data: bytes) -> list[tuple[str, str, int]]:
    canon = read_docx(data)
    return [(canon.text[b.start : b.end], b.kind, b.level) for b in canon.blocks]


class TestBlocks:
    def test_headings_lists_quotes_and_tables_come_in_the_order_they_are_read(self, word_file):
        def write(document):
            document.add_heading("My year", 0)
            document.add_heading("Winter", 2)
            document.add_paragraph("It began.")
            document.add_paragraph("a letter", style="List Bullet")
            document.add_paragraph("She said wait.", style="Quote")
            table = document.add_table(rows=2, cols=2)
            for place, words in enumerate(("who", "what", "Amina", "I waited")):
                table.cell(place // 2, place % 2).text = words
            document.add_paragraph("It ended.")

        assert lines(word_file(write)) == [
            ("My year", "h", 1),
            ("Winter", "h", 2),
            ("It began.", "p", 0),
            ("a letter", "li", 0),
            ("She said wait.", "q", 0),
            ("who", "p", 0),
            ("what", "p", 0),
            ("Amina", "p", 0),
            ("I waited", "p", 0),
            ("It ended.", "p", 0),
        ]

    def test_the_first_heading_is_the_title(self, word_file):
        assert read_docx(word_file(lambda d: d.add_heading("My year", 1))).title == "My year"

    def test_bold_and_italic_become_marks_but_not_in_headings(self, word_file):
        def write(document):
            words = document.add_paragraph("I ")
            words.add_run("never").bold = True
            words.add_run(" ")
            words.add_run("ever").italic = True
            words.add_run(" went", style="Strong")
            document.add_heading("", 1).add_run("Loud").bold = True

        canon = read_docx(word_file(write))
        marked = [(canon.text[m.start : m.end].strip(), m.kind) for m in canon.marks]
        assert sorted(marked) == [("ever", "em"), ("never", "strong"), ("went", "strong")]

    def test_a_merged_cell_is_said_once(self, word_file):
        def write(document):
            table = document.add_table(rows=2, cols=2)
            table.cell(0, 0).merge(table.cell(0, 1)).text = "both"

        assert [words for words, *_ in lines(word_file(write))] == ["both"]

    def test_words_in_boxes_controls_links_and_fields_are_not_lost(self):
        box = (
            "<w:r><w:pict><w:txbxContent>"
            + paragraph("in a box")
            + "</w:txbxContent></w:pict></w:r>"
        )
        link = "<w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink>"
        field = (
            "<w:r><w:instrText>PAGE</w:instrText></w:r>"
            "<w:fldSimple><w:r><w:t> 7</w:t></w:r></w:fldSimple>"
        )
        control = f"<w:sdt><w:sdtContent>{paragraph('in a control')}</w:sdtContent></w:sdt>"
        found = lines(raw_docx(f"<w:p>{link}{field}{box}</w:p>{control}"))
        assert [words for words, *_ in found] == ["a link 7", "in a box", "in a control"]

    def test_breaks_tabs_and_hyphens_keep_words_apart(self):
        a, b, c, d = (f"<w:t>{letter}</w:t>" for letter in "abcd")
        run = f"<w:r>{a}<w:tab/>{b}<w:br/>{c}<w:noBreakHyphen/>{d}</w:r>"
        assert [words for words, *_ in lines(raw_docx(f"<w:p>{run}</w:p>"))] == ["a b", "c-d"]


class TestWhatIsLeftOut:
    def test_the_final_text_of_tracked_changes_is_taken_and_told(self):
        canon = read_docx(
            raw_docx(
                "<w:p><w:ins><w:r><w:t>now</w:t></w:r></w:ins>"
                "<w:del><w:r><w:delText>before</w:delText></w:r></w:del></w:p>"
            )
        )
        assert (canon.text, canon.warnings) == ("now", (CHANGED,))

    def test_a_paragraph_whose_end_was_taken_out_goes_on_in_the_next(self):
        gone = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
        canon = read_docx(raw_docx(paragraph("We ", gone) + paragraph("waited.") + paragraph("x")))
        assert canon.text == "We waited.\nx"

    def test_what_changes_took_out_and_hidden_words_stand_beside_the_text(self):
        took = "<w:del w:author='Jo'><w:r><w:delText>for %s </w:delText></w:r></w:del>"
        canon = read_docx(
            raw_docx(
                "<w:p><w:r><w:t>I waited </w:t></w:r>"
                + took % "an"
                + took % "hour"
                + "<w:moveFrom><w:r><w:t>there</w:t></w:r></w:moveFrom>"
                "<w:r><w:t>here.</w:t></w:r>"
                "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ask again</w:t></w:r></w:p>"
                "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + paragraph("a row") + "</w:tc></w:tr>"
            )
        )
        assert canon.text == "I waited here."
        assert [(n.kind, n.words, n.by, n.start, n.end) for n in canon.notes] == [
            ("dropped", "for an for hour", "Jo", 8, 8),
            ("hidden", "ask again", "", 14, 14),
            ("dropped", "a row", "", None, None),
        ]
        assert canon.warnings == (CHANGED, HIDDEN_LEFT)
        assert canon.times == ()

    def test_comments_notes_heads_and_feet_stand_at_their_places(self):
        data = with_parts(
            "<w:p><w:r><w:t>We were </w:t></w:r><w:commentRangeStart w:id='1'/>"
            "<w:r><w:t xml:space='preserve'> cold </w:t></w:r><w:r><w:t>and wet</w:t></w:r>"
            "<w:commentRangeEnd w:id='1'/><w:r><w:commentReference w:id='1'/></w:r>"
            "<w:r><w:t>.</w:t><w:footnoteReference w:id='2'/></w:r></w:p>",
            comments=f"<w:comment w:id='1' w:author='Ada'>{paragraph('Why?')}</w:comment>"
            f"<w:comment w:id='7'>{paragraph('Nowhere')}</w:comment>",
            footnotes=f"<w:footnote w:id='0' w:type='separator'>{paragraph('-')}</w:footnote>"
            f"<w:footnote w:id='2'>{paragraph('In 1962')}</w:footnote>",
            header=paragraph("Talk of May"),
        )
        canon = read_docx(data)
        assert canon.text == "We were  cold and wet."
        comment, foot, nowhere, head = canon.notes
        assert (comment.by, comment.words) == ("Ada", "Why?")
        assert canon.text[comment.start : comment.end] == "cold and wet"
        assert (foot.kind, foot.words, foot.start) == ("footnote", "In 1962", len(canon.text))
        assert (nowhere.words, nowhere.start) == ("Nowhere", None)
        assert (head.kind, head.words) == ("edge", "Talk of May")
        assert canon.warnings == (NOTES_KEPT, EDGES_LEFT)

    def test_symbols_of_fonts_with_pictures_are_said_in_unicode(self):
        font = "<w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr>"
        sign = "<w:sym w:font='%s' w:char='%s'/>"
        signs = sign % ("Wingdings", "F04A") + sign % ("Symbol", "F061") + sign % ("X", "no")
        run = f"<w:r>{signs}</w:r><w:r>{font}<w:t>\uf0e0</w:t></w:r>"
        assert read_docx(raw_docx(f"<w:p>{run}</w:p>")).text == "\u263a\u03b1\u2192"

    def test_a_strict_file_is_read_like_any_other(self):
        data = with_parts(paragraph("Strictly"), header=paragraph("A head"), strict=True)
        canon = read_docx(data)
        assert (canon.text, canon.notes[0].words) == ("Strictly", "A head")


def with_parts(body: str, *, strict: bool = False, **parts: str) -> bytes:
    """A Word file with these other parts, named by their kind."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        name: zipfile.ZipFile(io.BytesIO(raw_docx(body))).read(name).decode()
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
    }
    relations = ""
    for kind, content in parts.items():
        files[f"word/{kind}.xml"] = f'<w:{kind} xmlns:w="{WORD}">{content}</w:{kind}>'
        relations += f'<Relationship Id="{kind}" Type="{base}/{kind}" Target="{kind}.xml"/>'
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    files["word/_rels/document.xml.rels"] = f"{start}{relations}</Relationships>"
    if strict:
        for name, words in files.items():
            for kind in ("officeDocument", "wordprocessingml"):
                words = words.replace(
                    f"http://schemas.openxmlformats.org/{kind}/2006/",
                    f"http://purl.oclc.org/ooxml/{kind}/",
                )
            files[name] = words
    return zipped(files)


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"PK\3\4 and no more", rules.DAMAGED),
            (zipped({"xl/workbook.xml": "<a/>"}), rules.SPREADSHEET),
            (zipped({"ppt/presentation.xml": "<a/>"}), rules.SLIDES),
            (zipped({"photo.txt": "x"}), rules.ARCHIVE),
            (zipped({"word/document.xml": "<a>"}), rules.DAMAGED),
            (raw_docx(paragraph("x") * 2, prolog="<oops"), rules.DAMAGED),
            (raw_docx("<w:p><w:r><w:t>" + "a b " * 600_000 + "</w:t></w:r></w:p>"), None),
        ],
    )
    def test_each_says_what_the_file_is(self, data, sentence):
        with pytest.raises(BadInput) as refusal:
            read_docx(data)
        assert refusal.value.sentence == sentence or sentence is None

    def test_nothing_of_the_file_is_in_the_sentence(self):
        with pytest.raises(BadInput) as refusal:
            read_docx(raw_docx("<w:p><hedgehog></w:p>"))
        assert "hedgehog" not in str(refusal.value)
