"""What the words people are asked need of a steward."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storybank.consent import candidates, drafts, organisation, publishing
from storybank.people.rules import Actor
from storybank.stewardship.rules import Need, Urgency


def organisation_to_fill_in(session: Session, by: Actor, at: datetime) -> Need | None:
    """Nobody has said yet who looks after the stories."""
    if not organisation.organisation(session).placeholder:
        return None
    title = "Say which organisation looks after the stories, before anybody is asked"
    return Need(title, 1, "stewardship.organisation", Urgency.NOW)


def second_looks(session: Session, by: Actor, at: datetime) -> Need | None:
    """Another steward says that new words mean the same, and asks this one."""
    waiting = [one for one in publishing.proposals(session) if one.asked_by != by.account_id]
    if not waiting:
        return None
    count = len(waiting)
    title = "1 change of words waits" if count == 1 else f"{count} changes of words wait"
    return Need(
        f"{title} for your second look", count, "stewardship.second_look", Urgency.SOON,
        {"proposal_id": waiting[0].id},
    )  # fmt: skip


def set_to_publish(session: Session, by: Actor, at: datetime) -> Need | None:
    """The organisation was changed, and what is live does not say so yet."""
    # A set that a second steward is asked about is that steward's to see to.
    asked = {code for one in publishing.proposals(session) for code in one.codes}
    stale = set(candidates.stale(session)) - asked
    if not stale:
        return None
    title = "The words people are asked still name the old organisation"
    return Need(title, len(stale), "stewardship.compare_set", Urgency.NOW)


def drafts_to_finish(session: Session, by: Actor, at: datetime) -> Need | None:
    """Words that somebody began to change."""
    asked = {code for one in publishing.proposals(session) for code in one.codes}
    begun = drafts.drafted(session) - asked
    if not begun:
        return None
    count = len(begun)
    title = "1 draft of words is" if count == 1 else f"{count} drafts of words are"
    return Need(
        f"{title} not live yet", count, "stewardship.wordings", Urgency.WHEN_YOU_CAN
    )  # fmt: skip
