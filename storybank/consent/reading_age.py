"""How old a reader must be for a text, roughly. The only importer of textstat."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from storybank.consent.wording_rules import fill

# Names of organisations are nobody's choice of words: the rest is what is measured.
_PLAIN = {"organisation": "We", "others": "They"}


def reading_age(source: str, slots: dict[str, str] | None = None) -> float:
    """Reading age in years, one decimal, never under 5.

    It is the Flesch-Kincaid grade (US school grade, from words per sentence and syllables per
    word, as textstat counts them) plus 5. Each line counts as a sentence at least, since a line
    break is a rest for the reader. The formula rewards short lines, knows no meaning and is for
    English only: try words with people too.
    """
    import textstat  # here, as it takes most of a second and few requests need it

    text = fill(source, {**(slots or {}), **_PLAIN})
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ended = " ".join(line if line.endswith((".", "?", "!")) else f"{line}." for line in lines)
    if not any(letter.isalpha() for letter in ended):
        return 5.0
    grade: float = textstat.flesch_kincaid_grade(ended)
    return round(max(0.0, grade) + 5, 1)


def easy_words() -> frozenset[str]:
    """Some 3,000 English words that most children of nine know (the Dale-Chall list, as textstat
    ships it); none at all where it is not there."""
    found = importlib.util.find_spec("textstat")
    if found is None or found.origin is None:
        return frozenset()
    path = Path(found.origin).parent / "resources" / "en" / "easy_words.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(path.read_text(encoding="utf-8").split())
