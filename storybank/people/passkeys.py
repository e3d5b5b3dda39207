"""Passkeys: a phone, a computer or a key signs somebody in. The only place that knows webauthn.

The library is imported at the first use: most visits need none of it. A challenge works once: it
is refused unless it was made after the passkey's last use, so an answer that was caught on its
way cannot be sent again, also not with the cookie of that moment.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storybank import clock
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.models import Account
from storybank.people.reading import roles_of
from storybank.people.rules import Role, clean_name
from storybank.people.way_models import Passkey

LASTS = timedelta(minutes=5)
MOST, LONGEST_NAME, LONGEST_ANSWER = 10, 60, 20_000
NOT_MADE = "The passkey was not made. Try again, or use another way to come in."
NOT_RIGHT = "We could not sign you in with this passkey. Try again, or use another way."
TOO_MANY = "You have ten passkeys. Remove one first."
NAMELESS = "My passkey"
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")


@dataclass(frozen=True)
class Site:
    """The house as browsers know it: passkeys made for one site open no other."""

    host: str
    origin: str
    secret: bytes


@dataclass(frozen=True)
class Challenge:
    """What the passkey has to answer, and since when."""

    value: bytes
    made_at: datetime

    @classmethod
    def fresh(cls) -> Challenge:
        from webauthn.helpers import generate_challenge

        return cls(generate_challenge(), clock.now())

    @property
    def too_old(self) -> bool:
        return not timedelta(0) <= clock.now() - self.made_at <= LASTS


def list_of(session: Session, account_id: int) -> list[Passkey]:
    """The passkeys of an account, the oldest first."""
    return list(
        session.scalars(
            sa.select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
        )
    )


def options_to_make(session: Session, account: Account, site: Site, challenge: Challenge) -> str:
    """What a browser needs to make a passkey for this account, as JSON. Raises Conflict."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    held = list_of(session, account.id)
    if len(held) >= MOST:
        raise Conflict(TOO_MANY)
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name="Storybank",
            # A phone may show these on its lock screen: a name of the account, no address.
            user_name=account.name,
            user_id=_handle(account, site),
            challenge=challenge.value,
            timeout=int(LASTS.total_seconds() * 1000),
            exclude_credentials=[PublicKeyCredentialDescriptor(one.credential_id) for one in held],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    )


def keep(
    session: Session, account: Account, site: Site, challenge: Challenge, answer: str, name: str
) -> Passkey:
    """Keep the passkey that a browser made. Raises Refused, or BadInput for its name."""
    from webauthn import verify_registration_response

    name = clean_passkey_name(name)
    credential = _read(answer)
    if credential is None or challenge.too_old:
        raise Refused(NOT_MADE)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception as no:  # whatever was sent instead of an answer, it is none
        raise Refused(NOT_MADE) from no
    if len(list_of(session, account.id)) >= MOST:
        raise Conflict(TOO_MANY)
    kept = Passkey(
        account_id=account.id, credential_id=made.credential_id,
        public_key=made.credential_public_key, sign_count=made.sign_count, name=name,
        made_at=clock.now(),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError as clash:
        raise Refused(NOT_MADE) from clash
    return kept


def options_to_sign_in(site: Site, challenge: Challenge) -> str:
    """What a browser needs to let somebody choose a passkey of this site, as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=challenge.value,
            timeout=int(LASTS.total_seconds() * 1000),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def come_in(session: Session, site: Site, challenge: Challenge, answer: str) -> Account:
    """The account that a passkey's answer opens.

    Raises Refused, with one sentence, for an unknown passkey, a closed account, a wrong or late
    answer, a count that did not go up (a copied key), or a challenge answered before.
    """
    from webauthn import verify_authentication_response

    credential = _read(answer)
    key = _find(session, credential) if credential else None
    if credential is None or key is None or challenge.too_old:
        raise Refused(NOT_RIGHT)
    account = session.get_one(Account, key.account_id)
    if account.disabled_at is not None or (key.used_at and challenge.made_at <= key.used_at):
        raise Refused(NOT_RIGHT)
    roles = set(roles_of(session, [account.id])[account.id])
    try:
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            # Who works here sees what others told: the thing alone, without a finger, face or
            # PIN, is not enough. Nobody's own story is kept from them for want of one.
            require_user_verification=bool(roles - {Role.STORYTELLER}),
        )
    except Exception as no:  # whatever was sent instead of an answer, it is none
        raise Refused(NOT_RIGHT) from no
    key.sign_count, key.used_at = proved.new_sign_count, clock.now()
    session.flush()
    return account


def rename(session: Session, account_id: int, passkey_id: int, name: str) -> None:
    """Raises NotFound for a passkey of somebody else, BadInput."""
    _mine(session, account_id, passkey_id).name = clean_passkey_name(name)
    session.flush()


def remove(session: Session, account_id: int, passkey_id: int) -> None:
    """It opens nothing from now on. Raises NotFound for a passkey of somebody else."""
    session.delete(_mine(session, account_id, passkey_id))
    session.flush()


def clean_passkey_name(typed: str) -> str:
    """Raises BadInput."""
    name = clean_name(typed) if typed.strip() else NAMELESS
    if len(name) > LONGEST_NAME:
        raise BadInput(f"Use a name of at most {LONGEST_NAME} characters.")
    return name


def _mine(session: Session, account_id: int, passkey_id: int) -> Passkey:
    found = session.get(Passkey, passkey_id) if passkey_id < 2**31 else None
    if found is None or found.account_id != account_id:
        raise NotFound("There is no such passkey.")
    return found


def _find(session: Session, credential: dict[str, Any]) -> Passkey | None:
    named = credential.get("id")
    if not isinstance(named, str) or not _ID.fullmatch(named):
        return None
    try:
        number = urlsafe_b64decode(named + "=" * (-len(named) % 4))
    except ValueError:
        return None
    # Locked: of two answers at one moment the second must see the count of the first.
    return session.scalar(
        sa.select(Passkey).where(Passkey.credential_id == number).with_for_update()
    )


def _read(answer: str) -> dict[str, Any] | None:
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _handle(account: Account, site: Site) -> bytes:
    """The same for all passkeys of an account, and tells nobody which account it is."""
    return blake2b(str(account.id).encode(), key=site.secret[:64], digest_size=32).digest()
