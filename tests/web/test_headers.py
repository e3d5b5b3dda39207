"""Headers: nothing from elsewhere, nothing left in a cache but files that never change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_site import make_app

from storybank.web.headers import EVERY_ANSWER

PATHS = ["/about", "/healthz", "/nowhere", "/own/refused", "/fault/x", "/status/503",
         "/assets/storybank.css"]  # fmt: skip


class TestProtect:
    @pytest.mark.parametrize("path", PATHS)
    def test_every_answer_carries_every_header(self, client, path):
        headers = client.get(path).headers
        assert {name: headers[name] for name in EVERY_ANSWER} == EVERY_ANSWER

    def test_the_policy_lets_nothing_in_from_elsewhere(self, client):
        policy = client.get("/about").headers["Content-Security-Policy"]
        parts = dict(part.split(" ", 1) for part in policy.split("; "))
        assert parts["default-src"] == parts["script-src"] == parts["style-src"] == "'self'"
        assert parts["object-src"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"
        assert "unsafe" not in policy
        assert "http" not in policy

    def test_https_is_promised_only_where_it_is_so(self, config, engine, client):
        secure = make_app(replace(config, secure_cookies=True), engine).test_client()
        assert "Strict-Transport-Security" in secure.get("/about").headers
        assert "Strict-Transport-Security" not in client.get("/about").headers


class TestCache:
    @pytest.mark.parametrize("path", [path for path in PATHS if "/assets/" not in path])
    def test_no_page_is_left_in_a_cache(self, client, path):
        assert client.get(path).headers["Cache-Control"] == "no-store"

    def test_a_file_under_the_hash_of_its_content_is_kept_for_good(self, app, client):
        with app.test_request_context():
            url = app.jinja_env.globals["static_url"]("storybank.css")
        assert "immutable" in client.get(url).headers["Cache-Control"]

    def test_a_vendor_file_is_kept_for_good(self, app, client):
        with app.test_request_context():
            url = app.jinja_env.globals["asset"]("nhsuk.css")
        assert "immutable" in client.get(url).headers["Cache-Control"]

    @pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
    def test_a_file_under_an_old_hash_or_none_is_asked_for_anew(self, client, query):
        answer = client.get("/assets/storybank.css" + query)
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_a_missing_file_is_not_remembered_as_missing(self, client):
        answer = client.get("/assets/vendor/none.000000000000.css?v=000000000000")
        assert answer.status_code == 404
        assert "immutable" not in answer.headers["Cache-Control"]


class TestCookie:
    def test_it_is_closed_to_scripts_and_to_other_sites(self, client):
        cookie = client.get("/form").headers["Set-Cookie"]
        assert cookie.startswith("storybank=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_it_stays_on_https_where_there_is_https(self, config, engine, client):
        secure = make_app(replace(config, secure_cookies=True), engine).test_client()
        assert "Secure" in secure.get("/form").headers["Set-Cookie"]
        assert "Secure" not in client.get("/form").headers["Set-Cookie"]

    def test_a_page_without_a_form_sets_none(self, client):
        assert "Set-Cookie" not in client.get("/about").headers
