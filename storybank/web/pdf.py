"""Tagged PDF (PDF/UA-1) from a page's own HTML. The only place that knows WeasyPrint.

It is made in memory, handed over and forgotten. Nothing is fetched from anywhere: a style sheet
or a page may name the two faces of the reading font, or hold a small PNG picture itself.
WeasyPrint needs Pango from the operating system, so it is loaded at the first PDF; without it
every other page works.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from storybank.errors import NotReady
from storybank.web import assets

if TYPE_CHECKING:
    from types import ModuleType

NO_PANGO = (
    "PDF files cannot be made here: this computer lacks Pango. "
    "Print from the page instead, or choose another file."
)
BUSY = "Other files are being made just now. Try again in a minute."
WAIT = 20
"""Seconds a file waits for those before it. One is made at a time, so that memory stays small."""

OWN = "storybank:"
DRAWN = "data:image/png;base64,"
"""A picture that stands in the page itself."""
FONTS = ("atkinson-regular.ttf", "atkinson-bold.ttf")
FACES = "".join(
    f'@font-face {{ font-family: "Atkinson Hyperlegible"; font-weight: {weight}; '
    f'src: url("{OWN}{name}") format("truetype"); }}\n'
    for weight, name in zip(("400", "700"), FONTS, strict=True)
)
BASE = FACES + 'html { font-family: "Atkinson Hyperlegible", sans-serif; }\n'

_one_at_a_time = threading.Lock()


def pdf(html: str, *, title: str, language: str = "en-GB", css: Sequence[str] = ()) -> bytes:
    """A PDF/UA-1 file of this HTML: tagged, in the order of the HTML, with title and language.

    ``html`` is what stands inside the body, already escaped; ``css`` are style sheets as text.
    A picture needs its words: ``alt`` on an ``img``, a ``title`` inside an ``svg``. Headings,
    lists, tables and quotations become tags of their kind; the file names no author and no day.
    Raises NotReady with a sentence where Pango is missing, or too many files are waiting.
    """
    weasyprint = _loaded()
    page = (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>{html}</body></html>"
    )
    if not _one_at_a_time.acquire(timeout=WAIT):
        raise NotReady(BUSY)
    # It makes a great many small things and no rubbish: to look for some takes a fifth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        fetcher = _fetcher()
        fonts = weasyprint.text.fonts.FontConfiguration()
        sheets = [
            weasyprint.CSS(string=words, url_fetcher=fetcher, base_url=OWN, font_config=fonts)
            for words in (BASE, *css)
        ]
        made: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher, base_url=OWN).write_pdf(
            stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
        )
    finally:
        if collecting:
            gc.enable()
        _one_at_a_time.release()
    return made


def ready() -> bool:
    """Can PDF files be made on this computer?"""
    try:
        _loaded()
    except NotReady:
        return False
    return True


def _loaded() -> ModuleType:
    """WeasyPrint, with a log that says nothing: its warnings quote what stands in a page."""
    try:
        import weasyprint
        import weasyprint.text.fonts
    except (ImportError, OSError) as missing:
        raise NotReady(NO_PANGO) from missing
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)
    return weasyprint


def _fetcher() -> Any:
    """Hands out our own fonts and what stands in the page, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith(DRAWN):
                return super().fetch(url, headers)
            name = url.removeprefix(OWN)
            if url == name or name not in FONTS:
                raise ValueError("only our own files")
            path = assets.FOLDER / assets.lookup()[name]
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})

    return OwnFiles()
