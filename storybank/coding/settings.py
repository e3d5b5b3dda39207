"""How each person has set up their desk: kept on the server, so it holds wherever they sign in."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from storybank.coding.setting_models import DeskSetting
from storybank.consent.rules import Use
from storybank.errors import Refused


class Setting(StrEnum):
    """What can be set; each is on until somebody turns it off."""

    SHORTCUTS = "shortcuts"


OFF = "off"


def is_on(session: Session, use: Use, setting: Setting) -> bool:
    """Does the person asking have this on?"""
    row = session.get(DeskSetting, (use.actor.account_id, setting.value))
    return row is None or row.value != OFF


def turn(session: Session, use: Use, setting: Setting, on: bool) -> None:
    """Turn something on or off for the person asking. Raises Refused for nobody in particular."""
    account = use.actor.account_id
    if account is None:
        raise Refused("Sign in first.")
    row = session.get(DeskSetting, (account, setting.value))
    if on and row is not None:
        session.delete(row)
    elif not on and row is None:
        session.add(DeskSetting(account_id=account, name=setting.value, value=OFF))
    session.flush()
