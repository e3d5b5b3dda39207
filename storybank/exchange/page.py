"""A file to be read, or a table, as one web page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from storybank.exchange.about import stamp
from storybank.exchange.pieces import FACTS, HEADING, PASSAGE, PLAIN, SMALLER, TERM, Paper
from storybank.exchange.sheets import Cell, Sheet

LOOKS = """\
body{font:1.0625rem/1.5 Georgia,serif;color:#1d2b33;background:#fff;max-width:46rem;margin:0 auto;\
padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}
h1,h2,h3,.about,.facts,table{font-family:system-ui,sans-serif}
h2{margin:2.5rem 0 .25rem;padding-top:.75rem;border-top:2px solid #0b6e75}
.about{border-left:4px solid #0b6e75;padding:.25rem 1rem;background:#f0f6f6;font-size:.9375rem}
blockquote{margin:1.25rem 0 .25rem;padding-left:1rem;border-left:2px solid #9db4b8;\
white-space:pre-wrap}
.facts{margin:0 0 .75rem;font-size:.8125rem;color:#4c6272}.term{font-weight:bold;margin:1rem 0 0}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem}
th,td{border:1px solid #c6d3d6;padding:.25rem .5rem;text-align:left;vertical-align:top}
@media print{body{max-width:none;padding:0}blockquote,.facts{break-inside:avoid}}
"""
TAGS = {
    HEADING: ("<h2 dir=auto>", "</h2>"),
    SMALLER: ("<h3 dir=auto>", "</h3>"),
    PASSAGE: ("<blockquote dir=auto>", "</blockquote>"),
    FACTS: ("<p class=facts>", "</p>"),
    PLAIN: ("<p dir=auto>", "</p>"),
    TERM: ("<p class=term>", "</p>"),
}


def page(paper: Paper) -> Iterator[str]:
    """The page, piece by piece: one for each slice."""
    yield _top(paper.title, paper.about)
    for some in paper.pieces:
        parts = []
        for kind, words in some:
            before, after = TAGS[kind]
            parts.append(f"{before}{escape(words, quote=False)}{after}\n")
        yield "".join(parts)
    yield "</main>\n</body>\n</html>\n"


def table_page(sheets: Sequence[Sheet], title: str) -> Iterator[str]:
    """Tables as a page."""
    said = dict.fromkeys(line for sheet in sheets for line in sheet.about)
    yield _top(title, tuple(said))
    for sheet in sheets:
        head = "".join(f"<th scope=col>{escape(name)}</th>" for name in sheet.head)
        yield f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>\n"
        for rows in sheet.rows:
            yield "".join(
                f"<tr>{''.join(f'<td dir=auto>{escape(_shown(one))}</td>' for one in row)}</tr>\n"
                for row in rows
            )
        yield "</tbody></table></div>\n"
    yield "</main>\n</body>\n</html>\n"


def _top(title: str, about: Sequence[str]) -> str:
    said = "".join(f"<p>{escape(line)}</p>" for line in about)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<meta name="robots" content="noindex">\n<title>{escape(title)}</title>\n'
        f"<style>\n{LOOKS}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'<section class="about" aria-label="About this file">{said}</section>\n'
    )


def _shown(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return stamp(value)
    return "" if value is None else str(value)
