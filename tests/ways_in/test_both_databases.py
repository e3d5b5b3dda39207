"""The statements behind links and passkeys, on each kind of database."""

from __future__ import annotations

import json

import pytest
from ways_in.authenticator import Authenticator

from storybank.errors import Refused
from storybank.people import links, passkeys, service
from storybank.people.models import Account
from storybank.people.passkeys import Challenge, Site
from storybank.people.rules import Role

SITE = Site("localhost", "http://localhost", b"secret")


@pytest.fixture
def account(session, a) -> Account:
    return session.get(Account, a.actor(Role.STORYTELLER).account_id)


def test_a_link_works_once_and_only_the_newest(session, account):
    first = links.new(session, account.id)
    second = links.new(session, account.id, "/my/3")
    with pytest.raises(Refused):
        links.come_in(session, first)
    came = links.come_in(session, second)
    assert (came.account.id, came.back) == (account.id, "/my/3")
    with pytest.raises(Refused):
        links.come_in(session, second)


def test_a_link_ends_with_the_sign_ins_of_its_account(session, account):
    token = links.new(session, account.id)
    service.end_all_sessions(session, account)
    with pytest.raises(Refused):
        links.come_in(session, token)


def test_a_passkey_is_kept_and_opens_its_account(session, account):
    phone, challenge = Authenticator(), Challenge.fresh()
    options = json.loads(passkeys.options_to_make(session, account, SITE, challenge))
    passkeys.keep(session, account, SITE, challenge, phone.make(options), "Phone")
    with pytest.raises(Refused):
        passkeys.keep(session, account, SITE, challenge, phone.make(options), "Again")
    challenge = Challenge.fresh()
    options = json.loads(passkeys.options_to_sign_in(SITE, challenge))
    answer = phone.answer(options)
    assert passkeys.come_in(session, SITE, challenge, answer) is account
    with pytest.raises(Refused):
        passkeys.come_in(session, SITE, challenge, answer)
