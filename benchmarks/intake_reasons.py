"""Why two readers of one file differ: each word that only one has, under the first reason known."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from defusedxml import ElementTree

_LABEL = re.compile(r"\d{1,3}[a-z]?|[a-z]|[ivxlc]{1,6}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LONGEST_JOINED = 12
"""Pieces of a word: poppler reads some pictures of words letter by letter."""


class Why(NamedTuple):
    """Reasons in one line, and how many words stay without: lacking with us, and over."""

    said: str
    lacking: int
    over: int


def explained(ours: list[str], theirs: list[str], beside: list[str], boxes: list[str]) -> Why:
    """Say why words differ. ``beside`` are those of our notes, ``boxes`` those of text boxes."""
    lacking, over = Counter(theirs) - Counter(ours), Counter(ours) - Counter(theirs)
    said: list[str] = []

    def take(name: str, some: Counter[str], known: Counter[str]) -> Counter[str]:
        count = (some & known).total()
        if count:
            said.append(f"{name} {count}")
        return some - known

    lacking = take("kept beside the text", lacking, Counter(beside))
    over = take("in text boxes", over, Counter(boxes))
    lacking, over = _joined(lacking, over, theirs, said)
    over, lacking = _joined(over, lacking, ours, said)
    lacking, over = _marked(lacking, over, said)
    labels = Counter({word: n for word, n in lacking.items() if _LABEL.fullmatch(word)})
    lacking = take("numbers of lists and notes", lacking, labels)
    return Why(", ".join(said) or "order only", lacking.total(), over.total())


def _joined(
    some: Counter[str], others: Counter[str], order: list[str], said: list[str]
) -> tuple[Counter[str], Counter[str]]:
    """Without words of ``some`` that stand one after another in ``order`` and are one in others."""
    some, others, count = Counter(some), Counter(others), 0
    for at in range(len(order)):
        for length in range(2, _LONGEST_JOINED + 1):
            pieces = order[at : at + length]
            whole = "".join(pieces)
            if others[whole] > 0 and not Counter(pieces) - some:
                some, count = some - Counter(pieces), count + length
                others[whole] -= 1
    if count:
        said.append(f"split or joined {count}")
    return some, +others


def _marked(
    lacking: Counter[str], over: Counter[str], said: list[str]
) -> tuple[Counter[str], Counter[str]]:
    """Without words that the other reader has with the number of a note at their end."""
    lacking, over, count = Counter(lacking), Counter(over), 0
    for word in list(lacking.elements()):
        stem = word.rstrip("0123456789")
        stem = stem if over[stem] else word[:-1]  # LibreOffice counts notes at the end in i, ii
        if stem and stem != word and over[stem] > 0:
            lacking[word] -= 1
            over[stem] -= 1
            count += 1
    if count:
        said.append(f"numbers of notes at words {count}")
    return +lacking, +over


def words_of_boxes(file: Path) -> str:
    """The words in the text boxes of a Word file, each once, read without the readers."""
    with zipfile.ZipFile(file) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    return " ".join(_boxes(root, False))


def _boxes(element: ElementTree.Element, inside: bool) -> Iterator[str]:
    for child in element:
        if child.tag.endswith("}Fallback"):
            continue
        if inside and child.tag == f"{_W}t":
            yield child.text or ""
        yield from _boxes(child, inside or child.tag == f"{_W}txbxContent")
        if inside and child.tag == f"{_W}p":
            yield " "
