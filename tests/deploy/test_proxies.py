"""Whose word is taken for where a visitor comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, request
from small_site import make_app
from structlog.testing import capture_logs

from storybank.config import Config, proxies
from storybank.errors import NotReady

SAID = {"X-Forwarded-For": "9.9.9.9, 203.0.113.7", "X-Forwarded-Proto": "https"}


def site(proxies: int, tmp_path: Path) -> Flask:
    """A small site that answers with who it thinks has come."""
    config = Config(tmp_path, f"sqlite:///{tmp_path}/x.db", "only for tests", proxies=proxies)
    app = make_app(config, sa.create_engine("sqlite://"))

    @app.get("/who")
    def who() -> str:
        return f"{request.remote_addr} {request.scheme}"

    return app


def test_nobody_is_believed_where_no_proxy_stands(tmp_path):
    assert site(0, tmp_path).test_client().get("/who", headers=SAID).text == "127.0.0.1 http"


def test_the_last_proxy_is_believed_and_not_what_the_visitor_wrote(tmp_path):
    assert site(1, tmp_path).test_client().get("/who", headers=SAID).text == "203.0.113.7 https"


def test_nobody_chooses_the_name_of_the_house(tmp_path):
    app = site(1, tmp_path)
    app.add_url_rule("/host", view_func=lambda: request.host)
    sent = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Prefix": "/x"}
    assert app.test_client().get("/host", headers=sent).text == "localhost"


@pytest.mark.parametrize(
    ("front", "sent", "taken"),
    [
        (1, "0123abcd-0123", True),
        (0, "0123abcd-0123", False),
        (1, "my mother waited at the clinic", False),
        (1, "x" * 65, False),
        (1, "short", False),
    ],
)
def test_an_id_is_taken_from_a_proxy_and_only_where_it_is_plain(tmp_path, front, sent, taken):
    with capture_logs() as lines:
        answer = site(front, tmp_path).test_client().get("/who", headers={"X-Request-Id": sent})
    assert (answer.headers["X-Request-Id"] == sent) is taken
    assert (lines[0]["request_id"] == sent) is taken


@pytest.mark.parametrize("said", ["-1", "6", "one", "1.5"])
def test_a_setting_that_is_no_number_of_proxies_is_refused(monkeypatch, said):
    monkeypatch.setenv("STORYBANK_PROXIES", said)
    with pytest.raises(NotReady):
        proxies()
