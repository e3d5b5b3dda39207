"""Markdown: the words without the signs, and what the signs meant."""

from storybank.intake.markdown_file import read_markdown
from storybank.stories.canon import Mark

SOURCE = """# My *long* year

I waited **nine
months** for the letter \u2014 [really](https://example.org).

- first
    - deeper
- second

> She said wait.

##### Small

| who | what |
|-----|------|
| Ana | rang |

5 < 6 &amp; more <b onclick="x">bold</b>
<script>alert(1)</script>
"""


class TestReadMarkdown:
    def test_blocks_come_in_order_without_the_signs(self):
        canon = read_markdown(SOURCE)
        found = [(canon.text[b.start : b.end], b.kind, b.level) for b in canon.blocks]
        assert found == [
            ("My long year", "h", 1),
            ("I waited nine months for the letter \u2014 really.", "p", 0),
            ("first", "li", 0),
            ("deeper", "li", 1),
            ("second", "li", 0),
            ("She said wait.", "q", 0),
            ("Small", "h", 5),
            ("who", "p", 0),
            ("what", "p", 0),
            ("Ana", "p", 0),
            ("rang", "p", 0),
            ("5 < 6 & more bold", "p", 0),
        ]
        assert canon.title == "My long year"

    def test_emphasis_becomes_marks(self):
        canon = read_markdown("I *never* **ever** went")
        assert canon.marks == (Mark(2, 7, "em"), Mark(8, 12, "strong"))

    def test_two_spaces_at_the_end_of_a_line_begin_a_new_one(self):
        assert read_markdown("one  \ntwo").text == "one\ntwo"

    def test_a_text_without_signs_is_itself(self):
        assert read_markdown("I waited.\n\nIt came.").text == "I waited.\nIt came."
