"""Keeping what note-takers write down for others: each note once, however often it is sent.

A note's id is made on the device where it was written. Whoever sends it again, because no answer
came the first time, finds it kept; one that was changed since is changed; nobody else's is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, Refused, StorybankError
from storybank.meetings import answer_rules, state, team
from storybank.meetings.answer_rules import Asked, Given, Status
from storybank.meetings.models import Group, ModerationEntry, Prompt, Response
from storybank.meetings.noted import Entry
from storybank.workshops.models import Workshop

REFUSED = "refused"
SHOWN_BACK = 50
"""How many of somebody's own notes their page lists."""


@dataclass(frozen=True)
class Kept:
    """What became of one note: waiting, shown, held, hidden, or refused with a sentence."""

    id: str
    state: str
    sentence: str = ""


def note(session: Session, use: Use, workshop_id: int, entries: Iterable[Entry]) -> list[Kept]:
    """Keep these notes; what became of each, in their order.

    One that cannot be kept is refused by itself, and the others are kept. Raises NotFound for
    anybody who does not run the workshop; Conflict where it takes no notes now.
    """
    workshop = taking_notes(session, use, workshop_id)
    results: list[Kept] = []
    for entry in entries:
        try:
            results.append(Kept(entry.id, keep(session, use, workshop, entry).status))
        except StorybankError as no:
            results.append(Kept(entry.id, REFUSED, no.sentence))
    return results


def taking_notes(session: Session, use: Use, workshop_id: int) -> Workshop:
    """The workshop, held so that the same note or sheet sent twice at once is kept once.

    What was written without a connection may come late: a workshop that is over takes notes
    until its answers are wiped. Raises NotFound for anybody who does not run it; Conflict before
    it is open, and after it was wiped.
    """
    workshop, _ = team.meeting_for(session, use, workshop_id)
    if workshop.status == "draft":
        raise Conflict("Open the workshop for joining first. Then notes can be kept.")
    if workshop.wiped_at is not None:
        raise Conflict("This workshop is over, and takes no more notes.")
    session.execute(
        select(Workshop.id).where(Workshop.id == workshop_id).with_for_update(key_share=True)
    )
    return workshop


def keep(session: Session, use: Use, workshop: Workshop, entry: Entry) -> Response:
    """Keep one note of a workshop that is held; it, as it stands now.

    Raises BadInput where it is no answer to its question; Refused where its id is another's.
    Nothing is changed then.
    """
    prompt = session.get(Prompt, entry.prompt_id)
    if prompt is None or prompt.workshop_id != workshop.id:
        raise BadInput("Choose the question that this answers.")
    _check_group(session, workshop, entry.group_id)
    given = check(prompt, entry)
    found = session.get(Response, entry.id, with_for_update=True)
    if found is None:
        found = _new(use, workshop, entry, given)
        session.add(found)
        session.flush()
        tell(session, found, Status.HIDDEN)
        return found
    if found.workshop_id != workshop.id or found.account_id != use.actor.account_id:
        raise Refused("Somebody else sent this note. Write it again as your own.")
    _change(session, workshop, found, entry, given)
    return found


def check(prompt: Prompt, entry: Entry) -> Given:
    """What is kept of a note. A note-taker may need more letters than the question gives.

    Raises BadInput where it is no answer to its question.
    """
    asked = Asked(
        prompt.kind, tuple(prompt.options), prompt.dots, max(prompt.max_len, answer_rules.LONGEST)
    )
    return answer_rules.check(asked, entry.text, entry.stance, entry.value, entry.choices)


def take_back(session: Session, use: Use, workshop_id: int, ids: Sequence[str]) -> list[Response]:
    """Hide one's own notes; those that were not hidden yet.

    Raises NotFound for anybody who does not run the workshop.
    """
    taken = [one for one in _own(session, use, workshop_id, ids) if one.status != Status.HIDDEN]
    for response in taken:
        hide(session, use, response)
    return taken


def put_back(session: Session, use: Use, workshop_id: int, ids: Sequence[str]) -> list[Response]:
    """Bring back one's own notes that one took back: before a moderator, where there is one.

    Raises NotFound for anybody who does not run the workshop.
    """
    back = [one for one in _own(session, use, workshop_id, ids) if one.status == Status.HIDDEN]
    workshop, _ = team.meeting_for(session, use, workshop_id)
    for response in back:
        first = answer_rules.first_status(_looked_at(workshop))
        response.status = (Status.HELD if response.held_reason else first).value
        response.changed_at = now()
        _log(session, use, response, "back")
        tell(session, response, Status.HIDDEN)
    return back


def sitting(session: Session, use: Use, workshop_id: int) -> list[Response]:
    """What this person wrote down in this workshop, the newest first; paper is listed elsewhere."""
    return list(
        session.scalars(
            select(Response)
            .where(
                Response.workshop_id == workshop_id,
                Response.account_id == use.actor.account_id,
                Response.sheet.is_(None),
            )
            .order_by(Response.received_at.desc(), Response.id)
            .limit(SHOWN_BACK)
        )
    )


def hide(session: Session, use: Use, response: Response) -> None:
    """Take a note away from everybody's sight, and write that down."""
    was, response.status = Status(response.status), Status.HIDDEN.value
    if was is not Status.HELD:
        response.held_reason = None
    response.changed_at = now()
    _log(session, use, response, "hidden")
    tell(session, response, was)


def tell(session: Session, response: Response, was: str) -> None:
    """Phones and walls ask anew where they would see something else: an answer shown now, or
    till now, to a question that was revealed."""
    if Status.SHOWN in (was, response.status):
        prompt = session.get_one(Prompt, response.prompt_id)
        if prompt.revealed_at is not None:
            state.changed(session, response.workshop_id)


def _log(session: Session, use: Use, response: Response, action: str) -> None:
    session.add(
        ModerationEntry(
            workshop_id=response.workshop_id, response_id=response.id,
            account_id=use.actor.account_id, at=now(), action=action, reason="",
        )
    )  # fmt: skip
    session.flush()


def _own(session: Session, use: Use, workshop_id: int, ids: Sequence[str]) -> list[Response]:
    team.meeting_for(session, use, workshop_id)
    query = select(Response).where(
        Response.id.in_(ids[:SHOWN_BACK]),
        Response.workshop_id == workshop_id,
        Response.account_id == use.actor.account_id,
    )
    return list(session.scalars(query.order_by(Response.id).with_for_update()))


def _check_group(session: Session, workshop: Workshop, group_id: int | None) -> None:
    if group_id is not None:
        group = session.get(Group, group_id)
        if group is not None and group.workshop_id == workshop.id:
            return
    elif session.scalar(select(Group.id).where(*_standing(workshop)).limit(1)) is None:
        return
    raise BadInput("Choose the group that this comes from.")


def _standing(workshop: Workshop) -> tuple[sa.ColumnElement[bool], ...]:
    return Group.workshop_id == workshop.id, Group.removed_at.is_(None)


def _looked_at(workshop: Workshop) -> bool:
    """Does a moderator see a note first? After the end always: nobody awaits it any more."""
    return workshop.moderated or workshop.status == "closed"


def _new(use: Use, workshop: Workshop, entry: Entry, given: Given) -> Response:
    received = now()
    status = Status.HIDDEN if entry.taken_back else answer_rules.first_status(_looked_at(workshop))
    return Response(
        id=entry.id, workshop_id=workshop.id, prompt_id=entry.prompt_id, group_id=entry.group_id,
        account_id=use.actor.account_id, text=given.text, stance=given.stance, value=given.value,
        choices=given.choices, captured=entry.captured.value, verbatim=entry.verbatim,
        may_quote=entry.may_quote, status=status.value, sheet=entry.sheet,
        made_at=answer_rules.made_at(entry.made_at, received), received_at=received,
    )  # fmt: skip


def _change(
    session: Session, workshop: Workshop, found: Response, entry: Entry, given: Given
) -> None:
    """Change a note to what was sent, if that is different from what was kept."""
    sent: dict[str, object] = {
        "prompt_id": entry.prompt_id, "group_id": entry.group_id, "text": given.text,
        "stance": given.stance, "value": given.value, "choices": given.choices,
        "captured": entry.captured.value, "verbatim": entry.verbatim,
        "may_quote": entry.may_quote, "sheet": entry.sheet,
    }  # fmt: skip
    different = {key: value for key, value in sent.items() if getattr(found, key) != value}
    was = found.status
    if different:
        for key, value in different.items():
            setattr(found, key, value)
        found.status = answer_rules.status_after_edit(was, _looked_at(workshop)).value
        found.changed_at = now()
    if found.status == Status.WAITING:
        found.held_reason = None
    if entry.taken_back:
        found.status = Status.HIDDEN.value
    session.flush()
    if different or was != found.status:
        tell(session, found, was)
