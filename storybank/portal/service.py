"""What a storyteller changes: pause, start again, stop a use, stop all, put a stop back, delete."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from storybank.consent import pausing
from storybank.consent import service as consent
from storybank.consent.evidence import Proof
from storybank.consent.models import Receipt
from storybank.consent.rules import EIGHT, Answer, Counting, Purpose, Use
from storybank.errors import Conflict, NotFound
from storybank.people.rules import Actor
from storybank.portal import erasing
from storybank.portal import reading as mine
from storybank.portal.acting import acts_for
from storybank.rights.recipients import TaskKind, call_off, make_recall_tasks
from storybank.stories import reading

RECALLED = frozenset(EIGHT) - {Purpose.DECIDE, Purpose.PUBLIC}
"""Uses whose copies are asked for back when that one use is stopped. A report that was sent, and
what anyone could see, can not be got back, and the question said so."""
STARTED = Proof("web_session", "Started again by the storyteller, signed in, after a pause.")


def stop(
    session: Session,
    use: Use,
    story_id: int,
    uses: Collection[Purpose],
    counting: Counting | None = None,
) -> Receipt:
    """Stop these uses, now, in the storyteller's own name; a second press changes nothing.

    Raises NotFound when the story is not theirs.
    """
    person_id = whose(session, use, story_id)
    choices = mine.own(session, person_id, story_id).choices
    stopped = {purpose for purpose, one in choices.items() if one.answer is Answer.STOPPED}
    if set(uses) <= stopped:
        return mine.receipts(session, use, story_id)[0]
    return stop_for(session, use.actor, story_id, person_id, uses, "web", counting)


def stop_for(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    uses: Collection[Purpose],
    channel: str,
    counting: Counting | None = None,
) -> Receipt:
    """Stop these uses for somebody, by any channel, and note whom to ask for copies back.

    Raises as ``consent.service.stop`` does.
    """
    everything = Purpose.KEEP in uses
    said = (counting or Counting.OUT) if everything else None
    receipt = consent.stop(session, by, story_id, person_id, uses, channel, counting=said)
    back = None if everything else RECALLED & set(uses)
    make_recall_tasks(session, story_id, back, TaskKind.RECALL)
    return receipt


def pause(session: Session, use: Use, story_id: int) -> Receipt:
    """Pause a story; a second press changes nothing. Raises NotFound when it is not theirs."""
    person_id = whose(session, use, story_id)
    if mine.own(session, person_id, story_id).paused:
        return mine.receipts(session, use, story_id)[0]
    return pausing.pause(session, use.actor, story_id, person_id, "web")


def start_again(session: Session, use: Use, story_id: int) -> Receipt:
    """End one's own pause; a second press changes nothing.

    Raises NotFound when the story is not theirs.
    """
    person_id = whose(session, use, story_id)
    if not mine.own(session, person_id, story_id).paused:
        return mine.receipts(session, use, story_id)[0]
    return pausing.resume(session, use.actor, story_id, person_id, STARTED, "web")


def delete(
    session: Session, use: Use, story_id: int, counting: Counting | None, forget_me: bool
) -> Receipt:
    """Delete a story for good. Raises NotFound when it is not theirs."""
    person_id = whose(session, use, story_id)
    # Who decides for somebody by law can not make us forget that person's details.
    forget_me = forget_me and person_id == use.actor.person_id
    return erasing.erase(
        session, use.actor, story_id, person_id, "web", counting, forget_me=forget_me
    )


def put_back(session: Session, use: Use, receipt_id: int) -> Receipt:
    """Undo a stop made by mistake.

    Raises NotFound when the receipt is not theirs; Conflict when something was chosen since, or
    there was nothing to put back.
    """
    found = mine.receipt(session, use, receipt_id)
    made = consent.put_back(session, use.actor, found)
    if made is found:
        raise Conflict("There was nothing to put back. Look at your choices again.")
    choices = mine.own(session, found.person_id, found.story_id).choices
    call_off(
        session, found.story_id,
        [use for use, one in choices.items() if one.answer in (Answer.YES, Answer.ASK)],
    )  # fmt: skip
    return made


def whose(session: Session, use: Use, story_id: int) -> int:
    """The person for whom the one who asks may act. Raises NotFound when it is not theirs."""
    if not reading.may(session, use, story_id):
        raise NotFound("That story is not here.")
    return acts_for(session, use, story_id)
