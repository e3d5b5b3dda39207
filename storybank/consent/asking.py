"""Asking a storyteller about one use of one part: no answer by the date is no.

A yes is for exactly these words, this name, this event and these people. Anything else asks
anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.answers import MUST_AGREE, Answer, Kind
from storybank.consent.deciding import check_may_decide, check_may_stop, how_said
from storybank.consent.doing import do
from storybank.consent.evidence import Proof, demand
from storybank.consent.folding import Span, StoryState
from storybank.consent.models import AskRequest, ConsentEvent, PartyStanding, Receipt
from storybank.consent.recording import How, Said
from storybank.consent.rules import Use, explain, rule_purpose
from storybank.consent.standing import state_of
from storybank.errors import Conflict, NotFound, Refused
from storybank.people.rules import Actor


def ask(
    session: Session, use: Use, story_id: int, span: Span, sha256: str, *, event_title: str,
    audience: Iterable[str], answer_by: datetime, kept: Sequence[Sequence[int]] = (),
) -> AskRequest:  # fmt: skip
    """Put one asking to everybody who must agree; the same asking twice is one.

    ``sha256`` is that of the text to be shown, ``answer_by`` a naive UTC moment; ``kept`` the
    parts that stay, in code points of the version, where the text is a shortened one.

    Raises Refused where asking would not help: something else stands against the use.
    """
    state = state_of(session, story_id)
    if state is None or not explain(state, use, span).asks:
        raise Refused("This part cannot be asked for.")
    there = session.scalar(
        select(AskRequest).where(
            AskRequest.story_id == story_id,
            AskRequest.version == span.version,
            AskRequest.start == span.start,
            AskRequest.end == span.end,
            AskRequest.sha256 == sha256,
            AskRequest.variant == use.variant.value,
            AskRequest.use == rule_purpose(use.purpose).value,
            AskRequest.event == use.event,
            AskRequest.audience_words == use.audience_words,
            AskRequest.name_style == state.name_style.value,
            AskRequest.name_ref == state.name_ref,
            AskRequest.cancelled_at.is_(None),
            AskRequest.answer_by > now(),
        )
    )
    if there is not None:
        return there
    request = AskRequest(
        story_id=story_id, version=span.version, start=span.start, end=span.end, sha256=sha256,
        variant=use.variant.value, use=rule_purpose(use.purpose).value, event=use.event,
        event_title=event_title, audience=sorted(set(audience)),
        audience_words=use.audience_words, name_style=state.name_style.value,
        name_ref=state.name_ref, asked_by=use.actor.account_id, asked_at=now(),
        answer_by=answer_by, kept=[list(part) for part in kept] or None,
    )  # fmt: skip
    session.add(request)
    session.flush()
    return request


def answer_ask(
    session: Session, by: Actor, ask_id: int, person_id: int, answer: Answer,
    proof: Proof | None, channel: str, *, how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """What somebody who must agree says to an asking; they may change it as often as they like.

    Raises NotFound; Refused for a yes without evidence; Conflict for a yes after the date, or
    where the words or the name to show are no longer those that were asked about.
    """
    request = session.get(AskRequest, ask_id)
    if request is None or request.cancelled_at is not None:
        raise NotFound("That question is not here any more.")
    if answer is Answer.YES:
        check_may_decide(session, by, request.story_id, person_id)
        demand(proof, "A yes needs evidence. Say how the storyteller said yes.")
        if request.answer_by <= (at or now()):
            raise Conflict("The date for this answer has passed, so it counts as no.")
        if not still_stands(request, state_of(session, request.story_id)):
            raise Conflict("Something has changed since we asked. We will have to ask again.")
    else:
        check_may_stop(session, by, request.story_id, person_id)
    said = Said(
        Kind.ASK_ANSWERED,
        span=Span(request.version, request.start, request.end),
        more={"ask_id": request.id, "answered": answer.value},
    )
    how = how_said(session, by, request.story_id, person_id, channel, how)
    story_id = request.story_id
    return do(session, by, story_id, person_id, said, how, at=at, proof=proof)


def cancel(session: Session, ask_id: int) -> None:
    """The part is not wanted any more: the question goes. Raises NotFound."""
    request = session.get(AskRequest, ask_id)
    if request is None:
        raise NotFound("That question is not here any more.")
    request.cancelled_at = request.cancelled_at or now()
    session.flush()


def still_stands(request: AskRequest, state: StoryState | None) -> bool:
    """Would a yes still be to what would be shown? Not where the name changed meanwhile."""
    return state is not None and (request.name_style, request.name_ref) == (
        state.name_style.value,
        state.name_ref,
    )


def open_asks(session: Session, person_id: int, at: datetime) -> list[AskRequest]:
    """What this person is asked and has not answered, the soonest date first."""
    answered = select(ConsentEvent.ask_id).where(
        ConsentEvent.person_id == person_id,
        ConsentEvent.kind == Kind.ASK_ANSWERED.value,
        ConsentEvent.ask_id.is_not(None),
    )
    mine = select(PartyStanding.story_id).where(
        PartyStanding.person_id == person_id,
        PartyStanding.part.in_([part.value for part in MUST_AGREE]),
    )
    return list(
        session.scalars(
            select(AskRequest)
            .where(
                AskRequest.story_id.in_(mine),
                AskRequest.id.not_in(answered),
                AskRequest.cancelled_at.is_(None),
                AskRequest.answer_by > at,
            )
            .order_by(AskRequest.answer_by, AskRequest.id)
        )
    )


def answers_to(session: Session, ask_id: int) -> dict[int, Answer]:
    """{person id: their last answer} to one asking."""
    rows = session.execute(
        select(ConsentEvent.person_id, ConsentEvent.answered)
        .where(ConsentEvent.ask_id == ask_id)
        .order_by(ConsentEvent.person_id, ConsentEvent.seq)
    )
    return {person_id: Answer(answered) for person_id, answered in rows if answered}
