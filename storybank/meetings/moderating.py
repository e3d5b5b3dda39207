"""Moderation: what waits, what is shown or held and why, and a log of it without any words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict
from storybank.meetings import state
from storybank.meetings.models import Group, ModerationEntry, Prompt, Response
from storybank.meetings.reasons import LOOK_ON, NOT_READ, POLICY, REASONS
from storybank.meetings.team import meeting_for
from storybank.people.models import Account
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done
from storybank.web.tables import Table
from storybank.workshops.models import Workshop

KIND = "meeting answers"
AT_ONCE = 200
SHOW, HOLD, BACK = "show", "hold", "back"
BECOMES = {SHOW: "shown", HOLD: "held", BACK: "waiting"}
"""What a moderator does with an answer: what it is then."""
NOTED = {"shown": "shown", "held": "held", "waiting": "back"}
"""How the log says it."""
WORDLESS = "no words to read"


@dataclass(frozen=True)
class Queued:
    """An answer as moderators see it: without who gave it."""

    response: Response
    prompt: Prompt
    group: Group | None
    reason: str
    """Why it is held, in a sentence; blank for others."""


def policy_of(workshop: Workshop) -> str:
    """What people are told before they join: what is held back, by whom, what they can do, and
    whether others look on. Lines are paragraphs."""
    says = workshop.policy or (POLICY if workshop.moderated else NOT_READ)
    return f"{says}\n{LOOK_ON}" if workshop.observer_hash else says


def waiting_count(session: Session, workshop_id: int) -> int:
    """How many answers wait to be read."""
    counted = select(sa.func.count()).where(
        Response.workshop_id == workshop_id, Response.status == "waiting", Response.text != ""
    )
    return session.scalar(counted) or 0


def waiting(session: Session, workshop_id: int, limit: int = 20) -> list[Queued]:
    """Answers that wait to be read, the one that waits longest first. Numbers, dots and stances
    that came without words have nothing to read, and are not among them."""
    return queue(session, workshop_id, "waiting", limit)[0]


def queue(
    session: Session, workshop_id: int, status: str, limit: int, page: int = 1
) -> tuple[list[Queued], int]:
    """A page of answers that stand so, and how many there are: oldest first where they wait, the
    latest first of the others."""
    which = (Response.workshop_id == workshop_id, Response.status == status, Response.text != "")
    first = Response.received_at if status == "waiting" else Response.received_at.desc()
    total = session.scalar(select(sa.func.count()).where(*which)) or 0
    rows = session.execute(
        select(Response, Prompt, Group)
        .join(Prompt, Prompt.id == Response.prompt_id)
        .outerjoin(Group, Group.id == Response.group_id)
        .where(*which)
        .order_by(first, Response.id)
        .limit(limit)
        .offset((page - 1) * limit)
    )
    found = [
        Queued(response, prompt, group, REASONS.get(response.held_reason or "", ""))
        for response, prompt, group in rows
    ]
    return found, total


def decide(
    session: Session, use: Use, workshop_id: int, ids: Collection[str], action: str,
    reason: str = "",
) -> int:  # fmt: skip
    """``show``, ``hold`` with a reason, or put ``back`` to wait; how many were changed.

    Answers that stand so already, that their giver has hidden, or that are of another workshop
    are passed over. Raises NotFound; BadInput for another action, a missing reason, or none.
    """
    meeting_for(session, use, workshop_id)
    if action not in BECOMES:
        raise BadInput("Choose what to do with the answer: show it, or hold it back.")
    if action == HOLD and reason not in REASONS:
        raise BadInput("Choose why you hold it back. The person who wrote it is told.")
    if not ids:
        raise BadInput("Tick at least one answer first.")
    found = _held(session, workshop_id, list(ids)[:AT_ONCE])
    becomes = BECOMES[action]
    changed = [
        one for one in found
        if one.status != "hidden"
        and (one.status, one.held_reason or "") != (becomes, reason if action == HOLD else "")
    ]  # fmt: skip
    if not changed:
        return 0
    before = {one.id: [one.status, one.held_reason] for one in changed}
    for one in changed:
        _put(session, one, becomes, reason if action == HOLD else "", use.actor.account_id)
    undoing.note(
        session, use, KIND,
        {"workshop": workshop_id, "was": before, "is": [becomes, reason if action == HOLD else ""]},
    )  # fmt: skip
    _tell(session, workshop_id, changed)
    return len(changed)


def let_wordless_through(session: Session, workshop: Workshop, prompt_id: int) -> None:
    """Show answers to a question that hold no words: there is nothing in them to read."""
    found = session.scalars(
        select(Response).where(
            Response.workshop_id == workshop.id, Response.prompt_id == prompt_id,
            Response.status == "waiting", Response.text == "",
        )
    )  # fmt: skip
    for one in found:
        _put(session, one, "shown", WORDLESS, None)
    session.flush()


def switch(session: Session, use: Use, workshop_id: int, *, on: bool) -> None:
    """Read answers before others see them, or not. Those that wait go on waiting.

    Raises NotFound; Conflict once the workshop is closed.
    """
    workshop, _ = meeting_for(session, use, workshop_id)
    if workshop.status == "closed":
        raise Conflict("This workshop is closed.")
    if workshop.moderated == on:
        return
    workshop.moderated = on
    session.add(
        ModerationEntry(
            workshop_id=workshop_id, response_id=None, account_id=use.actor.account_id, at=now(),
            action="on" if on else "off",
        )
    )  # fmt: skip
    state.changed(session, workshop_id)


def save_policy(session: Session, use: Use, workshop_id: int, words: str) -> None:
    """Say in own words what is held back; blank goes back to the house's. Raises NotFound,
    BadInput where it is too long."""
    workshop, _ = meeting_for(session, use, workshop_id)
    text = "\n".join(line.strip() for line in words.splitlines() if line.strip())
    if len(text) > 3_000:
        raise BadInput("Keep it under 3,000 letters.")
    house = POLICY if workshop.moderated else NOT_READ
    workshop.policy = "" if text == house else text
    session.flush()
    state.changed(session, workshop_id)


def log(session: Session, workshop: Workshop) -> Table:
    """Who did what with which answer, when and why, the earliest first. Never an answer's words."""
    rows = session.execute(
        select(ModerationEntry, Account.name, Prompt.text, Group.name)
        .outerjoin(Account, Account.id == ModerationEntry.account_id)
        .outerjoin(Response, Response.id == ModerationEntry.response_id)
        .outerjoin(Prompt, Prompt.id == Response.prompt_id)
        .outerjoin(Group, Group.id == Response.group_id)
        .where(ModerationEntry.workshop_id == workshop.id)
        .order_by(ModerationEntry.at, ModerationEntry.id)
    ).all()
    lines = tuple(
        (
            f"{entry.at:%Y-%m-%d %H:%M:%S}", _who(entry, name), DID.get(entry.action, entry.action),
            _why(entry.reason), entry.response_id or "", question or "", group or "",
        )
        for entry, name, question, group in rows
    )  # fmt: skip
    return Table(
        f"Moderation: {workshop.title}",
        f"{len(lines)} things were done. The words of answers are not in this list.",
        ("When (UTC)", "Who", "What", "Why", "Answer", "Question", "Group"),
        lines,
        ("An answer is named by the number that its sender's phone gave it.",),
    )


DID = {
    "shown": "Shown", "held": "Held back", "hidden": "Hidden by whoever gave it",
    "back": "Put back to wait", "off": "Moderation switched off", "on": "Moderation switched on",
}  # fmt: skip


class AnswersUndoer:
    """Takes back what a moderator did with answers, where nobody changed them since."""

    def says(self, act: Act) -> str:
        count = len(act.detail["was"])
        verb = {"shown": "showing", "held": "holding back", "waiting": "putting back"}
        return f"{verb[act.detail['is'][0]]} {count} {'answer' if count == 1 else 'answers'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        is_now = act.detail["is"]
        back = {
            one.id: act.detail["was"][one.id]
            for one in _held(session, act.detail["workshop"], act.detail["was"])
            if [one.status, one.held_reason or ""] == is_now
        }
        return self._set(session, use, act, back, "Taken back")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        again = {
            one.id: act.detail["is"]
            for one in _held(session, act.detail["workshop"], act.detail["was"])
            if [one.status, one.held_reason] == act.detail["was"][one.id]
        }
        return self._set(session, use, act, again, "Done again")

    def _set(
        self, session: Session, use: Use, act: Act, goals: dict[str, list[str | None]], verb: str
    ) -> Done:
        found = _held(session, act.detail["workshop"], goals)
        for one in found:
            status, reason = goals[one.id]
            _put(session, one, str(status), reason or "", use.actor.account_id)
        _tell(session, act.detail["workshop"], found)
        return Done(f"{verb}: {self.says(act)}.")


UNDOERS = {KIND: AnswersUndoer()}


def _held(session: Session, workshop_id: int, ids: Collection[str]) -> Sequence[Response]:
    return session.scalars(
        select(Response)
        .where(Response.workshop_id == workshop_id, Response.id.in_([one[:36] for one in ids]))
        .order_by(Response.id)
        .with_for_update()
    ).all()


def _put(
    session: Session, one: Response, becomes: str, reason: str, account_id: int | None
) -> None:
    one.status = becomes
    one.held_reason = reason if becomes == "held" else None
    one.changed_at = now()
    session.add(
        ModerationEntry(
            workshop_id=one.workshop_id, response_id=one.id, account_id=account_id, at=now(),
            action=NOTED[becomes], reason=reason,
        )
    )  # fmt: skip


def _tell(session: Session, workshop_id: int, changed: Collection[Response]) -> None:
    """Whoever gave an answer sees where it is now, so their phone is told too."""
    session.flush()
    if changed:
        state.changed(session, workshop_id)


def _who(entry: ModerationEntry, name: str | None) -> str:
    if name:
        return name
    return "The person who gave it" if entry.action in ("hidden", "back") else "Storybank"


def _why(reason: str) -> str:
    return REASONS.get(reason, reason)


__all__ = [
    "BACK", "HOLD", "POLICY", "REASONS", "SHOW", "UNDOERS", "Queued", "decide",
    "let_wordless_through", "log", "policy_of", "queue", "save_policy", "switch", "waiting",
    "waiting_count",
]  # fmt: skip
