"""OpenDocument texts: what stands beside the words is kept beside them, at its place."""

from storybank.intake.beside import CHANGED, EDGES_LEFT, HIDDEN_LEFT, NOTES_KEPT
from storybank.intake.odt_file import read_odt

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "style")
)
FLAT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/>
</style:style></office:automatic-styles><office:master-styles><style:master-page><style:header>
<text:p>Talk of May</text:p></style:header></style:master-page></office:master-styles>
<office:body><office:text><text:tracked-changes><text:changed-region text:id="c1"><text:deletion>
<office:change-info><dc:creator>Jo</dc:creator><dc:date>2026</dc:date></office:change-info>
<text:p>for an</text:p><text:p>hour</text:p></text:deletion></text:changed-region>
</text:tracked-changes><text:p>I waited<text:change text:change-id="c1"/> in <office:annotation
 office:name="a"><dc:creator>Ada</dc:creator><text:p>Why?</text:p></office:annotation>the
 rain<office:annotation-end office:name="a"/>.<text:span text:style-name="T1">ask</text:span>
<text:note text:note-class="endnote"><text:note-citation>i</text:note-citation><text:note-body>
<text:p>In 1962</text:p></text:note-body></text:note></text:p>
<text:section text:display="none"><text:p>not shown</text:p></text:section></office:text>
</office:body></office:document>"""


def test_changes_comments_notes_hidden_words_and_heads_stand_beside_the_text():
    canon = read_odt(FLAT.encode())
    assert canon.text == "I waited in the rain."
    found = [(n.kind, n.words, n.by, canon.text[n.start or 0 : n.end]) for n in canon.notes[1:2]]
    assert found == [("comment", "Why?", "Ada", "the rain")]
    assert [(n.kind, n.words, n.by, n.start) for n in canon.notes if n.kind != "comment"] == [
        ("dropped", "for an\nhour", "Jo", 8),
        ("hidden", "ask", "", 21),
        ("endnote", "In 1962", "", 21),
        ("hidden", "not shown", "", None),
        ("edge", "Talk of May", "", None),
    ]
    assert canon.warnings == (CHANGED, NOTES_KEPT, HIDDEN_LEFT, EDGES_LEFT)
    assert canon.times == ()
