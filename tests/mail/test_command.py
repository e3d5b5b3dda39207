"""``storybank mail`` and what ``storybank check`` says of letters."""

from __future__ import annotations

import commands
import pytest

from storybank.mail.rules import State


@pytest.fixture
def storybank(moved_in, monkeypatch, capsys):
    def go(outbox, smtp_url: str | None) -> commands.Terminal:
        for name, value in (
            ("SMTP_URL", smtp_url), ("MAIL_FROM", "us@riverside.example"), ("PUBLIC_URL", None),
        ):  # fmt: skip
            if value is None:
                monkeypatch.delenv(f"STORYBANK_{name}", raising=False)
            else:
                monkeypatch.setenv(f"STORYBANK_{name}", value)
        return commands.Terminal(monkeypatch, capsys).in_house(outbox.house.config.home)

    return go


class TestStatus:
    def test_it_says_where_letters_go_without_the_password(self, storybank, outbox):
        outbox.put()
        said = storybank(outbox, "smtp://jo:sesame@mail.example.org")("mail")
        assert said.code == 0
        assert said.lines == [
            "Letters go to: mail.example.org:587, encrypted by STARTTLS, as jo",
            "They come from: Storybank <us@riverside.example>",
            "Links begin with: http://localhost:8000 (set STORYBANK_PUBLIC_URL)",
            "waiting: 1",
            "failed: 0",
        ]

    def test_an_address_that_is_none_is_told_without_the_password(self, storybank, outbox):
        run = storybank(outbox, "smtp://jo:sesame@:587")
        for command in ("mail", "check"):
            said = run(command)
            assert said.code == 1
            assert "STORYBANK_SMTP_URL" in said.out + said.err
            assert "sesame" not in said.out + said.err


class TestSend:
    def test_it_sends_what_is_due(self, storybank, outbox, port, post):
        number = outbox.put()
        said = storybank(outbox, f"smtp://127.0.0.1:{port}")("mail", "send")
        assert said.lines == ["waiting: 0", "sent: 1", "failed: 0"]
        assert post.to == ["ada@example.org"]
        assert outbox.state(number) == (State.SENT, None)

    def test_without_a_server_letters_lie_in_the_folder_and_check_says_so(self, storybank, outbox):
        outbox.put()
        run = storybank(outbox, None)
        assert "mail: ok" in run("check").lines
        assert run("mail", "send").lines == ["waiting: 0", "kept in a folder: 1", "failed: 0"]
        assert "Letters go to: the folder " in run("mail").out
        told = "no mail server is set (STORYBANK_SMTP_URL); 1 lie in the mail folder as files"
        assert f"mail: {told}" in run("check").lines
