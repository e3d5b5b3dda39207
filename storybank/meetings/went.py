"""One's own answers, and where each of them went, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings import answering, more_seats
from storybank.meetings.answer_rules import Stance, Status
from storybank.meetings.models import Prompt, Response
from storybank.meetings.reasons import REASONS
from storybank.meetings.seats import Seat


@dataclass(frozen=True)
class Mine:
    """An answer of one's own, and where it went."""

    response: Response
    prompt: Prompt | None
    where: str
    """One plain sentence."""
    stance: str
    choices: tuple[str, ...]
    """Dots or ranks in words."""

    @property
    def hidden(self) -> bool:
        """Did its giver hide it?"""
        return self.response.status == Status.HIDDEN


def mine(session: Session, seat: Seat) -> list[Mine]:
    """Everything that somebody answered, the latest first, each with where it went."""
    given = answering.mine(session, seat)
    if not given:
        return []
    prompts = {
        one.id: one
        for one in session.scalars(
            select(Prompt).where(Prompt.id.in_({one.prompt_id for one in given}))
        )
    }
    under = more_seats.headings(session, [one.id for one in given if one.status == Status.SHOWN])
    return [one_of(one, prompts.get(one.prompt_id), under) for one in given]


def one_of(response: Response, prompt: Prompt | None, under: Mapping[str, str]) -> Mine:
    """One answer with where it went."""
    stance = Stance(response.stance).sentence if response.stance in set(Stance) else ""
    return Mine(
        response, prompt, where(response, prompt, under.get(response.id)), stance,
        tuple(_choices(response, prompt)),
    )  # fmt: skip


def where(response: Response, prompt: Prompt | None, heading: str | None) -> str:
    """Where an answer is, in one plain sentence."""
    if response.status == Status.HIDDEN:
        return "You hid it. Nobody else can see it."
    if response.status == Status.HELD:
        return f"Held back. {REASONS.get(response.held_reason or '', '')}".strip()
    if response.status == Status.WAITING:
        if not response.text:
            return "Sent. It is counted when the answers are shown to all."
        return "Waiting. Somebody looks at it before others can see it."
    if heading:
        return f"On the wall, under the heading \u201c{heading}\u201d."
    if prompt is not None and prompt.revealed_at is None:
        return "Let through. Others see it when the answers are shown to all."
    return "On the wall. Everybody in the workshop can see it."


def _choices(response: Response, prompt: Prompt | None) -> list[str]:
    options = list(prompt.options) if prompt is not None else []
    if response.value is not None:
        return [f"{response.value} out of 5"]
    put = {
        options[int(number) - 1]: count
        for number, count in (response.choices or {}).items()
        if number.isascii() and number.isdigit() and 0 < int(number) <= len(options)
    }
    if prompt is not None and prompt.kind == "rank":
        return [f"{rank}: {option}" for option, rank in sorted(put.items(), key=lambda x: x[1])]
    return [f"{option}: {count} dot{'' if count == 1 else 's'}" for option, count in put.items()]
