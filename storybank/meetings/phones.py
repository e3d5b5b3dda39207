"""What every phone asks every two seconds: is anything new? One short statement, and no page."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, make_response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import web
from storybank.clock import now
from storybank.meetings import seats, state
from storybank.meetings.models import MeetingState, Participant
from storybank.workshops.models import Workshop

BETWEEN = "~"
"""Between the version that is compared at once and those of the page's parts."""

_LOOK = (
    select(
        Participant.token_hash, Participant.wipe_on, Participant.group_id, MeetingState.version,
        Workshop.status, Workshop.audience,
        *state.passages_marks(
            Workshop.pack_version_id, sa.bindparam("at", type_=sa.DateTime)
        ),
    )
    .join(Workshop, Workshop.id == Participant.workshop_id)
    .outerjoin(MeetingState, MeetingState.workshop_id == Workshop.id)
    .where(Participant.id == sa.bindparam("seat", type_=sa.Integer))
)  # fmt: skip


def version(session: Session) -> str | None:
    """The version of what this phone may see at this moment; None where it holds no seat.

    It is another whenever the workshop stands otherwise, something of its passages has changed,
    or the person sits in another group.
    """
    return version_for(session, *seats.held())


def version_for(session: Session, number: int, token: str) -> str | None:
    """The same for whoever sent this number and token."""
    row = session.execute(_LOOK, {"seat": number, "at": now()}).one_or_none() if number else None
    if row is None or not hmac.compare_digest(row.token_hash, seats.hash_of(token)):
        return None
    if seats.is_over(row.wipe_on):
        return None
    passages = state.passages_word(row[6:], row.audience)
    return f"{row.version or 0}-{row.status[:2]}{row.group_id or 0}-{passages}"


def unless_same(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 204 where what the phone has (``?v=``) is of now; else the view, which gets the
    version of now as ``version``, and what the phone says it has as ``known``."""

    @functools.wraps(view)
    def compared(*args: Any, **kwargs: Any) -> Any:
        now_stands = version(web.session())
        had, _, known = request.args.get("v", "").partition(BETWEEN)
        if now_stands is not None and now_stands == had:
            return Response(status=204)
        return make_response(view(*args, version=now_stands or "", known=known, **kwargs))

    return compared
