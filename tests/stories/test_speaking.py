"""Who speaks, as people write it down; and whose words a passage then holds. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.stories.canon import Part, Run, Time, from_blocks, plain
from storybank.stories.rules import Speaks
from storybank.stories.speaking import (
    Spoken,
    asides_of,
    labels,
    likely_roles,
    names_of,
    spoken,
    turns_of,
    with_spoken,
)

ASKS, TELLS = Speaks.INTERVIEWER, Speaks.TELLER


def said(*paragraphs: str) -> list[tuple[int, str]]:
    """(number of the speaker, their words) of each turn of a typed text."""
    canon = turns_of(plain("\n\n".join(paragraphs)))
    return [(turn.speaker, canon.text[turn.said : turn.end]) for turn in canon.turns]


def roles(*paragraphs: str) -> dict[int, Speaks]:
    return likely_roles(turns_of(plain("\n\n".join(paragraphs))))


class TestLabels:
    def names(self, *paragraphs: str) -> list[str]:
        canon = plain("\n\n".join(paragraphs))
        found = labels(canon.text, canon.blocks)
        return [canon.text[canon.blocks[at].start : label.end] for at, label in found.items()]

    def test_are_short_names_that_begin_two_paragraphs_or_more(self):
        assert self.names("Ana: Yes.", "Dr Bell: No.", "ANA: So?", "Ben: Hm.") == ["Ana:", "ANA:"]

    def test_are_not_times_sentences_links_or_lists(self):
        assert self.names(
            "10:30 we left.", "10:45 we came.", "See: http://a.example", "https://b.example",
            "https://c.example", "This is what I told them all: no.",
            "This is what I told them all: yes.", "A. One thing.", "B. Two.", "A. Three.",
        ) == []  # fmt: skip

    @pytest.mark.parametrize("shape", [
        "{}: yes", "{} : yes", "[00:01:0{n}] {}: yes", "(0:1{n}) {}: yes", "00:01:0{n} {}: yes",
        "00:01:0{n} - {}: yes", "{} [00:01:0{n}]: yes", "{} (00:0{n}): yes", "{} [00:0{n}:00] yes",
        "{}: [00:0{n}:10] yes", "[00:01:0{n}]\t{}:\tyes",
    ])  # fmt: skip
    def test_are_known_with_and_without_times(self, shape):
        names = ["Ana B", "Bo", "Ana B", "Bo"]
        lines = [shape.replace("{n}", str(n)).format(name) for n, name in enumerate(names)]
        canon = turns_of(plain("\n\n".join(lines)))
        assert said(*lines) == [(1, "yes"), (2, "yes"), (1, "yes"), (2, "yes")]
        assert names_of(canon.text, canon.turns) == {1: "Ana B", 2: "Bo"}
        assert len(canon.times) == (4 if "{n}" in shape else 0)

    def test_times_are_milliseconds_at_the_paragraph(self):
        canon = turns_of(plain("[0:05] Ana: a\n\n[01:00:07.5] Bo: b\n\nAna: c\n\nBo: d"))
        assert canon.times == (Time(0, 5_000), Time(14, 3_607_500))

    def test_bold_names_are_known_where_two_speak_in_turn(self):
        def told(*names: str) -> list[tuple[int, str]]:
            parts = [Part("p", [Run(name, strong=True), Run(" words")]) for name in names]
            canon = turns_of(from_blocks(parts))
            return [(turn.speaker, canon.text[turn.said : turn.end]) for turn in canon.turns]

        assert told("Ana", "Bo", "Ana", "Bo") == [(n, "words") for n in (1, 2, 1, 2)]
        assert told("Never", "Never", "Never") == []

    @given(st.text(alphabet="ab:[]() 0159.-\tQA\n", max_size=200))
    def test_any_text_is_read_and_no_letter_moves(self, text):
        canon = plain(text)
        after = turns_of(canon)
        assert after.text == canon.text
        for turn in after.turns:
            assert 0 <= turn.start < turn.said <= turn.end <= len(canon.text)


class TestTurns:
    def test_go_on_to_the_next_label_or_heading(self):
        assert said("I: Why?", "R: So.", "And so.", "I: Hm?", "R: No.") == [
            (1, "Why?"), (2, "So.\nAnd so."), (1, "Hm?"), (2, "No."),
        ]  # fmt: skip
        parts = [("p", "I: Why?"), ("p", "R: So."), ("h", "Later"), ("p", "We went."),
                 ("p", "I: Hm?"), ("p", "R: No.")]  # fmt: skip
        canon = turns_of(from_blocks([Part(kind, [Run(words)], 2) for kind, words in parts]))
        assert [canon.text[turn.said : turn.end] for turn in canon.turns][:2] == ["Why?", "So."]

    def test_one_name_alone_speaks_no_answer(self):
        assert said("Interviewer: Why?", "I had to.", "Interviewer: Oh?", "Yes.") == [
            (1, "Why?"), (1, "Oh?"),
        ]  # fmt: skip

    def test_what_a_file_tells_stands(self):
        canon = from_blocks([Part("p", [Run("Bo: he said")], speaker="Ana")] * 2)
        assert turns_of(canon) == canon


class TestRoles:
    @pytest.mark.parametrize(("asker", "other"), [
        ("I", "R"), ("Interviewer", "Ana"), ("Q", "A"), ("R", "P"), ("Researcher 1", "Ana"),
        ("INT", "P1"), ("Cyfwelydd", "Nia"), ("Facilitator", "Ana"), ("Q1", "A1"),
    ])  # fmt: skip
    def test_by_what_they_are_called(self, asker, other):
        lines = (f"{asker}: One.", f"{other}: Two.", f"{asker}: Three.", f"{other}: Four.")
        assert roles(*lines) == {1: ASKS, 2: TELLS}

    def test_by_who_asks_and_says_little(self):
        turns = ["Ana: And then?", "Bo: We went on, the two of us, and it was a long way."] * 3
        assert roles(*turns) == {1: ASKS, 2: TELLS}
        chat = ["Ana: And then we went on?", "Bo: Did we, the two of us?"] * 3
        assert roles(*chat) == roles("Ana: Yes.", "Bo: No.", "Ana: Yes.", "Bo: No.") == {}

    def test_who_stands_beside_is_neither(self):
        lines = ["I: a", "Ana: b", "Interpreter: c"] * 2
        assert roles(*lines) == {1: ASKS, 2: TELLS, 3: Speaks.OTHER}


class TestWhoseWords:
    def whose(self, quote: str) -> Spoken:
        canon = turns_of(plain("I: Why?\n\nI: I ask.\n\nR: So it was.\n\nI: Hm?\n\nR: No."))
        start = canon.text.index(quote)
        return spoken(asides_of(canon.turns, {1}), start, start + len(quote))

    def test_are_told_by_place(self):
        for quote in ("Why?", "Why?\nI: I ask.\n", "ask", "\nI: Hm?\n"):
            assert self.whose(quote) is Spoken.INTERVIEWER
        for quote in ("So it was.", "\nR: So", "R: No."):
            assert self.whose(quote) is Spoken.TELLER
        for quote in ("ask.\nR", "was.\nI", "So it was.\nI: Hm?\nR: No."):
            assert self.whose(quote) is Spoken.BOTH

    def test_are_named_so(self):
        assert [with_spoken("ST-1", whose) for whose in Spoken] == [
            "ST-1", "Interviewer", "ST-1, with an interviewer",
        ]  # fmt: skip
