"""Drawing a story: only tags are added, and every letter stands where it stood."""

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.coding.drawing import Drawn, draw, style_of, touched
from storybank.stories.canon import Block, Mark, Part, Run, from_blocks, plain

ODD = "ab .,&<>\"'/=\U0001f68c\U0001f469\u200d\U0001f467\u0301\u05d0\u0645\u064f\u00e9\u4e2d"


def coding(number, start, end, *, code_id=7, label="Peers", style="f1", mine=True):
    return Drawn(number, start, end, code_id, label, style, mine)


def parse(element):
    # Left to itself, the parser makes a stretch of white space one space.
    kept = {"p", "blockquote", *(f"h{level}" for level in range(1, 7))}
    return BeautifulSoup(str(element), "html.parser", preserve_whitespace_tags=kept)


def rows_of(canon, codings=(), only=None):
    rows = draw(canon.text, canon.blocks, canon.marks, codings, only)
    return [(row, parse(row.element).find()) for row in rows]


@st.composite
def coded_stories(draw_):
    canon = plain("\n\n".join(draw_(st.lists(st.text(ODD), min_size=1, max_size=5))) + " end")
    edge = st.integers(0, len(canon.text))
    codings = [
        coding(number, min(pair), max(pair), code_id=code, style=style_of(code % 5))
        for number, (pair, code) in enumerate(
            draw_(st.lists(st.tuples(st.tuples(edge, edge), st.integers(1, 9)), max_size=8)), 1
        )
        if pair[0] != pair[1]
    ]
    marks = tuple(
        Mark(block.start, block.start + 1, kind)
        for block in canon.blocks
        for kind in draw_(st.lists(st.sampled_from(["em", "strong"]), unique=True))
    )
    return canon, codings, marks


class TestWords:
    @settings(deadline=None)
    @given(coded_stories())
    def test_the_text_of_each_element_is_the_text_at_its_place(self, case):
        canon, codings, marks = case
        rows = draw(canon.text, canon.blocks, marks, codings)
        for row, block in zip(rows, canon.blocks, strict=True):
            element = parse(row.element).select_one("[data-s]")
            assert int(element["data-s"]) == block.start
            assert element.get_text() == canon.text[block.start : block.end]

    @settings(deadline=None)
    @given(coded_stories())
    def test_marks_cover_coded_letters_and_no_others(self, case):
        canon, codings, marks = case
        coded = set().union(*(range(one.start, one.end) for one in codings))
        for row, block in zip(
            draw(canon.text, canon.blocks, marks, codings), canon.blocks, strict=True
        ):
            element = parse(row.element)
            place, found = block.start, set()
            for words in element.find_all(string=True):
                if words.find_parent("mark"):
                    found.update(range(place, place + len(words)))
                place += len(words)
            assert found == coded & set(range(block.start, block.end))

    def test_white_space_alone_under_a_coding_stays(self):
        ((_, element),) = rows_of(plain("late  bus"), [coding(1, 0, 4), coding(2, 0, 6)])
        assert element.select("mark")[1].get_text() == "  "

    def test_what_looks_like_a_tag_is_words(self):
        ((_, element),) = rows_of(plain("<script>alert(1)</script> & <b>so</b>"))
        assert element.get_text() == "<script>alert(1)</script> & <b>so</b>"
        assert element.find(True) is None

    def test_emphasis_stands_inside_its_mark(self):
        canon = from_blocks([Part("p", [Run("so "), Run("very", em=True), Run(" late")])])
        ((_, element),) = rows_of(canon, [coding(1, 0, 7)])
        assert [mark.get_text() for mark in element.select("mark")] == ["so ", "very"]
        assert element.select_one("mark > em").get_text() == "very"

    def test_kinds_of_blocks_have_their_elements(self):
        blocks = [("h", 1), ("p", 0), ("li", 0), ("q", 0)]
        canon = from_blocks([Part(kind, [Run("words")], level) for kind, level in blocks])
        assert [element.name for _, element in rows_of(canon)] == ["h2", "p", "p", "blockquote"]

    def test_writing_from_right_to_left_finds_its_own_direction(self):
        canon = plain("Plain.\n\n\u0645\u0631\u062d\u0628\u0627")
        assert [element.get("dir") for _, element in rows_of(canon)] == [None, "auto"]


class TestMarks:
    canon = plain("one two three four")

    def test_overlapping_codings_share_a_darker_stretch(self):
        codings = [coding(1, 0, 7), coding(2, 4, 13, code_id=8, style="f2")]
        ((_, element),) = rows_of(self.canon, codings)
        assert [(m.get_text(), m["class"], m["data-c"]) for m in element.select("mark")] == [
            ("one ", ["f1"], "7"),
            ("two", ["f1", "f2", "d2"], "7 8"),
            (" three", ["f2"], "8"),
        ]

    def test_beyond_four_layers_the_tint_stays(self):
        ((_, element),) = rows_of(self.canon, [coding(n, 0, 3) for n in range(1, 7)])
        assert element.mark["class"] == ["f1", "d4"]


class TestTags:
    canon = plain("one two three\n\nfour five")

    def test_the_same_code_is_one_tag_with_its_count(self):
        theirs = coding(2, 4, 7, mine=False)
        ((first, _), _) = rows_of(self.canon, [coding(1, 0, 3), theirs])
        assert [(tag.label, tag.count, tag.mine) for tag in first.tags] == [("Peers", 2, True)]

    def test_a_tag_without_a_coding_of_ones_own_says_so(self):
        ((first, _), _) = rows_of(self.canon, [coding(1, 0, 3, mine=False)])
        assert not first.tags[0].mine

    def test_a_passage_over_two_paragraphs_has_its_tag_where_it_begins(self):
        ((first, _), (second, _)) = rows_of(self.canon, [coding(1, 4, 18)])
        assert (len(first.tags), first.from_above) == (1, 0)
        assert (len(second.tags), second.from_above) == (0, 1)


class TestSomeRows:
    canon = plain("one\n\ntwo\n\nthree")

    def test_they_are_the_same_as_on_the_whole_page(self):
        codings = [coding(1, 1, 6), coding(2, 5, 12)]
        every = draw(self.canon.text, self.canon.blocks, (), codings)
        assert draw(self.canon.text, self.canon.blocks, (), codings, {1, 2}) == every[1:]

    def test_a_place_touches_each_block_it_lies_in(self):
        blocks = self.canon.blocks
        assert touched(blocks, [(0, 3)]) == {0}
        assert touched(blocks, [(0, 5)]) == {0, 1}
        assert touched(blocks, [(2, 13)]) == {0, 1, 2}
        assert touched(blocks, [(4, 7), (8, 9)]) == {1, 2}
        assert touched([Block("p", 0, 3)], [(900, 901)]) == {0}


def test_families_beyond_the_fourth_share_its_line():
    assert [style_of(position) for position in range(6)] == ["f1", "f2", "f3", "f4", "f4", "f4"]
