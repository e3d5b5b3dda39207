"""Markdown in, safe HTML out."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from storybank.markup import markdown_to_html

ALLOWED = {
    *("a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p"),
    *("pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
POISON = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<iframe src=https://example.org></iframe>",
    "<form action=/my/1/stop-all method=post><button>x</button></form>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![x](https://example.org/pixel.png)",
    '<a href="https://example.org" onclick="x()" style="color:red">x</a>',
    "[x](http://example.org)",
]


class TestConvert:
    def test_the_usual_marks_become_tags(self):
        html = markdown_to_html("## A\n\nSome *words* and **more**.\n\n- one\n- two\n\n> said")
        for tag in (
            "<h2>A</h2>",
            "<em>words</em>",
            "<strong>more</strong>",
            "<li>",
            "<blockquote>",
        ):
            assert tag in html

    def test_a_page_keeps_its_one_first_heading_unless_a_file_is_read(self):
        assert "<h1>" not in markdown_to_html("# A")
        assert "<h1>A</h1>" in markdown_to_html("# A", headings=("h1",))

    def test_characters_stay_as_they_were_typed(self):
        said = 'She said "no" -- twice... 1/2'
        assert BeautifulSoup(markdown_to_html(said), "html.parser").get_text().strip() == said

    def test_a_link_says_nothing_of_where_it_was_followed_from(self):
        html = markdown_to_html("[NHS](https://www.nhs.uk) [us](mailto:a@b.org) [call](tel:116123)")
        links = BeautifulSoup(html, "html.parser").find_all("a")
        assert [a["href"] for a in links] == ["https://www.nhs.uk", "mailto:a@b.org", "tel:116123"]
        assert all(a["rel"] == ["noopener", "noreferrer"] for a in links)


def offences(html: str) -> list[str]:
    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name not in ALLOWED:
            found.append(tag.name)
        found += [name for name in tag.attrs if name not in ("href", "rel")]
        if not tag.get("href", "https:").startswith(("https:", "mailto:", "tel:")):
            found.append(tag["href"])
    return found


class TestClean:
    @pytest.mark.parametrize("source", POISON)
    def test_nothing_that_acts_or_fetches_comes_through(self, source):
        html = markdown_to_html(f"before\n\n{source}\n\nafter")
        assert offences(html) == []
        assert "before" in html
        assert "after" in html

    @pytest.mark.parametrize("target", ["", "//elsewhere.example", "/my", "?q", "#part"])
    def test_no_link_leads_where_its_reader_happens_to_be(self, target):
        assert "href" not in markdown_to_html(f"[there]({target})")

    def test_an_offence_would_be_noticed(self):
        assert offences('<img src="x"><a href="javascript:1" onclick="y">z</a>') == [
            "img", "src", "onclick", "javascript:1",
        ]  # fmt: skip

    @given(st.text(alphabet=st.sampled_from("<>\"'=/&;:()[]!#*`\\\n abijs/"), max_size=60))
    def test_no_mixture_of_signs_comes_through(self, source):
        assert offences(markdown_to_html(source)) == []
