"""Squares that a phone's camera reads, drawn inside the page. The only place that knows segno."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    import segno


MASK = 3
"""One of the eight patterns that readers know how to take off. To try them all for the most even
one takes most of the time, and no camera needs it."""


def svg(words: str, *, css_class: str, says: str | None = None) -> Markup:
    """These words (most often an address) as a square of black on white, as large as its CSS says.

    No style, no colour but black, nothing fetched. ``says`` is what the picture is called for
    people who do not see it; it never repeats the words.
    """
    return Markup(
        _code(words).svg_inline(
            border=2, omitsize=True, svgclass=css_class, lineclass=None, title=says
        )
    )


def png(words: str, scale: int = 8) -> bytes:
    """The same square as a picture file, ``scale`` dots for each part of it, for documents."""
    out = io.BytesIO()
    _code(words).save(out, kind="png", scale=scale, border=2)
    return out.getvalue()


def _code(words: str) -> segno.QRCode:
    import segno

    return segno.make(words, error="m", micro=False, mask=MASK)
