"""Pages for when something does not go as hoped."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from small_site import CANARY, OWN

from storybank.web.errors import TROUBLES


def read(answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").main.get_text(" ", strip=True)


class TestShow:
    @pytest.mark.parametrize("status", sorted(TROUBLES))
    def test_each_says_what_happened_and_what_to_do_without_codes(self, client, status):
        answer = client.get(f"/status/{status}")
        words = read(answer)
        assert answer.status_code == status
        assert TROUBLES[status].heading in words
        assert TROUBLES[status].next in words
        assert not re.search(r"\d{3}|error|exception|server|request failed|invalid", words, re.I)

    @pytest.mark.parametrize("status", [401, 406, 410, 415, 418, 501, 504])
    def test_rarer_ones_get_a_page_too(self, client, status):
        answer = client.get(f"/status/{status}")
        assert answer.status_code == status
        assert "Go to the first page" in read(answer)

    @pytest.mark.parametrize("name", sorted(OWN))
    def test_an_error_of_our_own_shows_its_own_sentence(self, client, name):
        answer = client.get(f"/own/{name}")
        assert answer.status_code == OWN[name].status
        assert "One plain sentence." in read(answer)

    def test_missing_and_withheld_look_the_same_but_for_the_sentence(self, client):
        missing, withheld = client.get("/status/404"), client.get("/own/not-found")
        assert missing.status_code == withheld.status_code == 404
        usual = TROUBLES[404].sentence
        assert read(missing).replace(usual, "") == read(withheld).replace("One plain sentence.", "")

    def test_an_address_that_does_not_take_forms_says_what_it_takes(self, client, token):
        answer = client.post("/about", data={"csrf_token": token})
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


class TestHide:
    def test_a_fault_shows_nothing_of_itself_nor_of_the_request(self, client):
        answer = client.get(f"/fault/{CANARY}?q={CANARY}")
        assert answer.status_code == 500
        assert TROUBLES[500].heading in read(answer)
        assert CANARY not in answer.text
        assert "RuntimeError" not in answer.text

    @pytest.mark.parametrize("path", [f"/{CANARY}", f"/status/{CANARY}", f"/about?q={CANARY}"])
    def test_no_page_repeats_its_address(self, client, path):
        assert CANARY not in client.get(path).text

    def test_the_page_for_a_fault_asks_nothing_of_the_rooms(self, app, client):
        @app.context_processor
        def menu():
            raise RuntimeError("the database is away")

        answer = client.get("/fault/x")
        assert answer.status_code == 500
        assert TROUBLES[500].heading in read(answer)
