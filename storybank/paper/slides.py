"""Slides for PowerPoint and LibreOffice, with notes for whoever presents.

The only place that knows python-pptx. No author is named; no picture is in it.
"""

from __future__ import annotations

import io
from typing import Any

from storybank.consent.purposes import Purpose
from storybank.exchange.xml_text import heard
from storybank.paper import rules
from storybank.paper.sheets import SHORT, Made, on_slides
from storybank.web.jinja import day

LANGUAGE = "en-GB"
TITLE_ONLY, TITLE_AND_TEXT, OPENING = 5, 1, 0
"""Layouts of the library's own empty presentation."""
AGREE = (
    "They belong to the people who said them.",
    "You can look away or leave at any time.",
    "Samaritans are there day and night: 116 123.",
)


def presentation(made: Made) -> bytes:
    """The bytes of a presentation: one card a slide, its content note on one before it."""
    import pptx  # here, for few ask for slides
    from pptx.util import Inches

    show = pptx.Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    core = show.core_properties
    core.title, core.language = made.title, LANGUAGE
    core.author = core.last_modified_by = core.comments = core.subject = core.keywords = ""
    deck = made.deck
    labels = rules.labels(Purpose(deck.workshop.use), "slides")
    until = f"Use until {day(deck.pack.use_until)}."
    said = "PRACTICE: invented words." if deck.practice else " ".join(labels)
    first = _slide(show, deck.workshop.title, [deck.workshop.question], 32)
    first.notes_slide.notes_text_frame.text = heard(
        f"{said} {until} Code {deck.pack.code}. Delete this file after that day."
    )
    agree = _slide(show, "How we treat these words", [AGREE[0], *labels, *AGREE[1:]], 28)
    agree.notes_slide.notes_text_frame.text = "Read these out before the first card."
    for card in deck.cards:
        if card.note:
            before = _slide(show, f"Card {card.number}: before you read",
                            [card.note, "Take your time. You can look away."], 30)  # fmt: skip
            before.notes_slide.notes_text_frame.text = "Say this, and wait a moment."
        some = on_slides(card.words)
        for number, words in enumerate(some, start=1):
            title = f"Card {card.number}" + (f" ({number} of {len(some)})" if some[1:] else "")
            last = number == len(some)
            lines = [*words.split("\n"), *([card.attribution] if last else [])]
            points = 36 if len(words) < SHORT else 28
            slide = _slide(show, title, lines, points, bold_last=last)
            _foot(slide, f"{said} {until} {card.mark}")
            slide.notes_slide.notes_text_frame.text = heard(
                f"{card.mark}. Read it out slowly, as it stands. Name it as on the slide: "
                f"{card.attribution}. {until}"
            )
    _say_language(show)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def _slide(show: Any, title: str, lines: list[str], points: int, *, bold_last: bool = False) -> Any:
    """A slide with a title and paragraphs in their own places, so that readers find them."""
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches, Pt

    slide = show.slides.add_slide(show.slide_layouts[TITLE_AND_TEXT])
    heading, body = slide.shapes.title, slide.placeholders[1]
    heading.left, heading.top, heading.width, heading.height = map(
        Inches, (0.7, 0.4, 11.9, 1.1)
    )  # fmt: skip
    body.left, body.top, body.width, body.height = map(Inches, (0.7, 1.6, 11.9, 4.9))
    heading.text_frame.text = heard(title)
    heading.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _set(heading.text_frame.paragraphs[0], 34, bold=True)
    frame = body.text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.text = heard(line)
        paragraph.space_after, paragraph.line_spacing = Pt(10), 1.15
        _without_bullet(paragraph)
        name = bold_last and number == len(lines) - 1
        _set(paragraph, 24 if name else points, bold=name)
    return slide


def _foot(slide: Any, words: str) -> None:
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(0.7), Inches(6.75), Inches(11.9), Inches(0.5))
    box.name = "What may be done with it"
    box.text_frame.word_wrap = True
    box.text_frame.text = heard(words)
    _set(box.text_frame.paragraphs[0], 14)


def _set(paragraph: Any, points: int, *, bold: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    paragraph.alignment = PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.name = Pt(points), bold, "Arial"
        run.font.color.rgb = RGBColor(0, 0, 0)


def _without_bullet(paragraph: Any) -> None:
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.append(properties.makeelement(qn("a:buNone"), {}))


def _say_language(show: Any) -> None:
    """Of every letter, so that it is read out in the right voice."""
    from pptx.oxml.ns import qn

    for slide in show.slides:
        for tree in (slide._element, slide.notes_slide._element):
            for kind in ("a:rPr", "a:endParaRPr"):
                for properties in tree.iter(qn(kind)):
                    properties.set("lang", LANGUAGE)
