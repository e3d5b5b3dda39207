"""Accounts from the command line."""

from __future__ import annotations

import pytest

from storybank.errors import Refused
from storybank.people import service

GOOD = "a door of green glass"


def add(storybank, *words, email="jo@example.org", role="researcher", stdin=""):
    return storybank("people", "add", "--email", email, "--role", role, *words, stdin=stdin)


class TestAdd:
    def test_a_password_is_read_from_standard_input_and_opens_the_account(self, storybank, house):
        said = add(storybank, "--name", "Jo Park", "--password-stdin", stdin=GOOD + "\r\nmore")
        assert (said.code, said.out, said.err) == (0, "Added jo@example.org.\n", "")
        with house.sessions() as session:
            account = service.sign_in(session, "JO@example.org", GOOD)
            assert account.name == "Jo Park"
            assert service.actor_for(session, account).roles == {"researcher"}

    def test_without_a_password_the_account_opens_to_nobody(self, storybank, house):
        assert add(storybank).code == 0
        with house.sessions() as session, pytest.raises(Refused):
            service.sign_in(session, "jo@example.org", "")

    def test_several_roles_may_be_given(self, storybank, house):
        assert add(storybank, "--role", "storyteller").code == 0
        with house.sessions() as session:
            account = service.account_by_email(session, "jo@example.org")
            assert service.actor_for(session, account).roles == {"researcher", "storyteller"}
            assert account.person_id

    @pytest.mark.parametrize(
        ("words", "more", "sentence"),
        [
            ((), {"email": "JO@EXAMPLE.ORG"}, "There is already an account with this e-mail"),
            ((), {"email": "no address"}, "That does not look like an e-mail address."),
            ((), {"email": "new@example.org", "role": "boss"}, "That is not a role. Use one of:"),
            ((), {"email": "new@example.org", "role": "machine"}, "That is not a role."),
            (("--password-stdin",), {"email": "new@example.org"}, "No password came."),
            (("--password-stdin",), {"email": "new@example.org", "stdin": "\n"}, "No password"),
            (("--password-stdin",), {"email": "n@example.org", "stdin": "short\n"}, "Use a passw"),
            (("--name", "\x00"), {"email": "new@example.org"}, "Write the name with letters"),
        ],
    )
    def test_what_cannot_be_added_is_told_in_one_sentence(self, storybank, words, more, sentence):
        assert add(storybank).code == 0
        said = add(storybank, *words, **more)
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
        assert said.err.startswith(sentence)

    def test_a_password_is_never_repeated(self, storybank):
        said = add(storybank, "--password-stdin", stdin="hedgehog\n")
        assert said.code == 1
        assert "hedgehog" not in said.out + said.err
