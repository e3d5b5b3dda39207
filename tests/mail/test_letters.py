"""One e-mail: nobody can add a header to it, and every mail program can read it."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy

import pytest

from storybank.errors import BadInput, NotReady
from storybank.mail.letters import Sender, read_sender, write

AT = datetime(2026, 5, 4, 12, 30)
US = Sender("Riverside Storybank", "storybank@riverside.example")


def letter(subject="Your receipt", body="Hello.\n", to="ada@example.org", sender=US):
    return write(12, AT, subject, body, to, sender, AT)


def read(made):
    return message_from_bytes(made.email.as_bytes(), policy=policy.default)


class TestWrite:
    def test_it_is_this_letter(self, golden):
        body = (
            "Here is a note of your choices, café by café: " + "and so it goes on, " * 8 + "\n\n"
            ".\nFrom here on:\nhttps://storybank.example.org/my/receipts/12?x=1\n"
        )
        golden("letter.eml", letter("Your receipt – naïve “choices”", body).email.as_string())

    def test_lines_are_short_and_plain(self):
        raw = letter("ü" * 150, "ü" * 5_000 + "\n" + "word " * 2_000 + "\n").email.as_bytes()
        assert max(map(len, raw.split(b"\r\n"))) <= 78
        assert max(raw) < 128
        assert raw.count(b"\n") == raw.count(b"\r\n")

    @pytest.mark.parametrize(
        "body", [".\n..\n.hidden\n", "From me\n", "=\n=20\n", "ümläut 🌱 عربى\n"]
    )
    def test_what_was_said_arrives(self, body):
        assert read(letter(body=body)).get_content().replace("\r\n", "\n") == body

    @pytest.mark.parametrize(
        "subject", ["Hi\r\nBcc: eve@example.org", "Hi\nX-Eve: 1", "Hi\r\n\r\nA body", "Hi\rthere"]
    )
    def test_a_subject_adds_no_header(self, subject):
        with pytest.raises(BadInput):
            letter(subject=subject)

    @pytest.mark.parametrize(
        "to",
        [
            "ada@example.org\nBcc: eve@example.org", "ada@example.org, eve@example.org", "ada",
            "Ada <ada@example.org>", "", "a@b@example.org", "ada@exa mple.org", "a;b@example.org",
        ],
    )  # fmt: skip
    def test_a_letter_goes_to_one_address(self, to):
        with pytest.raises(BadInput):
            letter(to=to)

    def test_a_foreign_domain_is_written_as_every_server_knows_it(self):
        assert letter(to="ada@bücher.example").to == "ada@xn--bcher-kva.example"


class TestReadSender:
    def test_with_a_name_or_without(self):
        assert read_sender("Riverside Storybank <storybank@riverside.example>") == US
        assert read_sender("us@riverside.example") == Sender("Storybank", "us@riverside.example")

    @pytest.mark.parametrize("written", ["us", "Us <us>", "a@b.org\nBcc: c@d.org", ""])
    def test_what_is_no_address_is_refused(self, written):
        with pytest.raises(NotReady, match="STORYBANK_MAIL_FROM"):
            read_sender(written)
