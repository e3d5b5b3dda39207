"""Square codes that a phone's camera reads, drawn inside the page. The only place that knows segno."""

from __future__ import annotations

from markupsafe import Markup


def svg(words: str, *, css_class: str, says: str | None = None) -> Markup:
    """These words (most often an address) as a square of black on white, as large as its CSS says.

    No style, no colour but black, nothing fetched. ``says`` is what the picture is called for
    people who do not see it; it never repeats the words.
    """
    import segno

    code = segno.make(words, error="m", micro=False)
    return Markup(
        code.svg_inline(border=2, omitsize=True, svgclass=css_class, lineclass=None, title=says)
    )
