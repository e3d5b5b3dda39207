"""Answers: given, or refused by two people who wrote down why. There is no other way to refuse."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.errors import Conflict, Refused
from storybank.people.rules import Actor
from storybank.rights import letters, rules
from storybank.rights.holding import close, held
from storybank.rights.kinds import Exemption, Kind, Outcome
from storybank.rights.models import RightsRequest
from storybank.rights.receiving import about, clean, sealed, tell
from storybank.rights.recipients import TaskKind, make_recall_tasks


def answer(
    session: Session,
    by: Actor,
    request_id: int,
    outcome: Outcome,
    words: str = "",
    *,
    exemption: Exemption | None = None,
    harm: str = "",
) -> RightsRequest:
    """Answer a request and tell the person; or, where one steward alone may not refuse it,
    propose the answer to a second one.

    Raises BadInput where a refusal lacks its reason, its harm or its words.
    """
    request = held(session, by, request_id)
    kind = Kind(request.kind)
    if outcome is Outcome.DONE:
        exemption, harm = None, ""
    rules.check_answer(kind, outcome, exemption, harm, words)
    request.answer = sealed(session, clean(words))
    request.exemption = exemption.value if exemption else None
    request.harm_statement = sealed(session, clean(harm))
    if rules.needs_sign_off(kind, outcome, exemption):
        request.proposed_outcome, request.proposed_by = outcome.value, by.account_id
        session.flush()
        return request
    _finish(session, by, request, outcome)
    return request


def sign_off(session: Session, by: Actor, request_id: int) -> RightsRequest:
    """A second steward agrees to a refusal, and it is told to the person.

    Raises Refused for the steward who proposed it, Conflict when nothing waits for this.
    """
    request = _proposed(session, by, request_id)
    if request.proposed_by == by.account_id:
        raise Refused("You wrote this answer. Another steward has to agree to it.")
    request.signed_off_by = by.account_id
    _finish(session, by, request, Outcome(request.proposed_outcome or ""))
    return request


def send_back(session: Session, by: Actor, request_id: int) -> RightsRequest:
    """Any steward takes a proposed refusal off the table; the request stands open as before.

    Raises Conflict when nothing is proposed.
    """
    request = _proposed(session, by, request_id)
    request.proposed_outcome = request.proposed_by = request.exemption = None
    session.flush()
    return request


def _proposed(session: Session, by: Actor, request_id: int) -> RightsRequest:
    request = held(session, by, request_id)
    if request.proposed_outcome is None:
        raise Conflict("There is no answer here to agree to.")
    return request


def _finish(session: Session, by: Actor, request: RightsRequest, outcome: Outcome) -> None:
    """Close with an answer, tell the person, and see that recipients are told."""
    close(session, by, request, outcome)
    exemption = Exemption(request.exemption) if request.exemption else None
    tell(session, request, letters.answered(about(request), outcome, exemption))
    changes = {Kind.CORRECTION: TaskKind.CORRECTION, Kind.ERASURE: TaskKind.ERASURE}
    told_of = changes.get(Kind(request.kind))
    if told_of and request.story_id and outcome in (Outcome.DONE, Outcome.PARTLY):
        make_recall_tasks(session, request.story_id, None, told_of)
