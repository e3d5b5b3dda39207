"""Who sits in a workshop without an account: a token on their phone, and a hash of it here.

The token is the participant's number and 32 random bytes, in a cookie of its own that scripts
cannot read. It opens one workshop, until that is over and its participants are wiped.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import web
from storybank.clock import now
from storybank.consent.purposes import Purpose
from storybank.consent.rules import Use
from storybank.meetings.models import Participant
from storybank.people.rules import Actor, Role
from storybank.workshops.models import Workshop
from storybank.workshops.service import for_meeting

View = Callable[..., Any]
COOKIE = "storybank-seat"
PARTICIPANT = Actor(None, None, frozenset({Role.PARTICIPANT}), "A participant")
LASTS = 60 * 60 * 24 * 60
"""Seconds. The row behind it ends sooner: with the workshop's day of wiping."""


@dataclass(frozen=True)
class Seat:
    """A participant, their workshop, and the use under which passages are shown to them."""

    participant: Participant
    workshop: Workshop
    use: Use


def new_token() -> tuple[str, str]:
    """A token to give out once, and the hash to keep."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """sha256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def give(response: Response, participant: Participant, token: str) -> Response:
    """Put the token on the phone that joined."""
    response.set_cookie(
        COOKIE, f"{participant.id}.{token}", max_age=LASTS, httponly=True, samesite="Lax",
        secure=request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return response


def seat(session: Session) -> Seat | None:
    """Who is asking, if they hold a seat in a workshop that still keeps its participants."""
    number, token = held()
    if not number:
        return None
    row = session.execute(
        select(Participant, Workshop)
        .join(Workshop, Workshop.id == Participant.workshop_id)
        .where(Participant.id == number)
    ).one_or_none()
    if row is None or not hmac.compare_digest(row[0].token_hash, hash_of(token)):
        return None
    participant, workshop = row
    if is_over(participant.wipe_on):
        return None
    return Seat(participant, workshop, use_of(workshop))


def held() -> tuple[int, str]:
    """The number and the token that the phone sent; 0 where it sent none."""
    return read(request.cookies.get(COOKIE, ""))


def read(cookie: str) -> tuple[int, str]:
    """The number and the token in what a phone sent; 0 where there is none."""
    number, _, token = cookie.partition(".")
    known = number.isascii() and number.isdigit() and len(number) <= 9
    return (int(number), token) if known else (0, "")


def use_of(workshop: Workshop) -> Use:
    """The use under which those who take part in a workshop see its passages now."""
    return for_meeting(Use.claim(PARTICIPANT, Purpose(workshop.use), now()), workshop)


def is_over(wipe_on: date | None) -> bool:
    """Has the day come on which a participant is wiped, though the job may not have run yet?"""
    return wipe_on is not None and wipe_on <= now().date()


def takes_part(view: View) -> View:
    """Mark a view as one for participants; it receives their ``Seat`` first.

    Anybody without a seat is sent to the page to join.
    """

    @functools.wraps(view)
    def seated(*args: Any, **kwargs: Any) -> Any:
        found = seat(web.session())
        if found is None:
            return redirect(url_for("meetings.join"), 303)
        return view(found, *args, **kwargs)

    seated.purposes = tuple(  # type: ignore[attr-defined]
        one.value for one in (Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH)
    )
    seated.roles = (Role.PARTICIPANT.value,)  # type: ignore[attr-defined]
    return seated
