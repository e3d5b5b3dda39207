"""How the codebook's phrases are found in a story, through spaCy as the house runs it."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

import pytest
from suggest.suggesting import book, told

from storybank.suggest import rules
from storybank.suggest.spacy_suggester import SpacySuggester
from storybank.suggest.suggester import SuggestInput

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@cache
def spacy_suggester():
    return SpacySuggester([])


def suggester_for(cues):
    """The one pipeline with another codebook: making a pipeline takes a third of a second."""
    suggester = spacy_suggester()
    given = {"cues": [asdict(cue) for cue in cues]}
    suggester.nlp.replace_pipe("storybank_cues", "storybank_cues", config=given)
    return suggester


def suggested(text, cues=None, **codes):
    """[(code letter, the words that led to it, check the meaning)] for one text."""
    suggester = suggester_for(cues or book(**codes))
    given = told(text)
    (proposals,) = suggester.propose([given])
    return [
        (
            chr(64 + one.code_id),
            [given.text[start:end] for start, end in one.because],
            one.check_meaning,
        )
        for one in proposals
    ]


def found(text, **codes):
    return [(letter, words) for letter, words, _ in suggested(text, **codes)]


class TestWords:
    def test_a_cue_is_found_whatever_its_capitals(self):
        assert found("They TOLD My Story.", A={"cues": ["told my story"]}) == [
            ("A", ["TOLD My Story"])
        ]

    @pytest.mark.parametrize(
        "text", ["It was unpaidly done.", "Underunpaid.", "unpaid_work", "x unpaid\u0301"]
    )
    def test_a_part_of_a_word_is_no_word(self, text):
        assert found(text, A={"cues": ["unpaid"]}) == []

    @pytest.mark.parametrize(
        "text",
        ["unpaid", "*unpaid*", "\u201cunpaid\u201d", "\u2018unpaid\u2019", "(unpaid)", "unpaid!!!",
         "unpaid/underpaid", "unpaid\u2014again", "so unpaid.then more", "unpaid?no",
         "unpaid\U0001f643"],
    )  # fmt: skip
    def test_punctuation_and_emoji_do_not_hide_a_word(self, text):
        assert found(text, A={"cues": ["unpaid"]}) == [("A", ["unpaid"])]

    @pytest.mark.parametrize("mark", ["'", "\u2019", "\u2018", "\u02bc", "`"])
    def test_curly_and_straight_apostrophes_are_alike(self, mark):
        text = f"I lost a day{mark}s pay."
        for cue in ("a day's pay", "a day\u2019s pay"):
            assert found(text, A={"cues": [cue]}) == [("A", [f"a day{mark}s pay"])]

    @pytest.mark.parametrize("text", ["a tick-box thing", "a tick box thing", "a tick  box thing"])
    def test_hyphens_and_wide_spaces_are_spaces(self, text):
        assert len(found(text, A={"cues": ["tick box"]})) == 1
        assert len(found(text, A={"cues": ["tick-box"]})) == 1

    def test_a_cue_does_not_reach_over_the_end_of_a_sentence(self):
        assert (
            found("We had no trust. Each other week we met.", A={"cues": ["trust each other"]})
            == []
        )
        assert found("We had trust\n\neach other week", A={"cues": ["trust each other"]}) == []

    def test_a_codebook_without_cues_suggests_nothing(self):
        assert suggested("Anything at all.", cues=book(A={"near": ["anything"]})) == []


class TestForms:
    @pytest.mark.parametrize(
        ("cue", "text"),
        [
            ("told my story", "I have been telling my story for years."),
            ("did not believe me", "She didn\u2019t believe me."),
            ("did not believe me", "they DIDN'T believe me"),
            ("did not believe me", "they didnt believe me"),
            ("could not afford to", "I couldn't afford to."),
            ("they had made up their minds", "I saw they'd made up their minds."),
            ("talked over me", "He talks over me."),
            ("planned it with us", "They should plan it with us."),
            ("he introduced me", "She introduced me."),
            ("reorganised again", "They reorganized again."),
            ("gift voucher", "I got gift vouchers."),
            ("we stay in touch", "We stayed in touch."),
        ],
    )
    def test_other_forms_of_the_same_words_count(self, cue, text):
        assert len(found(text, A={"cues": [cue]})) == 1

    @pytest.mark.parametrize(
        ("cue", "text"),
        [
            ("worn out", "It wore out the carpet."),
            ("relived it", "The town relived its glory."),
            ("no training", "There was no train."),
            ("had no idea", "We had no ideas left."),
        ],
    )
    def test_forms_that_mean_something_else_do_not(self, cue, text):
        assert found(text, A={"cues": [cue]}) == []

    def test_a_near_miss_does_not_grow(self):
        codes = {"cues": ["had no idea"], "near": ["i have no idea"]}
        assert found("I had no idea.", A=codes) == [("A", ["had no idea"])]
        assert found("I have no idea.", A=codes) == []


class TestLongest:
    def test_the_longest_cue_wins_across_codes(self):
        codes = {"A": {"cues": ["them and us"]}, "B": {"cues": ["not them and us any more"]}}
        assert found("It is not them and us any more.", **codes) == [
            ("B", ["not them and us any more"])
        ]
        assert found("It was them and us.", **codes) == [("A", ["them and us"])]

    def test_a_cue_beside_a_longer_one_stays(self):
        codes = {
            "A": {"cues": ["them and us", "worn out"]},
            "B": {"cues": ["not them and us any more"]},
        }
        assert found("Not them and us any more, but I was worn out.", **codes) == [
            ("B", ["Not them and us any more"]),
            ("A", ["worn out"]),
        ]

    def test_two_codes_with_the_same_cue_are_both_suggested(self):
        codes = {"A": {"cues": ["peer support"]}, "B": {"cues": ["peer support"]}}
        assert found("Peer support kept me going.", **codes) == [
            ("A", ["Peer support"]),
            ("B", ["Peer support"]),
        ]


class TestNearMiss:
    CODES = {"A": {"cues": ["worn out"], "near": ["car was worn out"]}}

    def test_a_near_miss_that_covers_a_cue_cancels_it(self):
        assert found("My car was worn out.", **self.CODES) == []

    def test_only_the_covered_one(self):
        assert found("My car was worn out and I was worn out.", **self.CODES) == [
            ("A", ["worn out"])
        ]

    def test_a_near_miss_beside_a_cue_leaves_it(self):
        codes = {"A": {"cues": ["peer support"], "near": ["peer review"]}}
        assert found("Peer review is no peer support.", **codes) == [("A", ["peer support"])]

    def test_what_one_code_takes_for_a_near_miss_another_may_take_for_a_cue(self):
        codes = {"A": {"near": ["next of kin"]}, "B": {"cues": ["next of kin"]}}
        assert found("She was my next of kin.", **codes) == [("B", ["next of kin"])]

    def test_a_longer_near_miss_cancels_the_cues_of_other_codes_too(self):
        codes = {"A": {"near": ["car was worn out"]}, "B": {"cues": ["worn out"]}}
        assert found("My car was worn out.", **codes) == []

    def test_a_short_cue_comes_back_when_the_longer_one_is_cancelled(self):
        codes = {
            "A": {"cues": ["had no idea what"], "near": ["i had no idea what time"]},
            "B": {"cues": ["what time it was for"]},
        }
        assert found("I had no idea what time it was for.", **codes) == [
            ("B", ["what time it was for"])
        ]


class TestNegation:
    CODES = {
        "A": {"cues": ["told us what they did", "an equal say", "just for show", "they came to us"]}
    }

    @pytest.mark.parametrize(
        "text",
        [
            "They never told us what they did.",
            "They did not tell us what they did.",
            "They didn\u2019t ever tell us what they did.",
            "They didnt tell us what they did.",
            "Nobody told us what they did.",
            "No one told us what they did.",
            "We did not have an equal say.",
            "We have not yet had an equal say.",
            "We had nothing like an equal say.",
            "We hardly had an equal say.",
            "We went on without an equal say.",
            "It was anything, instead of an equal say.",
            "They refused us an equal say.",
            "They cannot give us an equal say.",
            "It was not just for show.",
            "I don't think they came to us.",
            "Nor was it an equal say.",
            "We had no vote or an equal say.",
        ],
    )
    def test_a_negated_cue_is_to_be_checked(self, text):
        ((_, _, check),) = suggested(text, **self.CODES)
        assert check

    @pytest.mark.parametrize(
        ("cue", "text"),
        [
            ("we had a vote", "We did not get a vote."),
            ("we had a vote", "We had no vote."),
            ("we had a vote", "We\u2019ve never had a vote."),
            ("we had a vote", "We didn't have any vote."),
            ("they came to us", "They never came to us."),
            ("they came to us", "They wouldn't come to us."),
            ("he introduced me", "She did not introduce me."),
            ("role was clear", "My role wasn\u2019t clear."),
            ("there were breaks", "There were no breaks."),
            ("we can be honest", "We cannot be honest."),
            ("they had been missed", "They had not been missed."),
            ("planned it", "They had not planned it."),
        ],
    )
    def test_a_no_inside_the_cue_is_to_be_checked_too(self, cue, text):
        ((_, _, check),) = suggested(text, A={"cues": [cue]})
        assert check

    def test_a_cue_that_ends_half_way_is_not_denied_by_any_no(self):
        assert suggested("Now there is no tea.", A={"cues": ["now there is a"]}) == []

    @pytest.mark.parametrize(
        "text",
        [
            "They told us what they did.",
            "I did not sleep, but they told us what they did.",
            "I did not sleep; they told us what they did.",
            "I could not sleep and they came to us.",
            "I was not well when they told us what they did.",
            "It was not until spring that we had an equal say, and then we had an equal say.",
            "Not only did we get an equal say.",
            "No doubt they came to us.",
            "Instead they came to us.",
            "I never went. They came to us.",
            "Not one of the twenty people in that long cold hall ever got an equal say.",
        ],
    )
    def test_a_no_elsewhere_leaves_it_as_it_is(self, text):
        assert [check for _, _, check in suggested(text, **self.CODES)][-1] is False

    def test_a_cue_that_says_not_itself_is_not_negated_by_it(self):
        assert suggested("I was not the only one.", A={"cues": ["not the only one"]}) == [
            ("A", ["not the only one"], False)
        ]

    def test_only_a_few_words_before_the_cue_are_looked_at(self):
        far = ["not", "a", "b", "c", "d", "e", "f"]
        assert not rules.is_negated(far, "peer")
        assert rules.is_negated(far[:-1], "peer")


class TestScore:
    def test_two_cues_of_one_code_in_a_sentence_rank_above_one(self):
        cues = book(A={"cues": ["peer support", "we backed each other"]})
        given = told("Peer support. Peer support, so we backed each other.")
        (proposals,) = suggester_for(cues).propose([given])
        one, two = proposals
        assert two.score > one.score
        assert [given.text[s:e] for s, e in two.because] == ["Peer support", "we backed each other"]
        assert two.cue_ids == (1, 2)

    def test_one_to_be_checked_ranks_below_one_that_is_plain(self):
        cues = book(A={"cues": ["peer support"]})
        given = told("We had peer support. We had no peer support.")
        (proposals,) = suggester_for(cues).propose([given])
        plain, doubtful = proposals
        assert plain.score > doubtful.score


class TestPlaces:
    @pytest.mark.parametrize(
        "before",
        ["", "\U0001f643 ", f"{FAMILY} ", f"{ENGLAND} ", "caf\u00e9 ", "x\u0323\u0307 ",
         "\u0130stanbul ", "two  spaces   here ", "\ufb01sh \u1e9e "],
    )  # fmt: skip
    def test_places_are_code_points_whatever_comes_before(self, before):
        given = told(f"First one. {before}I was  unpaid, \U0001f44b unpaid. Last.")
        (proposals,) = suggester_for(book(A={"cues": ["unpaid"]})).propose([given])
        (one,) = proposals
        assert [given.text[s:e] for s, e in one.because] == ["unpaid", "unpaid"]
        assert (one.start, one.end) in list(given.sentences)
        assert given.text[one.start : one.end].endswith("unpaid.")

    def test_the_sentence_is_the_one_the_whole_house_knows(self):
        given = told("Dr. Lee was kind. Peer support helped e.g. me. Then it ended.")
        (proposals,) = suggester_for(book(A={"cues": ["peer support"]})).propose([given])
        assert [given.text[p.start : p.end] for p in proposals] == ["Peer support helped e.g. me."]

    def test_talk_without_full_stops_is_taken_in_pieces(self):
        given = told("and then we went on " * 400 + "unpaid " + "and on " * 400)
        (proposals,) = suggester_for(book(A={"cues": ["unpaid"]})).propose([given])
        (one,) = proposals
        assert one.end - one.start <= 2_000
        assert "unpaid" in given.text[one.start : one.end]

    def test_a_cue_cut_in_two_with_such_talk_is_left_out(self):
        talk = "on " * 665 + "peer support " + "and on " * 400
        assert found(talk, A={"cues": ["peer support"]}) == []
        assert found("on " + talk, A={"cues": ["peer support"]}) == [("A", ["peer support"])]


class TestPropose:
    def test_there_is_one_list_for_each_text_in_order(self):
        suggester = suggester_for(book(A={"cues": ["unpaid"]}))
        lists = list(suggester.propose([told("Unpaid."), told("Nothing."), told("So unpaid.")]))
        assert [len(found) for found in lists] == [1, 0, 1]

    def test_the_same_text_gives_the_same_answer_again(self):
        suggester = suggester_for(book(A={"cues": ["unpaid"]}))
        given = told("Unpaid.")
        assert list(suggester.propose([given])) == list(suggester.propose([given]))

    def test_it_keeps_no_word_of_what_it_read(self):
        suggester = SpacySuggester(book(A={"cues": ["unpaid"]}))
        list(suggester.propose([told("Unpaid in Zanzibarquux.")]))
        assert "zanzibarquux" not in suggester.nlp.vocab.strings
        assert "unpaid" in suggester.nlp.vocab.strings

    def test_very_long_and_empty_texts_are_read(self):
        suggester = suggester_for(book(A={"cues": ["unpaid"]}))
        long = "We met in the hall again. " * 45_000
        lists = list(suggester.propose([SuggestInput("", []), told(long + "Unpaid.")]))
        assert [len(found) for found in lists] == [0, 1]


class TestComponent:
    def test_it_writes_spans_with_code_why_and_check_meaning(self):
        nlp = suggester_for(book(A={"cues": ["an equal say"]})).nlp
        doc = nlp("we had no vote and we never had an equal say")
        (span,) = doc.spans["suggestions"]
        assert span._.code == 1
        assert span._.check_meaning is True
        assert span._.why == ((32, 44),)
