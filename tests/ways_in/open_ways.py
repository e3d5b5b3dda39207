"""Open ways in, for tests that walk the whole house: a slip, links by e-mail, a passkey."""

from __future__ import annotations

import secrets

from factories import Factory

from storybank.clock import now
from storybank.people import invitations, links, sealing, service
from storybank.people.rules import Role
from storybank.people.way_models import Passkey


def ways_open(a: Factory, account_id: int) -> dict[str, list]:
    """What stands in their addresses. The passkey and the address are of this account."""
    session, steward = a.session, a.actor(Role.STEWARD)
    person = service.new_person(session)
    slip = invitations.invite(session, steward, person.id, invitations.How.SLIP)
    somebody = a.actor(Role.MEMBER)
    link = links.new(session, somebody.account_id or 0)
    sealed = sealing.seal(session, "another@example.org").decode()
    check = links.new_for_address(session, account_id, sealed)
    assert link and check
    key = Passkey(
        account_id=account_id, credential_id=secrets.token_bytes(16), public_key=b"none",
        sign_count=0, name="My phone", made_at=now(),
    )  # fmt: skip
    session.add(key)
    session.flush()
    return {"token": [slip.token, link, check[0]], "passkey_id": [key.id]}
