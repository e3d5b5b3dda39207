"""Text files: any usual encoding is read right, and what is not text is named."""

import pytest

from storybank.errors import BadInput
from storybank.intake import rules, text_file
from storybank.intake.text_file import decode, kind_of, refuse_other_kinds

WELSH = "Roedd hi'n oer, a\u0302 dw\u0302r. Caf\xe9, na\xefve, \xa35. "
LONG = (
    "My mother said \u201cwait\u201d \u2013 so we waited at the caf\xe9, and it cost \xa35.\n" * 9
)


class TestDecode:
    @pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le",
                                      "utf-16-be", "utf-32-le", "utf-32-be"])  # fmt: skip
    def test_every_unicode_encoding_is_told_with_or_without_a_mark(self, code):
        found = decode((WELSH * 3).encode(code))
        assert found.text == WELSH * 3
        assert found.warnings == ()

    @pytest.mark.parametrize(
        "language",
        [
            "\u041f\u0440\u0438\u0432\u0435\u0442, \u043a\u0430\u043a ",
            "\u03b5\u03af\u03bc\u03b1\u03b9 \u03b5\u03b4\u03ce ",
        ],
    )
    def test_utf16_without_a_mark_is_told_in_other_alphabets(self, language):
        assert decode((language * 40).encode("utf-16-le")).text == language * 40

    def test_polish_is_told_from_western_letters(self):
        said = "By\u0142o zimno, wi\u0119c czekali\u015bmy pod drzwiami."
        assert decode(said.encode("cp1250")).text == said

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (
                "\u041c\u044b \u0436\u0434\u0430\u043b\u0438 \u0443 \u0434\u0432\u0435\u0440\u0438",
                "cp1251",
            ),
            (
                "\u03a0\u03b5\u03c1\u03b9\u03bc\u03ad\u03bd\u03b1\u03bc\u03b5 \u03b5\u03b4\u03ce",
                "cp1253",
            ),
            (
                "\u05d7\u05d9\u05db\u05d9\u05e0\u05d5 \u05dc\u05d9\u05d3 \u05d4\u05d3\u05dc\u05ea",
                "cp1255",
            ),
            (
                "\u0627\u0646\u062a\u0638\u0631\u0646\u0627 \u0639\u0646\u062f",
                "cp1256",
            ),
        ],
    )
    def test_other_scripts_are_told_from_accents(self, said, code):
        assert decode(said.encode(code)).text == said
        assert text_file.alternatives(said.encode(code))[0].codec == code

    @pytest.mark.parametrize("code", ["cp1252", "mac_roman"])
    def test_one_accent_or_quote_is_enough(self, code):
        for said in ("We don\u2019t know.", "the caf\xe9 there", "it cost \xa35", "a word\u2014so"):
            assert decode(said.encode(code)).text == said

    @pytest.mark.parametrize("code", ["cp1252", "mac_roman"])
    def test_old_encodings_are_guessed_and_the_guess_is_told(self, code):
        found = decode(LONG.encode(code))
        assert found.text == LONG
        assert "guessed" in found.warnings[0]

    def test_a_few_bad_bytes_in_utf8_are_read_as_windows_would(self):
        found = decode("caf\xe9 \U0001f600 ".encode() + b"caf\xe9 \x93so\x94")
        assert found.text == "caf\xe9 \U0001f600 caf\xe9 \u201cso\u201d"
        assert found.warnings == (text_file.MIXED,)

    def test_pairs_written_apart_come_through_for_the_canon_to_join(self):
        assert decode(b"ok \xed\xa0\xbd\xed\xb8\x80").text == "ok \ud83d\ude00"

    def test_a_file_cut_in_the_middle_of_a_character_says_so(self):
        assert decode("wait".encode("utf-16")[:-1]).warnings == (text_file.CUT_SHORT,)

    @pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\0" * 99, b"\1\2\3\4\5" * 9])
    def test_bytes_that_are_no_text_are_refused(self, data):
        with pytest.raises(BadInput, match="not a file with words"):
            decode(data)


class TestAlternatives:
    def test_the_likeliest_comes_first_and_each_shows_how_it_reads_the_first_accent(self):
        ways = text_file.alternatives(("x" * 500 + "\n" + LONG).encode("mac_roman"))
        assert [way.codec for way in ways][:1] == ["mac_roman"]
        assert {"cp1252", "cp1250"} <= {way.codec for way in ways}
        assert "said \u201cwait\u201d" in ways[0].sample
        assert all(len(way.sample) <= 300 for way in ways)
        assert len({way.sample for way in ways}) == len(ways)

    @pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "utf-16-le"])
    def test_what_is_sure_has_no_other_way(self, code):
        assert len(text_file.alternatives((WELSH * 9).encode(code))) == 1

    def test_good_utf8_comes_first_and_plain_letters_need_no_choice(self):
        assert text_file.alternatives(WELSH.encode())[0].codec == "utf-8"
        assert len(text_file.alternatives(b"We waited.")) == 1

    def test_a_chosen_encoding_is_honoured_and_one_that_cannot_be_is_refused(self):
        data = "za\u017c\xf3\u0142\u0107".encode("cp1250")
        assert text_file.decode_as(data, "cp1250").text == "za\u017c\xf3\u0142\u0107"
        for codec in ("utf-8", "rot13", "no such"):
            with pytest.raises(BadInput, match="Choose another"):
                text_file.decode_as(data, codec)


class TestRefuseOtherKinds:
    @pytest.mark.parametrize(
        ("start", "sentence"),
        [
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", rules.OLD_WORD),
            (b"\x89PNG\r\n", rules.PICTURE),
            (b"\xff\xd8\xff\xe0", rules.PICTURE),
            (b"ID3\x03", rules.RECORDING),
            (b"\0\0\0\x20ftypM4A ", rules.RECORDING),
            (b"\x1f\x8b\x08", rules.ARCHIVE),
            (b"\x7fELF", rules.NOT_TEXT),
            (b'<?xml version="1.0"?><d/>', rules.XML),
        ],
    )
    def test_each_kind_is_named_by_what_is_in_it(self, start, sentence):
        with pytest.raises(BadInput) as refusal:
            refuse_other_kinds(start + b" and more of it")
        assert refusal.value.sentence == sentence

    @pytest.mark.parametrize("start", [b"MZ: I waited", b"Rar! he said", b"PDF or paper?", b"II*"])
    def test_words_that_only_look_like_a_kind_pass(self, start):
        refuse_other_kinds(start + b" and went home again, and nobody asked why.")


class TestKindOf:
    @pytest.mark.parametrize(
        ("start", "kind"),
        [
            (b"%PDF-1.7", "pdf"),
            (b"{\\rtf1", "rtf"),
            (b"\xef\xbb\xbfWEBVTT\n", "vtt"),
            (b"1\r\n00:00:01,500 --> 00:00:02,000\r\n", "srt"),
            (b"0:00:01.500,0:00:02.000\n", "sbv"),
            (b" <!DOCTYPE html>", "html"),
            (b'<?xml version="1.0"?>\n<html>', "html"),
            (b'<?xml version="1.0"?>\n<ANNOTATION_DOCUMENT AUTHOR="">', "eaf"),
            (b'<?xml version="1.0"?>\n<office:document xmlns:office="x">', "odt"),
        ],
    )
    def test_is_told_by_what_is_in_it(self, start, kind):
        assert kind_of(start + b" and more of it") == kind

    @pytest.mark.parametrize(
        "start", [b"PDF or paper?", b"1\n2\n3", b"At 10:20 --> go", b"<h3 I love him"]
    )
    def test_words_that_only_look_like_one_are_words(self, start):
        assert kind_of(start + b" and went home again.") is None


class TestRealFiles:
    def test_every_text_file_people_brought_is_read_or_refused_in_a_sentence(self, real_data):
        for file in sorted((real_data / "formats" / "txt").rglob("*.*")):
            assert decode(file.read_bytes()).text is not None
