"""The mail server's address, as a setting says it."""

from __future__ import annotations

import pytest

from storybank.errors import NotReady
from storybank.mail.smtp import read_server


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp://mail.example.org", "mail.example.org:587, encrypted by STARTTLS"),
        (
            "smtp://jo:s%40fe@mail.example.org:25",
            "mail.example.org:25, encrypted by STARTTLS, as jo",
        ),
        ("smtps://mail.example.org", "mail.example.org:465, encrypted from the first byte"),
        ("smtp://localhost", "localhost:25, without encryption"),
        ("smtp://127.0.0.1:2525?tls=on", "127.0.0.1:2525, encrypted by STARTTLS"),
        ("smtp://10.0.0.9?tls=off", "10.0.0.9:25, without encryption"),
    ],
)
def test_it_is_safe_unless_it_is_this_machine_or_told_otherwise(url, said):
    assert str(read_server(url)) == said


def test_the_password_is_read_and_never_shown():
    server = read_server("smtp://jo%40example.org:s%40fe@mail.example.org")
    assert (server.user, server.password) == ("jo@example.org", "s@fe")
    assert "s@fe" not in repr(server) + str(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:99999", "smtp://h:x",
        "smtp://host?tls=perhaps", "smtp://host?other=1", "smtp://host/path", "smtp://host?tls",
        "smtp://[::1", "smtp://ho\nst",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_without_the_password(url):
    with pytest.raises(NotReady, match="STORYBANK_SMTP_URL") as refused:
        read_server(url.replace("smtp://", "smtp://jo:sesame@"))
    assert "sesame" not in str(refused.value)
