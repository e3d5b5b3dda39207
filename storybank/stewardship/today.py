"""What needs a steward today: one function for each kind of matter, asked in this order.

To add a kind, write a function ``(session, actor, moment) -> Need | None`` in the module
``needs_<noun>`` of its matter and name it in KINDS. It counts; it never quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.people.rules import Actor
from storybank.stewardship import needs_mail, needs_rights, needs_stories, needs_wordings
from storybank.stewardship.rules import Need, Urgency

Kind = Callable[[Session, Actor, datetime], Need | None]

KINDS: tuple[Kind, ...] = (
    # The words people are asked
    needs_wordings.organisation_to_fill_in,
    needs_wordings.set_to_publish,
    needs_wordings.second_looks,
    needs_wordings.drafts_to_finish,
    # Stories and what their tellers chose
    needs_stories.holds_to_review,
    needs_stories.without_evidence,
    needs_stories.unanswered,
    needs_stories.running_out,
    needs_stories.undecided,
    needs_stories.to_read_back,
    needs_stories.came_in_held,
    # Requests and complaints
    needs_rights.late,
    needs_rights.due_soon,
    needs_rights.to_acknowledge,
    needs_rights.to_agree,
    needs_rights.still_open,
    needs_rights.recipients_to_tell,
    # Mail
    needs_mail.not_delivered,
    needs_mail.to_post,
    needs_mail.to_tell,
)


def needs(session: Session, by: Actor, at: datetime) -> dict[Urgency, list[Need]]:
    """All that needs ``by`` at this moment, the most pressing first; nothing where nothing does."""
    found = [need for kind in KINDS if (need := kind(session, by, at)) is not None]
    return {
        urgency: some
        for urgency in Urgency
        if (some := [need for need in found if need.urgency is urgency])
    }
