"""The query line: read into a tree and written down again, whatever is typed."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.analysis.builder import Row, query_of, rows_of
from storybank.analysis.language import Mistake, hint, parse
from storybank.analysis.query import (
    FIELDS,
    MEASURED,
    MOST,
    TEXT,
    And,
    Beside,
    Distance,
    Has,
    How,
    Not,
    Or,
    Unit,
    Words,
)
from storybank.errors import BadInput
from storybank.search.query import Phrase, Prefix, Word, words_in

lines = st.lists(
    st.one_of(
        st.sampled_from(
            "AND OR NOT NEAR WITHIN OVERLAPPING CONTAINING FOLLOWED BY AFTER IN STORY WITH 5 10 "
            'WORDS SENTENCES ( ) " - * , : code:EN-PEER code: near:3w BY:4c text:"a b" year:2019.. '
            "family:barrier,value by:me bus nurs* co-production "
            "\u0130stanbul \u201cquoted\u201d".split()
        ),
        st.text(max_size=8),
    ),
    max_size=14,
).map(" ".join)

values = st.text("abcXYZ 0123.+=-_'\u00e9\u0130\u05d0,:()", min_size=1, max_size=10).filter(
    lambda value: value == " ".join(value.split()) and value
)
words = st.text("abc\u00e9\u0130\u05d0\u0e01D", min_size=1, max_size=6).map(words_in).filter(bool)
leaves = st.one_of(
    st.builds(
        Has,
        st.sampled_from([field for field in FIELDS if field != TEXT]),
        st.lists(values, min_size=1, max_size=3, unique=True).map(tuple),
    ),
    words.map(lambda some: Words(Word(some[0]))),
    st.lists(words, min_size=2, max_size=3).map(
        lambda some: Words(Phrase(tuple(word for each in some for word in each)))
    ),
    words.filter(lambda some: len(some[0]) > 2).map(lambda some: Words(Prefix(some[0]))),
)
distances = st.sampled_from(Unit).flatmap(
    lambda unit: st.integers(1, MOST[unit]).map(lambda number: Distance(number, unit))
)


@st.composite
def besides(draw, parts):
    how = draw(st.sampled_from(How))
    far = draw(distances if how is How.NEAR else st.none() | distances)
    far = far if how in MEASURED else None
    return Beside(draw(parts), how, draw(parts), far, draw(st.booleans()))


def _parts(parts):
    some = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, some), st.builds(Or, some), st.builds(Not, parts), besides(parts)
    )


nodes = st.recursive(leaves, _parts, max_leaves=12)


class TestParse:
    @settings(max_examples=400, deadline=None)
    @given(nodes)
    def test_reads_back_what_a_tree_writes(self, node):
        line = str(node)
        if len(line) <= 2_000:
            assert parse(line) == node

    @settings(max_examples=400, deadline=None)
    @given(lines)
    def test_whatever_is_typed_is_a_tree_or_a_sentence(self, line):
        try:
            node = parse(line)
        except Mistake as problem:
            assert (
                problem.sentence.endswith(".")
                or problem.sentence.endswith(":")
                or ":" in (problem.sentence)
            )
            assert 0 <= problem.at <= len(problem.line)
        else:
            assert parse(str(node)) == node

    @pytest.mark.parametrize(
        "line",
        ["x" * 10_000, "(" * 1_000, ")" * 1_000, "(" * 900 + ")" * 900, "NOT " * 2_000, "-" * 1_999,
         '"' * 1_999, "a:" * 999, "code:" + "A," * 990, "a NEAR " * 280, "NEAR:" * 390, "," * 2_000,
         'text:"' * 300, "a OR " * 390, "\u0130" * 2_000, "\ud800", "\x00"],
    )  # fmt: skip
    def test_hostile_lines_are_refused_at_once(self, line):
        start = time.process_time()
        with suppress(BadInput):
            parse(line)
        assert time.process_time() - start < 0.25

    @pytest.mark.parametrize(
        ("line", "means"),
        [
            ("code:a code:b OR code:c", "code:a AND code:b OR code:c"),
            ("a NEAR b c", "a NEAR 10 WORDS (b AND c)"),
            ("a b NEAR c AND d", "(a AND b) NEAR 10 WORDS c AND d"),
            ("a NEAR b NEAR c", "a NEAR 10 WORDS b NEAR 10 WORDS c"),
            ("a near:2s b", "a NEAR 2 SENTENCES b"),
            ("a FOLLOWED BY:3chars b", "a FOLLOWED BY 3 CHARACTERS b"),
            ("a NOT WITHIN b", "a NOT WITHIN b"),
            ("a NOT b", "a AND NOT b"),
            ("-a", "NOT a"),
            ("CODE:EN-PEER Country:Wales", "code:EN-PEER AND country:Wales"),
            ('text:"my mother",dad', '"my mother" OR dad'),
            ("co-production", '"co production"'),
        ],
    )
    def test_says_what_it_understood(self, line, means):
        assert str(parse(line)) == means

    @pytest.mark.parametrize(
        ("line", "at", "says"),
        [
            ("code:a NEAR", 11, "the line ends too soon"),
            ("code:a (b", 9, "Close the bracket"),
            ("code:a ) b", 7, "Take this bracket away"),
            ("code:a cod:b", 7, "Only these may stand before a colon: code, family"),
            ("a WITHIN 3 WORDS b", 9, "takes no distance"),
            ("a NEAR 0 words b", 7, "A distance is a number"),
            ("a NEAR 99999 SENTENCES b", 7, "A distance is a number"),
            ("NOT a NEAR b", 0, "Put brackets"),
            ('code:a "b', 7, "Close the quotation mark"),
            ("ab*", 0, "at least 3 letters"),
        ],
    )
    def test_a_mistake_says_where(self, line, at, says):
        with pytest.raises(Mistake, match=says) as caught:
            parse(line)
        assert caught.value.at == at

    def test_a_joining_word_in_small_letters_is_pointed_out(self):
        assert "NEAR" in hint(parse("code:a near code:b"))
        assert not hint(parse("code:a NEAR code:b"))


class TestRows:
    @settings(max_examples=200, deadline=None)
    @given(nodes)
    def test_rows_mean_the_line_they_came_from(self, node):
        rows = rows_of(node)
        if rows is not None:
            assert query_of(rows) == node

    def test_a_chain_has_rows_and_brackets_have_none(self):
        chain = "code:a NEAR 3 WORDS code:b AND NOT country:Wales OR bus"
        assert len(rows_of(parse(chain))) == 4
        assert rows_of(parse("code:a NEAR (code:b OR code:c)")) is None

    @pytest.mark.parametrize(
        "rows",
        [[], [Row()], [Row(what="code:a OR code:b")], [Row(what="text", typed="***")],
         [Row(what="code:a"), Row("beside", "code:b")],
         [Row(what="code:a"), Row("NEAR", "code:b", number="many")],
         [Row(what="code:a"), Row("NEAR", "code:b", number="0")],
         [Row(what="code:a"), Row("NEAR", "code:b", number="3", unit="MILES")]],
    )  # fmt: skip
    def test_rows_that_mean_nothing_are_refused(self, rows):
        with pytest.raises(BadInput):
            query_of(rows)
