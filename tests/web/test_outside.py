"""No request leaves for another host, and no page carries script or style of its own."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from storybank.config import PROJECT
from storybank.web.errors import TROUBLES

OPEN = ["/about", "/help", "/accessibility"]
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9]", re.I)


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


class TestAsk:
    @pytest.mark.parametrize("path", [*OPEN, *(f"/status/{code}" for code in TROUBLES)])
    def test_no_page_asks_another_host_or_carries_script_or_style(self, client, path):
        page = soup(client.get(path))
        for tag in page.find_all(True):
            assert "style" not in tag.attrs
            assert not [name for name in tag.attrs if name.startswith("on")]
            for name in ("src", "href", "action"):
                assert not OUTSIDE.match(tag.get(name, "")), tag
            assert tag.name != "style"
            assert tag.name != "script" or (tag["src"] and not tag.text.strip())

    def test_no_file_of_ours_names_another_host(self):
        for path in sorted((PROJECT / "storybank").glob("*/static/**/*")):
            if path.suffix in (".css", ".js", ".svg"):
                text = path.read_text().replace("http://www.w3.org/2000/svg", "")
                found = re.search(r"""https?://|url\(\s*["']?//|@import""", text)
                assert not found, (path.name, found)

    def test_everything_a_page_asks_for_is_here(self, client):
        page = soup(client.get("/about"))
        wanted = [tag["href"] for tag in page.find_all("link")]
        wanted += [tag["src"] for tag in page.find_all("script")]
        wanted.append(page.find("meta", {"name": "storybank-components"})["content"])
        assert len(wanted) >= 8
        for url in wanted:
            answer = client.get(url)
            assert (answer.status_code, len(answer.data) > 0) == (200, True), url
            assert "immutable" in answer.headers["Cache-Control"], url

    def test_htmx_neither_evaluates_nor_keeps_pages(self, client):
        said = soup(client.get("/about")).find("meta", {"name": "htmx-config"})["content"]
        for rule in ('"allowEval":false', '"includeIndicatorStyles":false',
                     '"selfRequestsOnly":true', '"historyCacheSize":0'):  # fmt: skip
            assert rule in said
