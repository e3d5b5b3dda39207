"""From the lines of a plain text to its paragraphs.

Lines that were broken to fit a page are joined again; lines that somebody ended on purpose
(turns of a conversation, verse, lists) stay apart. Words are never changed.
"""

import re
from collections.abc import Iterator

NARROWEST, WIDEST = 40, 100  # columns of a page broken by hand, by Word or by a mail program
_FEW = 3
_TAIL = 12
_SENTENCE_END = re.compile("[.!?:;\u2026][\"'\u2019\u201d)\\]*_]*\\Z")


def paragraphs(text: str) -> Iterator[str]:
    """Yield each paragraph of canonical text as one line without white space at its ends."""
    lines = text.split("\n")
    width = page_width(lines)
    held: list[str] = []
    last = ""
    for line in lines:
        if held and line.strip() and width and _goes_on(last, line, width):
            held += (_between(last), line.strip())
        else:
            if held:
                yield "".join(held)
            held = [line.strip()] if line.strip() else []
        last = line
    if held:
        yield "".join(held)


def page_width(lines: list[str]) -> int:
    """Return the column at which the lines were broken, 0 if nothing says that they were."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if not lengths:
        return 0
    width = lengths[min(len(lengths) - 1, len(lengths) * 98 // 100)]
    if not NARROWEST <= width <= WIDEST:
        return 0
    breaks = [  # the short lines of headings, addresses and verse say nothing either way
        (line, following)
        for line, following in zip(lines, lines[1:], strict=False)
        if len(line.strip()) * 2 >= width and following.strip()
    ]
    full = [pair for pair in breaks if _is_full(*pair, width)]
    amid = sum(not _ends_a_sentence(line) for line, _ in full)
    if len(breaks) < _FEW:
        wrapped = len(full) == len(breaks) and any(
            following.strip()[0].islower() and not _ends_a_sentence(line)
            for line, following in full
        )
    else:
        wrapped = len(full) * 2 >= len(breaks) and amid * 2 >= len(full)
    return width if wrapped else 0


def _is_full(line: str, following: str, width: int) -> bool:
    """Say whether the next word would not have fitted on this line."""
    return len(line.rstrip()) + 1 + len(following.split(None, 1)[0]) > width


def _ends_a_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line.rstrip()[-_TAIL:]))


def _goes_on(line: str, following: str, width: int) -> bool:
    indent = len(following) - len(following.lstrip()) - (len(line) - len(line.lstrip()))
    if indent >= 2:
        return False
    if _is_full(line, following, width):
        return True
    if _ends_a_sentence(line):
        return False
    return len(line.strip()) * 2 >= width or following.strip()[0].islower()


def _between(line: str) -> str:
    # north-|east and word--|word were broken at the hyphen: no space was there.
    return "" if re.search(r"\w(?:-|--|\u2014)\Z", line.rstrip()[-_TAIL:]) else " "
