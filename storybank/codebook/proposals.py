"""Codes that somebody would like to have: proposed, talked about, taken or declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import changes
from storybank.codebook.acts import STAYS
from storybank.codebook.changing import add_code, family_by
from storybank.codebook.models import Code, CodeProposal, Family, ProposalRemark
from storybank.codebook.rules import NAME, WORDS, CodeWords
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.people.models import Account
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

TAKEN, DECLINED = "taken", "declined"
ANSWERED = "proposal"


@dataclass(frozen=True)
class Remark:
    """What somebody said about a proposed code."""

    who: str
    at: datetime
    body: str


@dataclass(frozen=True)
class ProposalCard:
    """A proposed code as pages show it."""

    id: int
    name: str
    definition: str
    family_key: str
    family_name: str
    who: str
    at: datetime
    answer: str | None
    why: str
    answered_by: str
    answered_at: datetime | None
    code_key: str
    remarks: tuple[Remark, ...]


def propose(
    session: Session, use: Use, name: str, definition: str, family_key: str = ""
) -> CodeProposal:
    """Propose a code. Raises BadInput without a name and what it means."""
    account = changes.editor(use)
    name, definition = " ".join(name.split()), definition.replace("\r\n", "\n").strip()
    if not name or len(name) > NAME:
        raise BadInput(f"Write a name of at most {NAME} letters.")
    if not definition or len(definition) > WORDS:
        raise BadInput("Write what the code would mean, in a sentence or two.")
    family = family_by(session, family_key) if family_key else None
    proposal = CodeProposal(
        name=name, definition=definition, family_id=family.id if family else None,
        account_id=account, made_at=now(),
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    return proposal


def remark(session: Session, use: Use, proposal_id: int, body: str) -> None:
    """Say something about a proposed code. Raises BadInput for nothing, NotFound."""
    account = changes.editor(use)
    _row(session, proposal_id)
    body = body.replace("\r\n", "\n").strip()
    if not body or len(body) > WORDS:
        raise BadInput(f"Write a remark of at most {WORDS:,} letters.")
    session.add(ProposalRemark(proposal_id=proposal_id, account_id=account, at=now(), body=body))
    session.flush()


def take(session: Session, use: Use, proposal_id: int, family_key: str = "", why: str = "") -> Code:
    """Make the proposed code. Raises BadInput without a family, Conflict once it is answered."""
    proposal = _open(session, proposal_id)
    family = session.get(Family, proposal.family_id) if proposal.family_id else None
    key = family_key or (family.key if family else "")
    if not key:
        raise BadInput("Choose a family for the code.")
    words = CodeWords(name=proposal.name, definition=proposal.definition)
    code = add_code(session, use, key, words, why=why or "It was proposed.")
    _answer(session, use, proposal, TAKEN, why, code.id)
    return code


def decline(session: Session, use: Use, proposal_id: int, why: str) -> None:
    """Say no to a proposed code, with the reason.

    Raises BadInput without one, Conflict once it is answered.
    """
    changes.editor(use)
    proposal = _open(session, proposal_id)
    if not why.strip():
        raise BadInput("Write why, so that whoever proposed it knows.")
    _answer(session, use, proposal, DECLINED, why, None)


def cards(session: Session, ids: Sequence[int] | None = None) -> list[ProposalCard]:
    """Proposed codes: those that are open first, then the newest."""
    which = sa.true() if ids is None else CodeProposal.id.in_(ids)
    rows = session.scalars(
        select(CodeProposal)
        .where(which)
        .order_by(CodeProposal.answer.is_not(None), CodeProposal.id.desc())
    ).all()
    names = {number: name for number, name in session.execute(select(Account.id, Account.name))}
    families = {one.id: one for one in session.scalars(select(Family))}
    keys = changes.key_of(session)
    said: dict[int, list[Remark]] = {}
    for one in session.scalars(select(ProposalRemark).order_by(ProposalRemark.id)):
        line = Remark(names[one.account_id], one.at, one.body)
        said.setdefault(one.proposal_id, []).append(line)
    return [
        ProposalCard(
            row.id, row.name, row.definition,
            families[row.family_id].key if row.family_id in families else "",
            families[row.family_id].name if row.family_id in families else "",
            names[row.account_id], row.made_at, row.answer, row.why,
            names.get(row.answered_by or 0, ""), row.answered_at, keys.get(row.code_id or 0, ""),
            tuple(said.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def card(session: Session, proposal_id: int) -> ProposalCard:
    """One proposed code. Raises NotFound."""
    found = cards(session, [proposal_id])
    if not found:
        raise NotFound("There is no such proposal.")
    return found[0]


def count_open(session: Session) -> int:
    return (
        session.scalar(
            select(sa.func.count()).select_from(CodeProposal).where(CodeProposal.answer.is_(None))
        )
        or 0
    )


def _row(session: Session, proposal_id: int) -> CodeProposal:
    query = select(CodeProposal).where(CodeProposal.id == proposal_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such proposal.")
    return row


def _open(session: Session, proposal_id: int) -> CodeProposal:
    row = _row(session, proposal_id)
    if row.answer is not None:
        raise Conflict("Somebody has answered this proposal already. Load the page again.")
    return row


def _answer(
    session: Session, use: Use, row: CodeProposal, answer: str, why: str, code_id: int | None
) -> None:
    row.answer, row.why = answer, " ".join(why.split())[:1_000]
    row.answered_by, row.answered_at, row.code_id = changes.editor(use), now(), code_id
    session.flush()
    says = f"“{row.name}” {answer}"
    detail = {"proposal": row.id, "answer": answer, "why": row.why, "code": code_id, "says": says}
    undoing.note(session, use, ANSWERED, detail)


class Answered:
    """An answer to a proposal taken back, and given again. The code that came of it is an act of
    its own, before this one."""

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        row = _row(session, act.detail["proposal"])
        if row.answer != act.detail["answer"] or row.answered_by != act.account_id:
            return Done(STAYS)
        taken = row.answer == TAKEN
        row.answer = row.answered_by = row.answered_at = row.code_id = None
        row.why = ""
        session.flush()
        more = " Undo once more to take the code out of use." if taken else ""
        return Done(f"“{row.name}” is a proposal again.{more}")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        row = _row(session, act.detail["proposal"])
        if row.answer is not None:
            return Done(STAYS)
        row.answer, row.why = act.detail["answer"], act.detail["why"]
        row.answered_by, row.answered_at = act.account_id, now()
        row.code_id = act.detail["code"]
        session.flush()
        return Done(f"{self.says(act)}.")


UNDOERS: dict[str, undoing.Undoer] = {ANSWERED: Answered()}
