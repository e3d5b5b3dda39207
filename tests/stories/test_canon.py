"""Canonical text: the same words, one shape, places that stay true."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storybank.stories import characters
from storybank.stories.canon import Block, Canon, Mark, Part, Run, from_blocks, normalise, plain

AWKWARD = st.sampled_from(
    "\r\n\r\n\t\x00\x0b\x85\xa0\xad\u0301\u0344\u034f\u1100\u1161\u200b\u200c\u200d\u202e\u2028"
    "\u212a\u2126\u3000\u3164\u037e\ue000\ufdd0\ufe0f\ufeff\ufffe\ufffd\ud83d\ude00\ud800"
    "\U0001f3f4\U000e0067\U000e007f\U0001f468\u0915\u094d\u09c7\u09be e\xe9A.!?\u2026\"'-"
)
TEXTS = st.text(AWKWARD | st.characters(codec=None), max_size=60)
RUNS = st.lists(st.builds(Run, TEXTS, st.booleans(), st.booleans()), max_size=5)
PARTS = st.lists(
    st.builds(Part, st.sampled_from(("p", "h", "li", "q")), RUNS, st.integers(0, 6)), max_size=6
)


def check(canon: Canon) -> None:
    """The promises that every canon keeps."""
    assert "\n".join(canon.text[b.start : b.end] for b in canon.blocks) == canon.text
    assert normalise(canon.text) == (canon.text, ()) or "\ufffd" in canon.text
    for block in canon.blocks:
        words = canon.text[block.start : block.end]
        assert words and words == words.strip() and "\n" not in words
    for mark in canon.marks:
        assert any(b.start <= mark.start < mark.end <= b.end for b in canon.blocks)
        assert canon.text[mark.start : mark.end].strip("\n")
    canon.text.encode()


class TestNormalise:
    @given(TEXTS)
    @example("e\u200d\u0301\u200d")
    @example("\u03c9" + "\u0344" * 9)
    @example("\U0001f3f4\xad\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f")
    def test_doing_it_twice_changes_nothing(self, text):
        clean, _ = normalise(text)
        again, warnings = normalise(clean)
        assert again == clean
        assert set(warnings) <= {characters.DAMAGED}

    @given(TEXTS)
    def test_what_comes_out_is_whole_composed_and_on_plain_lines(self, text):
        clean, _ = normalise(text)
        assert unicodedata.is_normalized("NFC", clean)
        assert clean.encode().decode() == clean
        assert clean.splitlines() == clean.removesuffix("\n").split("\n") or not clean
        assert all(c in " \n" for c in clean if c.isspace())

    @pytest.mark.parametrize(
        "newline", ["\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
    )
    def test_every_kind_of_newline_is_one(self, newline):
        assert normalise(f"one{newline}two") == ("one\ntwo", ())

    @pytest.mark.parametrize("space", ["\xa0", "\u2003", "\u202f", "\u3000", "\t"])
    def test_every_kind_of_space_is_one(self, space):
        assert normalise(f"one{space}two") == ("one two", ())

    def test_what_cannot_be_seen_goes_quietly(self):
        assert normalise("\ufeffhos\xadpital\u200b") == ("hospital", ())

    @pytest.mark.parametrize(
        ("text", "clean", "warning"),
        [
            ("half \ud800 pair", "half  pair", characters.BROKEN),
            ("no \uffff\ufdd0char", "no char", characters.BROKEN),
            ("nul\x00s", "nuls", characters.CONTROL),
            ("\u202egpj.exe\u202c \u2066x\u2069", "gpj.exe x", characters.DIRECTION),
            ("\uf0b7 a point", " a point", characters.PRIVATE),
            ("lost \ufffd", "lost \ufffd", characters.DAMAGED),
            ("Z" + "\u0327" * 30, "Z" + "\u0327" * 8, characters.FLOOD),
        ],
    )
    def test_a_loss_worth_telling_is_told_without_the_words(self, text, clean, warning):
        assert normalise(text) == (clean, (warning,))

    @pytest.mark.parametrize(
        "text",
        [
            "\U0001f469\U0001f3fd\u200d\U0001f9bd",  # an emoji of several parts
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian needs its joiner
            "\u0d15\u0d4d\u200d",  # so does Malayalam, at the end of a word
            "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",  # Wales
            "\u0601\u0661\u0662",  # a number sign that is a format character
            "\u6f22\u5b57 \u0926\u0941\u0903\u0916 \u05e9\u05b8\u05dc\u05d5\u05b9\u05dd",
        ],
    )
    def test_what_a_script_or_an_emoji_needs_is_kept(self, text):
        assert normalise(text) == (unicodedata.normalize("NFC", text), ())

    def test_a_joiner_among_latin_letters_is_dropped_so_that_words_are_found(self):
        assert normalise("sto\u200dry caf\u0065\u0301\u200c s") == ("story caf\xe9 s", ())

    def test_half_pairs_that_belong_together_are_joined(self):
        assert normalise("\ud83d\ude00") == ("\U0001f600", ())

    def test_the_lists_of_characters_agree_with_unicode(self):
        kinds: dict[str, list[str]] = {}
        for char in map(chr, range(sys.maxunicode + 1)):
            kinds.setdefault(unicodedata.category(char), []).append(char)
        unseen = [*kinds["Cs"], *kinds["Co"], *(c for c in kinds["Cc"] if not c.isspace())]
        assert normalise("".join(unseen))[0] == ""
        assert set(normalise("".join(kinds["Zs"]))[0]) == {" "}
        unkept = "\u3164\uffa0\ufffc\ufffd"  # fillers nobody sees; signs of loss
        for kind, chars in kinds.items():
            if kind[0] not in "CZ":
                seen = "".join(f"\u0915{char}" for char in chars if char not in unkept)
                assert normalise(seen) == (unicodedata.normalize("NFC", seen), ()), kind

    @pytest.mark.parametrize(
        "piece", ["\u0301\u0327\u035f", "\ud800", "e\u0301\u200d", "\u0915\u200d", "\u0344", ". "]
    )
    def test_a_flood_takes_no_more_time_than_any_text(self, piece, stopwatch):
        flood = "Z" + piece * (1_000_000 // len(piece))
        with stopwatch(8):
            plain(flood)


class TestFromBlocks:
    @given(PARTS)
    def test_the_blocks_are_the_text(self, parts):
        check(from_blocks(parts))

    def test_marks_stand_off_from_the_words_they_mark(self):
        runs = [Run("I "), Run("waited ", em=True), Run("nine", em=True, strong=True), Run(" days")]
        canon = from_blocks([Part("h", [Run("Mine")], 2), Part("p", runs)])
        assert canon.text == "Mine\nI waited nine days"
        assert canon.blocks == (Block("h", 0, 4, 2), Block("p", 5, 23))
        assert canon.marks == (Mark(7, 18, "em"), Mark(14, 18, "strong"))

    def test_an_accent_that_begins_a_run_stays_with_its_letter(self):
        canon = from_blocks([Part("p", [Run("cafe"), Run("\u0301 noir", strong=True)])])
        assert canon.text == "caf\xe9 noir"
        assert canon.marks == (Mark(4, 9, "strong"),) or canon.marks == (Mark(5, 9, "strong"),)

    @pytest.mark.parametrize(
        ("one", "two", "both"), [("\u1100", "\u1161", "\uac00"), ("a\r", "\nb", "a\nb")]
    )
    def test_where_runs_melt_into_one_the_words_are_right_and_unmarked(self, one, two, both):
        canon = from_blocks([Part("p", [Run(one, em=True), Run(two)])])
        assert (canon.text, canon.marks) == (both, ())

    def test_a_line_break_ends_a_paragraph_but_not_a_heading(self):
        canon = from_blocks([Part("h", [Run("one\ntwo")]), Part("p", [Run("three\n\nfour")])])
        assert canon.text == "one two\nthree\nfour"
        assert [block.kind for block in canon.blocks] == ["h", "p", "p"]

    def test_each_warning_is_said_once(self):
        canon = from_blocks([Part("p", [Run("a\x00")]), Part("p", [Run("b\x00")])])
        assert canon.warnings == (characters.CONTROL,)


class TestPlaces:
    @given(PARTS)
    def test_they_come_back_as_they_went(self, parts):
        canon = from_blocks(parts)
        back = Canon.from_places(canon.text, canon.to_places())
        assert (back.blocks, back.marks, back.sha256) == (canon.blocks, canon.marks, canon.sha256)
        assert (back.turns, back.times) == (canon.turns, canon.times)

    def test_they_hold_no_words(self):
        canon = from_blocks([Part("p", [Run("hedgehog", em=True, ms=7)], speaker="Ann")])
        assert canon.to_places() == {
            "blocks": [["p", 0, 13, 0]], "marks": [[5, 13, "em"]],
            "turns": [[0, 13, 5, 1]], "times": [[5, 7]],
        }  # fmt: skip


class TestSpeakers:
    def test_they_are_named_once_a_turn_and_numbered_as_they_come(self):
        said = [("Ann", "Hello."), ("Ann", "Are you well?"), ("Bo", "Yes."), ("Ann", "Good.")]
        canon = from_blocks(Part("p", [Run(words)], speaker=who) for who, words in said)
        assert canon.text == "Ann: Hello.\nAre you well?\nBo: Yes.\nAnn: Good."
        turns = [(canon.text[t.said : t.end], t.speaker) for t in canon.turns]
        assert turns == [("Hello.\nAre you well?", 1), ("Yes.", 2), ("Good.", 1)]

    def test_times_stand_where_the_words_begin(self):
        runs = [Run("One thing, ", ms=0), Run("then another.", ms=2_500)]
        canon = from_blocks([Part("p", runs, speaker="Ann")])
        assert [(canon.text[t.at :], t.ms) for t in canon.times] == [
            ("One thing, then another.", 0), ("then another.", 2_500),
        ]  # fmt: skip


class TestPlain:
    @given(st.text(st.sampled_from('a.,\n "-Bc'), max_size=400) | TEXTS)
    def test_no_word_is_lost_whatever_the_lines_look_like(self, text):
        canon = plain(text)
        check(canon)
        assert "".join(canon.text.split()) == "".join(normalise(text)[0].split())

    def test_lines_broken_to_fit_a_page_are_joined(self):
        text = (
            "I was living on the coast then, up in the far and windy north-\n"
            "east, and every week the letter said that it would be next week.\n"
            "My mother, who had seen it all before, only laughed at me and put\n"
            "the kettle on.\n\nThen it came."
        )
        assert plain(text).text == (
            "I was living on the coast then, up in the far and windy north-east, and every week "
            "the letter said that it would be next week. My mother, who had seen it all before, "
            "only laughed at me and put the kettle on.\nThen it came."
        )

    def test_turns_of_a_conversation_stay_apart(self):
        turns = "Nurse: How are you?\nAmina: I waited all night.\nNurse: And then?\nAmina: Nothing."
        assert len(plain(turns).blocks) == 4

    def test_two_short_notes_stay_apart(self):
        notes = "Every aspect of the service was excellent.\nThe physiotherapy sessions helped me."
        assert len(plain(notes).blocks) == 2

    def test_old_interviews_become_paragraphs_without_losing_a_word(self, real_stories):
        for row in real_stories:
            canon = plain(row["text"])
            check(canon)
            assert "".join(canon.text.split()) == "".join(normalise(row["text"])[0].split())

    def test_hard_wrapped_interviews_flow_again(self, real_stories):
        wrapped = [row["text"] for row in real_stories if row["id"].startswith("wpa")]
        flowing = [text for text in wrapped if max(map(len, plain(text).text.split("\n"))) > 100]
        assert len(flowing) > 0.98 * len(wrapped) > 600
