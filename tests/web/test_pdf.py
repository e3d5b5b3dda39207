"""Tagged PDF from a page's HTML: what is in it, and that nothing is fetched for it."""

from __future__ import annotations

import base64
import sys

import pdf_files
import pytest

from storybank.errors import NotReady
from storybank.web import pdf, qr

PAGE = """<h1>Cards &amp; more</h1><p>One.</p><ul><li>Two</li></ul>
<img src="data:image/png;base64,{dots}" alt="A square"><blockquote>Three.</blockquote>"""


def test_it_is_tagged_in_order_and_says_its_title_and_language():
    dots = base64.b64encode(qr.png("https://example.org/card", 2)).decode()
    made = pdf_files.read(pdf.pdf(PAGE.format(dots=dots), title="A <title> & more"))
    assert made.title == "A <title> & more" and made.language == "en-GB" and made.marked
    assert "pdfuaid" in made.metadata and "/Author" not in made.metadata
    kinds = [tag for tag in made.tags if tag in ("H1", "P", "L", "LI", "Figure", "BlockQuote")]
    assert kinds == ["H1", "P", "L", "LI", "Figure", "BlockQuote"]
    assert made.alts == ["A square"]
    assert made.text.startswith("Cards & more One.")


def test_nothing_is_fetched_but_our_own_fonts(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *args: asked.append(args))
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'let in' }")
    html = (
        f'<link rel="stylesheet" href="{secret.as_uri()}"><p>Words.</p>'
        f'<img src="{secret.as_uri()}" alt=""><img src="http://127.0.0.1:1/x.png" alt="">'
        '<object data="https://example.org/x.svg"></object>'
    )
    css = f'@import url("{secret.as_uri()}"); p {{ background: url("../../etc/hostname") }}'
    assert pdf_files.read(pdf.pdf(html, title="A title", css=[css])).text == "Words."
    assert asked == []


def test_where_pango_is_missing_one_sentence_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert not pdf.ready()
    with pytest.raises(NotReady, match="lacks Pango"):
        pdf.pdf("<p>Words.</p>", title="A title")


def test_a_heap_of_files_waiting_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(pdf, "WAIT", 0.01)
    with pdf._one_at_a_time, pytest.raises(NotReady, match="Try again"):
        pdf.pdf("<p>Words.</p>", title="A title")
