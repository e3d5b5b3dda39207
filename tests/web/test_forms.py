"""Forms cannot be sent from another site, nor carry more than the house can hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from storybank.web import forms


class TestSend:
    def test_a_form_without_its_token_is_not_acted_on(self, client, kept):
        answer = client.post("/note", data={"text": "a"})
        assert answer.status_code == 400
        assert kept() == []

    def test_a_token_of_somebody_else_does_not_fit(self, app, client, token, kept):
        other = app.test_client()
        other.get("/form")
        assert other.post("/note", data={"csrf_token": token, "text": "a"}).status_code == 400
        assert kept() == []

    def test_the_page_says_that_the_form_is_out_of_date_and_what_to_do(self, client):
        page = client.post("/note", data={"text": "a"}).text
        assert "<h1>This form is out of date</h1>" in page
        assert "what you typed may still be there" in page
        assert "CSRF" not in page

    def test_a_form_may_be_filled_in_over_two_days(self, client, token, kept):
        with time_machine.travel(timedelta(days=2), tick=False):
            client.post("/note", data={"csrf_token": token, "text": "slow"})
        assert kept() == ["slow"]

    def test_no_referrer_is_asked_for_over_https(self, client, token, kept):
        client.post(
            "/note",
            data={"csrf_token": token, "text": "a"},
            base_url="https://localhost",
            headers={"Cookie": f"storybank={client.get_cookie('storybank').value}"},
        )
        assert kept() == ["a"]


class TestBounds:
    def test_a_long_story_fits(self, client, token, kept):
        story = "word " * 100_000
        client.post("/note", data={"csrf_token": token, "text": story})
        assert kept() == [story]

    @pytest.mark.parametrize("size", [forms.LARGEST_REQUEST + 1, 20_000_000])
    def test_more_than_the_house_can_hold_is_refused_in_plain_words(
        self, client, token, kept, size
    ):
        answer = client.post("/note", data={"csrf_token": token, "text": "a" * size})
        assert answer.status_code == 413
        assert "<h1>That is too big</h1>" in answer.text
        assert kept() == []

    def test_one_field_beside_a_file_may_not_fill_the_memory(self, client, token, kept):
        fields = {"csrf_token": token, "text": "a" * (forms.LARGEST_TEXT + 1)}
        body = "".join(
            f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        answer = client.post(
            "/note", data=body + "--cut--\r\n", content_type="multipart/form-data; boundary=cut"
        )
        assert answer.status_code == 413
        assert kept() == []
