"""Each reader is given what nobody writes: an answer or a refusal, and places that hold."""

import io
import json
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from word_files import paragraph, raw_docx

from storybank.intake import child

WORDS = (
    "Anna: ",
    "I waited.",
    "a",
    " ",
    "\n",
    "\n\n",
    "\u00e9",
    "\u202e",
    "\0",
    "\ud7ff",
    "\u0301",
)
ODT = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    "<office:body><office:text>%s</office:text></office:body></office:document-content>"
)
TOKENS: dict[str, Sequence[str]] = {
    "txt": ("[00:01:02] ", "00:01:02 ", "Q: ", "A: ", "00:00:00 --> 00:00:01\n", "#00:00:01-1#"),
    "md": ("# ", "- ", "> ", "1. ", "*", "**", "`", "```\n", "|a|b|\n|-|-|\n", "[a](b)", "![",
           "<b>",
           "    ", "\t", "\\", "&#0;", "---\n"),
    "html": ("<p>", "</p>", "<b>", "</b>", "<table><tr><td>", "</td>", "<li>", "<ul>", "<h1>",
             "<br>",
             "<script>", "</script>", "<!--", "-->", "<![CDATA[", "&nbsp;", "&#1114112;", "<sup>",
             "<details>", "<p hidden>", "<", ">", "<style>", "<title>", "</"),
    "vtt": ("WEBVTT\n\n", "00:00:00.000 --> 00:00:01.000\n", "<v Anna>", "</v>", "NOTE ", "STYLE\n",
            "<c.a>", "-->", "99:99:99.999 --> 00:00.000 align:end\n", "1\n", "<00:00:00.500>"),
    "srt": ("1\n", "00:00:00,000 --> 00:00:01,000\n", "<i>", "{\\an8}", "9:9:9,9 --> 1:1:1,1\n"),
    "sbv": ("0:00:00.000,0:00:01.000\n", "9:99:99.999,0:00:00.000\n", ">> Anna: "),
    "rtf": ("{", "}", "\\par ", "\\b ", "\\i0 ", "\\u-10179?", "\\u56832?", "\\'e9", "\\'",
            "\\bin3 ",
            "{\\fonttbl", "{\\*\\x ", "\\uc0 ", "\\u99999999 ", "\\trowd ", "\\cell ",
            "\\ansicpg0 ",
            "{\\footnote ", "{\\deleted ", "\\pard\\outlinelevel0 ", "\\~", "\\_", "\\"),
    "eaf": ("<TIER TIER_ID='a' PARTICIPANT='Anna'>", "</TIER>", "<ANNOTATION>", "</ANNOTATION>",
            "<ALIGNABLE_ANNOTATION ANNOTATION_ID='a' TIME_SLOT_REF1='t' TIME_SLOT_REF2='u'>",
            "</ALIGNABLE_ANNOTATION>", "<ANNOTATION_VALUE>", "</ANNOTATION_VALUE>",
            "<TIME_SLOT TIME_SLOT_ID='t' TIME_VALUE='-5'/>", "<TIME_SLOT TIME_SLOT_ID='u'/>",
            "<TIME_SLOT TIME_SLOT_ID='u' TIME_VALUE='99999999999999999999'/>", "<TIME_SLOT/>"),
    "docx": ("<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "<w:tbl>", "<w:tr>", "<w:tc>",
             "</w:tc>", "</w:tr>", "</w:tbl>", "<w:ins>", "</w:ins>", "<w:del>", "</w:del>",
             "<w:delText>", "</w:delText>", "<w:footnoteReference w:id='9'/>", "<w:tab/>",
             "<w:br/>",
             "<w:rPr><w:vanish/></w:rPr>", "<w:pPr><w:pStyle w:val='Heading1'/></w:pPr>", "<w:sdt>",
             "</w:sdt>", "<w:sym w:char='zz' w:font=''/>", "<w:commentReference w:id='x'/>",
             "<w:pPr><w:numPr><w:ilvl w:val='x'/><w:numId w:val='-1'/></w:numPr></w:pPr>",
             "<w:fldChar w:fldCharType='begin'/>", "<w:commentRangeStart w:id='1'/>"),
    "odt": ("<text:p>", "</text:p>", "<text:span>", "</text:span>", "<text:s text:c='-1'/>",
            "<text:s text:c='x'/>", "<text:tab/>", "<text:h text:outline-level='99'>", "</text:h>",
            "<text:list>", "</text:list>", "<text:list-item>", "</text:list-item>", "<text:note>",
            "</text:note>", "<table:table>", "</table:table>", "<table:table-row>",
            "</table:table-row>", "<table:table-cell table:number-columns-repeated='-1'>",
            "</table:table-cell>", "<text:tracked-changes>", "</text:tracked-changes>",
            "<text:change-start text:change-id='a'/>", "<office:annotation>",
            "</office:annotation>"),
}  # fmt: skip


def odt(body: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODT % body)
    return file.getvalue()


FRAMES = {
    "docx": paragraph("I waited for the bus.") + "%s",
    "odt": "<text:p>I waited for the bus.</text:p>%s",
    "rtf": "{\\rtf1 I waited for the bus.\\par %s}",
    "vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Anna>I waited.\n\n%s\n\n",
    "srt": "1\n00:00:01,000 --> 00:00:02,000\nI waited.\n\n%s\n\n",
    "sbv": "0:00:01.000,0:00:02.000\nI waited.\n\n%s\n\n",
    "eaf": "<?xml version='1.0'?><ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID='t' "
           "TIME_VALUE='5'/></TIME_ORDER><TIER TIER_ID='A'><ANNOTATION><ALIGNABLE_ANNOTATION "
           "ANNOTATION_ID='a' TIME_SLOT_REF1='t' TIME_SLOT_REF2='t'><ANNOTATION_VALUE>I waited."
           "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>%s</ANNOTATION_DOCUMENT>",
}  # fmt: skip
"""A little of each kind that can be read, with room for what can not."""


def written(kind: str, pieces: list[str]) -> bytes:
    """A file of a kind with these pieces in it."""
    body = FRAMES.get(kind, "%s") % "".join(pieces)
    if kind == "docx":
        return raw_docx(body)
    return odt(body) if kind == "odt" else body.encode()


def pdf() -> bytes:
    """A page with a few words, written without a library."""
    words = b"BT /F 12 Tf 50 700 Td (I waited for the bus.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << "
        b"/Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)


def paired(tags: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Trees in which each element that begins ends, with words in them."""
    begun = [tag for tag in tags if not tag.startswith("</") and not tag.endswith("/>")]
    begun = [tag for tag in begun if tag.count("<") == 1]
    alone = [tag for tag in tags if tag.count("<") > 1 or tag.endswith("/>")]
    words = ["I waited.", " ", "Anna: ", "\u00e9"]
    if "<w:t>" in tags:
        words.append("<w:r><w:t>I waited.</w:t></w:r>")
    leaves = st.sampled_from([*alone, *words]).map(lambda one: [one])

    def around(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
        def within(tag: str, many: list[list[str]]) -> list[str]:
            name = tag[1:].split(" ")[0].rstrip(">")
            return [tag, *(piece for one in many for piece in one), f"</{name}>"]

        return st.builds(within, st.sampled_from(begun), st.lists(inner, max_size=5))

    return st.lists(st.recursive(leaves, around, max_leaves=25), max_size=6).map(
        lambda many: [piece for one in many for piece in one]
    )


def holds(kind: str, data: bytes) -> None:
    answer = json.loads(json.dumps(child.read(kind, data), ensure_ascii=False).encode())
    if "refused" in answer:
        assert answer["refused"].endswith(".")
        return
    text, places = answer["text"], answer["places"]
    blocks = [text[start:end] for _, start, end, _ in places["blocks"]]
    assert "\n".join(blocks) == text
    assert all(block == block.strip() != "" for block in blocks)
    for start, end, said, _ in places["turns"]:
        assert 0 <= start <= said <= end <= len(text)
    for start, end, _ in places["marks"]:
        assert 0 <= start < end <= len(text)
    for at, ms in places["times"]:
        assert 0 <= at <= len(text)
        assert 0 <= ms < 2**31
    for _, words, by, start, end in answer["notes"]:
        assert isinstance(words, str)
        assert isinstance(by, str)
        assert start is None or 0 <= start <= end <= len(text)


BRIEFLY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@pytest.mark.parametrize("kind", sorted(TOKENS))
def test_what_nobody_writes_is_read_or_refused(kind):
    tokens = TOKENS[kind]
    pieces = st.lists(st.sampled_from([*tokens, *WORDS]), max_size=40)
    if kind in ("docx", "odt", "eaf"):
        pieces = paired(tokens)

    @BRIEFLY
    @given(pieces)
    def each(these):
        holds(kind, written(kind, these))

    each()


@pytest.mark.parametrize("kind", ["archive", "pdf", "rtf", "eaf"])
def test_files_with_some_bytes_changed_are_read_or_refused(kind):
    whole = {
        "archive": raw_docx(paragraph("I waited for the bus.")),
        "pdf": pdf(),
        "rtf": b"{\\rtf1\\ansi{\\fonttbl\\f0\\fswiss Helvetica;}\\f0\\pard I {\\b waited}.\\par}",
        "eaf": written("eaf", list(TOKENS["eaf"])),
    }[kind]
    change = st.tuples(st.integers(0, len(whole) - 1), st.binary(max_size=4), st.integers(0, 8))

    @BRIEFLY
    @given(st.lists(change, min_size=1, max_size=5))
    def each(changes):
        data = whole
        for at, put, gone in changes:
            data = data[:at] + put + data[at + gone :]
        holds(kind, data)

    each()
