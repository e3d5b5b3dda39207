"""A Word file to change before it is printed: headings, lists and tables of their kind.

The only place in this room that knows python-docx. No author is named in it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from storybank.consent.purposes import Purpose
from storybank.exchange.xml_text import heard
from storybank.paper import rules
from storybank.paper.sheets import SQUARE_SAYS, Made, card_address
from storybank.web.jinja import day
from storybank.web.qr import png

if TYPE_CHECKING:
    from storybank.paper.deck import PaperCard
    from storybank.paper.plan import Plan

LANGUAGE = "en-GB"
POINTS = {"large": 18, "easy": 18, "handout": 13, "guide": 12, "cards": 15}
HELP = (
    "You can stop reading at any time. You can leave the room.",
    "Samaritans are there day and night. Ring 116 123. It is free.",
    "If a life is at risk, ring 999.",
)


def document(made: Made, plan: Plan) -> bytes:
    """The bytes of a Word file."""
    frame = _frame(made)
    if made.form.key == "guide":
        _guide(frame, made, plan)
    else:
        _cards(frame, made, plan)
    out = io.BytesIO()
    frame.save(out)
    return out.getvalue()


def _frame(made: Made) -> Any:
    import docx  # here, for it takes long to load and few ask for a document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    frame = docx.Document()
    size = POINTS[made.form.key]
    for section in frame.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)
    for name, points in (
        ("Normal", size), ("Title", size * 1.5), ("Heading 1", size * 1.25), ("Quote", size),
    ):  # fmt: skip
        style = frame.styles[name]
        style.font.name, style.font.size = "Arial", Pt(points)
        style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    frame.styles["Normal"].paragraph_format.line_spacing = 1.4
    frame.styles["Title"].font.bold = True
    frame.styles["Heading 1"].paragraph_format.space_before = Pt(18)
    small = frame.styles.add_style("Foot", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = frame.styles["Normal"]
    small.font.size = Pt(max(11, size * 0.7))
    _say_language(frame)
    core = frame.core_properties
    core.title, core.language = made.title, LANGUAGE
    core.author = core.last_modified_by = core.comments = core.subject = core.keywords = ""
    return frame


def _say_language(frame: Any) -> None:
    """Of every letter in it, so that it is read out in the right voice."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    defaults = frame.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    said = properties.find(qn("w:lang"))
    if said is None:
        said = OxmlElement("w:lang")
        properties.append(said)
    said.set(qn("w:val"), LANGUAGE)


def _cards(frame: Any, made: Made, plan: Plan) -> None:
    deck, form = made.deck, made.form.key
    labels = " ".join(rules.labels(Purpose(deck.workshop.use), form))
    until = f"Use until {day(deck.pack.use_until)}."
    frame.add_paragraph(heard(deck.workshop.title), "Title")
    frame.add_paragraph(heard(deck.workshop.question)).runs[0].bold = True
    frame.add_paragraph("These are the words of people who told us their story, and said that "
                        "they may be used here.")  # fmt: skip
    said = "PRACTICE: invented words." if deck.practice else labels
    for card in deck.cards:
        _card(frame, card, f"{said} {until}", form)
    frame.add_heading("If something you read upsets you", 1)
    for line in (*HELP, *([f"Who looks after the stories: {plan.contact}."] * bool(plan.contact))):
        frame.add_paragraph(heard(line), "List Bullet")


def _card(frame: Any, card: PaperCard, foot: str, form: str) -> None:
    from docx.shared import Cm

    heading = frame.add_heading(f"Card {card.number}", 1)
    heading.paragraph_format.page_break_before = form == "easy"
    if card.note:
        note = frame.add_paragraph()
        note.add_run("Before you read: ").bold = True
        note.add_run(heard(card.note))
        note.paragraph_format.keep_with_next = True
    if form == "easy":
        frame.add_paragraph("[A space for a picture]").paragraph_format.keep_with_next = True
    words = frame.add_paragraph(style=frame.styles["Quote"])
    for number, line in enumerate(heard(card.words).split("\n")):
        run = words.add_run()
        if number:
            run.add_break()
        run.add_text(line)
    words.paragraph_format.keep_with_next = True
    name = frame.add_paragraph()
    name.add_run(heard(card.attribution)).bold = True
    name.paragraph_format.keep_with_next = True
    last = frame.add_paragraph(style=frame.styles["Foot"])
    last.add_run(foot)
    last.add_run().add_break()
    last.add_run(card.mark).bold = True
    if card.letters:
        last.paragraph_format.keep_with_next = True
        picture = (
            frame.add_paragraph()
            .add_run()
            .add_picture(io.BytesIO(png(card_address(card.letters))), width=Cm(2.4))
        )
        picture._inline.docPr.set("descr", SQUARE_SAYS)
        picture._inline.docPr.set("name", "Square to scan")


def _guide(frame: Any, made: Made, plan: Plan) -> None:
    from storybank.paper.guide import Lines, Table, guide

    frame.add_paragraph(heard(made.deck.workshop.title), "Title")
    for heading, blocks in guide(made.deck, plan):
        frame.add_heading(heading, 1)
        for block in blocks:
            if isinstance(block, Table):
                _table(frame, block)
            elif isinstance(block, Lines):
                for line in block.lines:
                    frame.add_paragraph(
                        heard(line), "List Number" if block.numbered else "List Bullet"
                    )
            else:
                frame.add_paragraph(heard(block))


def _table(frame: Any, block: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table = frame.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    widths = [Cm(4.5), Cm(2.5), Cm(10)] if len(block.columns) == 3 else [Cm(3), Cm(14)]
    for number, row in enumerate((block.columns, *block.rows)):
        cells = table.add_row().cells
        for cell, words, width in zip(cells, row, widths, strict=True):
            cell.text, cell.width = heard(words), width
            if not number:
                cell.paragraphs[0].runs[0].bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
