"""The layout every page stands in, and the plain pages of the shell."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from flask import render_template_string

from storybank.web.asset_files import asset, trouble
from storybank.web.views import bp

OPEN = ["/about", "/help", "/accessibility"]


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def draw(app, source: str, **context) -> BeautifulSoup:
    with app.test_request_context():
        return BeautifulSoup(render_template_string(source, **context), "html.parser")


class TestLayout:
    @pytest.mark.parametrize("path", [*OPEN, "/nowhere", "/status/500"])
    def test_each_page_has_one_heading_that_is_also_its_title(self, client, path):
        page = soup(client.get(path))
        [heading] = page.find_all("h1")
        assert page.title.text == f"{heading.text} - Storybank"
        assert page.html["lang"] == "en"

    @pytest.mark.parametrize("path", [*OPEN, "/nowhere", "/status/500"])
    def test_the_skip_link_leads_to_the_one_main_part(self, client, path):
        page = soup(client.get(path))
        [main] = page.find_all("main")
        assert page.body.find("a")["href"] == "#" + main["id"]

    def test_help_stands_at_the_same_place_on_every_page(self, client):
        feet = {str(soup(client.get(path)).footer) for path in [*OPEN, "/nowhere", "/status/500"]}
        assert len(feet) == 1
        [foot] = feet
        assert "116 123" in foot
        assert 'href="tel:116123"' in foot

    def test_errors_are_named_first_in_the_title(self, app):
        page = draw(
            app,
            '{% extends "layout.html" %}{% block title %}Sign in{% endblock %}',
            errors={"email": "Write your e-mail address."},
        )
        assert page.title.text == "Error: Sign in - Storybank"

    def test_a_visitor_is_offered_to_sign_in(self, app):
        page = draw(app, '{% extends "layout.html" %}', sign_in_url="/in", sign_out_url="/out")
        assert page.header.find("a", href="/in").text == "Sign in"
        assert not page.header.find("form")

    def test_whoever_is_signed_in_sees_their_name_and_a_way_out(self, app):
        actor = SimpleNamespace(account_id=1, name="<b>Ruth</b>")
        nav = [{"label": "Search", "href": "/search", "current": "page"},
               {"label": "Codes", "href": "/codes", "current": None}]  # fmt: skip
        page = draw(
            app,
            '{% extends "layout.html" %}',
            actor=actor, nav_items=nav, sign_in_url="/in", sign_out_url="/out",
        )  # fmt: skip
        assert "<b>Ruth</b>" in page.header.text
        form = page.header.form
        assert (form["method"], form["action"]) == ("post", "/out")
        assert form.find("input", {"name": "csrf_token"})["value"]
        links = page.nav.find_all("a")
        assert [(a.text, a.get("aria-current")) for a in links] == [
            ("Search", "page"), ("Codes", None),
        ]  # fmt: skip


class TestMessages:
    def test_a_sentence_is_said_once_with_its_way_back(self, client, token):
        client.post("/note", data={"csrf_token": token, "text": "a"})
        box = soup(client.get("/about")).find(id="messages")
        assert box["role"] == "status"
        assert "Kept." in box.text
        form = box.form
        assert (form["method"], form["action"]) == ("post", "/note/undo")
        assert form.find("input", {"name": "id"})["value"] == "7"
        assert form.find("input", {"name": "csrf_token"})["value"]
        assert "Kept." not in client.get("/about").text

    def test_it_is_heard_by_a_page_that_has_none_yet(self, client):
        assert soup(client.get("/about")).find(id="messages")["role"] == "status"


class TestParts:
    def test_the_use_of_the_words_is_named(self, app):
        use = SimpleNamespace(purpose=SimpleNamespace(value="study"))
        part = draw(app, '{% from "_use.html" import use_strip %}{{ use_strip(use) }}', use=use)
        assert part.text.strip() == "You are using these words for: study"

    def test_the_error_summary_leads_to_each_field(self, app):
        part = draw(
            app,
            '{% from "_forms.html" import error_summary %}{{ error_summary(errors) }}',
            errors={"name": "Write <a> name.", "age": "Write an age."},
        )
        links = [(a["href"], a.get_text(strip=True)) for a in part.find_all("a")]
        assert links == [("#name", "Write <a> name."), ("#age", "Write an age.")]

    def test_no_errors_no_summary(self, app):
        source = '{% from "_forms.html" import error_summary %}{{ error_summary({}) }}'
        assert draw(app, source).text.strip() == ""

    def test_a_button_that_changes_something_is_a_form_with_a_token(self, app):
        part = draw(
            app,
            '{% from "_forms.html" import post_button %}'
            '{{ post_button("/x/1/remove", "Remove", {"back": 3}, hidden="Waiting") }}',
        )
        assert (part.form["method"], part.form["action"]) == ("post", "/x/1/remove")
        names = {field["name"] for field in part.find_all("input")}
        assert names == {"csrf_token", "back"}
        assert part.button.text == "Remove Waiting"

    def test_pages_of_a_list_keep_what_was_asked(self, app):
        part = draw(
            app,
            '{% from "_pagination.html" import pagination %}'
            '{{ pagination("web.about", 2, 3, {"q": "a b"}) }}',
        )
        hrefs = [a["href"] for a in part.find_all("a")]
        assert "/about?page=1&q=a+b" in hrefs
        assert "/about?page=3&q=a+b" in hrefs
        assert part.find("a", {"aria-current": "page"}).get_text(strip=True) == "2"

    def test_one_page_needs_no_numbers(self, app):
        source = (
            '{% from "_pagination.html" import pagination %}{{ pagination("web.about", 1, 1) }}'
        )
        assert draw(app, source).text.strip() == ""


class TestAssets:
    def test_an_unknown_name_is_a_mistake_of_ours(self, app):
        with app.test_request_context(), pytest.raises(KeyError):
            asset("nothing.css")

    def test_without_the_files_a_page_still_reads(self, app, client, monkeypatch, tmp_path):
        monkeypatch.setattr("storybank.web.assets.FOLDER", tmp_path)
        answer = client.get("/about")
        assert answer.status_code == 200
        assert "About Storybank" in answer.text

    def test_trouble_with_them_is_told_in_a_sentence(self, monkeypatch):
        assert trouble() is None
        monkeypatch.setattr("storybank.web.asset_files.assets.troubles", lambda: iter(["Gone."]))
        assert trouble() == "Gone."


class TestMarks:
    def test_each_view_says_that_it_shows_no_words_and_is_open_to_anyone(self, app):
        views = [f for name, f in app.view_functions.items()
                 if name.startswith(bp.name + ".") and not name.endswith("static")]  # fmt: skip
        assert len(views) == 4
        assert all((view.purposes, view.roles) == ((), ("anyone",)) for view in views)
