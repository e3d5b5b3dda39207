"""How other programs count is found by evidence, and every quote is found exactly."""

from __future__ import annotations

import pytest
from exchange.projects import PEER, came, filed, guid, packed, project, selection, source
from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.exchange.alignment import Alignment
from storybank.exchange.refi_offsets import (
    AS_IS,
    BYTES,
    ONE,
    POINTS,
    TWO,
    UNITS,
    Convention,
    Selection,
    detect,
)
from storybank.stories.canon import plain

TEXT = (
    "\U0001f469\u200d\U0001f680 was first, they said.\r\nThen \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9"
    "\u05dd and e\u0301te\u0301 came\u2014slowly.\r\n\r\n\U0001f600\U0001f600 Nobody knew why "
    "\u201cthat\u201d was.\r\nThe end of it all."
)
QUOTES = ("they said", "came", "Nobody knew why", "The end", "e\u0301te\u0301")


def counted(text: str, quote: str, unit: str, line_end: str) -> tuple[int, int]:
    """Offsets of a quote, counted the slow way."""
    at = text.index(quote)

    def length(part: str) -> int:
        if line_end == ONE:
            part = part.replace("\r\n", "\n")
        if line_end == TWO:
            part = part.replace("\r\n", "\n").replace("\n", "\r\n")
        if unit == UNITS:
            return len(part.encode("utf-16-le")) // 2
        return len(part.encode()) if unit == BYTES else len(part)

    return length(text[:at]), length(text[: at + len(quote)])


@pytest.mark.parametrize("unit", [POINTS, UNITS, BYTES])
@pytest.mark.parametrize("line_end", [AS_IS, ONE, TWO])
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\r\n", "\n")], ids=["CRLF", "LF"])
def test_whichever_way_it_counts(unit, line_end, text):
    places = [counted(text, quote, unit, line_end) for quote in QUOTES]
    way = detect(text, [Selection(*place) for place in places])
    ruler = way.ruler(text)
    found = [text[ruler.find(s)[0] : ruler.find(e)[0]] for s, e in places]
    assert found == list(QUOTES), way


@given(st.text(st.sampled_from("ab \r\n\u00e9\U0001f600\u0301"), max_size=30))
def test_a_ruler_measures_what_counting_does(text):
    for unit in (POINTS, UNITS, BYTES):
        for line_end in (AS_IS, ONE, TWO):
            if "\r" in text.replace("\r\n", ""):
                continue  # a lone CR counts as one everywhere
            ruler = Convention(unit, line_end).ruler(text)
            for at in range(len(text) + 1):
                if line_end != AS_IS and text[at - 1 : at + 1] == "\r\n":
                    continue
                slow = counted(text[:at] + "X", "X", unit, line_end)[0]
                assert ruler.find(slow) == (at, True)


@settings(max_examples=300)
@given(
    st.text(
        st.sampled_from("ab .\r\n\t\u00e9\u0301\U0001f600\u200d\u05d0\u05b8\u1100\u1161\xad\ufeff"),
        min_size=1, max_size=40,
    ),
    st.data(),
)  # fmt: skip
def test_every_stretch_is_found_with_its_letters(raw, data):
    text = plain(raw).text
    align = Alignment(raw, text)
    assert align.true
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    landed = align.land(start, end)
    if landed is None:
        return
    assert 0 <= landed.start < landed.end <= len(text)
    words = text[landed.start : landed.end]
    assert words == words.strip()
    if landed.exact:
        assert align.same(start, end, landed)


class TestOfProgram:
    def test_nvivo_counts_utf_16_units_and_crlf_as_two(self):
        inside = "".join(
            selection(*counted(TEXT, quote, UNITS, TWO), PEER, n=n)
            for n, quote in enumerate(QUOTES)
        )
        data = packed(project(filed("internal://a.txt", inside)),
                      {"Sources/a.txt": ("\ufeff" + TEXT).encode()})  # fmt: skip
        found = came("qdpx", data)
        (one,) = found.sources
        assert [one.text[c.start : c.end] for c in one.codings] == [
            *QUOTES[:4], "\u00e9t\u00e9"
        ]  # fmt: skip
        assert found.counts["exact"] == 5 and found.losses == []

    def test_the_standard_counts_code_points(self):
        text = TEXT.replace("\r\n", "\n")
        inside = "".join(
            selection(*counted(text, quote, POINTS, AS_IS), PEER, n=n)
            for n, quote in enumerate(QUOTES)
        )
        found = came("qdpx", packed(project(source(text, inside), origin="MAXQDA 24")))
        assert found.counts["exact"] == 5 and found.losses == []

    def test_words_that_a_place_is_named_by_decide_where_ends_of_words_do_not(self):
        text = "\U0001f600" + "\u6211\u5011\u4e00\u8d77\u53bb\u90a3\u88e1\u5427" * 3
        at = 5
        inside = selection(at + 1, at + 4, PEER, name=text[at : at + 3])
        found = came("qdpx", packed(project(source(text, inside))))
        (one,) = found.sources
        assert one.text[one.codings[0].start : one.codings[0].end] == text[at : at + 3]

    def test_half_a_letter_is_widened_and_named(self):
        found = came("qdpx", packed(project(source("ca fe\u0301 now", selection(3, 5, PEER)))))
        (one,) = found.sources
        assert one.text[one.codings[0].start : one.codings[0].end] == "f\u00e9"
        assert [(loss.kind, loss.count) for loss in found.losses] == [("widened", 1)]

    def test_equal_places_of_several_codings_are_one_passage(self, a):
        import sqlalchemy as sa
        from exchange.projects import TOKEN, taken

        from storybank.coding.models import Coding
        from storybank.people.rules import Role

        inside = selection(2, 5, PEER, n=1) + selection(2, 5, TOKEN, n=2)
        taken(a, a.actor(Role.STEWARD), packed(project(source("A few words.", inside))))
        places = a.session.execute(sa.select(Coding.start, Coding.end)).all()
        assert [tuple(row) for row in places] == [(2, 5), (2, 5)]

    def test_transcripts_and_pages_of_a_pdf_come_by_their_words(self):
        points = "".join(
            f'<SyncPoint guid="{guid("p", n)}" timeStamp="{n}" position="{at}"/>'
            for n, at in enumerate((2, 5))
        )
        film = (
            f'<VideoSource guid="{guid("film")}" name="F"><Transcript guid="{guid("t")}">'
            f"<PlainTextContent>A few words.</PlainTextContent>{points}"
            f'<TranscriptSelection guid="{guid("ts")}" fromSyncPoint="{guid("p", 0)}" '
            f'toSyncPoint="{guid("p", 1)}"><Coding guid="{guid("tc")}"><CodeRef '
            f'targetGUID="{PEER}"/></Coding></TranscriptSelection></Transcript></VideoSource>'
        )
        page = (
            f'<PDFSource guid="{guid("pdf")}" name="P"><PDFSelection guid="{guid("ps")}" page="0" '
            f'firstX="0" firstY="0" secondX="1" secondY="1"><Representation guid="{guid("pr")}">'
            f"<PlainTextContent>other words</PlainTextContent></Representation>"
            f'<Coding guid="{guid("pc")}"><CodeRef targetGUID="{PEER}"/></Coding></PDFSelection>'
            f'<Representation guid="{guid("rep")}"><PlainTextContent>Some other words here.'
            "</PlainTextContent></Representation></PDFSource>"
        )
        found = came("qdpx", packed(project(film + page)))
        marked = [one.text[c.start : c.end] for one in found.sources for c in one.codings]
        assert marked == ["few", "other words"]
        assert {loss.kind for loss in found.losses} == {"film itself", "pdf itself"}


class TestRealFiles:
    """Files that NVivo, ATLAS.ti and the standard's own authors wrote. Only counts are shown."""

    @pytest.mark.parametrize(
        ("name", "codes", "places", "lost"),
        [
            ("pyqdpx_oltas.qdpx", 60, 97, set()),
            ("skyloom_TestProject.qdpx", 14, 0,
             {"no words", "codings without words", "place in media", "picture itself", "pdf itself",
              "sound itself", "film itself", "link", "set", "graph"}),
            ("portableqda_Atlasti9.qdc", 5, 0, {"set"}),
            ("portableqda_REFI-QDA-1-5_example.qdc", 6, 0, set()),
        ],
    )  # fmt: skip
    def test_each_comes_in_with_every_quote_exact_or_named(
        self, real_data, name, codes, places, lost
    ):
        data = (real_data / "qda" / name).read_bytes()
        found = came(name.rpartition(".")[2], data)
        assert len(found.codes) == codes
        assert found.counts.get("exact", 0) == found.counts.get("places", 0) == places
        assert sum(len(one.codings) for one in found.sources) == places
        assert {loss.kind for loss in found.losses} == lost

    def test_nvivos_places_bear_witness_for_its_own_way_alone(self, real_data):
        import io
        import zipfile
        from xml.etree import ElementTree

        from storybank.exchange.refi_offsets import score

        data = (real_data / "qda" / "pyqdpx_oltas.qdpx").read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (path,) = (name for name in archive.namelist() if name.endswith(".txt"))
            text = archive.read(path).decode("utf-8-sig")
            root = ElementTree.fromstring(archive.read("project.qde"))
        places = [
            Selection(int(one.get("startPosition")), int(one.get("endPosition")))
            for one in root.iter("{urn:QDA-XML:project:1.0}PlainTextSelection")
        ]
        units = score(text, Convention(UNITS), places)
        points = score(text, Convention(POINTS), places)
        assert units > 0.8 * len(places) * 2.5 > points
