"""What may be typed, and what is made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.search.language import MAX_LETTERS, MAX_WORDS, parse
from storybank.search.query import And, Narrow, Not, Or, Phrase, Prefix, Word, leaves


class TestWords:
    def test_words_must_all_be_there(self):
        assert parse("bus  Letter").tree == And((Word("bus"), Word("letter")))

    def test_one_word_stands_alone(self):
        assert parse("Bus").tree == Word("bus")

    def test_a_word_with_an_apostrophe_is_two_words_side_by_side(self):
        assert parse("don\u2019t").tree == Phrase(("don", "t"))

    def test_punctuation_means_nothing(self):
        assert parse("why? & [bus] ^2 ~").tree == And((Word("why"), Word("bus"), Word("2")))

    def test_accents_may_be_typed_in_either_way(self):
        assert parse("cafe\u0301").tree == parse("caf\u00e9").tree == Word("caf\u00e9")

    def test_characters_without_spaces_between_are_words_of_their_own(self):
        assert parse("\u533b\u9662").tree == Phrase(("\u533b", "\u9662"))


class TestPhrases:
    def test_quotes_keep_words_together(self):
        assert parse('"waiting room"').tree == Phrase(("waiting", "room"))

    def test_curly_quotes_are_quotes(self):
        assert parse("\u201cwaiting room\u201d").tree == Phrase(("waiting", "room"))

    def test_a_quote_left_open_ends_with_the_search(self):
        assert parse('bus "waiting room').tree == And((Word("bus"), Phrase(("waiting", "room"))))

    def test_very_common_words_count_in_a_phrase(self):
        assert parse('"I was not"').tree == Phrase(("i", "was", "not"))


class TestOperators:
    def test_or_offers_a_choice(self):
        assert parse("bus OR train").tree == Or((Word("bus"), Word("train")))

    def test_and_binds_closer_than_or(self):
        tree = parse("bus AND late OR train").tree
        assert tree == Or((And((Word("bus"), Word("late"))), Word("train")))

    def test_brackets_bind_closest(self):
        tree = parse("(bus OR train) late").tree
        assert tree == And((Or((Word("bus"), Word("train"))), Word("late")))

    @pytest.mark.parametrize("typed", ["bus -train", "bus NOT train", "bus AND NOT train"])
    def test_a_word_can_be_left_out(self, typed):
        assert parse(typed).tree == And((Word("bus"), Not(Word("train"))))

    def test_small_letters_make_ordinary_words(self):
        assert parse("bus or train").tree == And((Word("bus"), Word("or"), Word("train")))

    def test_a_hyphen_inside_a_word_leaves_nothing_out(self):
        assert parse("e-mail").tree == Phrase(("e", "mail"))

    def test_only_leaving_out_is_refused(self):
        asked = parse("-bus")
        assert asked.refused
        assert asked.left_out == ("Say what to look for, not only what to leave out.",)

    def test_only_leaving_out_is_fine_beside_something_to_narrow_by(self):
        assert parse("code:EN-PEER -bus").tree == And((Not(Word("bus")),))

    def test_only_leaving_out_within_brackets_is_left_out_with_a_sentence(self):
        asked = parse("bus (-train)")
        assert asked.tree == Word("bus")
        assert asked.left_out == ("Beside NOT, say what to look for, in the same brackets.",)

    @pytest.mark.parametrize("typed", ["bus OR", "OR bus", "(bus", "bus)", "bus AND", "() bus NOT"])
    def test_unfinished_searches_are_forgiven(self, typed):
        assert parse(typed).tree == Word("bus")


class TestStars:
    def test_a_star_stands_for_any_ending(self):
        assert parse("Nurs*").tree == Prefix("nurs")

    @pytest.mark.parametrize("typed", ["a*", "nu*", "\u00e9t*"])
    def test_fewer_than_three_letters_are_left_out_with_a_sentence(self, typed):
        asked = parse(f"{typed} bus")
        assert asked.tree == Word("bus")
        assert asked.left_out == ("Write at least 3 letters before a star.",)

    @pytest.mark.parametrize("typed", ["*", "*a*", "n*rse", "*nurse", "nur**", "e-mai*"])
    def test_a_star_anywhere_else_is_left_out_with_a_sentence(self, typed):
        asked = parse(typed)
        assert asked.tree is None
        assert asked.left_out == ("A star may stand only at the end of a word, as in nurs*.",)


class TestNarrowing:
    def test_codes_families_and_facts_narrow(self):
        asked = parse('code:EN-PEER family:barrier country:"United Kingdom" year: 2019 bus')
        assert asked.tree == Word("bus")
        assert asked.narrow == (
            Narrow("code", "EN-PEER"),
            Narrow("family", "barrier"),
            Narrow("country", "United Kingdom"),
            Narrow("year", "2019"),
        )

    def test_what_narrows_can_be_turned_round(self):
        assert parse("-code:EN-PEER").narrow == (Narrow("code", "EN-PEER", without=True),)

    @pytest.mark.parametrize("typed", ["id:1", "consent:withdrawn", "text:bus", "story:*", "_x:y"])
    def test_any_other_field_is_left_out_with_a_sentence(self, typed):
        asked = parse(typed)
        assert asked.tree is None
        assert asked.narrow == ()
        assert asked.left_out[0].startswith("Only these may stand before a colon: code, family,")

    @pytest.mark.parametrize("typed", ["code:A OR bus", "(code:A) bus", "bus OR (x code:A)"])
    def test_narrowing_inside_a_choice_is_left_out_with_a_sentence(self, typed):
        asked = parse(typed)
        assert asked.narrow == ()
        assert "Put code: outside brackets and OR." in asked.left_out

    def test_nothing_after_the_colon_is_left_out_with_a_sentence(self):
        assert parse("bus code:").left_out == ("Write something after code:",)


class TestLimits:
    def test_a_search_of_the_longest_length_is_read(self):
        assert not parse("b" * MAX_LETTERS).refused

    def test_a_longer_one_is_refused(self):
        assert parse("b" * (MAX_LETTERS + 1)).left_out == (
            "That is too long. Use at most 300 letters.",
        )

    def test_a_flood_is_refused_unread(self):
        assert parse("e\u0301" * 10_000_000).refused

    def test_sixteen_words_are_read_and_seventeen_refused(self):
        assert not parse("bus " * MAX_WORDS).refused
        assert parse("bus " * (MAX_WORDS + 1)).left_out == ("Use at most 16 words at a time.",)

    def test_words_in_quotes_count_too(self):
        assert parse(f'"{"bus " * 17}"').refused

    def test_deep_brackets_are_refused(self):
        assert not parse("((((bus))))").refused
        assert parse("(((((bus)))))").left_out == ("Use at most 4 brackets inside each other.",)

    @given(st.text(max_size=MAX_LETTERS))
    def test_whatever_is_typed_is_answered(self, typed):
        asked = parse(typed)
        assert sum(len(getattr(leaf, "words", "1")) for leaf in leaves(asked.tree)) <= MAX_WORDS
        assert all(sentence.endswith((".", ":")) for sentence in asked.left_out)
        assert asked.understood.startswith(("Stories with ", "All stories"))

    @given(st.lists(st.sampled_from('a bus "w r" AND OR NOT - ( ) nur* code:A id:x'.split())))
    def test_any_order_of_the_pieces_is_answered(self, pieces):
        asked = parse(" ".join(pieces))
        assert asked.refused or asked.understood


class TestUnderstood:
    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", "All stories."),
            ("bus letter", "Stories with bus and letter."),
            ("bus -train", "Stories with bus but without train."),
            (
                '(bus OR "night train") volunt*',
                "Stories with (bus or \u201cnight train\u201d) and words that begin with volunt.",
            ),
            ("bus code:EN-PEER", "Stories with bus, narrowed to code EN-PEER."),
            (
                "-country:Wales age_group:35-44",
                "All stories, narrowed to age group 35-44, leaving out country Wales.",
            ),
            ("code:A -bus", "Stories with any words but without bus, narrowed to code A."),
        ],
    )
    def test_the_search_is_said_in_plain_words(self, typed, sentence):
        assert parse(typed).understood == sentence
