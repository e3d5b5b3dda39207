"""Rich text: how its letters look is kept, and what is not the teller's stands beside them."""

import pytest

from storybank.errors import BadInput
from storybank.intake.beside import CHANGED, EDGES_LEFT, HIDDEN_LEFT, NOTES_KEPT
from storybank.intake.rtf_file import read_rtf

WHOLE = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset238 Arial;}}
{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 Normal;}}
{\header Talk of May|June\par}
\pard\s1 My {\b year}\par
\pard\plain It {\i never}{\deleted  ever} rained{\v  ask}{\*\atnid A}{\*\atnauthor Ada}\chatn
{\*\annotation Wh\'e9re?}.{\footnote{} In 1962}\par
{\listtext 1.\tab}one | two\par
{\*\unknown no words}{\pict ffd8}{\shp{\*\shpinst{\shptxt in a box}}}
a\cell b\cell\row
{\footnote\ftnalt At the end}}"""


def test_headings_lists_stresses_and_what_stands_beside_the_text():
    canon = read_rtf(WHOLE)
    blocks = [(canon.text[b.start : b.end], b.kind, b.level) for b in canon.blocks]
    assert blocks == [
        ("My year", "h", 1),
        ("It never rained.", "p", 0),
        ("one | two", "li", 0),
        ("a b", "p", 0),
        ("in a box", "p", 0),
    ]
    assert [(canon.text[m.start : m.end], m.kind) for m in canon.marks] == [("never", "em")]
    assert [(n.kind, n.words, n.by, n.start) for n in canon.notes] == [
        ("edge", "Talk of May|June", "", None),
        ("dropped", "ever", "", 16),
        ("hidden", "ask", "", 23),
        ("comment", "Wh\u00e9re?", "Ada", 23),
        ("footnote", "In 1962", "", 24),
        ("endnote", "At the end", "", None),
    ]
    assert canon.warnings == (CHANGED, NOTES_KEPT, HIDDEN_LEFT, EDGES_LEFT)
    assert canon.title == "My year"


@pytest.mark.parametrize(
    "bent",
    [b"{" * 5_000, b"}" * 5_000, b"{\\*\\bin99999999 x", b"{\\footnote " * 3_000,
     b"{\\rtf1\\u-560?\\u-544?\\u-542?9}", b"{\\rtf1\\bin-5 \\b\\", b"\\s1\\outlinelevel99 \\par"],
)  # fmt: skip
def test_a_bent_file_is_read_or_refused(bent):
    try:
        read_rtf(bent)
    except BadInput as refusal:
        assert refusal.sentence
