"""Markdown in, safe HTML out. The only module that imports the Markdown library.

Used for memos, help and notices; the words of stories are never kept as Markdown.
"""

from collections.abc import Collection

import nh3
from markdown import Markdown
from markupsafe import Markup

# No smarty, toc or nl2br: they change characters or add ids, and what was typed should stand.
_EXTENSIONS = ("sane_lists", "tables")

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p"),
    *("pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


def markdown_to_html(source: str, headings: Collection[str] = ("h2", "h3", "h4")) -> Markup:
    """Return Markdown as HTML made only of allowed tags and links to https, mailto and tel.

    A page has its own h1; a file that is being read may have headings of every level.
    """
    rough = Markdown(extensions=list(_EXTENSIONS), output_format="html").convert(source)
    return Markup(
        nh3.clean(
            rough,
            tags=_TAGS | set(headings),
            clean_content_tags={"script", "style"},
            attributes={"a": {"href"}},
            url_schemes={"https", "mailto", "tel"},
            # "//elsewhere.example" is such an address too.
            url_relative="deny",
            link_rel="noopener noreferrer",
        )
    )
