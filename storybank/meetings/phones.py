"""What every phone asks every two seconds: is anything new? Two short statements, and no page."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import web
from storybank.meetings import seats, state
from storybank.meetings.models import MeetingState, Participant
from storybank.workshops.models import Workshop

_LOOK = (
    select(
        Participant.token_hash, Participant.wipe_on, Participant.group_id, MeetingState.version,
        Workshop.id, Workshop.use, Workshop.audience, Workshop.pack_version_id, Workshop.status,
    )
    .join(Workshop, Workshop.id == Participant.workshop_id)
    .outerjoin(MeetingState, MeetingState.workshop_id == Workshop.id)
)  # fmt: skip


def version(session: Session) -> str | None:
    """The version of what this phone may see at this moment; None where it holds no seat.

    It is another whenever the workshop stands otherwise, a passage may be shown no more, or the
    person sits in another group.
    """
    number, token = seats.held()
    row = session.execute(_LOOK.where(Participant.id == number)).one_or_none() if number else None
    if row is None or not hmac.compare_digest(row.token_hash, seats.hash_of(token)):
        return None
    if seats.is_over(row.wipe_on):
        return None
    # All that the rule asks of a workshop; to load it whole would cost as much as the rule.
    meeting = Workshop(
        id=row.id, use=row.use, audience=row.audience, pack_version_id=row.pack_version_id
    )
    shown = state.fingerprint(session, seats.use_of(meeting), meeting)
    return f"{row.version or 0}-{row.status[:2]}{row.group_id or 0}-{shown}"


def unless_same(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 204 where the phone's version (``?v=``) is that of now; else the view, with the
    version that it was asked in."""

    @functools.wraps(view)
    def compared(*args: Any, **kwargs: Any) -> Any:
        now = version(web.session())
        if now is not None and now == request.args.get("v"):
            return Response(status=204)
        response = make_response(view(*args, **kwargs))
        if now is not None:
            response.headers["X-Version"] = now
        return response

    return compared
