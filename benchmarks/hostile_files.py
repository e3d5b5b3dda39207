"""Hostile files made here: bombs, loops, depths, and everything that could make a reader ask the
network. ``make(port)`` yields (name, bytes); addresses lead to a listener on this machine."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def make(port: int) -> Iterator[tuple[str, bytes]]:
    """Every file, one after the other."""
    at = f"http://127.0.0.1:{port}/"
    yield from words(at)
    yield from open_documents(at)
    yield from pages_of_print(at)
    yield from spreadsheets(at)
    yield from marked_up(at)
    yield from archives()


def zipped(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def docx(body: str, more: dict[str, str | bytes] | None = None, links: str = "") -> bytes:
    kinds = (
        f'{XML}<Types xmlns="{PKG}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
        "</Types>"
    )
    start = (
        f'{XML}<Relationships xmlns="{PKG}/relationships"><Relationship Id="r1" Type='
        f'"{R}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    beside = f'{XML}<Relationships xmlns="{PKG}/relationships">{links}</Relationships>'
    return zipped({
        "[Content_Types].xml": kinds, "_rels/.rels": start,
        "word/document.xml": f'{XML}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}'
                             "</w:body></w:document>",
        "word/_rels/document.xml.rels": beside, **(more or {}),
    })  # fmt: skip


def words(at: str) -> Iterator[tuple[str, bytes]]:
    p = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    far = "".join(
        f'<Relationship Id="x{number}" Type="{R}/{kind}" Target="{at}{kind}" '
        'TargetMode="External"/>'
        for number, kind in enumerate(
            ("attachedTemplate", "image", "oleObject", "frame", "styles", "comments", "footnotes",
             "numbering", "settings", "header", "hyperlink", "aFChunk")
        )
    )  # fmt: skip
    yield "links_far_away.docx", docx(p.format("Words") + '<w:altChunk r:id="x11"/>', links=far)
    field = "<w:p><w:r><w:instrText>INCLUDETEXT {}</w:instrText></w:r></w:p>"
    yield "include_field.docx", docx(field.format(at) + p.format("Words"))
    yield "deep_smart_tags.docx", docx("<w:p>" + "<w:smartTag>" * 60_000 + "</w:smartTag>" * 60_000
                                       + "</w:p>")  # fmt: skip
    yield (
        "deep_text_boxes.docx",
        docx(
            "<w:p><w:r><w:txbxContent>" * 3_000
            + p.format("x")
            + "</w:txbxContent></w:r></w:p>" * 3_000
        ),
    )
    yield (
        "wide_table.docx",
        docx("<w:tbl><w:tr>" + f"<w:tc>{p.format('x')}</w:tc>" * 60_000 + "</w:tr></w:tbl>"),
    )
    yield (
        "spanning_table.docx",
        docx(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>'
            f"{p.format('x')}</w:tc></w:tr></w:tbl>"
        ),
    )
    loop = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:name w:val="S{n}"/>'
        f'<w:basedOn w:val="S{(n + 1) % 5_000}"/></w:style>' for n in range(5_000)
    )  # fmt: skip
    styles = f'<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/>'
    styled = '<w:p><w:pPr><w:pStyle w:val="S{}"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    override = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
    )  # fmt: skip
    yield (
        "styles_in_a_ring.docx",
        docx(
            "".join(styled.format(n) for n in range(5_000)),
            {"word/styles.xml": f'{XML}<w:styles xmlns:w="{W}">{loop}</w:styles><!--{override}-->'},
            styles,
        ),
    )
    yield "runs_without_end.docx", docx("<w:p>" + "<w:r><w:t>a</w:t></w:r>" * 300_000 + "</w:p>")
    yield "one_word_of_9MB.docx", docx(p.format("a" * 9_000_000))
    yield "tabs_and_breaks.docx", docx("<w:p><w:r>" + "<w:br/><w:tab/>" * 400_000 + "</w:r></w:p>")
    yield (
        "attributes.docx",
        docx("<w:p " + " ".join(f'w:a{n}="x"' for n in range(200_000)) + "/>" + p.format("x")),
    )
    yield (
        "part_in_a_ring.docx",
        docx(
            p.format("x"),
            links=f'<Relationship Id="d" Type="{R}/subDocument" Target="document.xml"/>',
        ),
    )
    deep = "{\\b " * 200_000 + "x" + "}" * 200_000
    yield "deep.rtf", ("{\\rtf1 " + deep + "}").encode()
    yield "never_closed.rtf", b"{\\rtf1 " + b"{" * 1_000_000
    yield "controls.rtf", b"{\\rtf1 " + b"\\par\\u-10179?\\'ff\\bin5 " * 300_000 + b"}"
    yield "bin_without_end.rtf", b"{\\rtf1 words \\bin2147483647 " + b"x" * 1_000_000 + b"}"
    yield "field.rtf", (
        '{\\rtf1 {\\field{\\*\\fldinst INCLUDEPICTURE "' + at + 'p"}{\\fldrslt x}} words '
        "{\\*\\template " + at + "t}{\\object\\objautlink{\\*\\objdata 01}}}"
    ).encode()  # fmt: skip
    yield "digits.rtf", b"{\\rtf1 \\u" + b"9" * 500_000 + b"? \\fs" + b"9" * 500_000 + b" words}"


def open_documents(at: str) -> Iterator[tuple[str, bytes]]:
    def content(body: str) -> str:
        return (
            f'{XML}<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}" '
            f'xmlns:table="{TABLE}" xmlns:xlink="http://www.w3.org/1999/xlink" '
            'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>"
        )

    def odt(body: str) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text",
                             zipfile.ZIP_STORED)  # fmt: skip
            archive.writestr(
                "META-INF/manifest.xml",
                f'{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
                'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type='
                '"application/vnd.oasis.opendocument.text"/></manifest:manifest>',
            )
            archive.writestr("content.xml", content(body))
        return file.getvalue()

    yield "a_billion_spaces.odt", odt('<text:p>a<text:s text:c="1000000000"/>b</text:p>')
    yield "spaces_many_times.odt", odt('<text:p>a<text:s text:c="100000"/></text:p>' * 2_000)
    yield "negative_spaces.odt", odt('<text:p>a<text:s text:c="-5"/><text:s text:c="x"/>b</text:p>')
    yield (
        "rows_without_end.odt",
        odt(
            '<table:table><table:table-row table:number-rows-repeated="1000000000">'
            '<table:table-cell table:number-columns-repeated="1000000000">'
            "<text:p>x</text:p></table:table-cell>"
            "</table:table-row></table:table>"
        ),
    )
    yield (
        "deep_sections.odt",
        odt("<text:section>" * 30_000 + "<text:p>x</text:p>" + "</text:section>" * 30_000),
    )
    yield (
        "deep_spans.odt",
        odt("<text:p>" + "<text:span>" * 30_000 + "x" + "</text:span>" * 30_000 + "</text:p>"),
    )
    yield "deep_lists.odt", odt(
        "<text:list><text:list-item>" * 5_000 + "<text:p>x</text:p>"
        + "</text:list-item></text:list>" * 5_000
    )  # fmt: skip
    yield (
        "links_far_away.odt",
        odt(
            f'<text:p><draw:frame><draw:image xlink:href="{at}i.png"/></draw:frame>x</text:p>'
            f'<text:section><text:section-source xlink:href="{at}s.odt"/><text:p>y</text:p>'
            "</text:section>"
        ),
    )
    flat = content("<text:p>&x;</text:p>").replace(
        XML, f'{XML}<!DOCTYPE d [<!ENTITY x SYSTEM "{at}dtd">]>'
    ).replace("document-content", "document")  # fmt: skip
    yield "entity.fodt", flat.encode()
    yield "many_paragraphs.odt", odt("<text:p>I was there.</text:p>" * 150_000)


def pages_of_print(at: str) -> Iterator[tuple[str, bytes]]:
    def pdf(objects: list[bytes]) -> bytes:
        out, places = bytearray(b"%PDF-1.7\n"), []
        for number, body in enumerate(objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
            len(objects) + 1, start,
        )  # fmt: skip
        return bytes(out)

    def stream(data: bytes, more: bytes = b"") -> bytes:
        return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)

    def page(content: bytes, more: bytes = b"", root: bytes = b"") -> list[bytes]:
        return [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % root,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << "
            b"/Font << /F 5 0 R >> %s >> >>" % more,
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]

    say = b"BT /F 12 Tf 50 700 Td (Some words of a story) Tj ET\n"
    bomb = zlib.compress(say * 4_000_000, 9)
    yield "bomb.pdf", pdf(page(stream(bomb, b"/Filter /FlateDecode")))
    twice = zlib.compress(zlib.compress(b"\0" * 200_000_000, 9), 9)
    yield "bomb_in_a_bomb.pdf", pdf(page(stream(twice, b"/Filter [/FlateDecode /FlateDecode]")))
    long = zlib.compress(say * 200_000)
    yield "words_without_end.pdf", pdf(page(stream(long, b"/Filter /FlateDecode")))
    yield "pages_in_a_ring.pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
    ])  # fmt: skip
    yield "a_billion_pages.pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ])  # fmt: skip
    yield "one_page_many_times.pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % (b"3 0 R " * 100_000),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << "
        b"/Font << /F 5 0 R >> >> >>", stream(say * 50), b"<< /Type /Font /Subtype /Type1 "
        b"/BaseFont /Helvetica >>",
    ])  # fmt: skip
    yield "form_in_a_ring.pdf", pdf([
        *page(stream(b"/X Do " * 50 + say), b"/XObject << /X 6 0 R >>"),
        stream(b"/X Do /X Do " + say, b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] "
               b"/Resources << /XObject << /X 6 0 R >> /Font << /F 5 0 R >> >>"),
    ])  # fmt: skip
    ways = (
        b"/OpenAction << /S /URI /URI (%b) >> /AA << /WC << /S /SubmitForm /F << /FS /URL /F (%b) "
        b">> >> >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.launchURL(\"%b\""
        b");) >>] >> >>" % ((at.encode(),) * 3)
    )  # fmt: skip
    far = page(stream(say), root=ways)
    far[3] = b"<< /Length 0 /F << /FS /URL /F (%b) >> >>\nstream\n\nendstream" % at.encode()
    yield "links_far_away.pdf", pdf(far)
    yield "deep.pdf", b"%PDF-1.4\n1 0 obj\n" + b"[" * 2_000_000 + b"\ntrailer << /Root 1 0 R >>"
    yield "operators.pdf", pdf(page(stream(b"q " * 1_000_000 + say)))
    yield "far_place.pdf", pdf(page(stream(say))).replace(b"startxref\n", b"startxref\n9999999999")
    cmap = (
        b"begincodespacerange <0000> <ffff> endcodespacerange\n"
        + (b"100 beginbfrange\n" + b"<0000> <ffff> <0000>\n" * 100 + b"endbfrange\n") * 300
    )
    yield "letters_many_times.pdf", pdf([
        *page(stream(b"BT /F 12 Tf 50 700 Td <00410042> Tj ET"))[:4],
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R "
        b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << "
        b"/Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>", stream(cmap),
    ])  # fmt: skip


def spreadsheets(at: str) -> Iterator[tuple[str, bytes]]:
    def xlsx(rows: str, strings: str = "", more: str = "") -> bytes:
        spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        return zipped({
            "[Content_Types].xml":
                f'{XML}<Types xmlns="{PKG}/content-types"><Default Extension="rels" ContentType='
                '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension='
                '"xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
                f'ContentType="{spread}.sheet.main+xml"/><Override PartName='
                f'"/xl/worksheets/sheet1.xml" ContentType="{spread}.worksheet+xml"/><Override '
                f'PartName="/xl/sharedStrings.xml" ContentType="{spread}.sharedStrings+xml"/>'
                "</Types>",
            "_rels/.rels":
                f'{XML}<Relationships xmlns="{PKG}/relationships"><Relationship Id="r" Type='
                f'"{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml":
                f'{XML}<workbook xmlns="{SHEET}" xmlns:r="{R}"><sheets><sheet name="a" '
                'sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels":
                f'{XML}<Relationships xmlns="{PKG}/relationships"><Relationship Id="r1" Type='
                f'"{R}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type='
                f'"{R}/sharedStrings" Target="sharedStrings.xml"/>{more}</Relationships>',
            "xl/worksheets/sheet1.xml":
                f'{XML}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>',
            "xl/sharedStrings.xml": f'{XML}<sst xmlns="{SHEET}">{strings}</sst>',
        })  # fmt: skip

    def cell(place: str, text: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'

    head = f'<row r="1">{cell("A1", "id")}{cell("B1", "story")}</row>'
    yield "far_corner.xlsx", xlsx(head + f'<row r="1048576">{cell("XFD1048576", "x")}</row>')
    yield "same_row_again.xlsx", xlsx(head + f'<row r="2">{cell("A2", "x")}</row>' * 150_000)
    yield "row_beyond.xlsx", xlsx(head + f'<row r="99999999999">{cell("A9", "x")}</row>')
    yield (
        "many_cells.xlsx",
        xlsx(
            "".join(
                f'<row r="{n}">' + '<c t="b"><v>1</v></c>' * 200 + "</row>" for n in range(1, 3_000)
            )
        ),
    )
    shared = f"<si><t>{'word ' * 6_000}</t></si>"
    again = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 60_000))
    yield "one_string_many_times.xlsx", xlsx(head + again, shared)
    yield "no_such_string.xlsx", xlsx(head + '<row r="2"><c r="A2" t="s"><v>99999999</v></c></row>')
    yield "deep_strings.xlsx", xlsx(head, "<si>" + "<r>" * 50_000 + "</r>" * 50_000 + "</si>")
    link = (
        f'<Relationship Id="r9" Type="{R}/externalLink" Target="{at}book.xlsx" '
        'TargetMode="External"/>'
    )
    call = f'<c r="A2"><f>WEBSERVICE("{at}x")</f><v>1</v></c>'
    yield "links_far_away.xlsx", xlsx(head + f'<row r="2">{call}{cell("B2", "x")}</row>', "", link)


def marked_up(at: str) -> Iterator[tuple[str, bytes]]:
    ways = "".join(
        f'<{tag} {name}="{at}{tag}">' for tag, name in (
            ("img", "src"), ("script", "src"), ("link rel=stylesheet", "href"), ("iframe", "src"),
            ("object", "data"), ("embed", "src"), ("video", "src"), ("base", "href"),
            ("body", "background"), ("input type=image", "src"), ("svg><image", "href"),
        )
    )  # fmt: skip
    refresh = f"<meta http-equiv=refresh content='0;url={at}'>"
    yield "links_far_away.html", f"<html>{refresh}{ways}<p>Words</p></html>".encode()
    yield "deep.html", b"<html>" + b"<div>" * 500_000 + b"words"
    yield "deep_inline.html", b"<html><p>" + b"<b><i>" * 200_000 + b"words"
    yield "deep_tables.html", b"<html>" + b"<table><tr><td>" * 30_000 + b"words"
    yield "formatting_again.html", b"<html>" + b"<p><b><i><u><font>" * 60_000 + b"words"
    yield "tags.html", b"<html>" + b"<" * 2_000_000
    yield "comments.html", b"<html>" + b"<!--" * 1_000_000
    yield "attributes.html", b"<html><p " + b"a=b " * 1_000_000 + b">words"
    yield "entities.html", b"<html><p>" + b"&nosuch;&#x110000;&#0;&" * 200_000
    yield "links.md", (b"[a](" + at.encode() + b") ![b](" + at.encode() + b"i.png)\n\n") * 2_000
    yield "brackets.md", b"[" * 200_000 + b"](" * 200_000
    yield "stars.md", b"*a **b " * 200_000
    yield "backticks.md", b" ".join(b"`" * number for number in range(1, 2_000))
    yield "quotes.md", b">" * 100_000 + b" x"
    yield "lists.md", b"".join(b" " * (2 * n) + b"- a\n" for n in range(1_000))
    yield "tables.md", b"|a" * 20_000 + b"\n" + b"|-" * 20_000 + b"\n" + b"|a" * 20_000
    cue = b"00:00:00.000 --> 00:00:01.000\n"
    yield "one_cue.vtt", b"WEBVTT\n\n" + cue + b"<v Anna>" * 200_000 + b"words"
    yield "arrows.vtt", b"WEBVTT\n\n" + b"-->" * 500_000
    yield "far_times.vtt", b"WEBVTT\n\n" + b"9" * 10_000 + b":00:00.000 --> 1:00:00.000\nwords\n"
    yield (
        "backwards.srt",
        b"".join(
            b"%d\n%02d:00:00,000 --> 00:00:00,000\nwords\n\n" % (n, 99 - n % 99)
            for n in range(60_000)
        ),
    )
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="t{n}" TIME_VALUE="{n}"/>' for n in range(100_000)
    )  # fmt: skip
    said = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n}" TIME_SLOT_REF1="t{n}" '
        f'TIME_SLOT_REF2="t{n}"><ANNOTATION_VALUE>word</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>'
        "</ANNOTATION>" for n in range(40_000)
    )  # fmt: skip
    eaf = (
        '{}<ANNOTATION_DOCUMENT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="' + at + 's.xsd"><HEADER MEDIA_FILE="' + at + 'm.wav">'
        '<MEDIA_DESCRIPTOR MEDIA_URL="' + at + 'm.wav"/></HEADER><TIME_ORDER>{}</TIME_ORDER>'
        '<TIER TIER_ID="Anna" PARTICIPANT="Anna">{}</TIER></ANNOTATION_DOCUMENT>'
    )
    yield "many.eaf", eaf.format(XML, slots, said).encode()
    ring = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{n}" ANNOTATION_REF="a{(n + 1) % 3000}">'
        "<ANNOTATION_VALUE>word</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for n in range(3_000)
    )
    yield "ring.eaf", eaf.format(XML, "", ring).encode()
    beyond = '<TIME_SLOT TIME_SLOT_ID="t0" TIME_VALUE="' + "9" * 20_000 + '"/>'
    yield "far_times.eaf", eaf.format(XML, beyond, said[:200]).encode()
    dtd = f'{XML}<!DOCTYPE A SYSTEM "{at}a.dtd" [<!ENTITY % p SYSTEM "{at}p">%p;]>'
    yield "dtd.eaf", eaf.format(dtd, slots[:500], said[:200]).encode()
    yield "wide.html", ("\ufeff<html><p>" + "words " * 100_000).encode("utf-16")
    yield "marks.txt", ("a" + "\u0301" * 4_000_000).encode()
    yield "spaces.txt", b" \n" * 3_000_000
    yield "lines.txt", b"x\n" * 3_000_000
    yield "half_pairs.txt", b"\xed\xa0\x80" * 2_000_000
    yield "bytes.txt", bytes(range(256)) * 20_000
    yield "labels.txt", b"Anna: x\nQ: y\n[00:00:01] B: z\n" * 60_000
    yield "colons.txt", b"A:" * 900_000
    yield "stamps.txt", b"[00:00:00] " * 150_000
    yield "said_in.html", b"<html><meta charset=utf-7><p>" + b"+ADw-\xff" * 100_000
    yield "slow_code.html", b"<html><meta charset=idna><p>\xff" + b"a" * 500_000
    yield "packed_code.html", b"<html><meta charset=bz2_codec><p>\xff" + b"a" * 500_000


def archives() -> Iterator[tuple[str, bytes]]:
    inner = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = inner.compress(b"\0" * 50_000_000) + inner.flush()
    check = zlib.crc32(b"\0" * 50_000_000)
    out, folder = bytearray(), bytearray()
    out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, check, len(body), 50_000_000,
                       1, 0) + b"a" + body  # fmt: skip
    for number in range(1_000):  # a thousand names for one stretch of bytes
        name = b"word/%d.xml" % number
        folder += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, check, len(body), 50_000_000,
            len(name), 0, 0, 0, 0, 0, 0,
        )  # fmt: skip
        folder += name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1_000, 1_000, len(folder), len(out), 0)
    yield "overlapping.docx", bytes(out + folder + end)
    whole = docx("<w:p><w:r><w:t>Words</w:t></w:r></w:p>")
    yield "cut_short.docx", whole[: len(whole) // 2]
    yield "two_ends.docx", whole + whole
    yield "comment_of_64k.docx", whole[:-2] + struct.pack("<H", 65_535) + b"PK\x05\x06" * 16_383
    yield "says_less.docx", whole.replace(struct.pack("<H", len("word/document.xml")), b"\x01\x00")
    nested = whole
    for _ in range(20):
        nested = zipped({"word/document.xml": nested})
    yield "nested.docx", nested
    yield "names.zip", zipped({
        "../../../tmp/storybank_canary.txt": "x", "/tmp/storybank_canary2.txt": "x",
        "C:\\canary.txt": "x", "con": "x", "a\0b": "x", "\u202etxt.exe": "x",
    })  # fmt: skip
